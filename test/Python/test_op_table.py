"""No op of the dialect lacks a test of any kind, and the page that says so is fresh."""

import importlib.util
import subprocess
import sys

import pytest
from tools import BUILD, SOURCE

SCRIPT = SOURCE / "scripts" / "op_test_table.py"


def test_none_is_missing():
    done = subprocess.run([sys.executable, SCRIPT, "--check", "--build", BUILD],
                          text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# The table itself: it must not see what is not there. ----------------------------


@pytest.fixture
def script(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("op_test_table", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "TEST", tmp_path)
    (tmp_path / "Dialect" / "Theano").mkdir(parents=True)
    return module


def write(script, text):
    (script.TEST / "Dialect" / "Theano" / "test.mlir").write_text(text)


def test_a_round_trip_is_checked_in_both_forms(script):
    pretty = "// RUN: theano-opt %s | theano-opt | FileCheck %s\n"
    generic = "// RUN: theano-opt %s --mlir-print-op-generic | theano-opt | FileCheck %s\n"
    check, op = "// CHECK: theano.exp %arg0\n", "%0 = theano.exp %x : tensor<f32>\n"
    write(script, pretty + generic + check + op)
    assert script.round_trips() == {"exp"}
    for text in (pretty + check + op, pretty + generic + op, pretty + generic + check):
        write(script, text)
        assert script.round_trips() == set()


def test_an_error_belongs_to_the_op_at_its_line(script):
    run = "// RUN: theano-opt %s -verify-diagnostics\n"
    write(script, run + "%0 = theano.log %x : tensor<f32>\n"
          "// expected-error @+1 {{no}}\n  %1 = theano.exp %x : tensor<i32>\n")
    assert script.verifiers() == {"exp"}
    write(script, "// RUN: theano-opt %s\n// expected-error @+1 {{no}}\n"
          "  %1 = theano.exp %x : tensor<i32>\n")
    assert script.verifiers() == set()


def test_a_dead_op_is_not_folded(script):
    write(script, """// RUN: theano-opt %s --canonicalize | FileCheck %s
func.func @f(%x: tensor<3xf32>, %i: tensor<3xi32>) -> (tensor<3xf32>, tensor<3xi32>) {
  %dead = theano.exp %x : tensor<3xf32>
  %kept = theano.log %x : tensor<3xf32>
  %1 = theano.neg %i : tensor<3xi32>
  %2 = theano.neg %1 : tensor<3xi32>
  return %kept, %2 : tensor<3xf32>, tensor<3xi32>
}
""")
    assert script.folds(BUILD / "bin" / "theano-opt") == {"neg"}


def test_a_run_counts_with_the_type_that_it_computes_in(script):
    assert list(script.pairs_of("""
      %0 = theano.switch %c, %a, %b : (tensor<?xi1>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
      %1 = theano.cast %a : tensor<?x3xui8> -> tensor<?x3xf64>
      %2 = theano.subtensor %a[1: :2] : tensor<?xbf16>
    """)) == [("switch", "f32"), ("cast", "ui8"), ("subtensor", "bf16")]
