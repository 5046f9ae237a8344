// For sm_80.
// Lanes that go separate ways, and meet again.

// Steps of the Collatz sequence to 1: every lane leaves the loop at another
// time.
extern "C" __global__ void collatz(const unsigned *start, unsigned *steps,
                                   int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  unsigned long long x = start[i];
  unsigned count = 0;
  while (x != 1) {
    x = x % 2 ? 3 * x + 1 : x / 2;
    ++count;
  }
  steps[i] = count;
}

// A dense switch with falling through, nested in a loop with continue and
// break.
extern "C" __global__ void interpret(const unsigned char *program, int length,
                                     const int *inputs, int *outputs, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int x = inputs[i], y = i;
  for (int pc = 0; pc < length; ++pc) {
    switch (program[pc]) {
    case 0:
      x += y;
      break;
    case 1:
      x -= 3;
      [[fallthrough]];
    case 2:
      y ^= x;
      break;
    case 3:
      if (x & 1)
        continue;
      x = -x;
      break;
    case 4:
      x = x < 0 ? x / 3 : x % 7;
      break;
    case 5:
      y = y * 5 + 1;
      break;
    case 6:
      if (y > 100)
        pc += 2;
      break;
    default:
      x ^= 0x55;
      break;
    }
    if (x > 1000000 || x < -1000000)
      break;
  }
  outputs[i] = x + 31 * y;
}

// Escape times of the Mandelbrot set in a block of two dimensions.
extern "C" __global__ void mandelbrot(int *times, int width, int height,
                                      int most) {
  int column = blockIdx.x * blockDim.x + threadIdx.x;
  int row = blockIdx.y * blockDim.y + threadIdx.y;
  if (column >= width || row >= height)
    return;
  double re = __dadd_rn(3.0 * column / width, -2.0);
  double im = __dadd_rn(3.0 * row / height, -1.5);
  double x = 0, y = 0;
  int t = 0;
  // Products and sums that are not fused.
  for (; t < most; ++t) {
    double xx = __dmul_rn(x, x), yy = __dmul_rn(y, y);
    if (__dadd_rn(xx, yy) > 4)
      break;
    y = __dadd_rn(2 * __dmul_rn(x, y), im);
    x = __dadd_rn(__dsub_rn(xx, yy), re);
  }
  times[row * width + column] = t;
}

// The lanes of a warp take one lock in turn: it hangs unless all of them get
// on.
extern "C" __global__ void lock(int *mutex, int *shared, int *order, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  bool done = false;
  while (!done) {
    if (atomicCAS(mutex, 0, 1) == 0) {
      __threadfence();
      order[*shared] = i;
      *shared += 1;
      __threadfence();
      atomicExch(mutex, 0);
      done = true;
    }
  }
}

// A goto into the middle of nothing that a structured loop would be.
extern "C" __global__ void jumps(const int *x, int *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int value = x[i], count = 0;
again:
  if (value > 50) {
    value /= 2;
    ++count;
    goto again;
  }
  if (value % 3 == 0) {
    value += 7;
    count += 10;
    if (count < 40)
      goto again;
  }
  y[i] = value * 100 + count;
}
