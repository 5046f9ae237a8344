//===- TensorCopyTest.cpp - copies of boxes, by tensor maps ---------------===//
//
// Where an element of a box lies is derived by hand: row after row, and with a
// swizzle the number of a group of 16 bytes within its line of 128 xor that of
// the line.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"
#include "Memory/TensorMap.h"

#include <functional>

using namespace theano::sim;
using theano::cuda::Result;
using theano::cuda::TensorMapDataType;
using theano::cuda::TensorMapFill;
using theano::cuda::TensorMapSwizzle;

namespace {

const std::string head90 = ptxHeadFor("8.6", "sm_90");

/// All of the 8192 bytes of shared memory at %s are 0xee, by one warp. %p is
/// where the array is, %m its map in global memory, %o the result; `b` is an
/// mbarrier that waits for one arrival; %z holds for thread 0. In the end all
/// of `s` goes to `out`. The body starts at line 15.
std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 p, .param .u64 map, .param .u64 out) "
         "{\n"
         ".reg .b32 %t, %s, %x, %v, %r<8>; .reg .b64 %p, %m, %o, %a; .reg "
         ".pred %z, %q;\n"
         ".shared .align 1024 .b8 s[8192]; .shared .align 8 .b64 b[1];\n"
         "ld.param.u64 %p, [p]; ld.param.u64 %m, [map]; ld.param.u64 %o, "
         "[out];\n"
         "mov.u32 %t, %tid.x; mov.u32 %s, s; setp.eq.u32 %z, %t, 0;\n"
         "mad.lo.u32 %x, %t, 4, %s;\nadd.u32 %r0, %s, 8192;\n"
         "FILL: st.shared.b32 [%x], 0xeeeeeeee; add.u32 %x, %x, 128;\n"
         "setp.lt.u32 %q, %x, %r0; @%q bra FILL;\n"
         "@%z mbarrier.init.shared.b64 [b], 1;\nbar.sync 0;\n" +
         body +
         "\nbar.sync 0;\nmad.lo.u32 %x, %t, 4, %s; mad.wide.u32 %a, %t, 4, "
         "%o;\n"
         "OUT: ld.shared.b32 %v, [%x]; st.global.b32 [%a], %v;\n"
         "add.u32 %x, %x, 128; add.u64 %a, %a, 128;\n"
         "setp.lt.u32 %q, %x, %r0; @%q bra OUT;\nret;\n}\n";
}
constexpr uint32_t bodyLine = 15;
constexpr uint32_t outWords = 2048;
constexpr uint32_t old = 0xeeeeeeee;

/// Loads the box at `start`, "{1, 2}", of `bytes` bytes to `s` and waits.
std::string load(unsigned rank, const std::string &start, uint32_t bytes,
                 const std::string &to = "s") {
  return "@%z mbarrier.arrive.expect_tx.shared.b64 _, [b], " +
         std::to_string(bytes) + ";\n@%z cp.async.bulk.tensor." +
         std::to_string(rank) +
         "d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [" + to +
         "], [%m, " + start +
         "], [b];\n"
         "W: mbarrier.try_wait.parity.shared.b64 %q, [b], 0;\n@!%q bra W;\n";
}
/// Stores the box at `start` from `s`, in which thread 0 has written.
std::string store(unsigned rank, const std::string &start,
                  const std::string &how = "") {
  return "@%z cp." + std::string(how.empty() ? "" : "reduce.") +
         "async.bulk.tensor." + std::to_string(rank) + "d.global.shared::cta" +
         how + ".tile.bulk_group [%m, " + start + "], [s];\n";
}
const std::string commit = "@%z cp.async.bulk.commit_group;\n";
const std::string wait = "@%z cp.async.bulk.wait_group 0;\n";

template <typename T>
TensorMap mapOf(TensorMapDataType type, std::vector<uint64_t> sizes,
                std::vector<uint32_t> box) {
  TensorMap map;
  map.type = type;
  map.rank = static_cast<unsigned>(sizes.size());
  uint64_t stride = sizeof(T);
  for (unsigned i = 0; i < map.rank; ++i) {
    map.sizes[i] = sizes[i];
    map.box[i] = box[i];
    map.strides[i] = i ? stride : 0;
    stride = (stride * sizes[i] + 15) / 16 * 16;
  }
  return map;
}

