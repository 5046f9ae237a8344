"""benchmarks/gpu/sass.py, which counts what ptxas makes of kernels."""

import sys

import pytest
from tools import SOURCE

sys.path.append(str(SOURCE / "benchmarks/gpu"))

import sass  # noqa: E402

# A loop with two versions of a copy, of which the second runs, and a product over two lines.
PTX = ("start:", "bar.sync 0;", "@%p bra other;", "cp.async 4;", "other:", "cp.async 16;",
       "mma.sync", " {%r1};", "fma.rn.f32 %f1;", "add.s32 %r2;", "@%q bra start;", "ret;")
IN_ROUND = (0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0)
SASS = ((None, ".L_0:"), (2, "BAR.SYNC 0x0 ;"), (3, "@P0 BRA `(.L_1) ;"),
        (10, "IADD3 R1, R1, 0x1, RZ ;"), (4, "LDGSTS.E [R1], [R2.64] ;"),
        (None, ".L_1:"), (4, "@!PT LDS RZ, [RZ] ;"), (6, "LDGSTS.E.128 [R1], [R2.64] ;"),
        (10, "IADD3 R1, R1, 0x1, RZ ;"), (8, "HMMA.16816.F32 R4, R8, R9, R4 ;"),
        (9, "FFMA R3, R4, R5, R3 ;"), (11, "@P1 BRA `(.L_0) ;"), (12, "EXIT ;"))


def counted(rounds):
    head = "// Warps that executed the line\n"
    return head + "".join(
        f"{rounds if runs else '':>12}{'':24}| {line}\n"
        for line, runs in zip(PTX, IN_ROUND, strict=True))


@pytest.fixture
def assembled(monkeypatch):
    """Gives the disassembly, without the lines that are left out."""
    def give(without=()):
        text = "".join(
            f"{instruction}\n" if line is None else
            f'\t//## File ".nv_debug_ptx_txt", line {line}\n        /*0010*/  {instruction}\n'
            for line, instruction in SASS if line not in without)
        monkeypatch.setattr(sass, "disassemble", lambda *_: text)
    return give


def test_counts_what_ran(assembled, tmp_path):
    assembled()
    total = sass.count_between(counted(10), counted(30), "sm_80", tmp_path)
    assert +total == {"BAR": 20, "BRA": 40, "LDS": 20, "LDGSTS": 20, "IADD3": 20, "HMMA": 20,
                      "FFMA": 20}
    assert sass.share_between(counted(10), counted(30), "sm_80", tmp_path) == 40 / 160


def test_refuses_what_it_cannot_count(assembled, tmp_path):
    assembled(without=(2,))
    with pytest.raises(ValueError, match="0 barriers in SASS, 20 in PTX"):
        sass.count_between(counted(10), counted(30), "sm_80", tmp_path)
    with pytest.raises(ValueError, match="two texts"):
        sass.count_between(counted(10), counted(30) + f"{'':36}| ret;\n", "sm_80", tmp_path)
