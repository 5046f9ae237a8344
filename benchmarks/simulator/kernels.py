"""PTX of the kernels that measure_simulator.py runs, as a compiler would write it."""

HEAD = ".version 7.0\n.target sm_80\n.address_size 64\n"
THREADS = 256
TILE, DEPTH, PER_THREAD = 128, 8, 8  # of the product: a block's tile, a thread's 8 x 8


def vector_add(name):
    """out[i] = a[i] + b[i] for i < n, an element a thread."""
    return f"""
.visible .entry {name}(.param .u64 a, .param .u64 b, .param .u64 out, .param .u32 n)
{{
  .reg .pred %p;
  .reg .b32 %r<5>;
  .reg .f32 %f<3>;
  .reg .b64 %a<5>;
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %ntid.x;
  mov.u32 %r3, %tid.x;
  mad.lo.s32 %r0, %r1, %r2, %r3;
  ld.param.u32 %r4, [n];
  setp.ge.u32 %p, %r0, %r4;
  @%p ret;
  ld.param.u64 %a0, [a];
  ld.param.u64 %a1, [b];
  ld.param.u64 %a2, [out];
  mul.wide.u32 %a3, %r0, 4;
  add.s64 %a0, %a0, %a3;
  add.s64 %a1, %a1, %a3;
  add.s64 %a2, %a2, %a3;
  ld.global.f32 %f0, [%a0];
  ld.global.f32 %f1, [%a1];
  add.rn.f32 %f2, %f0, %f1;
  st.global.f32 [%a2], %f2;
  ret;
}}
"""


def four(name, first):
    """The registers of a vector access: "{%x4, %x5, %x6, %x7}"."""
    return "{" + ", ".join(f"%{name}{first + i}" for i in range(4)) + "}"


def product(name):
    """c = a b of n x n matrices, n a multiple of 128: the tiles of A, transposed, and of B
    go by shared memory, and a thread has 8 x 8 sums in registers."""
    each = range(PER_THREAD)
    lines = [f"""
.visible .entry {name}(.param .u64 a, .param .u64 b, .param .u64 c, .param .u32 n)
{{
  .reg .pred %p;
  .reg .b32 %r<12>;
  .reg .b64 %a, %b, %c, %l<3>;
  .reg .f32 %s<{PER_THREAD ** 2}>, %x<{PER_THREAD}>, %y<{PER_THREAD}>, %v<8>;
  .shared .align 16 .b8 as[{4 * TILE * DEPTH}];
  .shared .align 16 .b8 bs[{4 * TILE * DEPTH}];
  mov.u32 %r0, %tid.x;
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %ctaid.y;
  ld.param.u32 %r3, [n];
  ld.param.u64 %a, [a];
  ld.param.u64 %b, [b];
  ld.param.u64 %c, [c];
  // A thread brings 4 elements of each tile: of row t / 2 of A, of row t / 32 of B.
  shr.u32 %r4, %r0, 1;
  and.b32 %r5, %r0, 1;
  mad.lo.u32 %r6, %r2, {TILE}, %r4;
  mul.lo.u32 %r6, %r6, %r3;
  mad.lo.u32 %r6, %r5, 4, %r6;
  mad.wide.u32 %a, %r6, 4, %a;
  mad.lo.u32 %r4, %r5, {4 * TILE}, %r4;
  mov.u32 %r5, as;
  mad.lo.u32 %r4, %r4, 4, %r5;
  shr.u32 %r5, %r0, 5;
  and.b32 %r6, %r0, 31;
  mad.lo.u32 %r7, %r5, %r3, 0;
  mad.lo.u32 %r7, %r1, {TILE}, %r7;
  mad.lo.u32 %r7, %r6, 4, %r7;
  mad.wide.u32 %b, %r7, 4, %b;
  mov.u32 %r7, bs;
  mad.lo.u32 %r5, %r0, 16, %r7;
  // It reads rows of 8 from both.
  shr.u32 %r8, %r0, 4;
  and.b32 %r9, %r0, 15;
  mad.lo.u32 %r6, %r9, {4 * PER_THREAD}, %r7;
  mov.u32 %r7, as;
  mad.lo.u32 %r7, %r8, {4 * PER_THREAD}, %r7;
  mad.lo.u32 %r8, %r2, {TILE // PER_THREAD}, %r8;
  mul.lo.u32 %r8, %r8, {PER_THREAD};
  mad.lo.u32 %r9, %r1, {TILE // PER_THREAD}, %r9;
  mul.lo.u32 %r9, %r9, {PER_THREAD};
  mad.lo.u32 %r8, %r8, %r3, %r9;
  mad.wide.u32 %c, %r8, 4, %c;
  mul.wide.u32 %l0, %r3, {4 * DEPTH};
  mul.wide.u32 %l1, %r3, 4;
  mov.u32 %r10, 0;"""]
    lines += [f"  mov.f32 %s{i}, 0f00000000;" for i in range(PER_THREAD ** 2)]
    lines += ["LOOP:",
              f"  ld.global.v4.f32 {four('v', 0)}, [%a];",
              f"  ld.global.v4.f32 {four('v', 4)}, [%b];",
              "  bar.sync 0;"]
    lines += [f"  st.shared.f32 [%r4+{4 * TILE * i}], %v{i};" for i in range(4)]
    lines += [f"  st.shared.v4.f32 [%r5], {four('v', 4)};",
              "  bar.sync 0;"]
    for k in range(DEPTH):
        lines += [f"  ld.shared.v4.f32 {four(name, h)}, [{base}+{4 * (TILE * k + h)}];"
                  for name, base in (("x", "%r7"), ("y", "%r6")) for h in (0, 4)]
        lines += [f"  fma.rn.f32 %s{PER_THREAD * i + j}, %x{i}, %y{j}, %s{PER_THREAD * i + j};"
                  for i in each for j in each]
    lines += [f"  add.s64 %a, %a, {4 * DEPTH};",
              "  add.s64 %b, %b, %l0;",
              f"  add.u32 %r10, %r10, {DEPTH};",
              "  setp.lt.u32 %p, %r10, %r3;",
              "  @%p bra LOOP;"]
    for i in each:
        lines += [f"  st.global.v4.f32 [%c+{4 * h}], {four('s', PER_THREAD * i + h)};"
                  for h in (0, 4)]
        lines += ["  add.s64 %c, %c, %l1;"]
    return "\n".join([*lines, "  ret;", "}", ""])
