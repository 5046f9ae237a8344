//===- TheanoBase.td - types and base classes of the theano dialect -------===//

#ifndef THEANO_DIALECT_THEANO_IR_THEANOBASE_TD
#define THEANO_DIALECT_THEANO_IR_THEANOBASE_TD

include "theano/Dialect/Theano/IR/TheanoDialect.td"
include "theano/Dialect/Theano/IR/TheanoInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

// A ranked tensor without an encoding whose element type satisfies one of the
// predicates of ElementTypes.h.
class Theano_TensorOf<string predicate, string values>
    : Type<CPred<"::theano::isTensorOf($_self, ::theano::" # predicate # ")">,
           "ranked tensor of " # values, "::mlir::RankedTensorType">;

def Theano_AnyTensor : Theano_TensorOf<"isDtype",
    "bool (i1), i8 to i64, ui8 to ui64, f16, bf16, f32 or f64">;
def Theano_NumericTensor : Theano_TensorOf<"isNumeric",
    "numbers (i8 to i64, ui8 to ui64, f16, bf16, f32, f64; cast bool first)">;
def Theano_FloatTensor : Theano_TensorOf<"isFloat",
    "floats (f16, bf16, f32, f64; cast bool and integers first)">;
def Theano_IntTensor : Theano_TensorOf<"isInteger",
    "integers (i8 to i64, ui8 to ui64)">;
def Theano_BoolOrIntTensor : Theano_TensorOf<"isBoolOrInteger",
    "bool (i1) or integers (i8 to i64, ui8 to ui64)">;
def Theano_BoolTensor : Theano_TensorOf<"isBool", "bool (i1)">;
def Theano_Int64Tensor : Theano_TensorOf<"isInt64", "i64">;

// A size or an index known at run time. The type is unique, so text leaves it
// out.
def Theano_Size : Type<
    CPred<"::theano::isSizeType($_self)">, "0-d tensor of i64 (tensor<i64>)",
    "::mlir::RankedTensorType">,
  BuildableType<"::theano::getSizeType($_builder.getContext())">;

// For each operand the dimensions along which it broadcasts.
def Theano_BroadcastAttr : TypedArrayAttrBase<DenseI64ArrayAttr,
    "list of broadcast dimensions for each operand">;

//===----------------------------------------------------------------------===//
// Base classes
//===----------------------------------------------------------------------===//

// Type inference from an adaptor, as upstream's InferTypeOpAdaptor, but checked
// by the op's own verifier: the interface's check would add an error that says
// nothing to the one that inference reports.
def Theano_InferTypes : TraitList<[
  DeclareOpInterfaceMethods<InferTypeOpInterface>,
  NativeOpTrait<"InferTypeOpAdaptor", [], [{
    static ::llvm::LogicalResult
    inferReturnTypes(::mlir::MLIRContext *context,
                     std::optional<::mlir::Location> location, Adaptor adaptor,
                     ::llvm::SmallVectorImpl<::mlir::Type> &types);
    static bool isCompatibleReturnTypes(::mlir::TypeRange inferred,
                                        ::mlir::TypeRange stated);
    static ::llvm::LogicalResult
    refineReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location>,
                      ::mlir::ValueRange, ::mlir::DictionaryAttr,
                      ::mlir::OpaqueProperties, ::mlir::RegionRange,
                      ::llvm::SmallVectorImpl<::mlir::Type> &) {
      return ::mlir::success();
    }
  }], [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, std::optional<::mlir::Location> location,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr attributes,
        ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      $cppClass::Adaptor adaptor(operands, attributes, properties, regions);
      return $cppClass::inferReturnTypes(context, location, adaptor, types);
    }
  }]>
]>;

// Every op infers its result types; a stated type may leave open what is
// inferred. An op whose check at run time may fail must not be executed where
// the program would not have: getSpeculatability says so.
class Theano_Op<string mnemonic, list<Trait> traits = []>
    : Op<Theano_Dialect, mnemonic, !listconcat(traits, [
        Theano_InferTypes, NoMemoryEffect,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                  ["reifyResultShapes"]>])> {
  let hasVerifier = 1;
  // What every op says of its sizes: static ones by inference, the others as
  // expressions in those of its operands.
  code reifyShapes = [{
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder,
        ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      return ::theano::inference::reifyShape(*this, builder, shapes);
    }
  }];
  code verifyTypes = reifyShapes # [{
    ::llvm::LogicalResult $cppClass::verify() {
      return ::theano::inference::verifyTypes(*this);
    }
  }];
  code isCompatible = [{
    bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred,
                                            ::mlir::TypeRange stated) {
      return ::theano::inference::isCompatible(inferred, stated);
    }
  }] # verifyTypes;
  let extraClassDefinition = isCompatible;
  // For ops that compute elements.
  code foldElements = [{
    ::mlir::OpFoldResult $cppClass::fold(FoldAdaptor adaptor) {
      return ::theano::foldElementwise(getOperation(), adaptor.getOperands());
    }
  }];
}

// An op that cannot fail at run time.
class Theano_PureOp<string mnemonic, list<Trait> traits = []>
    : Theano_Op<mnemonic, !listconcat(traits, [AlwaysSpeculatable])>;

// An op that may fail at run time, depending on what is known about it.
class Theano_CheckedOp<string mnemonic, list<Trait> traits = []>
    : Theano_Op<mnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<ConditionallySpeculatable>])>;

#endif // THEANO_DIALECT_THEANO_IR_THEANOBASE_TD