/// What a kernel leaves of an array and of shared memory.
template <typename T> struct Outcome {
  std::vector<T> array, shared;
  std::optional<Fault> fault;
  OpCounts counts; ///< of `cp`
  uint64_t loaded = 0, stored = 0;
};
template <typename T>
Outcome<T> run(const std::string &body, TensorMap map,
               const std::vector<T> &array, bool checks = false,
               uint64_t seed = 0) {
  Kernel kernel(entry(body), head90);
  kernel.options.count = true;
  kernel.options.deepChecks = checks;
  kernel.options.seed = seed;
  kernel.memory.trackWrites(checks);
  uint64_t p = kernel.upload(array);
  map.address += p;
  EXPECT_TRUE(map.isValid());
  theano::cuda::TensorMap bytes = map.encode();
  uint64_t m = kernel.upload(std::vector<theano::cuda::TensorMap>{bytes});
  uint64_t out = kernel.upload(std::vector<uint32_t>(outWords));
  Outcome<T> made;
  made.fault = kernel.run(1, 32, {p, m, out});
  made.array = kernel.download<T>(p, array.size());
  made.shared = kernel.download<T>(out, 4 * outWords / sizeof(T));
  if (!kernel.image)
    return made;
  for (size_t pc = 0; pc < kernel.image->code.size(); ++pc)
    if (const Instruction *from = kernel.image->info[pc].instruction;
        from && from->opcode == "cp")
      made.counts += kernel.counters->ops()[pc];
  made.loaded = kernel.counters->loaded().size();
  made.stored = kernel.counters->stored().size();
  return made;
}
template <typename T>
Outcome<T> runClean(const std::string &body, const TensorMap &map,
                    const std::vector<T> &array) {
  Outcome<T> made = run(body, map, array);
  EXPECT_FALSE(made.fault) << made.fault->text();
  for (uint64_t seed : {1, 2}) {
    Outcome<T> again = run(body, map, array, /*checks=*/true, seed);
    EXPECT_FALSE(again.fault) << again.fault->text();
    EXPECT_EQ(made.shared, again.shared);
    EXPECT_EQ(made.array, again.array);
  }
  return made;
}

template <typename T> std::vector<T> numbered(size_t count) {
  std::vector<T> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = static_cast<T>(100 + i);
  return values;
}
using Words = std::vector<uint32_t>;
using Halves = std::vector<uint16_t>;

//===----------------------------------------------------------------------===//
// Loads
//===----------------------------------------------------------------------===//

// 8 x 4 words of 100 + 16 * row + column; the box is 4 x 2.
TEST(TensorCopy, ABoxInside) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {16, 4}, {4, 2});
  Outcome<uint32_t> made =
      runClean(load(2, "{8, 1}", 32), map, numbered<uint32_t>(64));
  Words found(made.shared.begin(), made.shared.begin() + 9);
  EXPECT_EQ(found, Words({124, 125, 126, 127, 140, 141, 142, 143, old}));
  // Each row is half a sector; the box one turn of shared memory.
  EXPECT_EQ(made.counts.requests, 1u);
  EXPECT_EQ(made.counts.sectors, 2u);
  EXPECT_EQ(made.loaded, 2u); // without the map
  EXPECT_EQ(made.counts.wavefronts, 1u);
}

TEST(TensorCopy, OneDimension) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Int32, {10}, {8});
  Outcome<uint32_t> made =
      runClean(load(1, "{6}", 32), map, numbered<uint32_t>(10));
  Words found(made.shared.begin(), made.shared.begin() + 9);
  EXPECT_EQ(found, Words({106, 107, 108, 109, 0, 0, 0, 0, old}));
}

// In the corner before the start of the array one element is inside.
TEST(TensorCopy, BeforeTheStart) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {16, 4}, {4, 2});
  Outcome<uint32_t> made =
      runClean(load(2, "{-3, -1}", 32), map, numbered<uint32_t>(64));
  Words found(made.shared.begin(), made.shared.begin() + 9);
  EXPECT_EQ(found, Words({0, 0, 0, 0, 0, 0, 0, 100, old}));
}

TEST(TensorCopy, BehindTheEnd) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {16, 4}, {4, 2});
  Words array = numbered<uint32_t>(64);
  Outcome<uint32_t> made = runClean(load(2, "{14, 3}", 32), map, array);
  Words found(made.shared.begin(), made.shared.begin() + 9);
  EXPECT_EQ(found, Words({162, 163, 0, 0, 0, 0, 0, 0, old}));
  // Nothing of it is inside: the bytes come all the same.
  for (const char *start :
       {"{16, 0}", "{0, 4}", "{-4, 0}", "{0, -2}", "{2147483647, 2147483647}",
        "{-2147483648, -2147483648}"}) {
    made = runClean(load(2, start, 32), map, array);
    EXPECT_EQ(Words(made.shared.begin(), made.shared.begin() + 9),
              Words({0, 0, 0, 0, 0, 0, 0, 0, old}))
        << start;
    EXPECT_EQ(made.counts.sectors, 0u);
  }
}

TEST(TensorCopy, NaNTakesThePlaceOfWhatIsOutside) {
  TensorMap map = mapOf<uint16_t>(TensorMapDataType::Float16, {8}, {8});
  map.fill = TensorMapFill::NaN;
  Outcome<uint16_t> half =
      runClean(load(1, "{5}", 16), map, numbered<uint16_t>(8));
  EXPECT_EQ(Halves(half.shared.begin(), half.shared.begin() + 8),
            Halves({105, 106, 107, 0x7fff, 0x7fff, 0x7fff, 0x7fff, 0x7fff}));
  map = mapOf<uint32_t>(TensorMapDataType::Float32, {4}, {4});
  map.fill = TensorMapFill::NaN;
  Outcome<uint32_t> word =
      runClean(load(1, "{2}", 16), map, numbered<uint32_t>(4));
  EXPECT_EQ(Words(word.shared.begin(), word.shared.begin() + 4),
            Words({102, 103, 0x7fffffff, 0x7fffffff}));
}

