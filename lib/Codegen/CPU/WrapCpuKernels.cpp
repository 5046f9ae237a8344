//===- WrapCpuKernels.cpp - the one signature that the runtime calls ------===//

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "theano/Codegen/CPU/Passes.h"

namespace theano {
#define GEN_PASS_DEF_WRAPCPUKERNELS
#include "theano/Codegen/CPU/Passes.h.inc"
} // namespace theano

using namespace mlir;

namespace {
struct WrapCpuKernels : theano::impl::WrapCpuKernelsBase<WrapCpuKernels> {
  void runOnOperation() override {
    SmallVector<LLVM::LLVMFuncOp> functions;
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>())
      if (!function.isExternal())
        functions.push_back(function);
    for (LLVM::LLVMFuncOp function : functions)
      wrap(function);
  }

  void wrap(LLVM::LLVMFuncOp function) {
    MLIRContext *context = &getContext();
    OpBuilder builder(function);
    Location loc = function.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(context);
    Type i64 = builder.getI64Type();
    std::string name = function.getName().str();
    function.setName(name + ".body");
    function.setLinkage(LLVM::Linkage::Internal);
    function.setAlwaysInline(true);

    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context),
                                            {pointer, i64, i64});
    auto wrapper = LLVM::LLVMFuncOp::create(builder, loc, name, type);
    Block *entry = wrapper.addEntryBlock(builder);
    builder.setInsertionPointToStart(entry);
    ArrayRef<Type> parameters = function.getArgumentTypes();
    SmallVector<Value> arguments;
    for (auto [i, parameter] : llvm::enumerate(parameters.drop_back(2))) {
      Value slot =
          LLVM::GEPOp::create(builder, loc, pointer, i64, entry->getArgument(0),
                              ArrayRef<LLVM::GEPArg>{int32_t(i)});
      // Narrow scalars occupy the low bytes of their word.
      arguments.push_back(LLVM::LoadOp::create(builder, loc, parameter, slot));
    }
    arguments.push_back(entry->getArgument(1));
    arguments.push_back(entry->getArgument(2));
    LLVM::CallOp::create(builder, loc, function, arguments);
    LLVM::ReturnOp::create(builder, loc, ValueRange{});
  }
};
} // namespace
