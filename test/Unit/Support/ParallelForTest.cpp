//===- ParallelForTest.cpp - loops over a pool of threads -----------------===//

#include "theano/Support/ParallelFor.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>
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
