//===- FindingsTest.cpp - texts that once were too much -------------------===//
//
// Every file of Findings/ once crashed the simulator, hung it or was accepted;
// those of Seeds/ are what the fuzzer starts with. The first line names what it
// must answer now, of the load or of its first launch, and may go on with a
// part of the log or of the finding:
//
//     // CUDA_ERROR_INVALID_PTX: is declared a second time
//
//===----------------------------------------------------------------------===//

#include "PtxRunner.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace theano;
using namespace theano::fuzz;

namespace {

std::vector<std::filesystem::path> findings() {
  std::vector<std::filesystem::path> files;
  for (const char *folder : {THEANO_FUZZ_FINDINGS, THEANO_FUZZ_SEEDS})
    for (const auto &entry : std::filesystem::directory_iterator(folder))
      files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::string nameOf(const testing::TestParamInfo<std::filesystem::path> &info) {
  std::string name = info.param.stem().string();
  std::ranges::replace(name, '-', '_');
  return name;
}

class FuzzFindings : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(FuzzFindings, AreAnsweredInWords) {
  static const Expected<PtxRunner> runner = PtxRunner::open();
  ASSERT_TRUE(runner) << runner.message();
  std::ifstream file(GetParam(), std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  std::string text = content.str();
  std::string first = text.substr(0, text.find('\n'));
  ASSERT_TRUE(first.starts_with("// CUDA_")) << first;
  std::string expected = first.substr(3), message;
  if (size_t colon = expected.find(": "); colon != std::string::npos) {
    message = expected.substr(colon + 2);
    expected.resize(colon);
  }
  Outcome outcome = runner->run(text);
  // As soon as one launch has failed, with or without all checks.
  cuda::Result result = outcome.load;
  for (cuda::Result launch : outcome.launches)
    if (result == cuda::Result::Success)
      result = launch;
  EXPECT_EQ(cuda::resultName(result), expected)
      << outcome.log << outcome.report;
  EXPECT_NE((outcome.log + outcome.report).find(message), std::string::npos)
      << outcome.log << outcome.report;
}

INSTANTIATE_TEST_SUITE_P(Files, FuzzFindings, testing::ValuesIn(findings()),
                         nameOf);

} // namespace
