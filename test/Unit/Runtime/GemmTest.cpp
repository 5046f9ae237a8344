//===- GemmTest.cpp - matrix products by a library ------------------------===//

#include "ProgramBuilder.h"

#include <gtest/gtest.h>

using namespace theano;
using namespace theano::test;

namespace {
// Products of small integers are exact, so any order of summation agrees.
std::vector<float> integers(int64_t count, int64_t seed) {
  std::vector<float> result;
  for (int64_t i = 0; i < count; ++i)
    result.push_back(static_cast<float>((i * 7 + seed) % 11 - 5));
  return result;
}

HostArray product(int64_t threads, int64_t batch, int64_t m, int64_t n,
                  int64_t k, bool transposeA, bool transposeB) {
  ProgramBuilder builder;
  ExprPool &pool = builder.program.exprs;
  auto shape = [&](bool transposed, int64_t rows, int64_t columns) {
    return transposed ? std::vector<int64_t>{batch, columns, rows}
                      : std::vector<int64_t>{batch, rows, columns};
  };
  Shape shapeA = shape(transposeA, m, k), shapeB = shape(transposeB, k, n);
  SlotId a = builder.argument("a", DType::Float32, shapeA);
  SlotId b = builder.argument("b", DType::Float32, shapeB);
  SlotId c =
      builder.slot(SlotKind::Output, DType::Float32,
                   {pool.constant(batch), pool.constant(m), pool.constant(n)});
  builder.add(AllocateCommand{c});
  GemmCommand gemm;
  gemm.transposeA = transposeA;
  gemm.transposeB = transposeB;
  gemm.batch = pool.constant(batch);
  gemm.m = pool.constant(m);
  gemm.n = pool.constant(n);
  gemm.k = pool.constant(k);
  gemm.a = a;
  gemm.b = b;
  gemm.c = c;
  builder.add(gemm);
  builder.result(c);
  auto executable = Executable::load(builder.program, makeDevice(threads, ""));
  EXPECT_TRUE(executable) << executable.message();
  auto result =
      (*executable)
          ->callHost(std::vector<HostArray>{
              makeArray(DType::Float32, shapeA, integers(batch * m * k, 1)),
              makeArray(DType::Float32, shapeB, integers(batch * k * n, 2))});
  EXPECT_TRUE(result) << result.message();
  return (*result)[0];
}
} // namespace

TEST(Gemm, MatchesTheSumsOfProducts) {
  if (!makeDevice(1, "")->hasGemm())
    GTEST_SKIP() << makeDevice(1, "")->gemmDescription();
  struct Case {
    int64_t batch, m, n, k;
  };
  for (auto [batch, m, n, k] :
       {Case{1, 1, 1, 1}, Case{3, 5, 4, 7}, Case{1, 300, 3, 2},
        Case{2, 257, 513, 3}, Case{1, 2, 3, 0}, Case{2, 0, 3, 4}})
    for (bool transposeA : {false, true})
      for (bool transposeB : {false, true}) {
        std::vector<float> a = integers(batch * m * k, 1);
        std::vector<float> b = integers(batch * k * n, 2);
        std::vector<float> expected;
        for (int64_t i = 0; i < batch * m * n; ++i) {
          int64_t matrix = i / (m * n), row = i / n % m, column = i % n;
          float sum = 0;
          for (int64_t p = 0; p < k; ++p)
            sum += a[static_cast<size_t>(
                       matrix * m * k +
                       (transposeA ? p * m + row : row * k + p))] *
                   b[static_cast<size_t>(
                       matrix * k * n +
                       (transposeB ? column * k + p : p * n + column))];
          expected.push_back(sum);
        }
        for (int64_t threads : {1, 2, 5})
          EXPECT_EQ(values<float>(product(threads, batch, m, n, k, transposeA,
                                          transposeB)),
                    expected)
              << batch << " " << m << " " << n << " " << k << " " << transposeA
              << transposeB;
      }
}

TEST(Gemm, WithoutALibraryTheProgramDoesNotLoad) {
  ProgramBuilder builder;
  ExprId one = builder.program.exprs.constant(1);
  SlotId a = builder.argument("a", DType::Float32, {1, 1});
  SlotId c = builder.slot(SlotKind::Output, DType::Float32, {one, one});
  GemmCommand gemm;
  gemm.batch = gemm.m = gemm.n = gemm.k = one;
  gemm.a = gemm.b = a;
  gemm.c = c;
  builder.add(AllocateCommand{c});
  builder.add(gemm);
  EXPECT_EQ(Executable::load(builder.program, makeDevice()).message(),
            "program 'test' calls a matrix-product library: no BLAS library: "
            "it was switched off");
}

TEST(Gemm, ANamedLibraryMustBeUsable) {
  CpuDeviceOptions options;
  options.target = *lookupCpuTarget("x86-64-v2");
  options.blas = "/nowhere/libblas.so";
  EXPECT_TRUE(createCpuDevice(options).failed());
  options.blas = "libm.so.6";
  EXPECT_EQ(createCpuDevice(options).message(),
            "'libm.so.6' is no BLAS library: expected it to have sgemm_ and "
            "dgemm_");
}
