//===- ReduceTrig.cpp - x modulo pi / 2 -----------------------------------===//
//
// Up to 2^17 (f32) or 2^28 (f64) by subtracting a multiple of pi / 2 held in
// three words (W. J. Cody and W. Waite, 1980). Beyond, the fraction of x * 2/pi
// in integer arithmetic, of the bits of 2/pi only those that matter (M. H.
// Payne and R. N. Hanek, 1983); under a branch, as such arguments are rare.
//
//===----------------------------------------------------------------------===//

#include "MathExpansions.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace theano {

Value anyLane(Mask mask) {
  auto type = dyn_cast<VectorType>(mask.value.getType());
  if (!type)
    return mask.value;
  MathBuilder &b = *mask.builder;
  auto flat = VectorType::get({type.getNumElements()}, type.getElementType());
  Value lanes = mask.value;
  if (flat != type)
    lanes = b.create<vector::ShapeCastOp>(flat, lanes);
  return b.create<vector::ReductionOp>(vector::CombiningKind::OR, lanes);
}

namespace {
TrigReduction reduceModerate(Float x) {
  MathBuilder &b = *x.builder;
  Float shift = b.constant(b.pick(0x1.8p23, 0x1.8p52));
  Float shifted = fma(x, b.word(coefficients::twoOverPi, 0), shift);
  Float n = shifted - shift;
  Int shiftedBits = bitsOf(shifted), shiftBits = bitsOf(shift);
  Int quadrant = shiftedBits - shiftBits;
  // Exact: x and n times the first word are multiples of its last bit.
  Float minusN = -n;
  Float first = fma(minusN, b.word(coefficients::halfPi, 0), x);
  Pair second = twoProduct(n, b.word(coefficients::halfPi, 1));
  Pair rest = twoSum(first, -second.high);
  Float lastWord = b.word(coefficients::halfPi, 2);
  Float low = fma(minusN, lastWord, rest.low - second.low);
  return {fastTwoSum(rest.high, low), quadrant};
}

/// Arithmetic on numbers of several 32-bit limbs, most significant first, each
/// in a lane of 64 bits.
using Limbs = SmallVector<Int>;

constexpr int64_t limbMask = 0xffffffff;

/// `count` limbs of 2 / pi, preceded by 32 zeros, from bit `position` on; 0 <=
/// position < 32 * 2^indexBits.
Limbs bitsOfTwoOverPi(MathBuilder &b, Int position, int count, int indexBits) {
  Type type = position.value.getType();
  int size = count + (1 << indexBits);
  Limbs words;
  for (int i = 0; i < size; ++i) {
    bool inTable = i > 0 && i <= int(std::size(coefficients::twoOverPiBits));
    words.push_back(
        b.integer(inTable ? coefficients::twoOverPiBits[i - 1] : 0, type));
  }
  // A barrel shifter by whole words, then by bits.
  Int index = position >> 5;
  for (int bit = indexBits - 1; bit >= 0; --bit) {
    int step = 1 << bit;
    Mask shifts = (index & step) != 0;
    for (int i = 0; i + step < int(words.size()); ++i)
      words[i] = select(shifts, words[i + step], words[i]);
    words.truncate(words.size() - step);
  }
  Int bits = position & 31;
  Limbs aligned;
  for (int i = 0; i < count; ++i)
    aligned.push_back(shiftRightLogical(
        shiftLeft((words[i] << 32) | words[i + 1], bits), 32));
  return aligned;
}

/// factor * limbs, factor < 2^53 in one (f32) or two (f64) limbs, without what
/// overflows to the left.
Limbs multiply(Int factor, Limbs limbs, bool twoLimbs) {
  MathBuilder &b = *factor.builder;
  Int zero = b.integer(0, factor.value.getType());
  Int lowFactor = factor & limbMask, carry = zero;
  Limbs product = limbs;
  for (int i = limbs.size() - 1; i >= 0; --i) {
    Int sum = lowFactor * limbs[i] + carry;
    product[i] = sum & limbMask;
    carry = shiftRightLogical(sum, 32);
  }
  if (!twoLimbs)
    return product;
  Int highFactor = shiftRightLogical(factor, 32);
  carry = zero;
  for (int i = limbs.size() - 1; i > 0; --i) {
    Int sum = highFactor * limbs[i] + product[i - 1] + carry;
    product[i - 1] = sum & limbMask;
    carry = shiftRightLogical(sum, 32);
  }
  return product;
}

/// The non-negative number whose first limb counts 2^-30, as a pair.
Pair toPair(MathBuilder &b, ArrayRef<Int> limbs) {
  Pair sum = {b.constant(0), b.constant(0)};
  Type narrow = b.integer(0).value.getType();
  auto accumulate = [&](Int piece, int exponent) {
    Float value = toFloat(truncate(piece, narrow)) * std::ldexp(1.0, exponent);
    Pair next = fastTwoSum(sum.high, value);
    sum = {next.high, sum.low + next.low};
  };
  for (auto [i, limb] : llvm::enumerate(limbs)) {
    int exponent = -30 - 32 * static_cast<int>(i);
    if (b.isF64()) {
      accumulate(limb, exponent);
      continue;
    }
    // In f32 a limb has no room: two halves.
    accumulate(shiftRightLogical(limb, 16), exponent + 16);
    accumulate(limb & 0xffff, exponent);
  }
  return fastTwoSum(sum.high, sum.low);
}

TrigReduction reduceLarge(Float x) {
  MathBuilder &b = *x.builder;
  Type wide = b.withElement(b.getBuilder().getI64Type());
  Type narrow = b.integer(0).value.getType();
  int fraction = b.fractionBits();

  Int bits = zeroExtend(bitsOf(x), wide);
  Int mantissa =
      (bits & ((int64_t(1) << fraction) - 1)) | (int64_t(1) << fraction);
  Int field = shiftRightLogical(bits, fraction) & (2 * b.bias() + 1);
  // |x| = mantissa * 2^(field - bias - fraction). Bit i of 2/pi (from 1) is
  // worth a multiple of 4 in the product while i < field - bias - fraction - 1;
  // the first one taken is worth 2 units of the mantissa.
  Int position = field - (b.bias() + fraction + 1) + 31;
  position = position & b.pick(255, 1023);
  int count = b.pick(3, 6);
  Limbs limbs = multiply(
      mantissa, bitsOfTwoOverPi(b, position, count, b.pick(3, 5)), b.isF64());

  // Two bits of quadrant, then the fraction, which is taken to [-1/2, 1/2).
  Int quadrant = shiftRightLogical(limbs[0] + (1 << 29), 30);
  limbs[0] = limbs[0] - (quadrant << 30);
  // The magnitude; the complement lacks one unit of the last limb, far below
  // what counts.
  Int sign = limbs[0] >> 63;
  limbs[0] = limbs[0] ^ sign;
  for (Int &limb : MutableArrayRef(limbs).drop_front())
    limb = (limb ^ sign) & limbMask;
  Pair rest = toPair(b, limbs);
  rest = rest *
         Pair{b.word(coefficients::halfPi, 0), b.word(coefficients::halfPi, 1)};

  Mask negative = x < 0.0;
  Mask flips = negative ^ (sign != 0);
  quadrant = truncate(quadrant, narrow);
  return {{select(flips, -rest.high, rest.high),
           select(flips, -rest.low, rest.low)},
          select(negative, b.integer(0) - quadrant, quadrant)};
}
} // namespace

TrigReduction reduceTrig(Float x) {
  MathBuilder &b = *x.builder;
  OpBuilder &builder = b.getBuilder();
  TrigReduction moderate = reduceModerate(x);
  Mask large = abs(x) > b.pick(0x1p17, 0x1p28);

  auto branch = scf::IfOp::create(
      builder, b.getLoc(), anyLane(large),
      [&](OpBuilder &, Location loc) {
        TrigReduction far = reduceLarge(x);
        Float high = select(large, far.rest.high, moderate.rest.high);
        Float low = select(large, far.rest.low, moderate.rest.low);
        Int quadrant = select(large, far.quadrant, moderate.quadrant);
        scf::YieldOp::create(builder, loc,
                             {high.value, low.value, quadrant.value});
      },
      [&](OpBuilder &, Location loc) {
        scf::YieldOp::create(builder, loc,
                             {moderate.rest.high.value, moderate.rest.low.value,
                              moderate.quadrant.value});
      });
  Int quadrant{{&b, branch.getResult(2)}};
  return {{b.wrap(branch.getResult(0)), b.wrap(branch.getResult(1))}, quadrant};
}

} // namespace theano