// Five dimensions of 16, 2, 2, 2, 2 words; element (x, a, b, c, d) is
// 100 + x + 16a + 32b + 64c + 128d. The box takes x 4 to 7, a 1, b 0 and 1, c
// 1, d 0 and 1.
TEST(TensorCopy, FiveDimensions) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {16, 2, 2, 2, 2},
                                  {4, 1, 2, 1, 2});
  Outcome<uint32_t> made =
      runClean(load(5, "{4, 1, 0, 1, 0}", 64), map, numbered<uint32_t>(256));
  EXPECT_EQ(Words(made.shared.begin(), made.shared.begin() + 17),
            Words({184, 185, 186, 187, 216, 217, 218, 219, 312, 313, 314, 315,
                   344, 345, 346, 347, old}));
}

// Every third row of 4; dimension 0 is taken whole. From rows 1, 4, 7 to 9 of a
// box of 8 the last is outside.
TEST(TensorCopy, Steps) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {4, 7}, {4, 8});
  map.steps = {2, 3, 1, 1, 1};
  Outcome<uint32_t> made =
      runClean(load(2, "{0, 1}", 48), map, numbered<uint32_t>(28));
  EXPECT_EQ(Words(made.shared.begin(), made.shared.begin() + 13),
            Words({104, 105, 106, 107, 116, 117, 118, 119, 0, 0, 0, 0, old}));
}

TEST(TensorCopy, RoundsAndFlushesOnTheWay) {
  // Half of the last digit of tf32 goes away from zero; a bit less does not.
  // As by cvt, a NaN becomes the canonical one.
  Words array = {0x3f801000, 0x3f800fff, 0xbf801000, 0x00000001,
                 0x80000001, 0x7f800000, 0xff800001, 0x3f802000};
  auto loaded = [&](TensorMapDataType type) {
    Outcome<uint32_t> made =
        runClean(load(1, "{0}", 32), mapOf<uint32_t>(type, {8}, {8}), array);
    return Words(made.shared.begin(), made.shared.begin() + 8);
  };
  EXPECT_EQ(loaded(TensorMapDataType::Float32), array);
  EXPECT_EQ(loaded(TensorMapDataType::Float32Ftz),
            Words({0x3f801000, 0x3f800fff, 0xbf801000, 0, 0x80000000,
                   0x7f800000, 0xff800001, 0x3f802000}));
  EXPECT_EQ(loaded(TensorMapDataType::Tfloat32),
            Words({0x3f802000, 0x3f800000, 0xbf802000, 0, 0x80000000,
                   0x7f800000, 0x7fffffff, 0x3f802000}));
}

//===----------------------------------------------------------------------===//
// Swizzles: 16-bit elements of 0, 1, 2, ...; group g of a line has the elements
// 8g to 8g + 7
//===----------------------------------------------------------------------===//

/// The first elements of the 8 groups of line `line`, over 8.
std::vector<unsigned> groupsOf(const Halves &shared, unsigned line) {
  std::vector<unsigned> groups(8);
  for (unsigned g = 0; g < groups.size(); ++g)
    groups[g] = shared[line * 64 + g * 8] / 8;
  return groups;
}
Halves counting(size_t count) {
  Halves values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = static_cast<uint16_t>(i);
  return values;
}
using Groups = std::vector<unsigned>;

