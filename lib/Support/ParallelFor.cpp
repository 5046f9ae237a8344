//===- ParallelFor.cpp - loops over a pool of threads ---------------------===//

#include "theano/Support/ParallelFor.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <vector>

using namespace theano;

// True on a thread that is running a piece of a loop.
static thread_local bool insideLoop = false;

namespace {
// One loop, cut into `pieces` ranges.
struct Loop {
  int64_t begin, end, pieces;
  const RangeFunction *function;

  // Piece i of near-equal pieces: the first `rest` have one element more.
  void run(int64_t piece) const {
    int64_t size = (end - begin) / pieces, rest = (end - begin) % pieces;
    int64_t first = begin + piece * size + std::min(piece, rest);
    (*function)(first, first + size + (piece < rest ? 1 : 0));
  }
};
} // namespace

// Worker w runs piece w + 1 of each loop that has so many; the caller runs
// piece 0.
struct ThreadPool::Workers {
  // One worker, as its thread is given it.
  struct Worker {
    Workers *team;
    int64_t piece;
    pthread_t thread;
  };

  // At most `count`: where the system gives fewer threads (ulimit -u, a
  // container's limit, no room for a stack) the team is those that it gave.
  // std::thread would throw, and our code has no exceptions.
  explicit Workers(int64_t count) {
    workers.reserve(static_cast<size_t>(count)); // threads hold addresses
    for (int64_t w = 0; w < count; ++w) {
      Worker &worker = workers.emplace_back(Worker{this, w + 1, {}});
      if (pthread_create(&worker.thread, nullptr, entry, &worker) != 0) {
        workers.pop_back();
        return;
      }
    }
  }

  ~Workers() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      stopping = true;
    }
    start.notify_all();
    for (const Worker &worker : workers)
      pthread_join(worker.thread, nullptr);
  }

  static void *entry(void *argument) {
    auto *worker = static_cast<Worker *>(argument);
    worker->team->work(worker->piece);
    return nullptr;
  }

  void work(int64_t piece) {
    insideLoop = true;
    uint64_t seen = 0;
    std::unique_lock<std::mutex> lock(mutex);
    while (true) {
      start.wait(lock, [&] { return stopping || generation != seen; });
      if (stopping)
        return;
      seen = generation;
      if (piece >= loop.pieces)
        continue;
      Loop mine = loop;
      lock.unlock();
      mine.run(piece);
      lock.lock();
      if (--unfinished == 0)
        done.notify_one();
    }
  }

  void run(const Loop &newLoop) {
    {
      std::lock_guard<std::mutex> lock(mutex);
      loop = newLoop;
      unfinished = loop.pieces - 1;
      ++generation;
    }
    start.notify_all();
    insideLoop = true;
    newLoop.run(0);
    insideLoop = false;
    std::unique_lock<std::mutex> lock(mutex);
    done.wait(lock, [&] { return unfinished == 0; });
  }

  std::mutex turn; // held by the caller whose loop is running
  std::mutex mutex;
  std::condition_variable start, done;
  Loop loop{};
  uint64_t generation = 0;
  int64_t unfinished = 0;
  bool stopping = false;
  std::vector<Worker> workers;
};

ThreadPool::ThreadPool(int64_t threads)
    : threads_(threads > 0
                   ? threads
                   : std::max<int64_t>(1, std::thread::hardware_concurrency())),
      startMutex_(std::make_unique<std::mutex>()) {}

ThreadPool::~ThreadPool() = default;

ThreadPool::Workers &ThreadPool::workers() {
  std::lock_guard<std::mutex> lock(*startMutex_);
  if (!workers_)
    workers_ = std::make_unique<Workers>(threads_ - 1);
  return *workers_;
}

void ThreadPool::parallelFor(int64_t begin, int64_t end, int64_t grain,
                             RangeFunction function) {
  if (begin >= end)
    return;
  int64_t size = end - begin;
  grain = std::max<int64_t>(1, grain);
  int64_t pieces = std::min(threads_, size / grain + (size % grain != 0));
  if (pieces <= 1 || insideLoop) {
    function(begin, end);
    return;
  }
  Workers &team = workers();
  pieces = std::min(pieces, static_cast<int64_t>(team.workers.size()) + 1);
  if (pieces == 1) {
    function(begin, end);
    return;
  }
  std::lock_guard<std::mutex> turn(team.turn);
  team.run({begin, end, pieces, &function});
}
