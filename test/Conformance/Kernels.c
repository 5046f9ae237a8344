/*===- Kernels.c - the suite's kernels for the cpu --------------------------===
 *
 * Blocks of 128 elements. Kernels.ptx says the same for a GPU.
 *
 *===----------------------------------------------------------------------===*/

#include <stdint.h>

struct Status {
  int32_t code, location;
  int64_t values[4];
};

static int64_t end_of(int64_t block, int64_t n) {
  return block * 128 + 128 < n ? block * 128 + 128 : n;
}

/* out[i] = x[i] + y[i]; arguments: x, y, out, n. */
void add(const uint64_t *args, int64_t first, int64_t last) {
  const float *x = (const float *)args[0];
  const float *y = (const float *)args[1];
  float *out = (float *)args[2];
  for (int64_t block = first; block < last; ++block)
    for (int64_t i = block * 128; i < end_of(block, (int64_t)args[3]); ++i)
      out[i] = x[i] + y[i];
}

/* out[i] = x[index[i]], 0 where the index is out of range, which is error 2 at
 * location 1; arguments: x, index, out, n, size of x, status. */
void take(const uint64_t *args, int64_t first, int64_t last) {
  const float *x = (const float *)args[0];
  const int64_t *index = (const int64_t *)args[1];
  float *out = (float *)args[2];
  int64_t size = (int64_t)args[4];
  struct Status *status = (struct Status *)args[5];
  for (int64_t block = first; block < last; ++block)
    for (int64_t i = block * 128; i < end_of(block, (int64_t)args[3]); ++i) {
      if (index[i] >= 0 && index[i] < size) {
        out[i] = x[index[i]];
        continue;
      }
      out[i] = 0;
      int32_t none = 0;
      if (!__atomic_compare_exchange_n(&status->code, &none, 2, 0,
                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        continue;
      status->location = 1;
      status->values[0] = index[i];
      status->values[1] = size;
    }
}