TEST(TensorCopy, SwizzleOf128Bytes) {
  TensorMap map =
      mapOf<uint16_t>(TensorMapDataType::Float16, {64, 16}, {64, 16});
  map.swizzle = TensorMapSwizzle::Bytes128;
  Outcome<uint16_t> made =
      runClean(load(2, "{0, 0}", 2048), map, counting(1024));
  // Line r has the groups 8r to 8r + 7; group c is at c ^ (r % 8).
  EXPECT_EQ(groupsOf(made.shared, 0), Groups({0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(groupsOf(made.shared, 1), Groups({9, 8, 11, 10, 13, 12, 15, 14}));
  EXPECT_EQ(groupsOf(made.shared, 2), Groups({18, 19, 16, 17, 22, 23, 20, 21}));
  EXPECT_EQ(groupsOf(made.shared, 5), Groups({45, 44, 47, 46, 41, 40, 43, 42}));
  EXPECT_EQ(groupsOf(made.shared, 7), Groups({63, 62, 61, 60, 59, 58, 57, 56}));
  EXPECT_EQ(groupsOf(made.shared, 8), Groups({64, 65, 66, 67, 68, 69, 70, 71}));
  // Within a group nothing moves.
  for (unsigned i = 0; i < 8; ++i)
    EXPECT_EQ(made.shared[64 + i], 72 + i);
}

// The pattern is one of shared memory, not of the box: a box that starts at
// line 2 has its line 0 as line 2 of the pattern.
TEST(TensorCopy, SwizzlesDoNotStartWithTheBox) {
  TensorMap map = mapOf<uint16_t>(TensorMapDataType::Float16, {64, 2}, {64, 2});
  map.swizzle = TensorMapSwizzle::Bytes128;
  Outcome<uint16_t> made =
      runClean(load(2, "{0, 0}", 256, "s+256"), map, counting(128));
  EXPECT_EQ(groupsOf(made.shared, 2), Groups({2, 3, 0, 1, 6, 7, 4, 5}));
  EXPECT_EQ(groupsOf(made.shared, 3), Groups({11, 10, 9, 8, 15, 14, 13, 12}));
}

TEST(TensorCopy, SwizzleOf64Bytes) {
  TensorMap map =
      mapOf<uint16_t>(TensorMapDataType::Float16, {32, 16}, {32, 16});
  map.swizzle = TensorMapSwizzle::Bytes64;
  Outcome<uint16_t> made =
      runClean(load(2, "{0, 0}", 1024), map, counting(512));
  // Two rows a line; the lower two bits of the group xor the line's.
  EXPECT_EQ(groupsOf(made.shared, 0), Groups({0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(groupsOf(made.shared, 1), Groups({9, 8, 11, 10, 13, 12, 15, 14}));
  EXPECT_EQ(groupsOf(made.shared, 2), Groups({18, 19, 16, 17, 22, 23, 20, 21}));
  EXPECT_EQ(groupsOf(made.shared, 3), Groups({27, 26, 25, 24, 31, 30, 29, 28}));
  EXPECT_EQ(groupsOf(made.shared, 4), Groups({32, 33, 34, 35, 36, 37, 38, 39}));
}

TEST(TensorCopy, SwizzleOf32Bytes) {
  TensorMap map =
      mapOf<uint16_t>(TensorMapDataType::Float16, {16, 16}, {16, 16});
  map.swizzle = TensorMapSwizzle::Bytes32;
  Outcome<uint16_t> made = runClean(load(2, "{0, 0}", 512), map, counting(256));
  EXPECT_EQ(groupsOf(made.shared, 0), Groups({0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(groupsOf(made.shared, 1), Groups({9, 8, 11, 10, 13, 12, 15, 14}));
  EXPECT_EQ(groupsOf(made.shared, 2), Groups({16, 17, 18, 19, 20, 21, 22, 23}));
}

// A row of 64 bytes under a swizzle of 128: two rows lie in a line. The line of
// the last row is half empty, and its groups 0 to 3 went where 2 ^ 2 = 0 and so
// on are: line 1 is xor 1.
TEST(TensorCopy, ANarrowBoxUnderAWideSwizzle) {
  TensorMap map = mapOf<uint16_t>(TensorMapDataType::Float16, {32, 3}, {32, 3});
  map.swizzle = TensorMapSwizzle::Bytes128;
  Outcome<uint16_t> made =
      run<uint16_t>(load(2, "{0, 0}", 192), map, counting(96));
  ASSERT_FALSE(made.fault) << made.fault->text();
  EXPECT_EQ(groupsOf(made.shared, 0), Groups({0, 1, 2, 3, 4, 5, 6, 7}));
  constexpr unsigned none = 0xeeee / 8;
  EXPECT_EQ(groupsOf(made.shared, 1),
            Groups({9, 8, 11, 10, none, none, none, none}));
}

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

/// Word i of the first 8 of `s` is 1000 + i.
const std::string writeEight =
    "setp.lt.u32 %q, %t, 8; mad.lo.u32 %x, %t, 4, %s; add.u32 %v, %t, 1000;\n"
    "@%q st.shared.b32 [%x], %v;\nfence.proxy.async.shared::cta;\n"
    "bar.sync 0;\n";

TEST(TensorCopy, StoresABox) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {16, 4}, {4, 2});
  Words array = numbered<uint32_t>(64), expected = array;
  Outcome<uint32_t> made =
      runClean(writeEight + store(2, "{8, 1}") + commit + wait, map, array);
  for (uint32_t i = 0; i < 4; ++i) {
    expected[24 + i] = 1000 + i;
    expected[40 + i] = 1004 + i;
  }
  EXPECT_EQ(made.array, expected);
  EXPECT_EQ(made.counts.sectors, 2u);
  EXPECT_EQ(made.stored, 2u + outWords * 4 / 32);
}

TEST(TensorCopy, StoresNothingOutside) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {16, 4}, {4, 2});
  Words array = numbered<uint32_t>(64), expected = array;
  Outcome<uint32_t> made =
      runClean(writeEight + store(2, "{14, -1}") + commit + wait, map, array);
  expected[14] = 1004;
  expected[15] = 1005;
  EXPECT_EQ(made.array, expected);
  EXPECT_EQ(
      runClean(writeEight + store(2, "{14, 4}") + commit + wait, map, array)
          .array,
      array);
}

// What a load with a swizzle brings, a store takes back.
TEST(TensorCopy, StoresUndoTheSwizzle) {
  for (TensorMapSwizzle swizzle :
       {TensorMapSwizzle::None, TensorMapSwizzle::Bytes32,
        TensorMapSwizzle::Bytes64, TensorMapSwizzle::Bytes128}) {
    TensorMap map =
        mapOf<uint16_t>(TensorMapDataType::Float16, {16, 40}, {16, 20});
    map.swizzle = swizzle;
    Halves array = counting(640), expected = array;
    Outcome<uint16_t> made =
        runClean(load(2, "{-3, 0}", 640) + store(2, "{0, 20}") + commit + wait,
                 map, array);
    for (unsigned row = 0; row < 20; ++row)
      for (unsigned x = 0; x < 16; ++x)
        expected[320 + 16 * row + x] =
            x < 3 ? 0 : static_cast<uint16_t>(16 * row + x - 3);
    EXPECT_EQ(made.array, expected) << static_cast<unsigned>(swizzle);
  }
}

// Shared memory is read when that is waited for, and global memory written when
// all is.
TEST(TensorCopy, StoresAsLateAsTheyMay) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {8}, {8});
  const std::string change = "@%z st.shared.b32 [s], 7;\n",
                    look = "@%z ld.global.b32 %r1, [%p];\n"
                           "@%z st.shared.b32 [s+64], %r1;\n";
  auto first = [&](const std::string &body) {
    Outcome<uint32_t> made =
        run(writeEight + store(1, "{0}") + body, map, Words(8, 5));
    EXPECT_FALSE(made.fault) << made.fault->text();
    return std::pair(made.array[0], made.shared[16]);
  };
  using Pair = std::pair<uint32_t, uint32_t>;
  EXPECT_EQ(first(commit + wait + change + look), Pair(1000, 1000));
  EXPECT_EQ(first(commit + change + look + wait), Pair(7, 5));
  EXPECT_EQ(
      first(commit + "@%z cp.async.bulk.wait_group.read 0;\n" + change + look),
      Pair(1000, 5));
  // The last group may stay.
  EXPECT_EQ(first(commit + commit + "@%z cp.async.bulk.wait_group 1;\n" +
                  change + look),
            Pair(1000, 1000));
  EXPECT_EQ(first(commit + "@%z cp.async.bulk.wait_group 1;\n" + change + look +
                  wait),
            Pair(7, 5));
}

TEST(TensorCopy, AStoreThatNobodyWaitsForIsFound) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {8}, {8});
  for (const std::string &end :
       {std::string(), commit, commit + "@%z cp.async.bulk.wait_group 1;\n",
        wait}) {
    Outcome<uint32_t> made =
        run(writeEight + store(1, "{0}") + end, map, Words(8));
    ASSERT_TRUE(made.fault);
    EXPECT_EQ(made.fault->ptxLine, bodyLine + 4);
    EXPECT_NE(made.fault->message.find("before the thread has waited"),
              std::string::npos);
  }
}

TEST(TensorCopy, AChangeBeforeTheWaitIsFoundWithAllChecks) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {8}, {8});
  const std::string change = "@%z st.shared.b32 [s+20], 7;\n";
  Outcome<uint32_t> made =
      run(writeEight + store(1, "{0}") + commit + change + wait, map, Words(8),
          /*checks=*/true);
  ASSERT_TRUE(made.fault);
  EXPECT_EQ(made.fault->ptxLine, bodyLine + 4);
  EXPECT_NE(made.fault->message.find("the byte at shared address 20 has "
                                     "changed"),
            std::string::npos)
      << made.fault->message;
  runClean(writeEight + store(1, "{0}") + commit + wait + change, map,
           Words(8));
}

