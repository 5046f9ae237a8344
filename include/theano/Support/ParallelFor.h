//===- ParallelFor.h - loops over a pool of threads -------------*- C++ -*-===//

#ifndef THEANO_SUPPORT_PARALLELFOR_H
#define THEANO_SUPPORT_PARALLELFOR_H

#include <cstdint>
#include <memory>
#include <mutex>
#include <type_traits>

namespace theano {

/// A non-owning reference to a callable `void(int64_t begin, int64_t end)`.
class RangeFunction {
public:
  template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, RangeFunction>)
  RangeFunction(F &&function) // NOLINT: implicit, as a lambda argument reads
      : object_(const_cast<void *>(static_cast<const void *>(&function))),
        call_([](void *object, int64_t begin, int64_t end) {
          (*static_cast<std::remove_reference_t<F> *>(object))(begin, end);
        }) {}
  void operator()(int64_t begin, int64_t end) const {
    call_(object_, begin, end);
  }

private:
  void *object_;
  void (*call_)(void *, int64_t, int64_t);
};

/// A fixed number of threads that share out ranges. The calling thread works
/// too, so a pool of one starts no thread at all. Threads start at the first
/// loop that can use them; where the system refuses some, the pool works with
/// those that it got. A loop inside a loop runs on its own thread alone.
class ThreadPool {
public:
  /// `threads` at least 1; 0 means one for each hardware thread.
  explicit ThreadPool(int64_t threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  /// As many as were asked for.
  int64_t threads() const { return threads_; }

  /// Calls `function` on disjoint ranges that cover [begin, end) and waits.
  /// The range is cut into min(threads, ceil(size / grain)) near-equal pieces,
  /// in an order and with borders that depend on these numbers alone (and on
  /// the threads that there are, where they are fewer); a single
  /// piece runs on the caller. `function` must not throw. Loops of several
  /// callers take turns.
  void parallelFor(int64_t begin, int64_t end, int64_t grain,
                   RangeFunction function);

private:
  struct Workers;
  Workers &workers();

  int64_t threads_;
  std::unique_ptr<std::mutex> startMutex_;
  std::unique_ptr<Workers> workers_;
};

} // namespace theano

#endif // THEANO_SUPPORT_PARALLELFOR_H
