#include "lm/chat/generation_job.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/testing/test_model.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::testing::HasSubstr;

constexpr int kPrompts = 6;
constexpr int64_t kSamples = 3;

// An ASCII character a token, so that every string lies across tokens; id 10, the line feed, ends a text.
LanguageModel ByteModel() {
  ModelConfig config = TinyConfig();
  config.vocab_size = 128;
  config.eos_ids = {10};
  auto tokenizer = ParseTokenizer(TinyTokenizer({}).dump(), "tokenizer.json");
  return {Decoder::Random(config, /*seed=*/3), std::shared_ptr<const Tokenizer>(*std::move(tokenizer))};
}

GenerationJob Job(const std::string& name) {
  std::string prompts;
  for (int i = 0; i < kPrompts; ++i) absl::StrAppend(&prompts, "{\"id\": \"q", i, "\", \"prompt\": \"Say ", i, "\"}\n");
  GenerationJob job;
  job.prompts = base::WriteTestFile(name + ".prompts.jsonl", prompts);
  job.out = job.prompts + ".out";
  job.num_samples = kSamples;
  job.sampling.temperature = 1.3;
  job.max_tokens = 30;
  job.seed = 5;
  return job;
}

// The lines of a job's output.
std::vector<base::JsonLine> Lines(const GenerationJob& job) {
  auto lines = base::ReadJsonLines(job.out);
  EXPECT_OK(lines);
  return lines.ok() ? *std::move(lines) : std::vector<base::JsonLine>();
}

TEST(GenerationJob, WritesALineASampleInOrder) {
  const LanguageModel model = ByteModel();
  const GenerationJob job = Job("order");
  ASSERT_OK(RunGenerationJob(model, job));
  const std::vector<base::JsonLine> lines = Lines(job);
  ASSERT_EQ(lines.size(), kPrompts * kSamples);
  for (size_t i = 0; i < lines.size(); ++i) {
    const base::Json& line = lines[i].value;
    EXPECT_EQ(line.at("id"), absl::StrCat("q", i / kSamples));
    EXPECT_EQ(line.at("sample"), i % kSamples);
    EXPECT_EQ(line.at("finish_reason"), line.at("tokens") == 30 ? "length" : "stop");
  }
  EXPECT_NE(lines[0].value.at("text"), lines[1].value.at("text"));
}

TEST(GenerationJob, TheSameFileAtEveryBatchSizeAndAfterAnInterruption) {
  const LanguageModel model = ByteModel();
  const GenerationJob job = Job("whole");
  ASSERT_OK(RunGenerationJob(model, job));
  ASSERT_OK_AND_ASSIGN(const std::string whole, base::ReadFile(job.out));
  GenerationJob small = Job("small");
  small.batch_size = 1;
  small.threads = 2;
  ASSERT_OK(RunGenerationJob(model, small));
  EXPECT_EQ(*base::ReadFile(small.out), whole);
  // A run that does not come to its end, since a folder is in its output's way, leaves its journal.
  const GenerationJob cut = Job("cut");
  const std::string obstacle = cut.out + ".complete.partial";
  ASSERT_OK(base::MakeFolders(obstacle + "/x"));
  EXPECT_FALSE(RunGenerationJob(model, cut).ok());
  ASSERT_OK_AND_ASSIGN(std::string journal, base::ReadFile(cut.out + ".partial"));
  journal.resize(journal.size() / 2);  // within a line
  ASSERT_OK(base::WriteFileAtomically(cut.out + ".partial", journal));
  std::filesystem::remove_all(obstacle);
  ASSERT_OK(RunGenerationJob(model, cut));
  EXPECT_EQ(*base::ReadFile(cut.out), whole);
}

TEST(GenerationJob, EndsBeforeAStopStringAcrossTokens) {
  const LanguageModel model = ByteModel();
  GenerationJob job = Job("free");
  job.sampling.temperature = 0;
  job.num_samples = 1;
  ASSERT_OK(RunGenerationJob(model, job));
  const base::Json free = Lines(job)[0].value;
  const std::string text = free.at("text");
  ASSERT_GT(text.size(), 8);
  // Two strings of two and three bytes; the first that occurs counts.
  GenerationJob stopped = Job("stopped");
  stopped.sampling.temperature = 0;
  stopped.num_samples = 1;
  stopped.stop = {text.substr(5, 3), text.substr(3, 2)};
  const size_t expected = std::min(text.find(stopped.stop[0]), text.find(stopped.stop[1]));
  ASSERT_OK(RunGenerationJob(model, stopped));
  const base::Json line = Lines(stopped)[0].value;
  EXPECT_EQ(line.at("text"), text.substr(0, expected));
  EXPECT_EQ(line.at("finish_reason"), "stop");
  EXPECT_LT(line.at("tokens"), free.at("tokens"));
}

TEST(GenerationJob, NamesWhatIsWrong) {
  const LanguageModel model = ByteModel();
  const auto is = [](absl::StatusCode code, const std::string& text) { return base::StatusIs(code, HasSubstr(text)); };
  GenerationJob job = Job("long");
  job.max_tokens = 60;
  EXPECT_THAT(RunGenerationJob(model, job),
              is(absl::StatusCode::kInvalidArgument, job.prompts + ":1: the prompt has 5 tokens; with max_tokens 60"));
  job = Job("memory");
  job.max_cache_bytes = 1000;
  EXPECT_THAT(RunGenerationJob(model, job), is(absl::StatusCode::kResourceExhausted, "1000 are allowed"));
  job = Job("options");
  job.sampling.min_p = 2;
  EXPECT_THAT(RunGenerationJob(model, job), is(absl::StatusCode::kInvalidArgument, "min_p 2"));
  job = Job("messages");
  job.prompts = base::WriteTestFile("chat.jsonl", R"({"id": 1, "messages": [{"role": "user", "content": "Hello"}]})");
  EXPECT_THAT(RunGenerationJob(model, job), is(absl::StatusCode::kInvalidArgument, "chat.jsonl:1: \"messages\" needs"));
  job = Job("stop");
  job.stop = {""};
  EXPECT_THAT(RunGenerationJob(model, job), is(absl::StatusCode::kInvalidArgument, "a stop string is empty"));
}

}  // namespace
}  // namespace lm