//===----------------------------------------------------------------------===//
// Reductions: of 1000 to 1007 into an array of `start`
//===----------------------------------------------------------------------===//

uint32_t reduced(const std::string &how, uint32_t start,
                 TensorMapDataType type = TensorMapDataType::Uint32) {
  Outcome<uint32_t> made =
      runClean(writeEight + store(1, "{2}", "." + how) + commit + wait,
               mapOf<uint32_t>(type, {8}, {8}), Words(8, start));
  EXPECT_EQ(made.array[0], start);
  EXPECT_EQ(made.array[1], start);
  return made.array[4]; // from 1002
}

TEST(TensorCopy, Reductions) {
  constexpr uint32_t minus = 0xfffffff0;
  EXPECT_EQ(reduced("add", 5), 1007u);
  EXPECT_EQ(reduced("add", minus), 986u);
  EXPECT_EQ(reduced("min", minus), 1002u);
  EXPECT_EQ(reduced("min", minus, TensorMapDataType::Int32), minus);
  EXPECT_EQ(reduced("max", minus), minus);
  EXPECT_EQ(reduced("max", minus, TensorMapDataType::Int32), 1002u);
  EXPECT_EQ(reduced("inc", 1001), 1002u);
  EXPECT_EQ(reduced("inc", 1002), 0u);
  EXPECT_EQ(reduced("dec", 0), 1002u);
  EXPECT_EQ(reduced("dec", 7), 6u);
  EXPECT_EQ(reduced("and", 0xff), 0xeau); // 1002 = 0x3ea
  EXPECT_EQ(reduced("or", 0x1000), 0x13eau);
  EXPECT_EQ(reduced("xor", 0xff), 0x315u);
}

