//===- SystemCallsTest.cpp - functions that a device brings ---------------===//

#include "Kernel.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

/// Calls are one line each, as `CALL name (results) (arguments)` would be.
const std::string declarations =
    ".extern .func (.param .b64 r) malloc (.param .b64 bytes);\n"
    ".extern .func free (.param .b64 at);\n"
    ".extern .func (.param .b32 r) vprintf (.param .b64 f, .param .b64 a);\n"
    ".extern .func __assertfail (.param .b64 m, .param .b64 f, .param .b32 l,\n"
    "                            .param .b64 n, .param .b64 s);\n"
    ".global .align 1 .b8 format[9] = {37, 100, 32, 37, 115, 33, 10, 0};\n"
    ".global .align 1 .b8 word[4] = {119, 111, 119, 0};\n";
const std::string makes = "call.uni (%m), malloc, (%n);\n";
const std::string frees = "call.uni free, (%m);\n";

std::string entry(const std::string &body, unsigned align = 8) {
  return declarations +
         ".visible .entry k(.param .u64 p) {\n"
         ".reg .b32 %t, %r<8>; .reg .b64 %p, %a, %m, %n, %rd<4>;\n"
         ".reg .pred %q; .local .align 8 .b8 buffer[16];\n"
         ".shared .align " +
         std::to_string(align) +
         " .b64 s[2];\n"
         "mov.u32 %t, %tid.x; ld.param.u64 %p, [p]; mov.b64 %n, 12;\n"
         "mul.wide.u32 %a, %t, 4; add.s64 %a, %p, %a;\n" +
         body + "\nret;\n}\n";
}
constexpr uint32_t bodyLine = 17;

struct Running : Kernel {
  explicit Running(const std::string &body, uint32_t threads = 1,
                   uint32_t grid = 1, uint32_t hostThreads = 1)
      : Kernel(entry(body)) {
    options.deepChecks = true;
    options.threads = hostThreads;
    options.print = [this](std::string_view text) { printed += text; };
    memory.trackWrites(true);
    p = upload(std::vector<uint32_t>(64));
    fault = run(grid, threads, {p});
  }
  std::string message() const { return fault ? fault->message : "no fault"; }
  uint64_t p = 0;
  std::string printed;
  std::optional<Fault> fault;
};

TEST(SystemCalls, MallocAndFree) {
  Running run(makes +
                  "st.u32 [%m], %t; st.u32 [%m+8], 5; ld.u32 %r0, [%m];\n"
                  "ld.global.u32 %r1, [%m+8]; add.u32 %r0, %r0, %r1;\n"
                  "st.global.u32 [%a], %r0;\n" +
                  frees + "mov.b64 %m, 0;\n" + frees,
              40);
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.download<uint32_t>(run.p, 40)[39], 44u);
  EXPECT_EQ(run.memory.countLive(AllocationKind::Heap), 0u);
}

TEST(SystemCalls, MallocAnswersNullWhereThereIsNoMore) {
  Running run("mov.b64 %n, 9000000;\n" + makes +
              "st.global.u64 [%p], %m;\n"
              "mov.b64 %n, 0;\n" +
              makes + "st.global.u64 [%p+8], %m;");
  EXPECT_EQ(run.download<uint64_t>(run.p, 2), (std::vector<uint64_t>{0, 0}));
}

// A device may still write what malloc has made when it is freed.
TEST(SystemCalls, ABulkCopyIsWaitedForBeforeFree) {
  const std::string issue =
      "mov.b64 %n, 64;\n" + makes +
      "st.shared.v2.u64 [s], {%a, %p}; fence.proxy.async.shared::cta;\n"
      "cp.async.bulk.global.shared::cta.bulk_group [%m], [s], 16;\n"
      "cp.async.bulk.commit_group;\n";
  const std::string wait = "cp.async.bulk.wait_group 0;\n",
                    read = "cp.async.bulk.wait_group.read 0;\n";
  auto run = [&](const std::string &body, bool all) {
    Kernel kernel(entry(body, 16), ptxHeadFor("8.0", "sm_90"));
    kernel.options.deepChecks = all;
    kernel.memory.trackWrites(all);
    return kernel.run(1, 1, {kernel.upload(std::vector<uint32_t>(64))});
  };
  for (bool all : {false, true}) {
    EXPECT_FALSE(run(issue + wait + frees, all));
    for (const std::string &body :
         {issue + frees + wait, issue + read + frees,
          // What comes to be there next is not what was meant.
          issue + read + frees + makes + wait + frees}) {
      std::optional<Fault> fault = run(body, all);
      ASSERT_TRUE(fault) << body;
      EXPECT_EQ(fault->result, Result::IllegalAddress);
      EXPECT_EQ(fault->ptxLine, bodyLine + 3);
      EXPECT_NE(fault->message.find("was freed before anybody had waited for "
                                    "the bulk copy that writes it"),
                std::string::npos)
          << fault->text();
    }
  }
}

