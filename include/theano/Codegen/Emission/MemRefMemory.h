//===- MemRefMemory.h - kernel arguments as flat memrefs --------*- C++ -*-===//

#ifndef THEANO_CODEGEN_EMISSION_MEMREFMEMORY_H
#define THEANO_CODEGEN_EMISSION_MEMREFMEMORY_H

#include "theano/Codegen/Emission/ElementEmitter.h"

namespace theano::emission {

/// The status word of a call (see theano/Runtime): {i32 code, i32 location,
/// i64 values[4]}; the first failing check claims `code`.
constexpr int64_t kStatusLocationOffset = 4;
constexpr int64_t kStatusValuesOffset = 8;
constexpr unsigned kStatusValues = 4;

/// The discardable attribute of a kernel.check that holds the number of its
/// location in the Program's table.
constexpr llvm::StringLiteral kLocationIdAttr = "kernel.location";

/// Memory over one `memref<?xT>` an argument.
class MemRefMemory : public Memory {
public:
  /// `buffers` by argument number, null for scalars. `status` is a pointer of
  /// the LLVM dialect, or null for a kernel without checks. Vector accesses
  /// carry `alignment` bytes where it is not 0.
  MemRefMemory(llvm::SmallVector<mlir::Value> buffers, mlir::Value status,
               uint64_t alignment = 0)
      : buffers(std::move(buffers)), status(status), alignment(alignment) {}

  mlir::Value load(mlir::OpBuilder &builder, mlir::Location loc,
                   unsigned argument, mlir::Value linear,
                   mlir::Type type) override;
  void store(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
             unsigned argument, mlir::Value linear) override;
  void check(mlir::OpBuilder &builder, mlir::Location loc,
             mlir::Value condition, kernel::CheckOp op,
             mlir::ValueRange values) override;

  /// The memref of argument number `argument`.
  mlir::Value getBuffer(unsigned argument) const { return buffers[argument]; }

private:
  llvm::SmallVector<mlir::Value> buffers;
  mlir::Value status;
  uint64_t alignment;
};

} // namespace theano::emission

#endif // THEANO_CODEGEN_EMISSION_MEMREFMEMORY_H