TEST(TensorCopy, ReductionsOfFloats) {
  // 1.5 in shared memory and 2.25 in the array, of 16 and 32 bits.
  auto all = [](const std::string &how, TensorMapDataType type,
                const std::string &value, uint32_t start, uint32_t count) {
    const std::string write = "@%z st.shared.v4.b32 [s], {" + value + ", " +
                              value + ", " + value + ", " + value +
                              "};\nbar.sync 0;\n";
    Outcome<uint32_t> made =
        runClean(write + store(1, "{0}", "." + how) + commit + wait,
                 mapOf<uint32_t>(type, {count}, {count}), Words(4, start));
    return made.array[3];
  };
  using enum TensorMapDataType;
  EXPECT_EQ(all("add", Float32, "0f3FC00000", 0x40100000, 4), 0x40700000u);
  EXPECT_EQ(all("add", Float16, "0x3e003e00", 0x40804080, 8), 0x43804380u);
  EXPECT_EQ(all("add", Bfloat16, "0x3fc03fc0", 0x40104010, 8), 0x40704070u);
  EXPECT_EQ(all("min", Float16, "0x3e003e00", 0x40804080, 8), 0x3e003e00u);
  EXPECT_EQ(all("max", Bfloat16, "0x3fc03fc0", 0x40104010, 8), 0x40104010u);
}

TEST(TensorCopy, ReductionsThatThereAreNot) {
  auto faultOf = [](const std::string &how, TensorMapDataType type) {
    Outcome<uint32_t> made =
        run(writeEight + store(1, "{0}", "." + how) + commit + wait,
            mapOf<uint32_t>(type, {8}, {8}), Words(8));
    return made.fault ? made.fault->message : "";
  };
  using enum TensorMapDataType;
  for (auto [how, type] : {std::pair("inc", Int32), std::pair("min", Float32),
                           std::pair("xor", Float32)})
    EXPECT_NE(faultOf(how, type).find("cannot be reduced in this way"),
              std::string::npos)
        << how;
}

//===----------------------------------------------------------------------===//
// Where a map is, and what is none
//===----------------------------------------------------------------------===//

TEST(TensorCopy, AMapAmongTheParameters) {
  const std::string text =
      ".visible .entry k(.param .align 64 .b8 map[128], .param .u64 out) {\n"
      ".reg .b64 %a, %o; .reg .b32 %x; .reg .pred %q;\n"
      ".shared .align 128 .b8 s[128]; .shared .align 8 .b64 b[1];\n"
      "ld.param.u64 %o, [out];\nmbarrier.init.shared.b64 [b], 1;\n"
      "mov.b64 %a, map; cvta.param.u64 %a, %a;\n"
      "prefetch.tensormap [%a];\nprefetch.param.tensormap [map];\n"
      "fence.proxy.tensormap::generic.release.gpu;\n"
      "fence.proxy.tensormap::generic.acquire.gpu [%a], 128;\n"
      "cp.async.bulk.prefetch.tensor.1d.L2.global.tile [%a, {0}];\n"
      "mbarrier.arrive.expect_tx.shared.b64 _, [b], 32;\n"
      "cp.async.bulk.tensor.1d.shared::cta.global.mbarrier::complete_tx::bytes "
      "[s], [%a, {0}], [b];\n"
      "cp.async.bulk.tensor.1d.shared::cta.global.mbarrier::complete_tx::bytes."
      "L2::cache_hint [s+0], [map, {4}], [b], 0;\n"
      "mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [b], 0;\n"
      "W: mbarrier.try_wait.parity.shared.b64 %q, [b], 0;\n@!%q bra W;\n"
      "ld.shared.b32 %x, [s]; st.global.b32 [%o], %x;\nret;\n}\n";
  Kernel kernel(text, head90);
  ASSERT_TRUE(kernel.image) << kernel.diagnostics.log();
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {8}, {4});
  map.address = kernel.upload(numbered<uint32_t>(8));
  uint64_t out = kernel.upload(Words(1));
  theano::cuda::TensorMap bytes = map.encode();
  std::vector<uint64_t> arguments(bytes.opaque, bytes.opaque + 16);
  arguments.push_back(out);
  std::optional<Fault> fault = kernel.run(1, 1, arguments);
  ASSERT_FALSE(fault) << fault->text();
  EXPECT_EQ(kernel.download<uint32_t>(out, 1)[0], 104u);
}

