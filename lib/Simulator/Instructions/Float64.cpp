//===- Float64.cpp - double precision arithmetic --------------------------===//

#include "Instructions/Floats.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

double add(double a, double b) { return a + b; }
double sub(double a, double b) { return a - b; }
double mul(double a, double b) { return a * b; }
double div(double a, double b) { return a / b; }
double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
double rcp(double a) { return 1.0 / a; }
double squareRoot(double a) { return __builtin_sqrt(a); }

template <auto F> Handler pickRounded(const Match &match) {
  return rounded<map<F>>(roundOf(match));
}

constexpr uint64_t signBit = uint64_t(1) << 63;

double negate(double a) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(a) ^ signBit);
}
double absolute(double a) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(a) & ~signBit);
}
/// The magnitude of b with the sign of a.
double copySign(double a, double b) {
  return std::bit_cast<double>((std::bit_cast<uint64_t>(a) & signBit) |
                               (std::bit_cast<uint64_t>(b) & ~signBit));
}
template <bool greater> double minMax(double a, double b) {
  return pickOf<greater, false>(a, b);
}

/// The approximations that flush have zeros in their low 32 bits, and take and
/// give subnormal numbers as zeros.
double topHalf(double x) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(x) & ~0xffffffffull);
}
double flush(double x) {
  auto bits = std::bit_cast<uint64_t>(x);
  return std::bit_cast<double>(bits & 0x7ff0000000000000 ? bits
                                                         : bits & signBit);
}
double rcpApproximate(double a) {
  double kept = topHalf(flush(a));
  return topHalf(flush(1.0 / (a != a ? a : kept)));
}
/// ptxas makes a sequence of this one that is good to the last bits.
double rsqrtApproximate(double a) { return 1.0 / __builtin_sqrt(a); }
double rsqrtApproximateFtz(double a) {
  return topHalf(flush(1.0 / __builtin_sqrt(topHalf(flush(a)))));
}

} // namespace

void addFloat64(FormTable &table) {
  table.add("add{.rn|rz|rm|rp}.f64 =d, a, b", pickRounded<&add>);
  table.add("sub{.rn|rz|rm|rp}.f64 =d, a, b", pickRounded<&sub>);
  table.add("mul{.rn|rz|rm|rp}.f64 =d, a, b", pickRounded<&mul>);
  table.add("fma.{rn|rz|rm|rp}.f64 =d, a, b, c", pickRounded<&fma>);
  table.add("mad.{rn|rz|rm|rp}.f64 =d, a, b, c", pickRounded<&fma>);
  table.add("div.{rn|rz|rm|rp}.f64 =d, a, b", pickRounded<&div>);
  table.add("rcp.{rn|rz|rm|rp}.f64 =d, a", pickRounded<&rcp>);
  table.add("sqrt.{rn|rz|rm|rp}.f64 =d, a", pickRounded<&squareRoot>);
  table.add("neg.f64 =d, a", [](const Match &) { return map<&negate>; });
  table.add("abs.f64 =d, a", [](const Match &) { return map<&absolute>; });
  table.add("copysign.f64 =d, a, b",
            [](const Match &) { return map<&copySign>; });
  table.add("min.f64 =d, a, b",
            [](const Match &) { return map<&minMax<false>>; });
  table.add("max.f64 =d, a, b",
            [](const Match &) { return map<&minMax<true>>; });
  table.add("rcp.approx.ftz.f64 =d, a",
            [](const Match &) { return map<&rcpApproximate>; });
  table.add("rsqrt.approx.f64 =d, a",
            [](const Match &) { return map<&rsqrtApproximate>; });
  table.add("rsqrt.approx.ftz.f64 =d, a",
            [](const Match &) { return map<&rsqrtApproximateFtz>; });
}

} // namespace theano::sim::THEANO_SIM_ISA
