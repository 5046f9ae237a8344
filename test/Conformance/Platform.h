//===- Platform.h - the devices that the suite runs on ----------*- C++ -*-===//
//
// Every test of the suite runs on each platform that this machine has; one test
// is skipped, with the reason, where there is no GPU.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_TEST_CONFORMANCE_PLATFORM_H
#define THEANO_TEST_CONFORMANCE_PLATFORM_H

#include "theano/Runtime/OpenDevice.h"

#include "gtest/gtest.h"

namespace theano::conformance {

struct Platform {
  std::string name;
  /// Opens the device; fails where it is not there.
  Expected<std::shared_ptr<Device>> (*open)(bool exactAllocations);
  /// Ends a test: what the device's library has to complain about.
  std::vector<std::string> (*complaints)();
};

/// Each of these, whether or not it can be opened here.
extern const Platform cpuPlatform, standInPlatform, simPlatform, gpuPlatform;

/// The platforms of this machine: the cpu, cuda over the stand-in driver and
/// over the simulated one, and over the machine's own where that has a device.
std::vector<Platform> platforms();

/// The kernels of Kernels.c or Kernels.ptx, for `device`.
inline constexpr KernelId addKernel = 0, takeKernel = 1;
Program emptyProgram(const Device &device, const std::string &name);

/// Programs over them, each for vectors of float32:
///   add:        out = a + b, of equal size
///   take:       out = a[index]; an index out of range is an error
///   accumulate: the shared variable w becomes w + a, in place or in fresh
///               memory
///   gather:     w becomes w + a[index], in place
Program addProgram(const Device &device);
Program takeProgram(const Device &device);
Program accumulateProgram(const Device &device, bool inPlace);
Program gatherProgram(const Device &device);

/// A float32 or int64 vector.
HostArray vectorOf(const std::vector<float> &values);
HostArray vectorOf(const std::vector<int64_t> &values);
std::vector<float> floatsOf(const HostArray &array);

/// A suite's base: opens the platform, and at the end hears its complaints.
class Conformance
    : public ::testing::TestWithParam<std::tuple<Platform, bool>> {
protected:
  void SetUp() override;
  void TearDown() override;

  std::shared_ptr<Device> device;
};

/// "cpu_pool", "cuda_stand_in_exact", ...
std::string
platformName(const ::testing::TestParamInfo<Conformance::ParamType> &info);

} // namespace theano::conformance

/// Runs a suite on every platform, with pooled and with exact allocations.
#define THEANO_CONFORMANCE_SUITE(SUITE)                                        \
  INSTANTIATE_TEST_SUITE_P(                                                    \
      Devices, SUITE,                                                          \
      ::testing::Combine(                                                      \
          ::testing::ValuesIn(theano::conformance::platforms()),               \
          ::testing::Bool()),                                                  \
      theano::conformance::platformName)

#endif // THEANO_TEST_CONFORMANCE_PLATFORM_H
