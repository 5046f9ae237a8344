//===- MathCoefficients.h - tables of the math expansion --------*- C++ -*-===//
//
// Made by benchmarks/math/derive_coefficients.py, which names the method; do
// not edit. Values in the F32 tables are exact in f32.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_CODEGEN_LOWERING_MATHCOEFFICIENTS_H
#define THEANO_LIB_CODEGEN_LOWERING_MATHCOEFFICIENTS_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

// clang-format off
namespace theano::coefficients {

/// The words of a constant, largest first, or the coefficients of a polynomial,
/// lowest order first, in either format.
struct Coefficients {
  llvm::ArrayRef<double> f32;
  llvm::ArrayRef<double> f64;
};

// ln 2
inline constexpr double ln2F32[] = {
    0x1.62e4300000000p-1,
    -0x1.05c6100000000p-29};
inline constexpr double ln2F64[] = {
    0x1.62e42fefa39efp-1,
    0x1.abc9e3b39803fp-56};
inline constexpr Coefficients ln2{ln2F32, ln2F64};

// 1 / ln 2
inline constexpr double log2eF32[] = {
    0x1.7154760000000p+0,
    0x1.4ae0c00000000p-26};
inline constexpr double log2eF64[] = {
    0x1.71547652b82fep+0,
    0x1.777d0ffda0d24p-56};
inline constexpr Coefficients log2e{log2eF32, log2eF64};

// 1 / ln 10
inline constexpr double log10eF32[] = {
    0x1.bcb7b20000000p-2,
    -0x1.5b235e0000000p-27};
inline constexpr double log10eF64[] = {
    0x1.bcb7b1526e50ep-2,
    0x1.95355baaafad3p-57};
inline constexpr Coefficients log10e{log10eF32, log10eF64};

// log10(2)
inline constexpr double log10Of2F32[] = {
    0x1.3441360000000p-2,
    -0x1.ec10c00000000p-27};
inline constexpr double log10Of2F64[] = {
    0x1.34413509f79ffp-2,
    -0x1.9dc1da994fd21p-59};
inline constexpr Coefficients log10Of2{log10Of2F32, log10Of2F64};

// pi / 2
inline constexpr double halfPiF32[] = {
    0x1.921fb60000000p+0,
    -0x1.777a5c0000000p-25,
    -0x1.ee59da0000000p-50};
inline constexpr double halfPiF64[] = {
    0x1.921fb54442d18p+0,
    0x1.1a62633145c07p-54,
    -0x1.f1976b7ed8fbcp-110};
inline constexpr Coefficients halfPi{halfPiF32, halfPiF64};

// 2 / pi
inline constexpr double twoOverPiF32[] = {
    0x1.45f3060000000p-1};
inline constexpr double twoOverPiF64[] = {
    0x1.45f306dc9c883p-1};
inline constexpr Coefficients twoOverPi{twoOverPiF32, twoOverPiF64};

// 2 / 3
inline constexpr double twoThirdsF32[] = {
    0x1.5555560000000p-1,
    -0x1.5555560000000p-26};
inline constexpr double twoThirdsF64[] = {
    0x1.5555555555555p-1,
    0x1.5555555555555p-55};
inline constexpr Coefficients twoThirds{twoThirdsF32, twoThirdsF64};

// 2 / 5
inline constexpr double twoFifthsF32[] = {
    0x1.99999a0000000p-2,
    -0x1.99999a0000000p-28};
inline constexpr double twoFifthsF64[] = {
    0x1.999999999999ap-2,
    -0x1.999999999999ap-56};
inline constexpr Coefficients twoFifths{twoFifthsF32, twoFifthsF64};

// 2 / 7
inline constexpr double twoSeventhsF32[] = {
    0x1.24924a0000000p-2,
    -0x1.b6db6e0000000p-27};
inline constexpr double twoSeventhsF64[] = {
    0x1.2492492492492p-2,
    0x1.2492492492492p-56};
inline constexpr Coefficients twoSevenths{twoSeventhsF32, twoSeventhsF64};

// exp(r) = 1 + r + r^2 P(r) for |r| <= ln(2) / 2
inline constexpr double expTailF32[] = { // error 2^-28.0
    0x1.fffffc0000000p-2,
    0x1.5554900000000p-3,
    0x1.5558f80000000p-5,
    0x1.123b0a0000000p-7,
    0x1.6a22720000000p-10};
inline constexpr double expTailF64[] = { // error 2^-56.8
    0x1.000000000000ap-1,
    0x1.55555555554f8p-3,
    0x1.555555555074ap-5,
    0x1.11111111280bep-7,
    0x1.6c16c18471a74p-10,
    0x1.a01a012939756p-13,
    0x1.a019994007620p-16,
    0x1.71df269b768bcp-19,
    0x1.28ae37e82c56bp-22,
    0x1.ad7f599714b7fp-26};
inline constexpr Coefficients expTail{expTailF32, expTailF64};

// expm1(2 r) / 2 = r + r^2 P(r) for |r| <= ln(2) / 4
inline constexpr double halfExpM1TailF32[] = { // error 2^-25.9
    0x1.fffffe0000000p-1,
    0x1.5554ae0000000p-1,
    0x1.5556760000000p-2,
    0x1.1228820000000p-3,
    0x1.6beb7a0000000p-5};
inline constexpr double halfExpM1TailF64[] = { // error 2^-54.9
    0x1.0000000000005p+0,
    0x1.5555555555539p-1,
    0x1.55555555521f4p-2,
    0x1.111111111916bp-3,
    0x1.6c16c17f12452p-5,
    0x1.a01a0174a0966p-7,
    0x1.a019a6c01c4cbp-9,
    0x1.71de88948cdb2p-11,
    0x1.28a29774e5b98p-13,
    0x1.ae6badabe2327p-16};
inline constexpr Coefficients halfExpM1Tail{halfExpM1TailF32, halfExpM1TailF64};

// log(1 + f) = f - f^2/2 + f^3 P(f), 1 + f in [sqrt(1/2), sqrt(2)] ;
// f32 only, f64 takes atanhTail
inline constexpr double logTailF32[] = { // error 2^-28.3
    0x1.5555480000000p-2,
    -0x1.0000060000000p-2,
    0x1.99a4ca0000000p-3,
    -0x1.555c620000000p-3,
    0x1.2335a40000000p-3,
    -0x1.fc1c6a0000000p-4,
    0x1.e706ea0000000p-4,
    -0x1.de6ab80000000p-4,
    0x1.145d0a0000000p-4};
inline constexpr Coefficients logTail{logTailF32, {}};

// log(1 + f) = 2 s + s z P(z), s = f / (2 + f), z = s^2
inline constexpr double atanhTailF32[] = { // error 2^-30.0
    0x1.55557a0000000p-1,
    0x1.995e7c0000000p-2,
    0x1.31e9ee0000000p-2};
inline constexpr double atanhTailF64[] = { // error 2^-59.1
    0x1.5555555555593p-1,
    0x1.999999997f891p-2,
    0x1.249249423f6d4p-2,
    0x1.c71c51c598050p-3,
    0x1.74664d9f906f2p-3,
    0x1.39a02afda9ff4p-3,
    0x1.2f15e10bdb32cp-3};
inline constexpr Coefficients atanhTail{atanhTailF32, atanhTailF64};

// as atanhTail, with the terms 2/3 and 2/5 (f64: and 2/7) taken off P
inline constexpr double powTailF32[] = { // error 2^-35.3
    0x1.2475800000000p-2,
    0x1.d9de6e0000000p-3};
inline constexpr double powTailF64[] = { // error 2^-71.8
    0x1.c71c71c6eac6dp-3,
    0x1.745d17877c92fp-3,
    0x1.3b138eb0ad407p-3,
    0x1.111a60d18914fp-3,
    0x1.df28bf223ba61p-4,
    0x1.e37617f9317a7p-4};
inline constexpr Coefficients powTail{powTailF32, powTailF64};

// sin(r) = r + r z P(z), z = r^2, |r| <= pi / 4
inline constexpr double sinTailF32[] = { // error 2^-26.8
    -0x1.5555460000000p-3,
    0x1.1107300000000p-7,
    -0x1.9940580000000p-13};
inline constexpr double sinTailF64[] = { // error 2^-56.9
    -0x1.5555555555548p-3,
    0x1.111111110f790p-7,
    -0x1.a01a019bf5890p-13,
    0x1.71de356046495p-19,
    -0x1.ae5e5476624fap-26,
    0x1.5d8dff0577953p-33};
inline constexpr Coefficients sinTail{sinTailF32, sinTailF64};

// cos(r) = 1 - z / 2 + z^2 P(z), z = r^2, |r| <= pi / 4
inline constexpr double cosTailF32[] = { // error 2^-33.0
    0x1.55554a0000000p-5,
    -0x1.6c0c280000000p-10,
    0x1.99e86c0000000p-16};
inline constexpr double cosTailF64[] = { // error 2^-59.1
    0x1.555555555554bp-5,
    -0x1.6c16c16c14f46p-10,
    0x1.a01a019c7cc8dp-16,
    -0x1.27e4f7e530944p-22,
    0x1.1ee9d3d296b1bp-29,
    -0x1.8fa28b8a6c5a3p-37};
inline constexpr Coefficients cosTail{cosTailF32, cosTailF64};

// erf(x) = x + x P(z), z = x^2, |x| <= 1
inline constexpr double erfNearF32[] = { // error 2^-28.3
    0x1.06eba80000000p-3,
    -0x1.81273e0000000p-2,
    0x1.ce2cf80000000p-4,
    -0x1.b7f90e0000000p-6,
    0x1.5405ba0000000p-8,
    -0x1.a3f7340000000p-11,
    0x1.496aba0000000p-14};
inline constexpr double erfNearF64[] = { // error 2^-56.3
    0x1.06eba8214db69p-3,
    -0x1.812746b0379e6p-2,
    0x1.ce2f21a042b20p-4,
    -0x1.b82ce3128499ep-6,
    0x1.565bcd0db0304p-8,
    -0x1.c02db3d8ed5ecp-11,
    0x1.f9a321a1222d5p-14,
    -0x1.f4d1df3983e72p-17,
    0x1.b9def19fedf27p-20,
    -0x1.5f1d36ce7d54ap-23,
    0x1.f7a412932f433p-27,
    -0x1.386ac1c3ded41p-30,
    0x1.0579ad11bbd23p-34};
inline constexpr Coefficients erfNear{erfNearF32, erfNearF64};

// erf(x) = 1 - exp(-P(x - 1)), 1 <= x <= 4 (f32) or 6 (f64)
inline constexpr double erfFarF32[] = { // error 2^-26.9
    0x1.d97fc00000000p+0,
    0x1.51c9b00000000p+1,
    0x1.afabbc0000000p-1,
    0x1.547ace0000000p-5,
    -0x1.49033e0000000p-7,
    0x1.05c1d80000000p-9,
    -0x1.1a76940000000p-12,
    0x1.d893aa0000000p-18,
    0x1.69c3e40000000p-18,
    -0x1.a514e40000000p-21};
inline constexpr double erfFarF64[] = { // error 2^-59.0
    0x1.d97fbf27aa2a1p+0,
    0x1.51c9b0006c23dp+1,
    0x1.afabc11a28f32p-1,
    0x1.5477f09caa218p-5,
    -0x1.48c9d40c41b8ep-7,
    0x1.033f699d91b7ep-9,
    -0x1.f1b4bf570c334p-13,
    -0x1.b8bdcbcea273bp-16,
    0x1.c75811644b8a6p-16,
    -0x1.4151ec45ccbaep-17,
    0x1.0e9fde6466b46p-19,
    -0x1.ab1bf62ad9005p-24,
    -0x1.1824f9670a1e3p-23,
    0x1.308e0fa6baae3p-24,
    -0x1.8b9c2c74602cdp-26,
    0x1.74d842ef354c7p-28,
    -0x1.01146a16e28b8p-30,
    0x1.d86c84bb7e820p-34,
    -0x1.62adc9d73b367p-38,
    -0x1.999279fa09f9cp-41,
    0x1.7732239465985p-43,
    -0x1.fcdcda473afb2p-47,
    0x1.1473b91279f91p-51};
inline constexpr Coefficients erfFar{erfFarF32, erfFarF64};

// The bits of 2 / pi behind the point, 32 a word.
inline constexpr uint32_t twoOverPiBits[] = {
    0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599,
    0x3c439041, 0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0,
    0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5,
    0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4,
    0x9c845f8b, 0xbdf9283b, 0x1ff897ff, 0xde05980f, 0xef2f118b,
    0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d,
    0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1,
    0x1f8d5d08, 0x56033046, 0xfc7b6bab, 0xf0cfbc20, 0x9af4361d};

} // namespace theano::coefficients
// clang-format on

#endif // THEANO_LIB_CODEGEN_LOWERING_MATHCOEFFICIENTS_H
