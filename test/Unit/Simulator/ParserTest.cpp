//===- ParserTest.cpp - PTX texts, good and bad ---------------------------===//

#include "Kernel.h"

using namespace theano::sim;

namespace {

/// The log of an entry with this body.
std::string logOf(const std::string &body) {
  return Kernel(".entry k() {\n" + body + "\n}\n").log();
}
bool loads(const std::string &text) {
  Kernel kernel(text);
  EXPECT_TRUE(kernel.image) << kernel.diagnostics.log();
  return kernel.image != nullptr;
}

TEST(Parser, NamesLineAndColumnAndWhatWasExpected) {
  // Three lines of head and the entry's own come first.
  EXPECT_EQ(logOf(".reg .b32 %r<2>;\n  add.s32 %r0, %r1 %r1;"),
            "ptxas application ptx input, line 6; error   : column 20: "
            "expected ';', found '%r1'\n"
            "ptxas fatal   : Ptx assembly aborted due to errors\n");
}

TEST(Parser, RefusesWhatIsNotDeclared) {
  EXPECT_NE(logOf(".reg .b32 %r<2>;\nmov.b32 %r0, %r2;")
                .find("line 6; error   : column 14: '%r2' is neither"),
            std::string::npos);
  EXPECT_NE(logOf("bra NOWHERE;").find("'NOWHERE' is not declared"),
            std::string::npos);
  EXPECT_NE(logOf(".reg .b32 %r;\n@%r bra L;\nL:")
                .find("'%r' is not a predicate register"),
            std::string::npos);
}

TEST(Parser, RefusesWrongTypes) {
  EXPECT_NE(logOf(".reg .f32 %f;\n.reg .u32 %r;\nadd.f32 %f, %f, %r;")
                .find("expected an operand of type .f32, found '%r' of type "
                      ".u32"),
            std::string::npos);
  EXPECT_NE(logOf(".reg .b64 %r;\nadd.s32 %r, %r, 1;")
                .find("expected a destination of type .s32"),
            std::string::npos);
}

TEST(Parser, RefusesWhatIsNotImplementedWithItsLine) {
  EXPECT_NE(logOf("tex.1d.v4.f32.s32 %f, [a, b];").find("line 5"),
            std::string::npos);
  EXPECT_NE(logOf(".reg .f32 %f;\nadd.ru.f32 %f, %f, %f;")
                .find("'add.ru.f32' is not implemented: '.ru' does not fit "
                      "there; the closest form is add"),
            std::string::npos);
  EXPECT_NE(logOf(".reg .b32 %r;\nadd.s32 %r, %r;").find("with 2 operands"),
            std::string::npos);
  EXPECT_NE(logOf(".reg .f32 %f;\nmax.abs.f32 %f, %f, %f;")
                .find("'max.abs.f32' is not implemented"),
            std::string::npos);
}

TEST(Parser, SurvivesTruncatedTexts) {
  std::string text =
      ".global .align 4 .b8 table[8] = {1, 2, 3};\n"
      ".func (.param .b32 r) f(.param .b32 x) { ret; }\n"
      ".entry k(.param .u64 p) .maxntid 32, 1, 1 {\n"
      ".reg .pred %p<2>; .reg .b32 %r<4>; .shared .b8 s[16];\n"
      "@!%p0 bra $L; mov.b32 %r0, 0f3F800000;\n"
      "$L: ld.shared.v2.b32 {%r0, %r1}, [s+8]; /* c */ ret;\n}\n";
  ASSERT_TRUE(loads(text));
  for (size_t n = 0; n < text.size() - 1; ++n) {
    Diagnostics diagnostics;
    std::unique_ptr<Module> module =
        parsePtx(ptxHead + text.substr(0, n), diagnostics);
    // Cut between two top-level statements it is a whole text.
    EXPECT_EQ(module == nullptr, diagnostics.any()) << n;
  }
}

TEST(Parser, RefusesHugeSizes) {
  EXPECT_NE(Kernel(".global .b8 a[18446744073709551615][2];\n")
                .log()
                .find("larger than any memory"),
            std::string::npos);
  EXPECT_NE(logOf(".shared .b8 s[300000];").find("shared memory exceeds"),
            std::string::npos);
  EXPECT_NE(logOf(".local .b8 s[300000000];").find("local memory of 'k'"),
            std::string::npos);
  // A range of registers costs nothing until they are used.
  EXPECT_TRUE(loads(".entry k() {\n.reg .b32 %r<4000000000>;\nret;\n}\n"));
}

TEST(Parser, KeepsNamesOfInnerBracesApart) {
  EXPECT_TRUE(loads(".entry k() {\n.reg .b32 %r;\n{ .reg .b64 %r; mov.b64 %r, "
                    "1; bra OUT; }\n{ .reg .b64 %r; mov.b64 %r, 2; }\n"
                    "mov.b32 %r, 3;\nOUT: ret;\n}\n"));
}

TEST(Parser, RefusesASecondDefinition) {
  EXPECT_NE(logOf(".reg .b32 %r;\n.reg .b32 %r;").find("a second time"),
            std::string::npos);
  EXPECT_NE(logOf("L: ret;\nL: ret;").find("a second time"), std::string::npos);
}

TEST(Parser, RefusesATextWithoutVersion) {
  Diagnostics diagnostics;
  EXPECT_EQ(parsePtx("", diagnostics), nullptr);
  EXPECT_NE(diagnostics.log().find("expected '.version', found the end"),
            std::string::npos);
}

} // namespace
