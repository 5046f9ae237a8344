//===- Images.cpp - what a program gives as code --------------------------===//

#include "Driver/Images.h"

#include "Instructions/Families.h"
#include "Machine/Decoder.h"
#include "Machine/SystemCalls.h"
#include "Machine/Target.h"
#include "Ptx/Link.h"
#include "Ptx/Parser.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <new>

using namespace theano::cuda;
namespace sim = theano::sim;

//===----------------------------------------------------------------------===//
// Products of links
//===----------------------------------------------------------------------===//

static constexpr std::string_view packedMagic = "theano-sim linked PTX\n";

/// The number of texts, then for each the sizes of its name and itself, and
/// both.
std::string theano::cuda::packTexts(const std::vector<NamedText> &texts) {
  std::string packed(packedMagic);
  auto add = [&](uint64_t number) {
    packed.append(reinterpret_cast<const char *>(&number), sizeof(number));
  };
  add(texts.size());
  for (const NamedText &text : texts) {
    add(text.name.size());
    add(text.text.size());
    packed += text.name + text.text;
  }
  return packed;
}

/// False where the bytes end before the texts do.
static bool unpack(std::string_view rest, std::vector<NamedText> &texts) {
  rest.remove_prefix(packedMagic.size());
  auto readNumber = [&](uint64_t &number) {
    if (rest.size() < sizeof(number))
      return false;
    std::memcpy(&number, rest.data(), sizeof(number));
    rest.remove_prefix(sizeof(number));
    return true;
  };
  auto readText = [&](uint64_t size, std::string &text) {
    if (rest.size() < size)
      return false;
    text.assign(rest.data(), size);
    rest.remove_prefix(size);
    return true;
  };
  uint64_t count = 0;
  if (!readNumber(count))
    return false;
  while (texts.size() < count) {
    NamedText text;
    uint64_t name = 0, size = 0;
    if (!readNumber(name) || !readNumber(size) || !readText(name, text.name) ||
        !readText(size, text.text))
      return false;
    texts.push_back(std::move(text));
  }
  return count > 0;
}

Result theano::cuda::readImage(const void *image, size_t bound,
                               std::vector<NamedText> &texts,
                               std::string &log) {
  const char *bytes = static_cast<const char *>(image);
  auto startsWith = [&](std::string_view start) {
    return std::strncmp(bytes, start.data(), start.size()) == 0;
  };
  const char *what = nullptr;
  if (startsWith("\x7f"
                 "ELF"))
    what = "a cubin";
  else if (startsWith("\x50\xed\x55\xba") || startsWith("\xb1\x43\x62\x46"))
    what = "a fatbin";
  else if (startsWith("BC\xc0\xde") || startsWith("\xed\x43\x4e\x7f"))
    what = "LLVM or LTO code";
  else if (startsWith("!<arch>"))
    what = "a library of objects";
  if (what) {
    log = "ptxas fatal   : the image is compiled code (" + std::string(what) +
          "), which is not simulated; expected PTX text\n";
    return Result::NoBinaryForGpu;
  }
  if (!startsWith(packedMagic)) {
    texts = {{"", bytes}};
    return Result::Success;
  }
  if (unpack({bytes, bound}, texts))
    return Result::Success;
  log = "ptxas fatal   : the product of a link is not complete\n";
  return Result::InvalidImage;
}

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

static Result resultOf(sim::Refusal refusal) {
  switch (refusal) {
  case sim::Refusal::NewerVersion:
    return Result::UnsupportedPtxVersion;
  case sim::Refusal::NoMemory:
    return Result::OutOfMemory;
  case sim::Refusal::Invalid:
    break;
  }
  return Result::InvalidPtx;
}

static Result parse(const NamedText &text, std::unique_ptr<sim::Module> &module,
                    std::string &log) {
  sim::Diagnostics diagnostics;
  module = sim::parsePtx(text.text, diagnostics);
  if (!module) {
    log += diagnostics.log();
    return resultOf(diagnostics.refusal());
  }
  int arch = state().options.arch;
  if (static_cast<int>(sim::archNumber(module->target)) > arch) {
    log += "ptxas fatal   : the target " + std::string(module->target) +
           " is newer than the device, sm_" + std::to_string(arch) + "\n";
    return Result::NoBinaryForGpu;
  }
  return Result::Success;
}

static Result load(const std::vector<NamedText> &texts,
                   sim::AddressSpace &memory, std::unique_ptr<sim::Image> &made,
                   std::string &log) {
  std::vector<sim::LinkInput> inputs;
  for (const NamedText &text : texts) {
    sim::LinkInput &input = inputs.emplace_back();
    input.name = text.name;
    THEANO_SIM_TRY(parse(text, input.module, log));
  }
  std::unique_ptr<sim::Module> module;
  // What is not of a link has no name.
  if (inputs.size() == 1 && inputs.front().name.empty())
    module = std::move(inputs.front().module);
  else if (!inputs.empty())
    module = sim::linkModules(
        std::move(inputs),
        [](std::string_view name) { return sim::findSystemCall(name); }, log);
  if (!module)
    return Result::NoBinaryForGpu;
  sim::Diagnostics diagnostics;
  made = sim::decode(std::move(module), sim::instructionTable(), memory,
                     diagnostics);
  log += diagnostics.log();
  return made ? Result::Success : resultOf(diagnostics.refusal());
}

static constexpr const char *noMemory =
    "ptxas fatal   : the host has no memory left for what it makes of the "
    "text\n";

Result theano::cuda::loadImage(const std::vector<NamedText> &texts,
                               sim::AddressSpace &memory,
                               std::unique_ptr<sim::Image> &made,
                               std::string &log) {
  try {
    return load(texts, memory, made, log);
  } catch (const std::bad_alloc &) {
    log = noMemory;
    return Result::OutOfMemory;
  }
}

Result theano::cuda::checkText(const NamedText &text, std::string &log) {
  try {
    std::unique_ptr<sim::Module> module;
    return parse(text, module, log);
  } catch (const std::bad_alloc &) {
    log = noMemory;
    return Result::OutOfMemory;
  }
}

Result theano::cuda::readFile(const char *path, std::string &bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Result::FileNotFound;
  bytes.assign(std::istreambuf_iterator<char>(file), {});
  return file.bad() ? Result::FileNotFound : Result::Success;
}