// A guard leaves lanes out, and each makes its own.
TEST(SystemCalls, AGuardedCall) {
  Running run("mov.b64 %m, 0; setp.lt.u32 %q, %t, 3;\n@%q " + makes + "@%q " +
                  frees + "selp.b32 %r0, 1, 0, %q; st.global.u32 [%a], %r0;",
              8);
  ASSERT_FALSE(run.fault) << run.fault->text();
}

TEST(SystemCalls, MisuseOfTheHeap) {
  struct Row {
    std::string body;
    const char *message;
  };
  const std::string twice = makes + frees;
  for (const Row &row :
       {Row{makes + "st.u8 [%m+12], 1;", "0 bytes behind the end of heap"},
        {makes + "ld.u64 %rd0, [%m+8];", "ends 4 bytes behind heap"},
        {makes + "ld.u32 %r0, [%m];", "unwritten memory"},
        {twice + "ld.u32 %r0, [%m];", "freed memory: read of 4 bytes"},
        {twice + frees, "which is freed already: heap allocation"},
        {makes + "add.s64 %m, %m, 4;\n" + frees,
         "which is inside heap allocation"},
        {"mov.b64 %m, %p;\n" + frees, "which is no memory of malloc"},
        {"mov.b64 %m, 64;\n" + frees, "free of 0x40, no allocation is there"},
        {"mov.b64 %m, format;\n" + frees, "variable 'format'"}}) {
    Running run(row.body);
    EXPECT_NE(run.message().find(row.message), std::string::npos)
        << row.message << ": " << run.message();
    EXPECT_GE(run.fault->ptxLine, bodyLine);
  }
}

// What one thread makes another may use that it has told, and free.
TEST(SystemCalls, OrderOfTheHeap) {
  const std::string handed = "setp.ne.u32 %q, %t, 0; @%q bra OTHER;\n" + makes +
                             "st.shared.u64 [s], %m; st.u32 [%m], 4;\n"
                             "OTHER: bar.sync 0; ld.shared.u64 %m, [s];\n";
  const std::string last = "setp.ne.u32 %q, %t, 63; @%q ret;\n";
  Running right(handed + "ld.u32 %r0, [%m]; bar.sync 0;\n" + last + frees, 64);
  EXPECT_EQ(right.message(), "no fault");
  Running unordered(handed + "ld.u32 %r0, [%m];\n" + last + frees, 64);
  EXPECT_NE(unordered.message().find("race: write of 16 bytes"),
            std::string::npos)
      << unordered.message();
  EXPECT_EQ(unordered.fault->instruction, "call.uni");
  Running writes(handed + "st.u32 [%m+4], %t;", 64);
  EXPECT_NE(writes.message().find("race"), std::string::npos);
}

// The same memory, made again by another thread, is another's.
TEST(SystemCalls, MemoryThatIsMadeAgainIsNew) {
  Running run(
      "mov.b64 %n, 4000000; mov.b32 %r1, 0;\n"
      "AGAIN:\n" +
          makes +
          "setp.eq.u64 %q, %m, 0; @%q bra AGAIN;\n"
          "st.u32 [%m+64], %t; ld.u32 %r0, [%m+64];\n" +
          frees +
          "add.u32 %r1, %r1, 1; setp.lt.u32 %q, %r1, 3; @%q bra AGAIN;\n"
          "st.global.u32 [%a], %r0;",
      33);
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.download<uint32_t>(run.p, 33)[32], 32u);
}

// The watchdog sees what is much work in few instructions, before a loop has
// had the rounds that are a turn otherwise: those would take minutes.
TEST(SystemCalls, TheWatchdogCountsBytes) {
  for (const std::string &guard :
       {std::string(), std::string("setp.lt.u32 %q, %t, 9;\n@%q ")}) {
    Kernel kernel(entry("mov.b64 %m, 0; mov.b64 %n, 8000000;\nAGAIN:\n" +
                        guard + makes + (guard.empty() ? "" : "@%q ") + frees +
                        "bra AGAIN;"));
    kernel.options.instructionLimit = 2'000'000;
    kernel.options.deepChecks = true;
    std::optional<Fault> fault =
        kernel.run(1, 40, {kernel.upload(std::vector<uint32_t>(1))});
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->result, Result::LaunchTimeout);
  }
}

