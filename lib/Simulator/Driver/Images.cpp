//===- Images.cpp - what a program gives as code --------------------------===//

#include "Driver/Images.h"

#include "Instructions/Families.h"
#include "Machine/Decoder.h"
#include "Machine/SystemCalls.h"
#include "Machine/Target.h"
#include "Ptx/Link.h"
#include "Ptx/Parser.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <new>

using namespace theano::cuda;
namespace sim = theano::sim;

//===----------------------------------------------------------------------===//
// Products of links
//===----------------------------------------------------------------------===//

// A product holds no texts but a number that stands for them, so that bytes
// which are not ours are never followed: they may be cut off, or of another
// process.
static constexpr std::string_view productMagic = "theano-sim linked PTX\n";
static constexpr size_t numberDigits = 16;

using Texts = std::vector<NamedText>;

/// By their numbers; a program may load a product at any time, so that they
/// stay. Never destroyed, like the state.
static std::map<uint64_t, Texts> &products() {
  static auto *made = new std::map<uint64_t, Texts>();
  return *made;
}

/// Of the texts alone: another process does not take a number for other texts.
static uint64_t numberOf(const Texts &texts) {
  uint64_t hash = 0xcbf29ce484222325;
  auto add = [&](const std::string &bytes) {
    for (char byte : bytes)
      hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    hash = (hash ^ bytes.size()) * 0x100000001b3;
  };
  for (const NamedText &text : texts) {
    add(text.name);
    add(text.text);
  }
  return hash;
}

std::string theano::cuda::makeProduct(const Texts &texts) {
  uint64_t number = numberOf(texts);
  while (true) {
    auto [entry, isNew] = products().try_emplace(number, texts);
    if (isNew || std::ranges::equal(entry->second, texts))
      break;
    ++number;
  }
  char digits[numberDigits + 1];
  std::snprintf(digits, sizeof(digits), "%016" PRIx64, number);
  return std::string(productMagic) + digits;
}

/// The texts of a product, or null. `digits` ends with a zero, or behind the
/// number.
static const Texts *findProduct(const char *digits) {
  uint64_t number = 0;
  for (size_t i = 0; i < numberDigits; ++i) {
    constexpr std::string_view all = "0123456789abcdef";
    size_t digit = all.find(digits[i]);
    if (digit == std::string_view::npos)
      return nullptr;
    number = number << 4 | digit;
  }
  auto found = products().find(number);
  return found == products().end() ? nullptr : &found->second;
}

Result theano::cuda::readImage(const void *image, std::vector<NamedText> &texts,
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
  if (!startsWith(productMagic)) {
    texts = {{"", bytes}};
    return Result::Success;
  }
  if (const Texts *found = findProduct(bytes + productMagic.size())) {
    texts = *found;
    return Result::Success;
  }
  log = "ptxas fatal   : the product of a link is not complete, or of another "
        "process\n";
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
  // What one architecture alone has is for no later one, either.
  if (module->target.ends_with('a') &&
      static_cast<int>(sim::archNumber(module->target)) != arch) {
    log += "ptxas fatal   : the target " + std::string(module->target) +
           " is for its own architecture alone, and the device is sm_" +
           std::to_string(arch) + "\n";
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
  // What opens need not be a file that can be read. The stream says so, where
  // the buffer below it throws.
  std::array<char, 1 << 14> piece;
  do {
    file.read(piece.data(), piece.size());
    bytes.append(piece.data(), static_cast<size_t>(file.gcount()));
  } while (file);
  return file.bad() ? Result::FileNotFound : Result::Success;
}
