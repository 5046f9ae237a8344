//===- Kernel.h - runs a PTX text in a test ---------------------*- C++ -*-===//

#ifndef THEANO_TEST_SIMULATOR_KERNEL_H
#define THEANO_TEST_SIMULATOR_KERNEL_H

#include "Instructions/Families.h"
#include "Machine/Decoder.h"
#include "Machine/Launch.h"
#include "Ptx/Parser.h"

#include "gtest/gtest.h"
#include <bit>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace theano::sim {

/// "version", target and address size, which every text starts with: 3 lines.
inline std::string ptxHeadFor(const std::string &version,
                              const std::string &target) {
  return ".version " + version + "\n.target " + target + "\n.address_size 64\n";
}
inline const std::string ptxHead = ptxHeadFor("8.0", "sm_80");

/// Where THEANO_SIM_TEST_DUMP names a folder, writes a text there, for ptxas to
/// judge it as well.
inline void dumpPtx(const std::string &text, bool loaded) {
  static unsigned number = 0;
  if (const char *folder = std::getenv("THEANO_SIM_TEST_DUMP"))
    std::ofstream(std::string(folder) + "/" + (loaded ? "loaded" : "refused") +
                  std::to_string(number++) + ".ptx")
        << text;
}

/// A module with its own memory.
struct Kernel {
  explicit Kernel(const std::string &text, const std::string &head = ptxHead) {
    std::unique_ptr<Module> module = parsePtx(head + text, diagnostics);
    if (module)
      image =
          decode(std::move(module), instructionTable(), memory, diagnostics);
    dumpPtx(head + text, image != nullptr);
  }
  /// The log of a module that must not load.
  std::string log() const {
    EXPECT_FALSE(image) << "loaded all the same";
    return diagnostics.log();
  }

  template <typename T> uint64_t upload(const std::vector<T> &values) {
    uint64_t bytes = std::max<size_t>(values.size(), 1) * sizeof(T);
    uint64_t address = memory.allocate(bytes, AllocationKind::Device).value();
    std::memcpy(reinterpret_cast<void *>(address), values.data(),
                values.size() * sizeof(T));
    memory.noteWritten(address, values.size() * sizeof(T));
    return address;
  }
  template <typename T> std::vector<T> download(uint64_t address, size_t n) {
    std::vector<T> values(n);
    std::memcpy(values.data(), reinterpret_cast<void *>(address),
                n * sizeof(T));
    return values;
  }

  /// The first entry with 64-bit arguments; there must be an image.
  LaunchSpec launch(uint32_t grid, uint32_t block,
                    const std::vector<uint64_t> &arguments,
                    uint32_t dynamicShared = 0) {
    LaunchSpec launch;
    launch.image = image.get();
    for (const FunctionCode &code : image->functions)
      if (code.ast->isEntry && !launch.kernel)
        launch.kernel = &code;
    launch.grid = {grid, 1, 1};
    launch.block = {block, 1, 1};
    launch.dynamicShared = dynamicShared;
    launch.memory = &memory;
    launch.parameters.resize(arguments.size() * sizeof(uint64_t));
    if (!arguments.empty())
      std::memcpy(launch.parameters.data(), arguments.data(),
                  launch.parameters.size());
    EXPECT_EQ(launch.parameters.size(), launch.kernel->parameterBytes);
    return launch;
  }

  /// Runs it.
  std::optional<Fault> run(uint32_t grid, uint32_t block,
                           const std::vector<uint64_t> &arguments,
                           uint32_t dynamicShared = 0) {
    if (!image) {
      ADD_FAILURE() << diagnostics.log();
      return std::nullopt;
    }
    LaunchResult result =
        runLaunch(launch(grid, block, arguments, dynamicShared), options);
    counters = std::move(result.counters);
    return result.fault;
  }

  AddressSpace memory{uint64_t(1) << 30};
  Diagnostics diagnostics;
  std::unique_ptr<Image> image;
  LaunchOptions options;
  std::unique_ptr<Counters> counters; ///< of the last run
};

/// Runs `instruction` on one thread and answers d. Registers: %d, %a, %b, %c of
/// 16, 32 or 64 bits by the letters of `types` (h, w or l; p for a predicate as
/// 0 or 1), in this order.
inline uint64_t evaluate(const std::string &types,
                         const std::string &instruction, uint64_t a = 0,
                         uint64_t b = 0, uint64_t c = 0) {
  const char *names[] = {"d", "a", "b", "c"};
  std::string text = ".visible .entry k(.param .u64 out, .param .u64 pa, "
                     ".param .u64 pb, .param .u64 pc) {\n"
                     ".reg .b64 %out, %t; .reg .pred %q; .reg .b64 %z;\n"
                     "ld.param.u64 %out, [out];\nmov.u64 %z, 0;\n";
  std::string store;
  for (size_t i = 0; i < types.size(); ++i) {
    std::string reg = std::string("%") + names[i];
    std::string bits = types[i] == 'h' ? "16" : types[i] == 'w' ? "32" : "64";
    text +=
        ".reg ." + (types[i] == 'p' ? "pred" : "b" + bits) + " " + reg + ";\n";
    if (i > 0) {
      text += "ld.param.u64 %t, [p" + std::string(names[i]) + "];\n";
      text += types[i] == 'p'   ? "setp.ne.u64 " + reg + ", %t, 0;\n"
              : types[i] == 'l' ? "mov.b64 " + reg + ", %t;\n"
                                : "cvt.u" + bits + ".u64 " + reg + ", %t;\n";
    } else {
      store = types[i] == 'p'
                  ? "selp.b64 %t, 1, 0, %d;\nst.global.b64 [%out], %t;\n"
                  : "st.global.b64 [%out], %z;\nst.global.b" + bits +
                        " [%out], %d;\n";
    }
  }
  text += instruction + "\n" + store + "ret;\n}\n";
  Kernel kernel(text);
  uint64_t out = kernel.upload<uint64_t>({0});
  std::optional<Fault> fault = kernel.run(1, 1, {out, a, b, c});
  if (fault)
    ADD_FAILURE() << fault->text();
  return kernel.download<uint64_t>(out, 1)[0];
}

inline uint64_t bitsOf(float value) { return std::bit_cast<uint32_t>(value); }
inline uint64_t bitsOf(double value) { return std::bit_cast<uint64_t>(value); }

} // namespace theano::sim

#endif // THEANO_TEST_SIMULATOR_KERNEL_H