// Groups of lanes that each make much in a loop of their own, and one that the
// others wait for: all have their turns.
TEST(SystemCalls, WhoMakesMuchLetsTheOthersGoFirst) {
  for (bool all : {false, true}) {
    Kernel kernel(
        entry("mov.b64 %n, 6000000; st.shared.u64 [s], 0; bar.sync 0;\n"
              "setp.lt.u32 %q, %t, 31; @!%q bra LAST;\n"
              "mov.b64 %m, 0; AGAIN:\n" +
              makes + frees +
              "ld.volatile.shared.u32 %r0, [s];\n"
              "setp.eq.u32 %q, %r0, 0; @%q bra AGAIN;\nbra OUT;\n"
              "LAST: mov.u32 %r0, 9; st.volatile.shared.u32 [s], "
              "%r0;\nOUT: st.global.u32 [%a], %r0;"));
    kernel.options.deepChecks = all;
    uint64_t p = kernel.upload(std::vector<uint32_t>(64));
    std::optional<Fault> fault = kernel.run(1, 32, {p});
    ASSERT_FALSE(fault) << fault->text();
    EXPECT_EQ(kernel.download<uint32_t>(p, 32), std::vector<uint32_t>(32, 9));
  }
}

const std::string prints =
    "mov.b64 %rd0, format; cvta.global.u64 %rd0, %rd0;\n"
    "mov.b64 %rd1, word; cvta.global.u64 %rd1, %rd1;\n"
    "mov.u32 %r1, %ctaid.x; mad.lo.u32 %r1, %r1, 100, %t;\n"
    "st.local.u32 [buffer], %r1; st.local.u64 [buffer+8], %rd1;\n"
    "mov.b64 %rd2, buffer; cvta.local.u64 %rd2, %rd2;\n"
    "call.uni (%r0), vprintf, (%rd0, %rd2);\n";

TEST(SystemCalls, Printf) {
  Running run(prints + "st.global.u32 [%a], %r0;", 3);
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.printed, "0 wow!\n1 wow!\n2 wow!\n");
  EXPECT_EQ(run.download<uint32_t>(run.p, 3), std::vector<uint32_t>(3, 2));
}

TEST(SystemCalls, BlocksPrintInOrder) {
  Running run(prints, 1, 30, 4);
  std::string expected;
  for (int block = 0; block < 30; ++block)
    expected += std::to_string(100 * block) + " wow!\n";
  EXPECT_EQ(run.printed, expected);
}

TEST(SystemCalls, PrintfOfBadAddresses) {
  Running null("mov.b64 %rd0, 0; call.uni (%r0), vprintf, (%rd0, %rd0);\n"
               "st.global.u32 [%p], %r0;");
  ASSERT_FALSE(null.fault);
  EXPECT_EQ(null.download<int32_t>(null.p, 1)[0], -1);
  Running format("mov.b64 %rd0, 5; call.uni (%r0), vprintf, (%rd0, %rd0);");
  EXPECT_EQ(format.fault->result, Result::IllegalAddress);
  EXPECT_EQ(format.fault->ptxLine, bodyLine);
  Running buffer("mov.b64 %rd0, format; cvta.global.u64 %rd0, %rd0;\n"
                 "call.uni (%r0), vprintf, (%rd0, 0);");
  EXPECT_NE(buffer.message().find("read of 4 bytes"), std::string::npos);
}

// What has been printed before the fault is there.
TEST(SystemCalls, AFailedAssertion) {
  Running run(prints + "mov.b64 %rd0, word; cvta.global.u64 %rd0, %rd0;\n"
                       "setp.ne.u32 %q, %t, 2;\n"
                       "@!%q call.uni __assertfail, (%rd0, %rd0, 42, %rd0, 1);",
              4);
  ASSERT_TRUE(run.fault);
  EXPECT_EQ(run.fault->result, Result::Assert);
  EXPECT_EQ(run.fault->thread[0], 2u);
  EXPECT_EQ(run.message(), "assertion failed: 'wow' in wow, wow:42");
  EXPECT_EQ(run.printed, "0 wow!\n1 wow!\n2 wow!\n3 wow!\n");
}

TEST(SystemCalls, OtherFunctionsHaveToBeThere) {
  auto log = [](const std::string &declaration, const std::string &call) {
    return Kernel(declaration +
                  "\n.visible .entry k() {\n.reg .b64 %m; .reg "
                  ".b32 %r;\n" +
                  call + "\nret;\n}\n")
        .log();
  };
  EXPECT_NE(
      log(".extern .func realloc (.param .b64 at);", "call.uni realloc, (%m);")
          .find("line 7"),
      std::string::npos);
  for (const char *declaration :
       {".extern .func free (.param .b32 at);", ".extern .func free ();",
        ".extern .func (.param .b32 r) free (.param .b64 at);",
        ".extern .func free (.param .b64 at, .param .b64 size);"}) {
    std::string refused = log(declaration, "call.uni free, (%m);");
    EXPECT_NE(refused.find("line 7"), std::string::npos) << refused;
    EXPECT_NE(refused.find("is declared with other parameters"),
              std::string::npos)
        << refused;
  }
}

} // namespace
