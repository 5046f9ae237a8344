//===- Fault.cpp - what a kernel did wrong --------------------------------===//

#include "Machine/Fault.h"

#include "Machine/AccessText.h"
#include "Machine/Image.h"

namespace theano::sim {

std::string tripleText(const std::array<uint32_t, 3> &values) {
  return "(" + std::to_string(values[0]) + "," + std::to_string(values[1]) +
         "," + std::to_string(values[2]) + ")";
}

std::string Fault::text() const {
  std::string text = "kernel '" + kernel + "', block " + tripleText(block);
  if (hasThread)
    text += ", thread " + tripleText(thread);
  if (ptxLine)
    text += ", PTX line " + std::to_string(ptxLine) + " (" + instruction + ")";
  if (!source.empty())
    text += ", " + source;
  return text + ": " + message;
}

void locate(Fault &fault, const Image &image, uint32_t pc) {
  if (pc >= image.info.size() || !image.info[pc].instruction)
    return;
  const Instruction &instruction = *image.info[pc].instruction;
  fault.ptxLine = instruction.where.line;
  fault.instruction = instruction.opcode;
  for (std::string_view modifier : instruction.modifiers)
    fault.instruction += "." + std::string(modifier);
  const Module &module = *image.info[pc].function->module;
  const SourceLoc &loc = module.locs[instruction.loc];
  if (loc.line == 0)
    return;
  fault.source = loc.file < module.files.size()
                     ? module.files[loc.file]
                     : "file " + std::to_string(loc.file);
  fault.source +=
      ":" + std::to_string(loc.line) + ":" + std::to_string(loc.column);
}

} // namespace theano::sim
