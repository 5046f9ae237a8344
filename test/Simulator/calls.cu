// For sm_80.
// Calls: of itself, through a table, by way of an object, and with what does
// not fit registers.

__device__ __noinline__ int fibonacci(int n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
extern "C" __global__ void recursion(const int *x, int *y, int n) {
  if (int i = threadIdx.x; i < n)
    y[i] = fibonacci(x[i]);
}

// Two functions that call each other.
__device__ bool isOdd(int n);
__device__ __noinline__ bool isEven(int n) { return n == 0 || isOdd(n - 1); }
__device__ __noinline__ bool isOdd(int n) { return n != 0 && isEven(n - 1); }
extern "C" __global__ void mutualRecursion(const int *x, int *y, int n) {
  if (int i = threadIdx.x; i < n)
    y[i] = isEven(x[i]);
}

// An array of each call lies in local memory, and pointers to it are handed
// down.
__device__ __noinline__ void sortPart(int *x, int first, int last) {
  if (last - first < 2)
    return;
  int middle = (first + last) / 2, part[24];
  sortPart(x, first, middle);
  sortPart(x, middle, last);
  int left = first, right = middle;
  for (int i = first; i < last; ++i)
    part[i - first] = right >= last || (left < middle && x[left] <= x[right])
                          ? x[left++]
                          : x[right++];
  for (int i = first; i < last; ++i)
    x[i] = part[i - first];
}
extern "C" __global__ void sortLocally(const int *x, int *sorted, int length) {
  int mine[24];
  for (int k = 0; k < length; ++k)
    mine[k] = x[threadIdx.x * length + k];
  sortPart(mine, 0, length);
  for (int k = 0; k < length; ++k)
    sorted[threadIdx.x * length + k] = mine[k];
}

struct Shape {
  __device__ virtual double area() const = 0;
  __device__ virtual int corners() const { return 0; }
  __device__ virtual ~Shape() {}
};
struct Rectangle : Shape {
  double a, b;
  __device__ Rectangle(double a, double b) : a(a), b(b) {}
  __device__ double area() const override { return a * b; }
  __device__ int corners() const override { return 4; }
};
struct Square : Rectangle {
  __device__ explicit Square(double a) : Rectangle(a, a) {}
  __device__ int corners() const override { return Rectangle::corners() + 100; }
};
struct Disc : Shape {
  double r;
  __device__ explicit Disc(double r) : r(r) {}
  __device__ double area() const override { return 3 * r * r; }
};
__device__ __noinline__ void describe(const Shape &shape, double *area,
                                      int *corners) {
  *area = shape.area();
  *corners = shape.corners();
}
extern "C" __global__ void virtualCalls(const double *x, double *areas,
                                        int *corners, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  Rectangle rectangle(x[i], 2);
  Square square(x[i]);
  Disc disc(x[i]);
  const Shape *shapes[] = {&rectangle, &square, &disc};
  describe(*shapes[i % 3], &areas[i], &corners[i]);
}

using Operation = int (*)(int, int);
__device__ __noinline__ int plus(int a, int b) { return a + b; }
__device__ __noinline__ int minus(int a, int b) { return a - b; }
__device__ __noinline__ int times(int a, int b) { return a * b; }
__device__ Operation table[] = {plus, minus, times};
extern "C" __global__ void functionPointers(const int *x, int *y, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  int value = i;
  for (int k = 0; k < 4; ++k)
    value = table[(x[i] + k) % 3](value, x[i] + k);
  y[i] = value;
}

// Structures as parameters and results, and a closure that is handed on.
struct Big {
  long long words[5];
  short small;
  char letter;
};
__device__ __noinline__ Big change(Big big, int by) {
  for (long long &word : big.words)
    word += by;
  big.small *= 2;
  big.letter = static_cast<char>(big.letter + by);
  return big;
}
extern "C" __global__ void structures(Big big, Big *made, int n) {
  if (int i = threadIdx.x; i < n)
    made[i] = change(change(big, i), 1);
}
template <typename F> __device__ __noinline__ int twice(F f, int x) {
  return f(f(x));
}
extern "C" __global__ void closures(const int *x, int *y, int n) {
  int i = threadIdx.x;
  if (i < n)
    y[i] = twice([=](int value) { return value * 3 + i; }, x[i]);
}
