//===- GraphCalls.cpp - what kernels tell the graph they are in -----------===//

#include "Machine/GraphCalls.h"

#include "Machine/Block.h"

#include <bit>
#include <cstring>

namespace theano::sim {

static const Op *setConditionalOp(Warp &warp, const Op &op) {
  const LaunchSpec &launch = warp.block().launch();
  const CallSite &site = launch.image->callSites[op.aux];
  auto read = [&](const ParamBlock &block, unsigned lane, auto &value) {
    std::memcpy(&value, warp.regs + block.at + size_t(lane) * block.stride,
                sizeof(value));
  };
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    uint64_t handle = 0;
    uint32_t value = 0;
    read(site.arguments[0], lane, handle);
    read(site.arguments[1], lane, value);
    if (!launch.setConditional || !launch.setConditional(handle, value))
      return warp.fault(op, lane, cuda::Result::LaunchFailed,
                        "cudaGraphSetConditional: " + std::to_string(handle) +
                            " is not the handle of a condition");
  }
  return &op + 1;
}

Handler graphCallOf(const Function &declaration) {
  const Signature &signature = declaration.signature;
  auto bytes = [&](size_t i) {
    const Parameter &parameter = signature.parameters[i];
    return parameter.variable ? parameter.variable->bytes
                              : uint64_t(bitsOf(parameter.type)) / 8;
  };
  bool fits = declaration.name == "cudaGraphSetConditional" &&
              signature.results.empty() && signature.parameters.size() == 2 &&
              bytes(0) == 8 && bytes(1) == 4;
  return fits ? &setConditionalOp : nullptr;
}

} // namespace theano::sim
