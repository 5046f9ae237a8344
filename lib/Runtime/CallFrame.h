//===- CallFrame.h - the state of one call ----------------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_CALLFRAME_H
#define THEANO_LIB_RUNTIME_CALLFRAME_H

#include "theano/Runtime/Executable.h"

namespace theano {

/// What frames of one executable share.
struct LoadedProgram {
  Program program;
  std::shared_ptr<Device> device;
  std::unique_ptr<LoadedModule> module;
  std::map<std::string, HostFunction> hostFunctions;
  std::vector<Buffer> constants; ///< by SlotId; empty for other kinds
  bool hasStatus = false;        ///< some launch has a status word
};

/// The memory of every slot during a call, and the interpreter of commands.
/// Frames are kept between calls, so that a repeated call allocates little.
class CallFrame final : ExprEnvironment {
public:
  explicit CallFrame(LoadedProgram &loaded);

  /// Forgets the last call. `trace` may be null.
  Status begin(Trace *trace);
  /// Binds an Input or Shared slot; `array` outlives the call.
  void bind(SlotId slot, const DeviceArray &array);
  /// Runs the whole program and waits for what can fail in kernels.
  Status run();
  /// The array of a result, in memory that nothing else refers to. The
  /// memory of the slot is handed over where possible.
  Expected<DeviceArray> takeResult(SlotId slot);
  /// The slots of kind Shared that were written in place so far.
  const std::vector<SlotId> &writtenShared() const { return writtenShared_; }
  /// Frees what the call has left.
  void end();

private:
  struct SlotState {
    bool live = false; ///< has memory (maybe none, when it has no elements)
    DeviceAddress address = 0;
    int64_t bytes = 0;
    const Shape *bound = nullptr; ///< of an Input or Shared slot
    Buffer buffer;                ///< of a Temporary or Output slot
  };

  // The leaves of expressions.
  int64_t dim(uint32_t slot, uint32_t axis) override;
  Expected<int64_t> scalar(uint32_t slot) override;

  Expected<int64_t> evaluate(ExprId id) {
    return evaluator_.evaluate(id, *this);
  }
  Expected<Shape> shapeOf(SlotId slot);
  Expected<int64_t> bytesOf(SlotId slot);
  std::string slotName(SlotId slot) const;
  SlotId storageOf(SlotId slot) const;
  /// The memory of a slot or of what it is an alias of.
  Expected<const SlotState *> access(SlotId slot);
  /// To be called before and after a slot is written.
  Status beginWrite(SlotId slot);
  void endWrite(SlotId slot);
  /// Reads the status word if a launch may have set it.
  Status checkStatus();

  Status runList(const CommandList &commands);
  Status runTraced(const Command &command);
  Status run(const CheckCommand &check);
  Status run(const AllocateCommand &allocate);
  Status run(const FreeCommand &release);
  Status run(const LaunchCommand &command);
  Status run(const CopyCommand &copy);
  Status run(const GemmCommand &command);
  Status run(const HostCallCommand &call);
  Status run(const IfCommand &branch);
  Status run(const WhileCommand &loop);
  Expected<HostArray> hostView(SlotId slot);

  LoadedProgram &loaded_;
  const Program &program_;
  Device &device_;
  ExprEvaluator evaluator_;
  std::vector<SlotState> slots_;
  std::vector<bool> isScalar_; ///< slots that some expression reads
  std::vector<SlotId> writtenShared_;
  std::vector<uint64_t> arguments_;
  std::vector<Launch::Array> arrays_;
  Buffer status_;
  bool statusDirty_ = true;    ///< must be zeroed before a call
  bool statusPending_ = false; ///< a launch may have set it
  Trace *trace_ = nullptr;
};

} // namespace theano

#endif // THEANO_LIB_RUNTIME_CALLFRAME_H
