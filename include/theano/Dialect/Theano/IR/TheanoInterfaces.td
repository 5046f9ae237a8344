//===- TheanoInterfaces.td - interfaces of the theano dialect -------------===//

#ifndef THEANO_DIALECT_THEANO_IR_THEANOINTERFACES_TD
#define THEANO_DIALECT_THEANO_IR_THEANOINTERFACES_TD

include "mlir/IR/OpBase.td"

def Theano_ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::theano";
  let description = [{
    An op that computes every element of its one result from the elements of its
    operands at the same place, where the size-1 dimensions listed in
    `broadcast` stand still.
  }];
  let methods = [
    InterfaceMethod<[{
      For each operand the dimensions along which it broadcasts, an array of
      `DenseI64ArrayAttr`; null for an op of one operand, which has nothing to
      broadcast to.
    }], "::mlir::ArrayAttr", "getBroadcast">
  ];
}

#endif // THEANO_DIALECT_THEANO_IR_THEANOINTERFACES_TD
