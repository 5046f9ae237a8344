//===- UnwrittenTest.cpp - reads of memory that nothing has written -------===//

#include "Kernel.h"

#include "Memory/WrittenBytes.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

/// The body starts at line 9.
std::string entry(const std::string &body, const std::string &before = "") {
  return before +
         ".visible .entry k(.param .u64 p) {\n"
         ".reg .b32 %t, %r<8>; .reg .b64 %p, %a, %rd<4>; .reg .pred %q;\n"
         ".reg .b16 %h;\n"
         "mov.u32 %t, %tid.x; ld.param.u64 %p, [p];\n"
         "mul.wide.u32 %a, %t, 4; add.s64 %a, %p, %a;\n" +
         body + "\nret;\n}\n";
}

/// A kernel on `bytes` bytes of which the first `written` are.
struct Checked : Kernel {
  explicit Checked(const std::string &text) : Kernel(text) {
    options.deepChecks = true;
    memory.trackWrites(true);
  }
  uint64_t allocate(uint64_t bytes, uint64_t written) {
    uint64_t address = memory.allocate(bytes, AllocationKind::Device).value();
    memory.noteWritten(address, written);
    return address;
  }
};

Fault faultOf(const std::string &text, uint64_t written = 0,
              uint32_t threads = 32) {
  Checked kernel(text);
  std::optional<Fault> fault =
      kernel.run(1, threads, {kernel.allocate(128, written)});
  EXPECT_TRUE(fault) << "no fault was found";
  return fault.value_or(Fault());
}

std::string cleanly(const std::string &text, uint64_t written = 128,
                    uint32_t grid = 1) {
  Checked kernel(text);
  std::optional<Fault> fault =
      kernel.run(grid, 32, {kernel.allocate(128, written)});
  return fault ? fault->text() : "";
}

TEST(Unwritten, GlobalMemoryOfAnAllocation) {
  Fault fault = faultOf(
      entry(".loc 1 7 3\nld.global.u32 %r0, [%a];", ".file 1 \"net.py\"\n"),
      80);
  EXPECT_EQ(fault.result, Result::LaunchFailed);
  EXPECT_EQ(fault.thread[0], 20u);
  EXPECT_EQ(fault.ptxLine, 11u);
  EXPECT_EQ(fault.source, "net.py:7:3");
  EXPECT_TRUE(fault.message.starts_with(
      "unwritten memory: read of 4 bytes at global address 0x"))
      << fault.message;
  EXPECT_TRUE(fault.message.ends_with(", 80 bytes into allocation 1 of 128 "
                                      "bytes, which nothing has written"))
      << fault.message;
  EXPECT_EQ(cleanly(entry("ld.global.u32 %r0, [%a];")), "");
}

TEST(Unwritten, EachByteCounts) {
  Fault fault =
      faultOf(entry("ld.global.v4.u32 {%r0, %r1, %r2, %r3}, [%p];"), 13, 1);
  EXPECT_NE(fault.message.find("of which nothing has written byte 13"),
            std::string::npos)
      << fault.message;
  EXPECT_EQ(cleanly(entry("setp.ge.u32 %q, %t, 13; @%q ret;\n"
                          "cvt.u64.u32 %a, %t; add.s64 %a, %p, %a;\n"
                          "ld.global.u8 %r0, [%a];"),
                    13),
            "");
}

