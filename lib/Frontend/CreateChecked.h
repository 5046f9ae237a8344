//===- CreateChecked.h - builds an op, errors as values ---------*- C++ -*-===//

#ifndef THEANO_LIB_FRONTEND_CREATECHECKED_H
#define THEANO_LIB_FRONTEND_CREATECHECKED_H

#include "mlir/IR/Diagnostics.h"
#include "theano/Dialect/Theano/IR/CreateOrError.h"
#include "theano/Frontend/GraphBuilder.h"

namespace theano {

/// The first diagnostic of a verifier without its "'theano.dot' op " and with
/// the name that users know.
std::string asUserMessage(llvm::StringRef diagnostic);

/// Runs `build` and returns what it reported when it fails.
template <typename Build>
auto captureErrors(mlir::MLIRContext *context, Build build)
    -> Expected<std::remove_reference_t<decltype(*build())>> {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          if (message.empty())
                                            message = diagnostic.str();
                                          return mlir::success();
                                        });
  auto result = build();
  if (failed(result))
    return invalidArgument(asUserMessage(message));
  return std::move(*result);
}

/// `OpTy` at the end of the workspace, or why it cannot be. For ops that
/// the rules of this library have not made valid already.
template <typename OpTy>
Expected<mlir::Value> createChecked(GraphBuilder &graph,
                                    mlir::ValueRange operands,
                                    typename OpTy::Properties properties = {},
                                    mlir::Type elementType = {}) {
  mlir::OpBuilder builder(&graph.context());
  builder.setInsertionPointToEnd(&graph.workspace());
  Expected<OpTy> op = captureErrors(&graph.context(), [&] {
    return createOrError<OpTy>(builder, graph.location(), operands, properties,
                               elementType);
  });
  if (!op)
    return op.takeStatus();
  return mlir::Value((*op)->getResult(0));
}

inline mlir::Type elementType(GraphBuilder &graph, DType dtype) {
  return getTypeOfDtype(&graph.context(), dtypeName(dtype));
}

/// A constant of the graph.
mlir::Value createConstant(GraphBuilder &graph, mlir::ElementsAttr value);

/// Whether `x` holds one number many times over, which then can be cast and
/// padded here and now.
mlir::DenseElementsAttr getSplat(mlir::Value x);
/// The splat with its elements cast as `theano.cast` does it; null where that
/// needs care (floats to integers).
mlir::DenseElementsAttr castSplat(mlir::DenseElementsAttr splat, mlir::Type to);

} // namespace theano

#endif // THEANO_LIB_FRONTEND_CREATECHECKED_H
