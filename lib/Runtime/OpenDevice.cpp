//===- OpenDevice.cpp - the device that a name asks for -------------------===//

#include "theano/Runtime/OpenDevice.h"

#include <charconv>

using namespace theano;

Expected<DeviceName> theano::parseDeviceName(std::string_view name) {
  using Kind = DeviceName::Kind;
  if (name == "auto")
    return DeviceName{Kind::Auto, 0};
  if (name == "cpu")
    return DeviceName{Kind::Cpu, 0};
  if (name == "cuda")
    return DeviceName{Kind::Cuda, 0};
  if (name.starts_with("cuda:")) {
    const char *begin = name.data() + 5, *end = name.data() + name.size();
    int ordinal = -1;
    auto [stop, error] = std::from_chars(begin, end, ordinal);
    if (error == std::errc() && stop == end && ordinal >= 0)
      return DeviceName{Kind::Cuda, ordinal};
  }
  return invalidArgument("unknown device '" + std::string(name) +
                         "': expected auto, cpu, cuda or cuda:N");
}

Expected<OpenedDevice> theano::openDevice(std::string_view name,
                                          CpuDeviceOptions cpu,
                                          CudaDeviceOptions cuda) {
  Expected<DeviceName> parsed = parseDeviceName(name);
  if (!parsed)
    return parsed.takeStatus();
  cuda.ordinal = parsed->ordinal;
  OpenedDevice opened;
  bool takeGpu = parsed->kind == DeviceName::Kind::Cuda;
  if (parsed->kind == DeviceName::Kind::Auto) {
    Expected<int> count = countCudaDevices(cuda.driverPath);
    if (!count && !cuda.driverPath.empty())
      return count.takeStatus();
    takeGpu = count && *count > 0;
    if (!count)
      opened.note = "no GPU is used: " + count.message();
    else if (!takeGpu)
      opened.note = "no GPU is used: the CUDA driver has no device";
  }
  Expected<std::shared_ptr<Device>> device =
      takeGpu ? createCudaDevice(std::move(cuda))
              : createCpuDevice(std::move(cpu));
  if (!device)
    return device.takeStatus();
  opened.device = std::move(*device);
  return opened;
}
