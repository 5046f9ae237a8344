#ifndef THEANO_DIALECT_THEANO_IR_THEANOOPS_TD
#define THEANO_DIALECT_THEANO_IR_THEANOOPS_TD

include "mlir/IR/OpBase.td"

def Theano_Dialect : Dialect {
  let name = "theano";
  let cppNamespace = "::theano";
  let summary = "Theano's symbolic tensor operations";
}

#endif
