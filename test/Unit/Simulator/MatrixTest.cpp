//===- MatrixTest.cpp - ldmatrix, stmatrix and movmatrix ------------------===//
//
// The element (r, c) of matrix m is 64 * m + 8 * r + c, so that a value says
// where it comes from. Lane 4 * r + c / 2 must hold it, in half c % 2 of
// register m.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

const std::string head90 = ptxHeadFor("7.8", "sm_90");

/// `%s` is the address of 1024 bytes of shared memory, of which each lane has
/// filled 32 from its place in `p`, and `%t` the lane. What %r0 to %r3 hold in
/// the end goes to `p`, register by register.
std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 p) {\n"
         ".reg .b32 %t, %u, %s, %x, %r<4>; .reg .b64 %p, %a, %g; .reg .pred "
         "%q;\n"
         ".shared .align 16 .b8 s[1024];\n"
         "ld.param.u64 %p, [p]; mov.u32 %t, %tid.x; mov.u32 %s, s;\n"
         "mad.wide.u32 %a, %t, 32, %p; mad.lo.u32 %u, %t, 32, %s;\n"
         "ld.global.v4.b32 {%r0, %r1, %r2, %r3}, [%a];\n"
         "st.shared.v4.b32 [%u], {%r0, %r1, %r2, %r3};\n"
         "ld.global.v4.b32 {%r0, %r1, %r2, %r3}, [%a+16];\n"
         "st.shared.v4.b32 [%u+16], {%r0, %r1, %r2, %r3};\n"
         "mov.b32 %r0, 0; mov.b32 %r1, 0; mov.b32 %r2, 0; mov.b32 %r3, 0;\n"
         "bar.sync 0;\n" +
         body +
         "\nmad.wide.u32 %a, %t, 4, %p;\n"
         "st.global.b32 [%a], %r0; st.global.b32 [%a+128], %r1;\n"
         "st.global.b32 [%a+256], %r2; st.global.b32 [%a+384], %r3;\nret;\n}\n";
}
/// The line of the body's first instruction.
constexpr uint32_t bodyLine = 15;

/// 512 halves: four matrices one after the other, and as much again that no
/// test expects.
std::vector<uint16_t> numbered() {
  std::vector<uint16_t> halves(512);
  for (unsigned i = 0; i < 512; ++i)
    halves[i] = static_cast<uint16_t>(i < 256 ? i : 0xdead);
  return halves;
}

/// What registers 0 to 3 of all lanes hold after `body`.
std::vector<uint32_t> run(const std::string &body,
                          const std::string &head = ptxHead) {
  Kernel kernel(entry(body), head);
  uint64_t p = kernel.upload(numbered());
  std::optional<Fault> fault = kernel.run(1, 32, {p});
  if (fault)
    ADD_FAILURE() << fault->text();
  return kernel.download<uint32_t>(p, 128);
}
Fault faultOf(const std::string &body, uint32_t threads = 32) {
  Kernel kernel(entry(body));
  uint64_t p = kernel.upload(numbered());
  std::optional<Fault> fault = kernel.run(1, threads, {p});
  EXPECT_TRUE(fault) << "no fault was found";
  return fault.value_or(Fault());
}

/// The registers that `count` matrices should be in; `transposed` swaps row and
/// column.
std::vector<uint32_t> expected(unsigned count, bool transposed) {
  std::vector<uint32_t> registers(128);
  for (unsigned m = 0; m < count; ++m)
    for (unsigned r = 0; r < 8; ++r)
      for (unsigned c = 0; c < 8; ++c) {
        uint32_t value = 64 * m + (transposed ? 8 * c + r : 8 * r + c);
        registers[32 * m + 4 * r + c / 2] |= value << 16 * (c % 2);
      }
  return registers;
}

const std::string rows = "mad.lo.u32 %u, %t, 16, %s;\n";

TEST(Matrix, LoadsOneTwoAndFour) {
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%u];"),
            expected(1, false));
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x2.shared::cta.b16 "
                       "{%r0, %r1}, [%u];"),
            expected(2, false));
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x4.shared.b16 "
                       "{%r0, %r1, %r2, %r3}, [%u];"),
            expected(4, false));
}

TEST(Matrix, LoadsTransposed) {
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%r0}, "
                       "[%u];"),
            expected(1, true));
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 "
                       "{%r0, %r1, %r2, %r3}, [%u];"),
            expected(4, true));
}

