"""Holds the sources to cmake/TheanoLayers.cmake and to one spelling of names.

CMake refuses a forbidden link; this script refuses a forbidden #include, which
header-only use would hide from the linker. It also checks that

* plain layers include nothing of LLVM, MLIR or lld;
* no header includes NVVMDialect.h or Conversion/Passes.h, which cost every
  includer about ten seconds, and only PtxOps.cpp includes the first at all;
* each pass has one name in four places: class `InferShapes`, file
  `InferShapes.cpp`, flag `theano-infer-shapes`, test `infer-shapes.mlir`; a pass
  whose tests are split (an emitter: one file a family) has files in its layer's
  test folder that run its flag.

Prints one line a finding, `file:line: what`, and exits with 1 if there is any.
"""

import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
TABLE = SOURCE / "cmake" / "TheanoLayers.cmake"
COSTLY = ("mlir/Dialect/LLVMIR/NVVMDialect.h", "mlir/Conversion/Passes.h")
NVVM_INCLUDERS = ("PtxOps.cpp",)
FOREIGN = ("mlir/", "llvm/", "lld/", "mlir-c/", "llvm-c/")
# Headers that stand above the layer folders, and the layer that owns them.
OWNED = {"theano/InitAll.h": "Pipelines"}


def read_table():
    """NAME -> (kind, set of layers it may include)."""
    table = {}
    for line in TABLE.read_text().splitlines():
        row = re.fullmatch(r'\s*"([^"|]+)\|([^"|]+)\|([^"|]*)"', line)
        if row:
            name, kind, uses = (cell.strip() for cell in row.groups())
            table[name] = (kind, set(uses.split()) | {name, "Support"})
    return table


def layer_of(path, table):
    """The layer whose folder holds this path (of a file or an #include)."""
    if path in OWNED:
        return OWNED[path]
    folder = re.sub(r"^(include/theano|lib|theano)/", "", path)
    while "/" in folder:
        folder = folder.rsplit("/", 1)[0]
        if folder in table:
            return folder
    return None


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
                         cwd=SOURCE, check=True, text=True, stdout=subprocess.PIPE)
    return [p for p in sorted(set(out.stdout.splitlines())) if (SOURCE / p).is_file()]


def check_includes(table):
    for path in tracked("include/*.h", "lib/*.h", "lib/*.cpp", "tools/*.h",
                        "tools/*.cpp", "python/*.h", "python/*.cpp"):
        key = path.removeprefix("include/")
        layer = layer_of(key, table)
        if layer is None:
            yield path, 1, "stands in no layer of cmake/TheanoLayers.cmake"
            continue
        kind, allowed = table[layer]
        for number, line in enumerate((SOURCE / path).read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if not found:
                continue
            header = found.group(1)
            if header.startswith("theano/"):
                used = layer_of(header, table)
                if used is None:
                    yield path, number, f"'{header}' belongs to no layer"
                elif used not in allowed:
                    yield path, number, f"{layer} may not include {used} ('{header}')"
            if kind == "plain" and header.startswith(FOREIGN):
                yield path, number, f"{layer} is plain and may not include '{header}'"
            if header.startswith("lld/") and layer != "Target/CPU":
                yield path, number, "only Target/CPU may use lld"
            if header in COSTLY and path.endswith(".h"):
                yield path, number, f"no header may include '{header}'"
            if header == COSTLY[0] and Path(path).name not in NVVM_INCLUDERS:
                yield path, number, f"only {', '.join(NVVM_INCLUDERS)} may include '{header}'"


def kebab(name):
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1-\2", name).lower()


def check_passes(table):
    for path in tracked("include/theano/*Passes.td"):
        layer = layer_of(path.removeprefix("include/"), table)
        text = (SOURCE / path).read_text()
        for found in re.finditer(r'^def\s+(\w+)\s*:\s*(?:\w*Pass)<\s*"([^"]+)"', text, re.M):
            number = text.count("\n", 0, found.start()) + 1
            name = found.group(1).removesuffix("Pass")
            flag = found.group(2)
            word = kebab(name)
            if flag.replace("-", "") not in (word.replace("-", ""),
                                             *(p + word.replace("-", "") for p in
                                               ("theano", "kernel"))):
                yield path, number, f"pass {name} has the flag '{flag}', not '[theano-|kernel-]{word}'"
            # The folder or the flag already says `convert-` and `kernel-`.
            stem = re.sub("^(Convert|Kernel|Theano)", "", name)
            files = (f"lib/{layer}/{name}.cpp", f"lib/{layer}/{stem}.cpp")
            if not any((SOURCE / f).is_file() for f in files):
                yield path, number, f"pass {name} has no file {files[0]}"
            tests = {f"{w}.mlir" for w in (flag, word, kebab(stem))}
            folder = SOURCE / "test" / layer
            runs = re.compile(rf"RUN:.*(?:[\s(,\"]|--?){flag}\b", re.M)
            if not any((folder / t).is_file() for t in tests) and not any(
                    runs.search(t.read_text()) for t in folder.glob("*.mlir")):
                yield path, number, f"pass {name} has no test test/{layer}/{word}.mlir"
            if not re.search(r"let\s+description", text[found.end():].split("\ndef ")[0]):
                yield path, number, f"pass {name} has no description"


def main():
    table = read_table()
    if not table:
        print(f"{TABLE}: no rows found")
        return 1
    findings = [*check_includes(table), *check_passes(table)]
    for path, number, what in findings:
        print(f"{path}:{number}: {what}")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
