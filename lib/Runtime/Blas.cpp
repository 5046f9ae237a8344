//===- Blas.cpp - matrix products by a library ----------------------------===//

#include "Blas.h"

#include <algorithm>
#include <climits>

using namespace theano;

// Fortran's interface, which every BLAS has: column-major, all by reference,
// the lengths of the two strings at the end.
template <typename T>
using GemmFunction = void (*)(const char *transA, const char *transB,
                              const int *m, const int *n, const int *k,
                              const T *alpha, const T *a, const int *lda,
                              const T *b, const int *ldb, const T *beta, T *c,
                              const int *ldc, size_t, size_t);

// What holds a library to one thread. A library that offers none of these
// might use any number, so it is not used.
static constexpr const char *threadSetters[] = {"openblas_set_num_threads",
                                                "MKL_Set_Num_Threads",
                                                "bli_thread_set_num_threads"};

static constexpr const char *usualNames[] = {"libopenblas.so.0",
                                             "libmkl_rt.so.2", "libmkl_rt.so",
                                             "libblis.so.4", "libblas.so.3"};

Expected<Blas> Blas::openOne(const std::string &path) {
  Expected<SharedObject> library = SharedObject::open(path);
  if (!library)
    return library.takeStatus();
  Blas blas;
  blas.sgemm_ = library->lookup("sgemm_");
  blas.dgemm_ = library->lookup("dgemm_");
  if (!blas.sgemm_ || !blas.dgemm_)
    return deviceError("'" + path +
                       "' is no BLAS library: expected it to have sgemm_ and "
                       "dgemm_");
  for (const char *name : threadSetters) {
    blas.setThreads_ = library->lookup<void (*)(int)>(name);
    if (!blas.setThreads_)
      continue;
    blas.description_ = path + ", one thread by " + name;
    blas.library_ = std::move(*library);
    return blas;
  }
  return deviceError("the BLAS library '" + path +
                     "' is not used: it offers no way to hold it to one "
                     "thread, so results could depend on its threads");
}

Expected<Blas> Blas::open(const std::string &path) {
  if (path == "none")
    return deviceError("no BLAS library: it was switched off");
  if (!path.empty())
    return openOne(path);
  std::string reasons;
  for (const char *name : usualNames) {
    Expected<Blas> blas = openOne(name);
    if (blas)
      return blas;
    reasons += "; " + blas.message();
  }
  return deviceError("no BLAS library was found" + reasons);
}

// Large enough for a library to run at speed, small enough to share out.
static constexpr int64_t tileRows = 256, tileColumns = 512;
// Below this many multiply-adds a loop over threads costs more than it gains.
static constexpr double serialWork = 1 << 20;

template <typename T>
static void gemmTiles(GemmFunction<T> function, const GemmCall &call,
                      ThreadPool &pool) {
  int64_t rowTiles = (call.m + tileRows - 1) / tileRows;
  int64_t columnTiles = (call.n + tileColumns - 1) / tileColumns;
  int64_t tiles = call.batch * rowTiles * columnTiles;
  double work = static_cast<double>(call.batch) * static_cast<double>(call.m) *
                static_cast<double>(call.n) * static_cast<double>(call.k);
  auto *a = reinterpret_cast<const T *>(call.a);
  auto *b = reinterpret_cast<const T *>(call.b);
  auto *c = reinterpret_cast<T *>(call.c);
  // Row-major c = a b is column-major c^T = b^T a^T, so the operands change
  // places and keep their flags.
  const char transA = call.transposeA ? 'T' : 'N';
  const char transB = call.transposeB ? 'T' : 'N';
  const auto lda = static_cast<int>(call.transposeA ? call.m : call.k);
  const auto ldb = static_cast<int>(call.transposeB ? call.k : call.n);
  const auto ldc = static_cast<int>(call.n);
  const auto k = static_cast<int>(call.k);
  auto run = [&](int64_t begin, int64_t end) {
    for (int64_t tile = begin; tile < end; ++tile) {
      int64_t column = tile % columnTiles * tileColumns;
      int64_t row = tile / columnTiles % rowTiles * tileRows;
      int64_t matrix = tile / columnTiles / rowTiles;
      const auto m = static_cast<int>(std::min(tileRows, call.m - row));
      const auto n = static_cast<int>(std::min(tileColumns, call.n - column));
      const T *tileA = a + (call.batchedA ? matrix * call.m * call.k : 0) +
                       (call.transposeA ? row : row * call.k);
      const T *tileB = b + (call.batchedB ? matrix * call.k * call.n : 0) +
                       (call.transposeB ? column * call.k : column);
      T *tileC = c + matrix * call.m * call.n + row * call.n + column;
      const T one = 1, zero = 0;
      function(&transB, &transA, &n, &m, &k, &one, tileB, &ldb, tileA, &lda,
               &zero, tileC, &ldc, 1, 1);
    }
  };
  pool.parallelFor(0, tiles, work < serialWork ? tiles : 1, run);
}

Status Blas::gemm(const GemmCall &call, ThreadPool &pool) const {
  if (call.m > INT_MAX || call.n > INT_MAX || call.k > INT_MAX)
    return unsupported("a matrix product of " + std::to_string(call.m) + " x " +
                       std::to_string(call.k) + " by " +
                       std::to_string(call.k) + " x " + std::to_string(call.n) +
                       ": BLAS counts with 32 bits");
  // The number of threads is the library's global state, which other users of
  // it in this process may change between calls.
  setThreads_(1);
  if (call.dtype == DType::Float32)
    gemmTiles<float>(reinterpret_cast<GemmFunction<float>>(sgemm_), call, pool);
  else
    gemmTiles<double>(reinterpret_cast<GemmFunction<double>>(dgemm_), call,
                      pool);
  return Status::success();
}