// Two of the values by hand: lane 13 is row 3, columns 2 and 3, so 26 and 27;
// transposed it has the elements (2, 3) and (3, 3), 19 and 27.
TEST(Matrix, ALaneByHand) {
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, "
                       "[%u];")[13],
            27u << 16 | 26);
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%r0}, "
                       "[%u];")[13],
            27u << 16 | 19);
}

// Rows may lie anywhere: here the last first. Lane 0 then has row 7.
TEST(Matrix, EachLanePointsAtARow) {
  std::vector<uint32_t> registers =
      run("sub.u32 %u, 7, %t; and.b32 %u, %u, 7; mad.lo.u32 %u, %u, 16, %s;\n"
          "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%u];");
  for (uint32_t lane = 0; lane < 32; ++lane) {
    uint32_t low = 8 * (7 - lane / 4) + 2 * (lane % 4);
    EXPECT_EQ(registers[lane], (low + 1) << 16 | low) << lane;
  }
}

TEST(Matrix, GenericAddressesAndOffsets) {
  EXPECT_EQ(run("cvt.u64.u32 %g, %s; cvta.shared.u64 %g, %g;\n"
                "mad.wide.u32 %g, %t, 16, %g;\n"
                "ldmatrix.sync.aligned.m8n8.x2.b16 {%r0, %r1}, [%g];"),
            expected(2, false));
  // The second matrix first.
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, "
                       "[%u+128];")[0],
            65u << 16 | 64);
  EXPECT_NE(faultOf("ldmatrix.sync.aligned.m8n8.x1.b16 {%r0}, [%p];")
                .message.find("not one of shared memory"),
            std::string::npos);
}

// The destination may be the register that the addresses are in.
TEST(Matrix, LoadsIntoItsAddress) {
  EXPECT_EQ(run("mad.lo.u32 %r0, %t, 16, %s;\n"
                "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%r0];"),
            expected(1, false));
}

// x1 takes 8 addresses and x2 16: what the other lanes have is no address.
TEST(Matrix, IgnoresAddressesOfOtherLanes) {
  EXPECT_EQ(run(rows + "setp.ge.u32 %q, %t, 8; @%q mov.b32 %u, 3;\n"
                       "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, "
                       "[%u];"),
            expected(1, false));
}

TEST(Matrix, MisalignedAndOutOfBoundsRows) {
  Fault fault = faultOf(rows + "setp.eq.u32 %q, %t, 5; @%q add.u32 %u, %u, 8;\n"
                               "ldmatrix.sync.aligned.m8n8.x1.shared.b16 "
                               "{%r0}, [%u];");
  EXPECT_EQ(fault.result, Result::MisalignedAddress);
  EXPECT_EQ(fault.thread[0], 5u);
  EXPECT_EQ(fault.ptxLine, bodyLine + 2);
  fault = faultOf("mad.lo.u32 %u, %t, 144, %s;\n"
                  "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%u+16];");
  EXPECT_EQ(fault.result, Result::IllegalAddress) << fault.text();
  EXPECT_EQ(fault.thread[0], 7u) << "7 * 144 + 16 = 1024";
  EXPECT_NE(fault.message.find("out of bounds: read of 16 bytes at shared "
                               "address 0x400, of 1024 bytes"),
            std::string::npos)
      << fault.message;
}

TEST(Matrix, TheWholeWarpMustTakePart) {
  const std::string load =
      "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%u];\n";
  // 16 lanes have exited, or never were.
  Fault fault = faultOf(rows + "setp.ge.u32 %q, %t, 16; @%q ret;\n" + load);
  EXPECT_NE(fault.message.find("needs all 32 lanes of the warp, of which 16"),
            std::string::npos)
      << fault.message;
  EXPECT_EQ(fault.ptxLine, bodyLine + 2);
  EXPECT_NE(faultOf(rows + load, 24).message.find("of which 24"),
            std::string::npos);
  // The two arms of a branch execute different instructions.
  fault = faultOf(rows + "setp.lt.u32 %q, %t, 16; @%q bra L;\n" + load +
                  "bra OUT;\nL: " + load + "OUT:");
  EXPECT_NE(fault.message.find("divergent warp: other lanes execute the "
                               "instruction at PTX line"),
            std::string::npos)
      << fault.message;
  // Half of the lanes are kept away by a guard and wait further on.
  fault =
      faultOf(rows + "setp.lt.u32 %q, %t, 16;\n@%q " + load + "bar.sync 0;");
  EXPECT_NE(fault.message.find("deadlock"), std::string::npos) << fault.message;
}

