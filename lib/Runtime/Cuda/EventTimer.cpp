//===- EventTimer.cpp - time as the device sees it ------------------------===//

#include "EventTimer.h"

#include <cmath>

namespace theano::cuda {

namespace {
/// An event that is destroyed with its scope.
class ScopedEvent {
public:
  explicit ScopedEvent(DeviceContext &context) : context_(context) {}
  ~ScopedEvent() {
    if (event_)
      context_.release([&] {
        return context_.driver().check(context_.driver().EventDestroy, event_);
      });
  }
  ScopedEvent(const ScopedEvent &) = delete;
  ScopedEvent &operator=(const ScopedEvent &) = delete;

  Status createAndRecord() {
    const Driver &driver = context_.driver();
    return context_.run([&] {
      if (Status made = driver.check(driver.EventCreate, &event_, eventDefault);
          made.failed())
        return made;
      return driver.check(driver.EventRecord, event_, context_.stream());
    });
  }
  Event get() const { return event_; }

private:
  DeviceContext &context_;
  Event event_ = nullptr;
};
} // namespace

Expected<int64_t> measureWithEvents(DeviceContext &context,
                                    const std::function<Status()> &issue) {
  const Driver &driver = context.driver();
  ScopedEvent start(context), end(context);
  if (Status status = start.createAndRecord(); status.failed())
    return status;
  if (Status status = issue(); status.failed())
    return status;
  if (Status status = end.createAndRecord(); status.failed())
    return status;
  float milliseconds = 0;
  Status status = context.run([&] {
    if (Status waited = driver.check(driver.EventSynchronize, end.get());
        waited.failed())
      return waited;
    return driver.check(driver.EventElapsedTime, &milliseconds, start.get(),
                        end.get());
  });
  if (status.failed())
    return status;
  return static_cast<int64_t>(std::llround(double(milliseconds) * 1e6));
}

} // namespace theano::cuda
