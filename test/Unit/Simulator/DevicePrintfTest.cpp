//===- DevicePrintfTest.cpp - the text of a kernel's printf ---------------===//

#include "Machine/DevicePrintf.h"
#include "Machine/PrintedBlocks.h"

#include "gtest/gtest.h"
#include <bit>
#include <cstring>
#include <vector>

using namespace theano::sim;

namespace {

/// The arguments of a call as a kernel lays them out, at address 1024, and
/// texts from 4096 on.
class Memory {
public:
  template <typename T> Memory &add(T value) {
    arguments_.resize((arguments_.size() + sizeof(T) - 1) / sizeof(T) *
                      sizeof(T));
    arguments_.resize(arguments_.size() + sizeof(T));
    std::memcpy(arguments_.data() + arguments_.size() - sizeof(T), &value,
                sizeof(T));
    return *this;
  }
  Memory &addText(const char *text) {
    uint64_t address = 4096 + texts_.size();
    texts_ += text;
    texts_ += '\0';
    return add(address);
  }
  std::string print(const char *format) const {
    std::optional<PrintedText> made = formatPrint(
        format, 1024, [this](uint64_t address, void *to, uint32_t bytes) {
          bool isText = address >= 4096;
          uint64_t at = address - (isText ? 4096 : 1024);
          const char *from = isText ? texts_.data() : arguments_.data();
          uint64_t size = isText ? texts_.size() : arguments_.size();
          if (at > size || bytes > size - at)
            return false;
          std::memcpy(to, from + at, bytes);
          return true;
        });
    return made ? made->text + "|" + std::to_string(made->arguments) : "fault";
  }

private:
  std::vector<char> arguments_;
  std::string texts_;
};

// Expected by the host's manual of printf, and the guide's count of arguments.
TEST(DevicePrintf, Integers) {
  EXPECT_EQ(Memory().add(-42).print("[%d]"), "[-42]|1");
  EXPECT_EQ(Memory().add(42).add(-7).print("[%5d][%-5i]"), "[   42][-7   ]|2");
  EXPECT_EQ(Memory().add(42).add(42).print("[%05d][%+d]"), "[00042][+42]|2");
  EXPECT_EQ(Memory().add(7).print("[%.3d]"), "[007]|1");
  EXPECT_EQ(Memory().add(-1).print("%u"), "4294967295|1");
  EXPECT_EQ(Memory().add(255).add(255).add(8).print("%x %#X %o"),
            "ff 0XFF 10|3");
  EXPECT_EQ(Memory().add(int('A')).print("%c%%"), "A%|1");
  EXPECT_EQ(Memory().add(3).add(2).print("%hd %hhu"), "3 2|2");
  EXPECT_EQ(Memory().add(-1).add(70000).print("%hhx %hd"), "ff 4464|2");
  EXPECT_EQ(Memory().add(70000).add(511).print("%hhhhu %hhi"), "112 -1|2");
}

// An int in front of a long leaves a gap, one behind it does not.
TEST(DevicePrintf, LongsAndTheirPlaces) {
  EXPECT_EQ(
      Memory().add(1).add(int64_t(-5000000000)).add(2).print("%d %lld %d"),
      "1 -5000000000 2|3");
  EXPECT_EQ(Memory().add(1).add(2).add(~uint64_t(0)).print("%d %d %lu"),
            "1 2 18446744073709551615|3");
  EXPECT_EQ(Memory().add(uint64_t(255)).add(uint64_t(16)).print("%zx %jd"),
            "ff 16|2");
}

TEST(DevicePrintf, Floats) {
  EXPECT_EQ(Memory().add(2.5).add(-1.0).print("%f %10.3f"),
            "2.500000     -1.000|2");
  EXPECT_EQ(Memory().add(12345.678).add(1e-10).print("%e %G"),
            "1.234568e+04 1E-10|2");
  EXPECT_EQ(Memory().add(0.5).print("%a"), "0x1p-1|1");
  EXPECT_EQ(Memory().add(6).add(2).add(1.005).print("%*.*f"), "  1.00|3");
  EXPECT_EQ(Memory().add(-6).add(7).print("[%*d]"), "[7     ]|2");
  EXPECT_EQ(Memory().add(1.0).print("%Lf"), "1.000000|1");
}

TEST(DevicePrintf, Texts) {
  EXPECT_EQ(Memory().addText("one").addText("two").print("%s, %5s"),
            "one,   two|2");
  EXPECT_EQ(Memory().addText("shortened").print("[%-6.3s]"), "[sho   ]|1");
  EXPECT_EQ(Memory().add(uint64_t(0)).print("%s"), "(null)|1");
  EXPECT_EQ(Memory().add(uint64_t(0x1234)).print("%p"), "0x1234|1");
}

TEST(DevicePrintf, WhatIsNoSpecifier) {
  EXPECT_EQ(Memory().print("plain"), "plain|0");
  EXPECT_EQ(Memory().print(""), "|0");
  EXPECT_EQ(Memory().print("100%"), "100%|0");
  EXPECT_EQ(Memory().print("%y %5"), "%y %|0");
  // Nothing is written, and no argument is taken.
  EXPECT_EQ(Memory().print("%n"), "%n|0");
}

// No width makes the host run out of memory, and arguments end where they do.
TEST(DevicePrintf, HostileFormats) {
  EXPECT_EQ(Memory().add(1).print("%999999999999d").size(), 4096u + 2);
  EXPECT_EQ(Memory().add(2147483647).add(1).print("%*d").size(), 4096u + 2);
  EXPECT_EQ(Memory().add(-2147483647 - 1).add(1).print("%*d").size(),
            4096u + 2);
  EXPECT_EQ(Memory().add(1e308).print("%4096.4096f").size(),
            309u + 1 + 4096 + 2);
  Memory endless;
  std::string format;
  for (int i = 0; i < 400; ++i, format += "%4096d")
    endless.add(1);
  // A device keeps a megabyte of all that is printed.
  EXPECT_EQ(endless.print(format.c_str()).size(), (1u << 20) + 4);
  EXPECT_EQ(Memory().print("%d"), "fault");
  EXPECT_EQ(Memory().add(uint64_t(999)).print("%s"), "fault");
  EXPECT_EQ(Memory().add(1).print("%*d"), "fault");
}

TEST(PrintedBlocks, GoOutInOrder) {
  std::string all;
  PrintFunction print = [&](std::string_view text) { all += text; };
  PrintedBlocks printed(print);
  printed.add(1, "b", false);
  printed.add(2, "", true);
  printed.add(3, "d", true);
  EXPECT_EQ(all, "");
  printed.add(0, "a", false);
  EXPECT_EQ(all, "a");
  printed.add(0, "A", true);
  // Block 1 goes on.
  EXPECT_EQ(all, "aAb");
  printed.add(1, "B", false);
  EXPECT_EQ(all, "aAbB");
  printed.add(5, "f", true);
  printed.add(1, "", true);
  EXPECT_EQ(all, "aAbBd");
  // A launch that ends early keeps nothing back.
  printed.finish();
  EXPECT_EQ(all, "aAbBdf");
}

} // namespace
