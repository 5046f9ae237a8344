"""The hand-written pages: links, paths, commands and snippets are real."""

import re
import subprocess
import sys

import pytest

from tools import SOURCE, python_environment, run_tool

PAGES = [SOURCE / "README.md", *sorted((SOURCE / "docs").glob("*.md"))]
FENCE = re.compile(r"^```([\w+]*)\n(.*?)^```$", re.M | re.S)
ROOTS = ("test/", "lib/", "include/", "docs/", "scripts/", "benchmarks/", "examples/",
         "python/", "cmake/", "tools/", ".ci/")


def blocks(page, language):
    return [body for kind, body in FENCE.findall(page.read_text()) if kind == language]


def squeezed(text):
    return " ".join(text.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([\w./:-]+)(?:#[\w-]*)?\)", FENCE.sub("", page.read_text())):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_exist(page):
    """What looks like a path of the source tree, placeholders and globs aside."""
    for path in re.findall(r"`([\w./-]+)`", FENCE.sub("", page.read_text())):
        placeholder = path.endswith(("/X", "/ColumnReduce.cpp"))
        if path.startswith(ROOTS) and not placeholder:
            assert (SOURCE / path).exists(), path


def commands(page):
    """Lines of sh blocks, comments aside, that run something of the project."""
    for block in blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            line = re.sub(r"(^|\s)#.*", "", line).strip()
            if line:
                yield line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page):
    usage = subprocess.run([SOURCE / "dev", "help"], text=True, capture_output=True,
                           check=True).stdout
    text = page.read_text()
    for verb in re.findall(r"\./dev (\w+)", text):
        assert verb == "help" or re.search(rf"^  {verb} ", usage, re.M), f"./dev {verb}"
    for tool in ("theano-run", "theano-opt", "theano-sim"):
        known = run_tool(tool, "--help").stdout
        for line in commands(page):
            if line.split()[0].endswith(tool):
                for option in re.findall(r"\s(--?[a-z][\w-]*)", line):
                    assert re.search(rf"(^|\s){option}\b", known), f"{option} of {line}"
    for line in commands(page):
        for script in re.findall(r"\b(?:scripts|benchmarks|examples)/[\w/]+\.py", line):
            assert (SOURCE / script).exists(), line


def test_snippets_of_how_to_add_an_op_are_the_sources():
    page = SOURCE / "docs" / "how-to-add-an-op.md"
    ods = (SOURCE / "include/theano/Dialect/Theano/IR/Elementwise.td").read_text()
    code = "".join((SOURCE / path).read_text() for path in (
        "lib/Conversion/TheanoToLinalg/ScalarOps.cpp", "lib/Frontend/Elementwise.cpp"))
    snippets = [(snippet, ods) for snippet in blocks(page, "tablegen")]
    snippets += [(snippet, code) for snippet in blocks(page, "cpp")]
    assert len(snippets) == 3
    for snippet, source in snippets:
        assert squeezed(snippet) in squeezed(source), snippet


def test_how_to_add_a_kernel_family_names_every_switch():
    """The page's table is the list of files that switch over families."""
    page = (SOURCE / "docs" / "how-to-add-a-kernel-family.md").read_text()
    named = set(re.findall(r"^\| `(lib/[\w/]+\.cpp)`", page, re.M))
    switching = {str(path.relative_to(SOURCE)) for path in (SOURCE / "lib").rglob("*.cpp")
                 if re.search(r"switch \([\w.]*(getFamily\(\)|family)\)", path.read_text())}
    assert named == switching


def test_python_blocks_run():
    for page in PAGES:
        for block in blocks(page, "python"):
            done = subprocess.run([sys.executable, "-c", block], env=python_environment(),
                                  text=True, capture_output=True, timeout=60, check=False)
            assert done.returncode == 0, f"{page.name}: {done.stderr}"


# The stages that a page shows: the text before a block names the stage of the block.
TOURS = {
    SOURCE / "docs" / "tutorial.md": (SOURCE / "test/Docs/tutorial.mlir", r"--emit=(\w+)`"),
    SOURCE / "README.md": (SOURCE / "examples/tour.mlir", r"^`(\w+)`[:,]"),
}


def shown_stages(page, mark):
    """(stage, block) for each block that shows one."""
    text, begin = page.read_text(), 0
    for fence in FENCE.finditer(text):
        named = re.findall(mark, text[begin:fence.start()], re.M)
        begin = fence.end()
        if named and fence[1] in ("mlir", "text"):
            yield named[-1], fence[2]


@pytest.mark.parametrize("page", TOURS, ids=lambda page: page.name)
def test_tours_show_what_is_compiled(page):
    """Every line is one that the tool prints, `...` standing for what is left out."""
    graph, mark = TOURS[page]
    [function] = [block for block in blocks(page, "mlir") if block.startswith("func.func")]
    assert function in graph.read_text()
    stages = list(shown_stages(page, mark))
    assert {"linalg", "kernels", "program", "ptx"} <= {stage for stage, _ in stages}
    for stage, block in stages:
        target = ["--arch=sm_80"] if stage in ("gpu", "nvvm", "ptx") else \
            ["--device=cpu", "--cpu=x86-64-v3"]
        printed = squeezed(run_tool("theano-run", graph, f"--emit={stage}", *target).stdout)
        position = 0
        for piece in map(squeezed, block.split("...")):
            position = printed.find(piece, position)
            assert position >= 0, f"--emit={stage} prints no longer: {piece}"
            position += len(piece)


def test_readme_tour_computes_what_it_says():
    graph, _ = TOURS[SOURCE / "README.md"]
    done = run_tool("theano-run", graph, "-i", "a=arange:f32:3", "-i", "b=arange:f32:3",
                    "--device=cpu")
    assert f"prints `{done.stdout.strip()}`" in (SOURCE / "README.md").read_text()
