//===- SimulatorFindings.cpp - what the simulated GPU finds ---------------===//

#include "Platform.h"

using namespace theano;
using namespace theano::conformance;

namespace {

/// Runs `take` on 3 numbers of which it is told that they are 4, for the last;
/// what the simulator found.
std::vector<std::string> readOnePast(bool exact) {
  Expected<std::shared_ptr<Device>> opened = simPlatform.open(exact);
  EXPECT_TRUE(opened) << opened.message();
  if (!opened)
    return {};
  std::shared_ptr<Device> device = std::move(*opened);
  Program program = emptyProgram(*device, "kernels");
  Expected<std::unique_ptr<LoadedModule>> module = device->loadModule(program);
  // The block that is wanted may be one that was larger and full.
  std::vector<float> numbers(64);
  int64_t index = 3;
  StatusWord clean;
  EXPECT_TRUE(module);
  {
    Expected<Buffer> before = Buffer::allocate(device, 13);
    EXPECT_TRUE(before &&
                device->copyToDevice(before->address(), numbers.data(), 13)
                    .succeeded());
  }
  Expected<Buffer> x = Buffer::allocate(device, 12);
  Expected<Buffer> at = Buffer::allocate(device, sizeof(index));
  Expected<Buffer> out = Buffer::allocate(device, 4);
  Expected<Buffer> word = Buffer::allocate(device, sizeof(clean));
  EXPECT_TRUE(x && at && out && word);
  if (!module || !x || !at || !out || !word)
    return {};
  EXPECT_TRUE(
      device->copyToDevice(x->address(), numbers.data(), 12).succeeded());
  EXPECT_TRUE(
      device->copyToDevice(at->address(), &index, sizeof(index)).succeeded());
  EXPECT_TRUE(
      device->copyToDevice(word->address(), &clean, sizeof(clean)).succeeded());
  uint64_t arguments[] = {x->address(),   at->address(), out->address(), 1, 4,
                          word->address()};
  Status status = device->launch(
      **module, {.kernel = takeKernel, .arguments = arguments, .bytes = 60});
  EXPECT_TRUE(status.succeeded()) << status.message();
  return simPlatform.complaints();
}

TEST(SimulatorFindings, OneElementPastATensorThatHasItsOwnAllocation) {
  std::vector<std::string> found = readOnePast(/*exact=*/true);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("kernel 'take', block (0,0,0), thread (0,0,0), PTX "
                          "line 68 (ld.global.f32): out of bounds: read of 4 "
                          "bytes at global address 0x"),
            std::string::npos)
      << found[0];
  EXPECT_NE(found[0].find(", 0 bytes behind the end of allocation "),
            std::string::npos)
      << found[0];
}

TEST(SimulatorFindings, APoolHidesWhereItsBlocksEnd) {
  // With all checks on it is unwritten memory at best.
  for (const std::string &found : readOnePast(/*exact=*/false))
    EXPECT_NE(found.find("unwritten memory"), std::string::npos) << found;
}

} // namespace
