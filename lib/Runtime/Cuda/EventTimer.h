//===- EventTimer.h - time as the device sees it ----------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_CUDA_EVENTTIMER_H
#define THEANO_LIB_RUNTIME_CUDA_EVENTTIMER_H

#include "DeviceContext.h"

namespace theano::cuda {

/// Nanoseconds between an event before and one after what `issue` issues, on
/// the device's clock (resolution about 0.5 microseconds); waits for it.
Expected<int64_t> measureWithEvents(DeviceContext &context,
                                    const std::function<Status()> &issue);

} // namespace theano::cuda

#endif // THEANO_LIB_RUNTIME_CUDA_EVENTTIMER_H
