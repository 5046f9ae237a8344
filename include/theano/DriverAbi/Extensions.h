//===- Extensions.h - what a simulated driver adds --------------*- C++ -*-===//
//
// Four functions that the simulated driver exports beside the driver API. They
// are found by name after opening a library; a real driver has none of them and
// nothing depends on them.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DRIVERABI_EXTENSIONS_H
#define THEANO_DRIVERABI_EXTENSIONS_H

#include "theano/DriverAbi/Types.h"

namespace theano::cuda {

/// How a launch uses a declared tensor.
enum class SimAccess : int { Read = 0, Write = 1, ReadWrite = 2 };

/// The form of a report.
enum class SimReportFormat : int { Table = 0, Json = 1, AnnotatedPtx = 2 };

/// Receives a report piece by piece: `length` bytes at `text`, not terminated.
using SimReportCallback = void (*)(const char *text, size_t length, void *user);

/// `theanoSimSet`: sets an option by the name of its THEANO_SIM_* variable
/// without that prefix, in lower case; wins over the variable. InvalidValue for
/// an unknown key or a value that it does not take.
using SimSet = Result(const char *key, const char *value);
inline constexpr const char *simSetName = "theanoSimSet";

/// `theanoSimDeclare`: names a tensor of the next launch on `stream`, so that
/// the bytes moved can be held against the least possible.
using SimDeclare = Result(Stream stream, DevicePtr address, size_t bytes,
                          SimAccess access);
inline constexpr const char *simDeclareName = "theanoSimDeclare";

/// `theanoSimReport`: counters and findings since the start or the last reset.
using SimReport = Result(SimReportFormat format, SimReportCallback callback,
                         void *user);
inline constexpr const char *simReportName = "theanoSimReport";

/// `theanoSimReset`: forgets counters and findings.
using SimReset = Result();
inline constexpr const char *simResetName = "theanoSimReset";

} // namespace theano::cuda

#endif // THEANO_DRIVERABI_EXTENSIONS_H