// A branch that all lanes leave again does no harm.
TEST(Matrix, LanesMeetAgainBefore) {
  EXPECT_EQ(run(rows + "setp.lt.u32 %q, %t, 16; @%q bra L;\n"
                       "add.u32 %x, %t, 1;\nL: "
                       "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%u];"),
            expected(1, false));
}

// Matrix 0 is stored to the upper half, transposed or not, and read back as
// words of two neighbours.
TEST(Matrix, Stores) {
  auto stored = [](const std::string &store) {
    return run(rows +
                   "ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r0, %r1}, "
                   "[%u];\n" +
                   store +
                   "\nmad.lo.u32 %u, %t, 4, %s; ld.shared.b32 %r0, [%u+512];\n"
                   "ld.shared.b32 %r1, [%u+640];",
               head90);
  };
  auto pair = [](uint32_t low, uint32_t high) { return high << 16 | low; };
  std::vector<uint32_t> plain =
      stored("stmatrix.sync.aligned.m8n8.x2.shared.b16 [%u+512], {%r0, %r1};");
  std::vector<uint32_t> transposed =
      stored("stmatrix.sync.aligned.m8n8.x1.trans.shared.b16 [%u+512], {%r0};");
  for (uint32_t i = 0; i < 32; ++i) {
    EXPECT_EQ(plain[i], pair(2 * i, 2 * i + 1));
    EXPECT_EQ(plain[32 + i], pair(64 + 2 * i, 64 + 2 * i + 1));
    // Memory has at (r, c) what was at (c, r).
    uint32_t r = i / 4, c = 2 * (i % 4);
    EXPECT_EQ(transposed[i], pair(8 * c + r, 8 * (c + 1) + r));
    EXPECT_EQ(transposed[32 + i], 0xdeaddead) << "one matrix was stored";
  }
}

TEST(Matrix, Moves) {
  EXPECT_EQ(run(rows + "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r1}, "
                       "[%u];\n"
                       "movmatrix.sync.aligned.m8n8.trans.b16 %r0, %r1;\n"
                       "mov.b32 %r1, 0;"),
            expected(1, true));
}

TEST(Matrix, RefusesOldTargetsAndVersions) {
  auto logOf = [](const std::string &body, const std::string &version,
                  const std::string &target) {
    return Kernel(entry(body), ptxHeadFor(version, target)).log();
  };
  const std::string load =
      "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%u];";
  EXPECT_NE(logOf(load, "7.0", "sm_70")
                .find("line " + std::to_string(bodyLine) +
                      "; error   : column 1: 'ldmatrix.sync.aligned.m8n8.x1."
                      "shared.b16' requires .target sm_75 or higher"),
            std::string::npos);
  EXPECT_NE(logOf(load, "6.4", "sm_75").find(".version 6.5 or later"),
            std::string::npos);
  const std::string store =
      "stmatrix.sync.aligned.m8n8.x1.shared.b16 [%u], {%r0};";
  EXPECT_NE(logOf(store, "8.0", "sm_89").find(".target sm_90 or higher"),
            std::string::npos);
  EXPECT_NE(logOf(store, "7.7", "sm_90").find(".version 7.8 or later"),
            std::string::npos);
  const std::string move = "movmatrix.sync.aligned.m8n8.trans.b16 %r0, %r1;";
  EXPECT_NE(logOf(move, "7.7", "sm_80").find(".version 7.8 or later"),
            std::string::npos);
}

TEST(Matrix, RefusesWrongRegisters) {
  auto logOf = [](const std::string &body) {
    return Kernel(entry(body)).log();
  };
  EXPECT_NE(logOf("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r0}, [%u];")
                .find("as many registers in braces as there are matrices, 2"),
            std::string::npos);
  EXPECT_NE(logOf("ldmatrix.sync.aligned.m8n8.x1.shared.b16 %r0, [%u];")
                .find("as many registers in braces"),
            std::string::npos);
  EXPECT_NE(logOf("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%a}, [%u];")
                .find("expected a destination of type .b32"),
            std::string::npos);
  EXPECT_NE(logOf("ldmatrix.sync.aligned.m8n8.x3.shared.b16 {%r0}, [%u];")
                .find("'.x3' does not fit there"),
            std::string::npos);
}

} // namespace
