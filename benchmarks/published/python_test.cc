#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "benchmarks/published/python_decoder.h"
#include "benchmarks/published/python_trainer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace benchmarks {
namespace {

// A folder whose bin/python is this shell script.
std::string FakeEnvironment(const std::string& script) {
  std::string folder = ::testing::TempDir() + "/python_XXXXXX";
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  std::filesystem::create_directory(folder + "/bin");
  std::ofstream(folder + "/bin/python") << "#!/bin/sh\n" << script;
  std::filesystem::permissions(folder + "/bin/python", std::filesystem::perms::owner_all);
  return folder;
}

TEST(PythonTrainerTest, SaysWhatIsMissing) {
  const auto error = [](const std::string& folder) {
    return std::string(PythonTrainer::Start(folder, 1).status().message());
  };
  EXPECT_THAT(error("/nowhere"), ::testing::HasSubstr("has no bin/python; python3 -m venv /nowhere && "));
  EXPECT_THAT(error(FakeEnvironment("read line; echo missing transformers\n")),
              ::testing::HasSubstr("its Python has no transformers; "));
  EXPECT_THAT(error(FakeEnvironment("exit 1\n")), ::testing::HasSubstr("its Python does not answer; "));
}

TEST(PythonTrainerTest, AsksForSteps) {
  const std::string folder = FakeEnvironment(
      "read line; echo torch 9\n"
      "read line; echo 0.5 1000; read line; echo \"$line\" $OMP_NUM_THREADS\n");
  auto python = PythonTrainer::Start(folder, 2);
  ASSERT_TRUE(python.ok());
  EXPECT_EQ(python->versions(), "torch 9");
  const Workload workload = {Method::kSami, 3, 20, 10, 64, ModelSize::kTiny};
  const auto step = python->Step(workload, "bfloat16", 2);
  ASSERT_TRUE(step.ok());
  EXPECT_EQ(step->seconds, 0.5);
  EXPECT_EQ(step->peak_bytes, 1000);
  const std::string echoed(python->Step(workload, "bfloat16", 2).status().message());
  EXPECT_THAT(echoed,
              ::testing::HasSubstr(R"({"method":"sami","n":3,"prompt_tokens":20,"response_tokens":10,"queries":2,)"));
  EXPECT_THAT(echoed, ::testing::EndsWith(R"("type":"bfloat16"} 2)"));
  EXPECT_EQ(python->Step(workload, "float32", 2).status().code(), absl::StatusCode::kUnavailable);
}

TEST(PythonDecoderTest, LoadsAndTimes) {
  const std::string folder = FakeEnvironment(
      "read line; echo \"$line\"\n"
      "read line; echo loaded; read line; echo \"$line\"; read line; echo 0.5 1.5; read line; echo \"$line\"\n");
  auto python = PythonDecoder::Start(folder, /*with_llama_cpp=*/true, 2);
  ASSERT_TRUE(python.ok());
  EXPECT_EQ(python->versions(), "versions torch transformers llama-cpp-python");
  EXPECT_TRUE(python->LoadFolder("DIR", "bfloat16").ok());
  const absl::Status refused = python->LoadGguf("m.gguf");
  EXPECT_EQ(refused.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr(R"({"gguf":"m.gguf"})"));
  const auto times = python->Time(8, 128, 33);
  ASSERT_TRUE(times.ok());
  EXPECT_EQ(times->prefill_seconds, 0.5);
  EXPECT_EQ(times->decode_seconds, 1.5);
  EXPECT_THAT(std::string(python->Time(8, 128, 33).status().message()),
              ::testing::HasSubstr(R"({"sequences":8,"prompt_tokens":128,"new_tokens":33})"));
  EXPECT_EQ(python->LoadFolder("DIR", "float32").code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace benchmarks