// Of a load that reaches over bytes that nobody uses, in every space.
TEST(Unwritten, BytesThatNobodyUses) {
  auto load = [](const std::string &mask, const std::string &from) {
    return entry(".local .align 16 .b8 l[16];\n"
                 "mov.b32 %r4, 1; st.local.u32 [l], %r4;\n"
                 "st.local.u64 [l+8], %p; st.shared.u32 [s], %r4;\n"
                 "bar.sync 0; st.shared.u64 [s+8], %p; bar.sync 0;\n" +
                     mask + "\n" + from + "\nld.global.u32 %r4, [%a];",
                 ".shared .align 16 .b8 s[16];\n");
  };
  const std::string mask = ".pragma \"used_bytes_mask 0xff0f\";";
  for (std::string from : {"local", "shared"}) {
    std::string vector =
        "ld." + from + ".v4.u32 {%r0, %r1, %r2, %r3}, [" + from[0] + "];";
    EXPECT_EQ(cleanly(load(mask, vector)), "");
    EXPECT_EQ(cleanly(load(".pragma \"used_bytes_mask 65295\";", vector)), "");
    // Of the next instruction alone, and of those bytes alone.
    for (const std::string &other :
         {std::string(), mask + "mov.b32 %r0, 0;",
          std::string(".pragma \"used_bytes_mask 0xff1f\";"),
          std::string(".pragma \"used_bytes_mask sixteen\";")})
      EXPECT_NE(cleanly(load(other, vector)).find("unwritten memory"),
                std::string::npos)
          << other;
  }
  const std::string pair = "ld.global.v2.u32 {%r0, %r1}, [%p];";
  EXPECT_EQ(cleanly(entry(".pragma \"used_bytes_mask 15\";\n" + pair), 4), "");
  EXPECT_NE(cleanly(entry(".pragma \"used_bytes_mask 31\";\n" + pair), 4), "");
}

TEST(Unwritten, AGuardedReadThatNoLaneMakesIsNone) {
  EXPECT_EQ(cleanly(entry("setp.ge.u32 %q, %t, 8;\n"
                          "@!%q ld.global.u32 %r0, [%a];"),
                    32),
            "");
  EXPECT_EQ(faultOf(entry("setp.ge.u32 %q, %t, 9;\n"
                          "@!%q ld.global.u32 %r0, [%a];"),
                    32)
                .thread[0],
            8u);
}

TEST(Unwritten, AStoreWritesAndLaterLaunchesSeeIt) {
  std::string text = entry("ld.global.u32 %r0, [%a];") +
                     ".visible .entry write(.param .u64 p) {\n"
                     ".reg .b32 %t; .reg .b64 %p, %a;\n"
                     "mov.u32 %t, %tid.x; ld.param.u64 %p, [p];\n"
                     "mul.wide.u32 %a, %t, 4; add.s64 %a, %p, %a;\n"
                     "st.global.u32 [%a], %t; ret;\n}\n";
  Checked kernel(text);
  uint64_t p = kernel.allocate(128, 0);
  LaunchSpec launch = kernel.launch(1, 32, {p});
  launch.kernel = &kernel.image->functions[1];
  ASSERT_FALSE(runLaunch(launch, kernel.options).fault);
  EXPECT_FALSE(kernel.run(1, 32, {p}));
  launch.block = {31, 1, 1};
  uint64_t other = kernel.allocate(128, 0);
  std::memcpy(launch.parameters.data(), &other, sizeof(other));
  ASSERT_FALSE(runLaunch(launch, kernel.options).fault);
  std::optional<Fault> fault = kernel.run(1, 32, {other});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->thread[0], 31u);
}

TEST(Unwritten, AnUpdateReadsWhatItUpdates) {
  EXPECT_EQ(faultOf(entry("red.global.add.u32 [%p], 1;")).ptxLine, 9u);
  EXPECT_EQ(cleanly(entry("red.global.add.u32 [%p], 1;"), 4), "");
}

TEST(Unwritten, SharedMemoryIsFreshInEachBlock) {
  std::string shared = ".shared .align 4 .b32 s[33];\n";
  std::string address = "mov.u64 %rd0, s; mul.wide.u32 %rd1, %t, 4;\n"
                        "add.s64 %rd0, %rd0, %rd1;\n";
  Fault fault = faultOf(entry(address + "st.shared.u32 [%rd0], %t;\n"
                                        "bar.sync 0;\n"
                                        "ld.shared.u32 %r0, [%rd0+4];",
                              shared));
  EXPECT_EQ(fault.ptxLine, 14u);
  EXPECT_EQ(fault.thread[0], 31u);
  EXPECT_NE(fault.message.find("read of 4 bytes at shared address 0x80, which "
                               "nothing has written"),
            std::string::npos)
      << fault.message;
  EXPECT_EQ(cleanly(entry(address + "st.shared.u32 [%rd0], %t;\n"
                                    "ld.shared.u32 %r0, [%rd0];",
                          shared)),
            "");
  // Block 0 writes, block 1 only reads.
  EXPECT_NE(cleanly(entry(address + "mov.u32 %r1, %ctaid.x;\n"
                                    "setp.eq.u32 %q, %r1, 0;\n"
                                    "@%q st.shared.u32 [%rd0], %t;\n"
                                    "ld.shared.u32 %r0, [%rd0];",
                          shared),
                    128, 2)
                .find("block (1,0,0), thread (0,0,0), PTX line 15"),
            std::string::npos);
}

