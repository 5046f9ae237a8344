//===- Program.h - what a compiled function is ------------------*- C++ -*-===//
//
// A Program is plain data: no compiler or driver type appears in it. Target
// makes it, Runtime executes it, and it prints and saves itself.
//
// Lists refer to each other by number: slots, kernels, expressions, locations.
// `verify` (Verify.h) checks every such number; the runtime executes verified
// programs only.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_PROGRAM_PROGRAM_H
#define THEANO_PROGRAM_PROGRAM_H

#include "theano/Program/Expr.h"
#include "theano/Support/DType.h"
#include "theano/Support/ErrorCode.h"
#include "theano/Support/LocationTable.h"
#include "theano/Support/TargetInfo.h"

#include <array>
#include <string>
#include <variant>
#include <vector>

namespace theano {

using SlotId = uint32_t;
using KernelId = uint32_t;

//===----------------------------------------------------------------------===//
// Slots and the signature
//===----------------------------------------------------------------------===//

enum class SlotKind : uint8_t {
  Input = 0,     ///< bound by the caller; never written
  Shared = 1,    ///< bound to a shared variable; written only in place
  Constant = 2,  ///< holds `data`; never written
  Temporary = 3, ///< lives between its Allocate and its Free
  Output = 4,    ///< allocated by Allocate, fresh in each call, then handed out
};

/// A place for one contiguous row-major array.
struct Slot {
  std::string name; ///< for people; need not be unique
  DType dtype = DType::Float32;
  /// One expression a dimension. Those of an Input or Shared slot are
  /// Dim(this slot, axis) or a Const where the size is static.
  std::vector<ExprId> shape;
  SlotKind kind = SlotKind::Temporary;
  /// A slot whose bytes this one shares under another shape with as many
  /// elements (a reshape), or -1. Such a slot (a Temporary) is never
  /// allocated or freed; what it refers to must not be an alias itself.
  int32_t aliasOf = -1;
  /// The elements of a Constant, in row-major order and native byte order.
  std::vector<uint8_t> data;
};

/// One argument of the function.
struct InputInfo {
  std::string name;
  DType dtype = DType::Float32;
  std::vector<int64_t> dims; ///< static sizes, -1 where any size will do
  std::string sharedName;    ///< of a shared variable; empty for an input
  SlotId slot = 0;
  bool isShared() const { return !sharedName.empty(); }
};

/// One result of the function.
struct ResultInfo {
  std::string name; ///< may be empty
  DType dtype = DType::Float32;
  SlotId slot = 0;        ///< of any kind; what is no fresh Output is copied
  std::string updateName; ///< the shared variable it updates; empty: an output
  bool isUpdate() const { return !updateName.empty(); }
};

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// The kernel's function in the CPU shared object:
/// `void symbol(const uint64_t *args, int64_t firstBlock, int64_t endBlock)`.
/// args[i] is a pointer or an integer. The grid's dimensions are multiplied
/// out; block b of a grid (x, y, z) is b = x + X * (y + Y * z).
struct CpuEntry {
  std::string symbol;
};

enum class ParamType : uint8_t { Pointer = 0, Int32 = 1, Int64 = 2 };

/// The kernel's entry in the PTX module, and what a launch needs to know.
struct PtxEntry {
  std::string entry;
  std::array<uint32_t, 3> block = {1, 1, 1}; ///< threads
  uint32_t staticShared = 0;                 ///< bytes, part of the PTX
  uint32_t dynamicShared = 0;                ///< bytes, given at launch
  std::vector<ParamType>
      params; ///< one for each argument, status word included
};

struct Kernel {
  std::string name;
  std::string family;                ///< "map", "row_reduce", ...
  std::vector<LocationId> locations; ///< of every source op in it
  /// Names of the source ops at each of `locations`, such as "tanh", several
  /// joined by "+"; empty where they are not known.
  std::vector<std::string> ops;
  std::variant<CpuEntry, PtxEntry> entry;
};

//===----------------------------------------------------------------------===//
// Commands
//===----------------------------------------------------------------------===//

struct Command;
using CommandList = std::vector<Command>;

/// Fails the call unless `condition` is not 0.
struct CheckCommand {
  ExprId condition = 0;
  ErrorCode code = ErrorCode::None;
  std::vector<ExprId> values; ///< at most kNumErrorValues
  LocationId location = kUnknownLocation;
};

/// Gives a Temporary or Output slot memory. Allocating a slot that has memory
/// (in a loop) replaces it.
struct AllocateCommand {
  SlotId slot = 0;
};

/// Gives the memory of a Temporary back.
struct FreeCommand {
  SlotId slot = 0;
};

struct BufferArgument {
  SlotId slot = 0;
  bool written = false;
};
struct ScalarArgument {
  ExprId value = 0;
  bool wide = true; ///< i64 (always on a CPU); else i32, checked to fit
};

struct LaunchCommand {
  KernelId kernel = 0;
  std::array<ExprId, 3> grid = {}; ///< blocks; a 0 anywhere launches nothing
  /// Without the status word, which the runtime appends when `hasStatus`.
  std::vector<std::variant<BufferArgument, ScalarArgument>> arguments;
  bool hasStatus = false;
  /// Bytes that the kernel reads and writes by its design, for reports.
  ExprId bytesIn = 0, bytesOut = 0;
  LocationId location = kUnknownLocation;
  /// Of the kernel's locations those that this launch is for, where equal
  /// kernels were merged; empty: all of them.
  std::vector<LocationId> sources;
};

/// Copies all elements; equal dtypes and element counts.
struct CopyCommand {
  SlotId source = 0;
  SlotId target = 0;
};

/// A library's matrix product: for each of `batch` matrices, row-major,
/// c (m x n) = op(a) (m x k) * op(b) (k x n) with op transposing when asked:
/// a is stored k x m when transposeA. dtype is float32 or float64. An operand
/// that is not batched is the same matrix for each. k = 0 gives zeros.
struct GemmCommand {
  bool transposeA = false, transposeB = false;
  bool batchedA = true, batchedB = true;
  ExprId batch = 0, m = 0, n = 0, k = 0;
  SlotId a = 0, b = 0, c = 0;
  DType dtype = DType::Float32;
  LocationId location = kUnknownLocation;
};

/// Calls a function of the host by name with arrays in host memory.
struct HostCallCommand {
  std::string name;
  std::vector<SlotId> inputs, outputs; ///< outputs are allocated before
  std::string attributes;              ///< text for the function
  LocationId location = kUnknownLocation;
};

struct IfCommand {
  ExprId condition = 0;
  CommandList thenCommands, elseCommands;
};

/// Runs `before`, ends when `condition` is 0, runs `body`, and again.
struct WhileCommand {
  CommandList before;
  ExprId condition = 0;
  CommandList body;
};

/// One step. Exactly one op of the planned host function makes one command.
struct Command {
  std::variant<CheckCommand, AllocateCommand, FreeCommand, LaunchCommand,
               CopyCommand, GemmCommand, HostCallCommand, IfCommand,
               WhileCommand>
      step;
};

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

struct Program {
  std::string name;
  TargetInfo target;
  LocationTable locations;
  ExprPool exprs;
  std::vector<Slot> slots;
  std::vector<InputInfo> inputs;
  std::vector<ResultInfo> results;
  std::vector<Kernel> kernels;
  CommandList commands;

  std::vector<uint8_t> cpuObject; ///< a shared object, for a cpu target
  std::string ptx;                ///< a module's text, for a cuda target
};

} // namespace theano

#endif // THEANO_PROGRAM_PROGRAM_H
