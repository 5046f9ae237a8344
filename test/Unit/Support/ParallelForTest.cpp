//===- ParallelForTest.cpp - loops over a pool of threads -----------------===//

#include "theano/Support/ParallelFor.h"

#include <atomic>
#include <fstream>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace theano;

TEST(ParallelFor, CoversEveryIndexOnce) {
  for (int64_t threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (int64_t size : {0, 1, 2, 7, 1000})
      for (int64_t grain : {1, 3, 5000}) {
        std::vector<std::atomic<int>> seen(static_cast<size_t>(size));
        std::atomic<int64_t> pieces = 0;
        pool.parallelFor(10, 10 + size, grain, [&](int64_t begin, int64_t end) {
          ++pieces;
          EXPECT_LT(begin, end);
          for (int64_t i = begin; i < end; ++i)
            ++seen[static_cast<size_t>(i - 10)];
        });
        for (std::atomic<int> &count : seen)
          EXPECT_EQ(count, 1);
        EXPECT_EQ(pieces, std::min(threads, (size + grain - 1) / grain));
      }
  }
}

TEST(ParallelFor, ASinglePieceStaysOnTheCaller) {
  ThreadPool pool(4);
  std::thread::id id;
  pool.parallelFor(0, 10, 10,
                   [&](int64_t, int64_t) { id = std::this_thread::get_id(); });
  EXPECT_EQ(id, std::this_thread::get_id());
}

TEST(ParallelFor, LoopsNestAndCallersTakeTurns) {
  ThreadPool pool(3);
  std::atomic<int64_t> sum = 0;
  auto work = [&] {
    for (int i = 0; i < 200; ++i)
      pool.parallelFor(0, 6, 1, [&](int64_t begin, int64_t end) {
        pool.parallelFor(begin, end, 1, [&](int64_t first, int64_t last) {
          sum += last - first;
        });
      });
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(sum, 2 * 200 * 6);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
/// The sanitizer ends the process where it cannot give a thread a second stack,
/// to find uses after return in; the last test leaves no room for those. All
/// tests of this program go without.
extern "C" const char *__asan_default_options() {
  return "detect_stack_use_after_return=0";
}
#endif
#endif

// The address space has room for two more stacks, not for 63: a thread that
// cannot be had is not waited for, and every index is still covered.
TEST(ParallelFor, WorksWithTheThreadsThatThereAre) {
  std::ifstream facts("/proc/self/statm");
  size_t pages = 0;
  facts >> pages;
  ASSERT_GT(pages, 0u);
  rlimit stack{}, before{};
  ASSERT_EQ(getrlimit(RLIMIT_STACK, &stack), 0);
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  size_t stackBytes =
      stack.rlim_cur == RLIM_INFINITY ? size_t(2) << 20 : stack.rlim_cur;
  rlimit limited = before;
  limited.rlim_cur =
      pages * static_cast<size_t>(sysconf(_SC_PAGESIZE)) + 5 * stackBytes / 2;
  ThreadPool pool(64);
  std::vector<std::atomic<int>> visits(1000);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limited), 0);
  for (int round = 0; round < 3; ++round)
    pool.parallelFor(0, 1000, 1, [&](int64_t begin, int64_t end) {
      {
        std::lock_guard<std::mutex> lock(mutex);
        ids.insert(std::this_thread::get_id());
      }
      for (int64_t i = begin; i < end; ++i)
        ++visits[static_cast<size_t>(i)];
    });
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  for (const std::atomic<int> &count : visits)
    EXPECT_EQ(count.load(), 3);
  EXPECT_LT(ids.size(), 64u);
}
