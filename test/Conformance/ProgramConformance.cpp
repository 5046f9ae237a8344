//===- ProgramConformance.cpp - programs run alike on every device --------===//

#include "Platform.h"

#include "theano/Runtime/Executable.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace theano;
using namespace theano::conformance;

namespace {

using Arrays = std::vector<HostArray>;
using Variables = std::vector<std::shared_ptr<SharedVariable>>;

class ProgramConformance : public Conformance {
protected:
  std::shared_ptr<Executable> load(Program program) {
    Expected<std::shared_ptr<Executable>> executable =
        Executable::load(std::move(program), device);
    EXPECT_TRUE(executable) << executable.message();
    return executable ? *executable : nullptr;
  }
  std::shared_ptr<SharedVariable> share(const std::vector<float> &values) {
    Expected<std::shared_ptr<SharedVariable>> variable =
        SharedVariable::create(device, "w", vectorOf(values));
    EXPECT_TRUE(variable) << variable.message();
    return *variable;
  }
  static std::vector<float> valueOf(const SharedVariable &variable) {
    Expected<HostArray> value = variable.get();
    EXPECT_TRUE(value) << value.message();
    return value ? floatsOf(*value) : std::vector<float>();
  }
};

TEST_P(ProgramConformance, AddsVectorsOfAnySize) {
  std::shared_ptr<Executable> add = load(addProgram(*device));
  for (size_t n : {1, 2, 127, 128, 129, 10007}) {
    std::vector<float> a(n), b(n), sum(n);
    for (size_t i = 0; i < n; ++i) {
      a[i] = static_cast<float>(i) * 0.5f;
      b[i] = 3.25f - static_cast<float>(i);
      sum[i] = a[i] + b[i];
    }
    Expected<Arrays> results = add->callHost(Arrays{vectorOf(a), vectorOf(b)});
    ASSERT_TRUE(results) << results.message();
    ASSERT_EQ(results->size(), 1u);
    EXPECT_EQ((*results)[0].shape(), Shape{static_cast<int64_t>(n)});
    EXPECT_EQ(floatsOf((*results)[0]), sum);
  }
}

TEST_P(ProgramConformance, SpecialValuesPass) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  constexpr float tiny = std::numeric_limits<float>::denorm_min();
  std::shared_ptr<Executable> add = load(addProgram(*device));
  Expected<Arrays> results =
      add->callHost(Arrays{vectorOf(std::vector<float>{inf, inf, tiny, -0.0f}),
                           vectorOf(std::vector<float>{1, -inf, 0, -0.0f})});
  ASSERT_TRUE(results) << results.message();
  std::vector<float> sums = floatsOf((*results)[0]);
  EXPECT_EQ(sums[0], inf);
  EXPECT_TRUE(std::isnan(sums[1]));
  EXPECT_EQ(sums[2], tiny);
  EXPECT_TRUE(sums[3] == 0 && std::signbit(sums[3]));
}

TEST_P(ProgramConformance, EmptyVectorsLaunchNothing) {
  std::shared_ptr<Executable> add = load(addProgram(*device));
  HostArray empty = vectorOf(std::vector<float>{});
  Expected<Arrays> results = add->callHost(Arrays{empty, empty});
  ASSERT_TRUE(results) << results.message();
  EXPECT_EQ((*results)[0].shape(), Shape{0});
}

TEST_P(ProgramConformance, ShapesAreChecked) {
  std::shared_ptr<Executable> add = load(addProgram(*device));
  Expected<Arrays> results =
      add->callHost(Arrays{vectorOf(std::vector<float>{1, 2}),
                           vectorOf(std::vector<float>{1, 2, 3})});
  ASSERT_TRUE(results.failed());
  EXPECT_EQ(results.failure().code, ErrorCode::ShapeMismatch);
  EXPECT_NE(results.message().find("test.mlir:2:3"), std::string::npos)
      << results.message();
}

