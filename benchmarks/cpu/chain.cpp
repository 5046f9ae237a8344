//===- chain.cpp - tanh(a*b+c)*exp(d) as a C++ programmer writes it -------===//
//
// chain COUNT REPEAT prints the median time of a call in nanoseconds. Compiled
// by measure_cpu.py with g++ -O3 -march=native -ffast-math.
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

[[gnu::noinline]] static void chain(const float *__restrict a,
                                    const float *__restrict b,
                                    const float *__restrict c,
                                    const float *__restrict d,
                                    float *__restrict out, size_t count) {
  for (size_t i = 0; i < count; ++i)
    out[i] = std::tanh(a[i] * b[i] + c[i]) * std::exp(d[i]);
}

int main(int argc, char **argv) {
  if (argc != 3)
    return 1;
  size_t count = std::strtoull(argv[1], nullptr, 10);
  size_t repeat = std::strtoull(argv[2], nullptr, 10);
  std::minstd_rand random;
  std::vector<float> inputs[4], out(count);
  for (std::vector<float> &input : inputs) {
    input.resize(count);
    for (float &x : input)
      x = float(random()) / float(1u << 30) - 1.0f;
  }
  std::vector<double> times;
  for (size_t i = 0; i < repeat; ++i) {
    auto start = std::chrono::steady_clock::now();
    chain(inputs[0].data(), inputs[1].data(), inputs[2].data(),
          inputs[3].data(), out.data(), count);
    std::chrono::duration<double, std::nano> taken =
        std::chrono::steady_clock::now() - start;
    times.push_back(taken.count());
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2,
                   times.end());
  // The sum keeps the computation alive.
  float sum = 0;
  for (float x : out)
    sum += x;
  std::printf("%.1f %g\n", times[times.size() / 2], double(sum));
}
