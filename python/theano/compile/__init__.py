"""Functions and shared variables."""

from theano.compile.function import Function, function
from theano.compile.function_module import UnusedInputError
from theano.compile.io import In, Out
from theano.compile.sharedvalue import SharedVariable, shared
