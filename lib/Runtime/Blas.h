//===- Blas.h - matrix products by a library --------------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_BLAS_H
#define THEANO_LIB_RUNTIME_BLAS_H

#include "SharedObject.h"
#include "theano/Runtime/Device.h"
#include "theano/Support/ParallelFor.h"

namespace theano {

/// A BLAS library opened at run time, always called with one thread.
class Blas {
public:
  /// Opens `path`, or, when it is empty, the first usable of the usual names.
  /// "none" fails too: a caller that wants none need not ask.
  static Expected<Blas> open(const std::string &path);

  /// "libopenblas.so.0, one thread by openblas_set_num_threads".
  const std::string &description() const { return description_; }

  /// c = op(a) * op(b) for every matrix of the batch. The result is cut into
  /// tiles by its shape alone, which `pool` shares out, so that the bits do
  /// not depend on the number of threads.
  Status gemm(const GemmCall &call, ThreadPool &pool) const;

private:
  Blas() = default;
  static Expected<Blas> openOne(const std::string &path);

  SharedObject library_;
  std::string description_;
  void (*setThreads_)(int) = nullptr;
  void *sgemm_ = nullptr;
  void *dgemm_ = nullptr;
};

} // namespace theano

#endif // THEANO_LIB_RUNTIME_BLAS_H
