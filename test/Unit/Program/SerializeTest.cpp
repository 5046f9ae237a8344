//===- SerializeTest.cpp - programs as text and as bytes ------------------===//

#include "theano/Program/Serialize.h"
#include "SampleProgram.h"
#include "theano/Program/Print.h"
#include "theano/Support/Hashing.h"

#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace theano;

TEST(Print, ShowsEveryPart) {
  EXPECT_EQ(print(test::sampleProgram()), R"(program @main for cuda sm_80
  input 'x': float32 [?] in %0:x
  shared 'W' 'w': float32 [?] in %1:w
  output 'y': float32 from %5
  update of 'W': float32 from %3
slots:
  %0:x: float32 [dim(%0:x, 0)] input
  %1:w: float32 [dim(%1:w, 0)] shared
  %2: float32 [2] constant of 8 bytes
  %3: float32 [dim(%0:x, 0)] temporary
  %4: float32 [dim(%0:x, 0), 1] temporary alias of %3
  %5: float32 [dim(%0:x, 0), 1] output
  %6: int64 [] temporary
kernels:
  @k0 map entry k0 block (128, 1, 1) shared 0+64 ops tanh from net.mlir:3:8
commands:
  check dim(%0:x, 0) == dim(%1:w, 0), shape_mismatch(0, dim(%0:x, 0), dim(%1:w, 0)) at net.mlir:3:8
  allocate %3
  allocate %6
  if value(%6):
    loop:
      launch @k0 grid (ceildiv(dim(%0:x, 0), 128), 1, 1) (%0:x, out %3, dim(%0:x, 0): i32) status at net.mlir:3:8
    while value(%6) < dim(%0:x, 0):
      copy %3 to %3
  else:
    call f(%0:x) to (%3) at net.mlir:3:8
  free %6
  allocate %5
  gemm %5 = %4 * %2 transposed batch 1 m dim(%0:x, 0) n 1 k 1
)");
}

TEST(Print, SharedOperandsDoNotBlowUp) {
  Program program = test::sampleProgram();
  ExprId sum = program.exprs.dim(0, 0);
  for (int64_t i = 1; i < 60; ++i)
    sum = program.exprs.mul(program.exprs.add(sum, program.exprs.constant(i)),
                            sum);
  program.slots[3].shape = {sum};
  EXPECT_LT(print(program).size(), 50000u);
}

TEST(Serialize, RoundTripsAndIsDeterministic) {
  Program program = test::sampleProgram();
  std::vector<uint8_t> bytes = serialize(program);
  Expected<Program> back = deserialize(bytes);
  ASSERT_TRUE(back) << back.message();
  EXPECT_EQ(print(*back), print(program));
  EXPECT_EQ(back->target, program.target);
  EXPECT_EQ(back->ptx, program.ptx);
  EXPECT_EQ(back->slots[2].data, program.slots[2].data);
  EXPECT_EQ(serialize(*back), bytes);
}

TEST(Serialize, OtherVersionsAndKindsAreRefused) {
  std::vector<uint8_t> bytes = serialize(test::sampleProgram());
  bytes[8] = 99;
  EXPECT_NE(deserialize(bytes).message().find("version 99"), std::string::npos);
  bytes[0] = 'X';
  EXPECT_EQ(deserialize(bytes).message(),
            "not a saved program: expected it to begin with THEANOPG");
  EXPECT_TRUE(deserialize({}).failed());
}

TEST(Serialize, TruncatedBytesAreRefused) {
  std::vector<uint8_t> bytes = serialize(test::sampleProgram());
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_TRUE(deserialize(std::span(bytes).first(size)).failed()) << size;
}

// The checksum catches accidents; what is damaged and has the right sum must
// still be read without harm.
TEST(Serialize, GarbledBytesNeverDoWorseThanFail) {
  const std::vector<uint8_t> good = serialize(test::sampleProgram());
  std::mt19937 random(1);
  int failures = 0;
  for (int i = 0; i < 20000; ++i) {
    std::vector<uint8_t> bytes = good;
    for (int flips = 0; flips < 1 + i % 3; ++flips)
      bytes[20 + random() % (bytes.size() - 20)] =
          static_cast<uint8_t>(random());
    uint64_t sum = hashBytes(
        {reinterpret_cast<const char *>(bytes.data()) + 20, bytes.size() - 20});
    std::memcpy(bytes.data() + 12, &sum, sizeof(sum));
    Expected<Program> program = deserialize(bytes);
    if (program)
      print(*program);
    else
      ++failures;
  }
  EXPECT_GT(failures, 5000);
}