TEST(Unwritten, LocalMemoryIsOfEachThreadAndCall) {
  std::string local = ".local .align 4 .b32 l[2];\n";
  EXPECT_EQ(faultOf(entry(local + "setp.eq.u32 %q, %t, 5;\n"
                                  "@!%q st.local.u32 [l+4], %t;\n"
                                  "ld.local.u32 %r0, [l+4];"))
                .thread[0],
            5u);
  EXPECT_EQ(cleanly(entry(local + "st.local.u32 [l+4], %t;\n"
                                  "ld.local.u32 %r0, [l+4];")),
            "");
  // The second call does not find what the first has left.
  std::string callee = ".func f(.param .b32 w) {\n"
                       ".local .align 4 .b32 l; .reg .pred %q; .reg .b32 %r;\n"
                       "ld.param.b32 %r, [w]; setp.ne.b32 %q, %r, 0;\n"
                       "@%q st.local.u32 [l], %r; ld.local.u32 %r, [l]; ret;\n"
                       "}\n";
  auto call = [](const char *value) {
    return std::string("{ .param .b32 w0; st.param.b32 [w0], ") + value +
           "; call.uni f, (w0); }\n";
  };
  EXPECT_EQ(cleanly(entry(call("1") + call("2"), callee)), "");
  EXPECT_EQ(faultOf(entry(call("1") + call("0"), callee)).ptxLine, 7u);
}

TEST(Unwritten, GenericAddressesReachEverySpace) {
  EXPECT_EQ(faultOf(entry("ld.u32 %r0, [%a];"), 124).thread[0], 31u);
  EXPECT_NE(faultOf(entry("mov.u64 %rd0, s; cvta.shared.u64 %rd0, %rd0;\n"
                          "ld.u32 %r0, [%rd0];",
                          ".shared .b32 s;\n"))
                .message.find("shared address 0x0"),
            std::string::npos);
}

TEST(Unwritten, VariablesAndParametersAreWritten) {
  EXPECT_EQ(cleanly(entry("ld.global.u32 %r0, [g+4]; ld.const.u32 %r1, [c+4];\n"
                          "ld.param.u32 %r2, [p+4];",
                          ".global .b32 g[2];\n.const .b32 c[2] = {1};\n"),
                    0),
            "");
}

TEST(Unwritten, NothingIsLookedForByDefault) {
  Kernel kernel(entry("ld.global.u32 %r0, [%a];"));
  EXPECT_FALSE(kernel.run(
      1, 32, {kernel.memory.allocate(128, AllocationKind::Device).value()}));
}

TEST(WrittenBytes, CopiesMoveWhatIsMissing) {
  AddressSpace memory(1 << 20);
  memory.trackWrites(true);
  auto make = [&] {
    uint64_t made = memory.allocate(200, AllocationKind::Device).value();
    return std::pair(made, memory.find(made)->written);
  };
  auto [from, fromBytes] = make();
  auto [to, toBytes] = make();
  memory.noteWritten(from, 70);
  memory.noteWritten(to, 200);
  memory.noteCopied(to + 50, from, 100);
  EXPECT_EQ(toBytes->firstUnwritten(0, 200), 120u);
  EXPECT_FALSE(toBytes->all(149, 1));
  EXPECT_TRUE(toBytes->all(150, 50));
  // Overlapping, to the front and to the back.
  memory.noteCopied(to + 10, to + 60, 100);
  EXPECT_EQ(toBytes->firstUnwritten(0, 200), 70u);
  EXPECT_TRUE(toBytes->all(100, 10));
  memory.noteCopied(from + 5, from, 100);
  EXPECT_EQ(fromBytes->firstUnwritten(0, 200), 75u);
}

} // namespace