TEST_P(ProgramConformance, ChecksInKernelsEndTheCall) {
  std::shared_ptr<Executable> take = load(takeProgram(*device));
  HostArray x = vectorOf(std::vector<float>{10, 20, 30});
  for (int round = 0; round < 2; ++round) { // the status word is cleared
    Expected<Arrays> good =
        take->callHost(Arrays{x, vectorOf(std::vector<int64_t>{2, 0, 0, 1})});
    ASSERT_TRUE(good) << good.message();
    EXPECT_EQ(floatsOf((*good)[0]), (std::vector<float>{30, 10, 10, 20}));
    for (int64_t wrong : {int64_t(3), int64_t(-1), INT64_MIN}) {
      Expected<Arrays> bad =
          take->callHost(Arrays{x, vectorOf(std::vector<int64_t>{0, wrong})});
      ASSERT_TRUE(bad.failed()) << wrong;
      EXPECT_EQ(bad.failure().kind, ErrorKind::RuntimeCheck);
      EXPECT_EQ(bad.failure().code, ErrorCode::IndexOutOfRange);
      EXPECT_NE(bad.message().find("test.mlir:1:7"), std::string::npos);
      EXPECT_NE(bad.message().find(std::to_string(wrong)), std::string::npos)
          << bad.message();
    }
  }
}

TEST_P(ProgramConformance, SharedVariablesKeepTheirValue) {
  for (bool inPlace : {false, true}) {
    std::shared_ptr<Executable> step =
        load(accumulateProgram(*device, inPlace));
    Variables w = {share({1, 2, 3})};
    for (int i = 0; i < 3; ++i) {
      Expected<Arrays> results =
          step->callHost(Arrays{vectorOf(std::vector<float>{10, 20, 30})}, w);
      ASSERT_TRUE(results) << results.message();
      EXPECT_TRUE(results->empty()) << "an update is no output";
    }
    EXPECT_EQ(valueOf(*w[0]), (std::vector<float>{31, 62, 93}));
    EXPECT_EQ(w[0]->generation(), 3u);
    EXPECT_TRUE(w[0]->set(vectorOf(std::vector<float>{})).succeeded());
    Expected<Arrays> empty =
        step->callHost(Arrays{vectorOf(std::vector<float>{})}, w);
    ASSERT_TRUE(empty) << empty.message();
    EXPECT_EQ(valueOf(*w[0]), std::vector<float>());
  }
}

TEST_P(ProgramConformance, AFailedCallLeavesSharedVariablesAlone) {
  std::shared_ptr<Executable> gather = load(gatherProgram(*device));
  Variables w = {share({1, 2})};
  HostArray x = vectorOf(std::vector<float>{10, 20, 30});
  Expected<Arrays> bad =
      gather->callHost(Arrays{x, vectorOf(std::vector<int64_t>{0, 3})}, w);
  ASSERT_TRUE(bad.failed());
  EXPECT_EQ(bad.failure().code, ErrorCode::IndexOutOfRange);
  EXPECT_TRUE(w[0]->valid());
  EXPECT_EQ(valueOf(*w[0]), (std::vector<float>{1, 2}));
  Expected<Arrays> mismatch =
      gather->callHost(Arrays{x, vectorOf(std::vector<int64_t>{0, 1, 2})}, w);
  ASSERT_TRUE(mismatch.failed());
  EXPECT_EQ(valueOf(*w[0]), (std::vector<float>{1, 2}));
  Expected<Arrays> good =
      gather->callHost(Arrays{x, vectorOf(std::vector<int64_t>{2, 1})}, w);
  ASSERT_TRUE(good) << good.message();
  EXPECT_EQ(valueOf(*w[0]), (std::vector<float>{31, 22}));
}

TEST_P(ProgramConformance, ResultsStayWhereTheyAreMade) {
  std::shared_ptr<Executable> add = load(addProgram(*device));
  Expected<DeviceArray> one =
      toDevice(device, vectorOf(std::vector<float>{1, 1}));
  ASSERT_TRUE(one) << one.message();
  DeviceArray sum = *one;
  for (int i = 0; i < 4; ++i) { // doubles each time
    Expected<std::vector<DeviceArray>> results =
        add->call(std::vector<DeviceArray>{sum, sum});
    ASSERT_TRUE(results) << results.message();
    sum = (*results)[0];
  }
  Expected<HostArray> host = copyToHost(sum);
  ASSERT_TRUE(host) << host.message();
  EXPECT_EQ(floatsOf(*host), (std::vector<float>{16, 16}));
}

TEST_P(ProgramConformance, TracesNameTheKernels) {
  std::shared_ptr<Executable> add = load(addProgram(*device));
  Trace trace;
  HostArray x = vectorOf(std::vector<float>{1});
  ASSERT_TRUE(add->callHost(Arrays{x, x}, {}, &trace));
  bool found = false;
  for (const TraceEvent &event : trace.events())
    found |= event.name == "add" && event.category == "kernel";
  EXPECT_TRUE(found);
}

THEANO_CONFORMANCE_SUITE(ProgramConformance);

} // namespace