TEST(TensorCopy, AMapAmongTheConstants) {
  const std::string text =
      ".visible .const .align 64 .b8 map[128];\n"
      ".visible .entry k(.param .u64 out) {\n.reg .b64 %a, %o; .reg .b32 %x; "
      ".reg .pred %q;\n.shared .align 128 .b8 s[128]; .shared .align 8 .b64 "
      "b[1];\nld.param.u64 %o, [out];\nmbarrier.init.shared.b64 [b], 1;\n"
      "mov.u64 %a, map; cvta.const.u64 %a, %a;\nprefetch.tensormap [%a];\n"
      "prefetch.const.tensormap [map];\n"
      "mbarrier.arrive.expect_tx.shared.b64 _, [b], 16;\n"
      "cp.async.bulk.tensor.1d.shared::cta.global.mbarrier::complete_tx::bytes "
      "[s], [%a, {4}], [b];\n"
      "W: mbarrier.try_wait.parity.shared.b64 %q, [b], 0;\n@!%q bra W;\n"
      "ld.shared.b32 %x, [s]; st.global.b32 [%o], %x;\nret;\n}\n";
  Kernel kernel(text, head90);
  ASSERT_TRUE(kernel.image) << kernel.diagnostics.log();
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {8}, {4});
  map.address = kernel.upload(numbered<uint32_t>(8));
  theano::cuda::TensorMap bytes = map.encode();
  const Image::Global &place =
      kernel.image->globals.at(kernel.image->globalsByName.at("map"));
  std::memcpy(reinterpret_cast<void *>(place.address), &bytes, sizeof(bytes));
  uint64_t out = kernel.upload(Words(1));
  std::optional<Fault> fault = kernel.run(1, 1, {out});
  ASSERT_FALSE(fault) << fault->text();
  EXPECT_EQ(kernel.download<uint32_t>(out, 1)[0], 104u);
}

TEST(TensorCopy, WhatIsNoMapIsFound) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {16}, {8});
  Words array = numbered<uint32_t>(16);
  auto faultOf = [&](const std::string &before, unsigned rank = 1,
                     const std::string &start = "{0}") {
    Outcome<uint32_t> made = run(before + load(rank, start, 32), map, array);
    EXPECT_TRUE(made.fault) << before;
    return made.fault.value_or(Fault());
  };
  Fault fault = faultOf("mov.u64 %m, %p;\n");
  EXPECT_NE(fault.message.find("out of bounds: read of 128 bytes"),
            std::string::npos)
      << fault.message;
  fault = faultOf("mov.u64 %m, %o;\n");
  EXPECT_NE(fault.message.find("no tensor map is at global address"),
            std::string::npos)
      << fault.message;
  EXPECT_EQ(fault.ptxLine, bodyLine + 2);
  fault = faultOf("add.u64 %m, %m, 32;\n");
  EXPECT_EQ(fault.result, Result::MisalignedAddress);
  // One bit of a right one.
  fault = faultOf("ld.global.b8 %x, [%m+41]; xor.b32 %x, %x, 4;\n"
                  "st.global.b8 [%m+41], %x;\n");
  EXPECT_NE(fault.message.find("no tensor map is at"), std::string::npos);
  fault = faultOf("cvta.shared.u64 %m, 0;\n");
  EXPECT_NE(fault.message.find("a tensor map is a parameter, a constant or in "
                               "global memory"),
            std::string::npos);
  fault = faultOf("", 2, "{0, 0}");
  EXPECT_NE(fault.message.find("the tensor map has 1 dimensions, and the "
                               "instruction 2"),
            std::string::npos);
}

TEST(TensorCopy, WhatAMapLeadsToIsChecked) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {16, 4}, {4, 2});
  Words array = numbered<uint32_t>(64);
  auto faultOf = [&](const TensorMap &by, const std::string &to = "s") {
    Outcome<uint32_t> made = run(load(2, "{0, 2}", 32, to), by, array);
    EXPECT_TRUE(made.fault);
    return made.fault.value_or(Fault());
  };
  // The array of the map is larger than the allocation.
  TensorMap far = map;
  far.strides[1] = 96;
  Fault fault = faultOf(far);
  EXPECT_EQ(fault.result, Result::IllegalAddress);
  EXPECT_NE(fault.message.find("out of bounds: read of 16 bytes at global "
                               "address"),
            std::string::npos)
      << fault.message;
  EXPECT_EQ(fault.ptxLine, bodyLine + 1);
  fault = faultOf(map, "s+64");
  EXPECT_EQ(fault.result, Result::MisalignedAddress);
  EXPECT_NE(fault.message.find("is not a multiple of 128"), std::string::npos);
  fault = faultOf(map, "s+8448");
  EXPECT_EQ(fault.result, Result::IllegalAddress);
  EXPECT_NE(fault.message.find("out of bounds: write of 32 bytes at shared"),
            std::string::npos)
      << fault.message;
  // A box that no block has room for.
  TensorMap large = map;
  large.box = {256, 256, 1, 1, 1};
  fault = faultOf(large);
  EXPECT_NE(fault.message.find("out of bounds: write of 262144 bytes"),
            std::string::npos)
      << fault.message;
  large = mapOf<uint64_t>(TensorMapDataType::Uint64, {1, 1, 1, 1, 1},
                          {256, 256, 256, 256, 256});
  Outcome<uint32_t> made =
      run("@%z cp.async.bulk.prefetch.tensor.5d.L2.global [%m, {0, 0, 0, 0, "
          "0}];",
          large, array);
  ASSERT_TRUE(made.fault);
  EXPECT_NE(made.fault->message.find("more than any shared memory"),
            std::string::npos);
}

