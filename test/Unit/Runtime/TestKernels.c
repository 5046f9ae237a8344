/*===- TestKernels.c - kernels with the CPU kernel ABI --------------------===*/

#include <stdint.h>

enum { blockElements = 16 };

/* args: a, b, out, n */
void add(const uint64_t *args, int64_t first, int64_t end);
void add(const uint64_t *args, int64_t first, int64_t end) {
  const float *a = (const float *)args[0], *b = (const float *)args[1];
  float *out = (float *)args[2];
  int64_t n = (int64_t)args[3];
  int64_t stop = end * blockElements < n ? end * blockElements : n;
  for (int64_t i = first * blockElements; i < stop; ++i)
    out[i] = a[i] + b[i];
}

/* args: index (i64, 0-d), size, status. Fails with index_out_of_range (2). */
void check_index(const uint64_t *args, int64_t first, int64_t end);
void check_index(const uint64_t *args, int64_t first, int64_t end) {
  int64_t index = *(const int64_t *)args[0], size = (int64_t)args[1];
  struct {
    int32_t code, location;
    int64_t values[4];
  } *status = (void *)args[2];
  (void)first;
  (void)end;
  if (index >= -size && index < size)
    return;
  int32_t none = 0;
  if (!__atomic_compare_exchange_n(&status->code, &none, 2, 0, __ATOMIC_ACQ_REL,
                                   __ATOMIC_ACQUIRE))
    return;
  status->location = 1;
  status->values[0] = index;
  status->values[1] = size;
}

/* args: counter (i64, 0-d); adds one. */
void increment(const uint64_t *args, int64_t first, int64_t end);
void increment(const uint64_t *args, int64_t first, int64_t end) {
  (void)first;
  (void)end;
  ++*(int64_t *)args[0];
}
