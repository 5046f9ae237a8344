"""What `pip install .` takes from where, and what it says where it cannot."""

import subprocess
import sys
import zipfile

import pytest

from tools import BUILD, SOURCE


def _cached(name):
    """A variable of the cache of the build under test; empty without one."""
    for line in (BUILD / "CMakeCache.txt").read_text().split("\n"):
        if line.startswith(f"{name}:"):
            return line.split("=", 1)[1]
    return ""


def _configure(folder, *options):
    return subprocess.run(["cmake", "--preset", "release", "-B", folder, *options],
                          cwd=SOURCE, text=True, capture_output=True, timeout=60,
                          check=False)


def _packages(done):
    assert done.returncode, done.stdout
    [line] = [line for line in done.stderr.split("\n") if "apt-get install" in line]
    return line.split()[2:]


def test_without_llvm_the_missing_packages_are_named(tmp_path):
    nowhere = tmp_path / "none" / "lib" / "cmake"
    done = _configure(tmp_path / "tree", f"-DMLIR_DIR={nowhere / 'mlir'}",
                      f"-DLLD_DIR={nowhere / 'lld'}",
                      "-DCMAKE_C_COMPILER=clang-none", "-DCMAKE_CXX_COMPILER=clang++-none")
    assert _packages(done) == ["llvm-22-dev", "libmlir-22-dev", "mlir-22-tools",
                               "liblld-22-dev", "lld-22", "clang-22"]


def test_only_missing_packages_are_named(tmp_path):
    done = _configure(tmp_path / "tree", f"-DLLD_DIR={tmp_path / 'none'}")
    assert _packages(done) == ["liblld-22-dev"]
    done = _configure(tmp_path / "tree2", "-DCMAKE_CXX_COMPILER=clang++-none")
    assert _packages(done) == ["clang-22"]


@pytest.mark.skipif(_cached("CMAKE_BUILD_TYPE") != "Release"
                    or bool(_cached("LLVM_USE_SANITIZER")),
                    reason="pip takes its module from a release build only")
def test_pip_takes_the_module_of_the_build_tree(tmp_path):
    built = sorted((BUILD / "python" / "theano").glob("_theano*.so"))
    assert len(built) == 1
    settings = {"build-dir": tmp_path / "tree", "cmake.define.THEANO_REUSE_TREE": BUILD}
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-index",
         "--no-build-isolation", f"--wheel-dir={tmp_path}",
         *(f"--config-settings={key}={value}" for key, value in settings.items()), SOURCE],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
        check=False)
    assert done.returncode == 0, done.stdout
    assert f"Taking the module from {BUILD}" in done.stdout
    # Nothing is compiled in pip's own tree, and the module is that of the other one.
    assert not list((tmp_path / "tree").rglob("*.o"))

    [wheel] = tmp_path.glob("*.whl")
    package = tmp_path / "package"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(package)
    assert (package / "theano" / built[0].name).stat().st_size == built[0].stat().st_size
    sources = (SOURCE / "python" / "theano").rglob("*.py")
    assert ({str(path.relative_to(SOURCE / "python")) for path in sources} ==
            {str(path.relative_to(package)) for path in package.rglob("*.py")})
    example = SOURCE / "examples" / "vector_add.py"
    run = subprocess.run([sys.executable, example], env={"PYTHONPATH": str(package)},
                         text=True, capture_output=True, timeout=60, check=False)
    assert (run.stdout, run.stderr) == ("[5. 7. 9.]\n", "")