TEST(TensorCopy, AllChecksLookAtBothSides) {
  TensorMap map = mapOf<uint32_t>(TensorMapDataType::Uint32, {8}, {8});
  Words array = numbered<uint32_t>(8);
  auto messageOf = [&](const std::string &body) {
    Outcome<uint32_t> made = run(body, map, array, /*checks=*/true);
    return made.fault ? made.fault->message : "";
  };
  // Nobody waits for the load.
  const std::string noWait =
      "@%z mbarrier.arrive.expect_tx.shared.b64 _, [b], 32;\n"
      "@%z cp.async.bulk.tensor.1d.shared::cluster.global.tile."
      "mbarrier::complete_tx::bytes [s], [%m, {0}], [b];\n"
      "bar.sync 0;\nld.shared.b32 %r1, [s];\n";
  EXPECT_TRUE(messageOf(noWait).starts_with("unwritten memory: read of 4"))
      << messageOf(noWait);
  // Nobody has written what is stored.
  Kernel kernel(".visible .entry k(.param .u64 map) {\n.reg .b64 %m;\n"
                ".shared .align 128 .b8 s[128];\nld.param.u64 %m, [map];\n"
                "cp.async.bulk.tensor.1d.global.shared::cta.bulk_group "
                "[%m, {0}], [s];\ncp.async.bulk.commit_group;\n"
                "cp.async.bulk.wait_group 0;\nret;\n}\n",
                head90);
  kernel.options.deepChecks = true;
  kernel.memory.trackWrites(true);
  map.address = kernel.upload(array);
  uint64_t m =
      kernel.upload(std::vector<theano::cuda::TensorMap>{map.encode()});
  std::optional<Fault> fault = kernel.run(1, 1, {m});
  ASSERT_TRUE(fault);
  EXPECT_TRUE(fault->message.starts_with("unwritten memory: read of 32 bytes "
                                         "at shared"))
      << fault->message;
}

//===----------------------------------------------------------------------===//
// What is refused
//===----------------------------------------------------------------------===//

TEST(TensorCopy, Refusals) {
  auto logOf = [](const std::string &body, const std::string &head = head90) {
    return Kernel(entry(body), head).log();
  };
  EXPECT_NE(logOf(load(2, "{0}", 32)).find("with 2 coordinates"),
            std::string::npos);
  EXPECT_NE(logOf(load(1, "{0}", 32), ptxHeadFor("8.0", "sm_80"))
                .find("requires .target sm_90"),
            std::string::npos);
  EXPECT_NE(logOf("cp.async.bulk.tensor.1d.shared::cta.global.tile."
                  "mbarrier::complete_tx::bytes [s], [%m, {0}], [b];",
                  ptxHeadFor("8.0", "sm_90"))
                .find("PTX ISA .version 8.6"),
            std::string::npos);
  EXPECT_NE(logOf("cp.async.bulk.tensor.1d.shared::cta.global.tile."
                  "mbarrier::complete_tx::bytes.multicast::cluster [s], "
                  "[%m, {0}], [b], 1;")
                .find("'.multicast::cluster' does not fit there"),
            std::string::npos);
  EXPECT_NE(logOf("cp.async.bulk.tensor.3d.shared::cluster.global.im2col."
                  "mbarrier::complete_tx::bytes [s], [%m, {0, 0, 0}], [b], "
                  "{0};")
                .find("'.im2col' does not fit there"),
            std::string::npos);
  EXPECT_NE(logOf("cp.async.bulk.tensor.1d.shared::cluster.global.tile."
                  "mbarrier::complete_tx::bytes.L2::cache_hint [s], [%m, {0}], "
                  "[b];")
                .find("a cache policy is there with .L2::cache_hint"),
            std::string::npos);
  EXPECT_NE(logOf("fence.proxy.tensormap::generic.acquire.gpu [%m], 64;")
                .find("a tensor map has 128 bytes"),
            std::string::npos);
  EXPECT_NE(logOf("cp.async.bulk.wait_group %x;").find("expected an integer"),
            std::string::npos);
}

} // namespace
