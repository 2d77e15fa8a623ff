#include "lm/chat/text_generation.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/chat/generation_job.h"
#include "lm/chat/local_chat_model.h"
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
  return {Decoder::Random(config, /*seed=*/3), std::shared_ptr<const Tokenizer>(*std::move(tokenizer)), EndsOf(config),
          nullptr, ""};
}

absl::Status RunJob(const GenerationJob& job, const TextGenerationOptions& options = {}) {
  LocalChatOptions chat;
  chat.generation = options;
  return RunGenerationJob(*MakeLocalChatModel(ByteModel(), "bytes", chat), job);
}

GenerationJob Job(const std::string& name) {
  std::string prompts;
  for (int i = 0; i < kPrompts; ++i) absl::StrAppend(&prompts, "{\"id\": \"q", i, "\", \"prompt\": \"Say ", i, "\"}\n");
  GenerationJob job;
  job.prompts = base::WriteTestFile(name + ".prompts.jsonl", prompts);
  job.out = job.prompts + ".out";
  job.num_samples = kSamples;
  job.request.temperature = 1.3;
  job.request.max_tokens = 30;
  job.seed = 5;
  return job;
}

// The lines of a job's output.
std::vector<base::JsonLine> Lines(const GenerationJob& job) {
  auto lines = base::ReadJsonLines(job.out);
  EXPECT_OK(lines);
  return lines.ok() ? *std::move(lines) : std::vector<base::JsonLine>();
}

TEST(TextGeneration, WritesALineASampleInOrder) {
  const GenerationJob job = Job("order");
  ASSERT_OK(RunJob(job));
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

TEST(TextGeneration, TheSameFileAtEveryBatchSizeAndAfterAnInterruption) {
  const GenerationJob job = Job("whole");
  ASSERT_OK(RunJob(job));
  ASSERT_OK_AND_ASSIGN(const std::string whole, base::ReadFile(job.out));
  GenerationJob small = Job("small");
  TextGenerationOptions how;
  how.batch_size = 1;
  how.threads = 2;
  ASSERT_OK(RunJob(small, how));
  EXPECT_EQ(*base::ReadFile(small.out), whole);
  // A run that does not come to its end, since a folder is in its output's way, leaves its journal.
  const GenerationJob cut = Job("cut");
  const std::string obstacle = cut.out + ".complete";
  ASSERT_OK(base::MakeFolders(obstacle + "/x"));
  EXPECT_FALSE(RunJob(cut).ok());
  ASSERT_OK_AND_ASSIGN(std::string journal, base::ReadFile(cut.out + ".partial"));
  journal.resize(journal.size() / 2);  // within a line
  ASSERT_OK(base::WriteFileAtomically(cut.out + ".partial", journal));
  std::filesystem::remove_all(obstacle);
  ASSERT_OK(RunJob(cut));
  EXPECT_EQ(*base::ReadFile(cut.out), whole);
}

TEST(TextGeneration, EndsBeforeAStopStringAcrossTokens) {
  GenerationJob job = Job("free");
  job.request.temperature = 0;
  job.num_samples = 1;
  ASSERT_OK(RunJob(job));
  const base::Json free = Lines(job)[0].value;
  const std::string text = free.at("text");
  ASSERT_GT(text.size(), 8);
  // Two strings of two and three bytes; the first that occurs counts.
  GenerationJob stopped = Job("stopped");
  stopped.request.temperature = 0;
  stopped.num_samples = 1;
  stopped.request.stop = {text.substr(5, 3), text.substr(3, 2)};
  const size_t expected = std::min(text.find(stopped.request.stop[0]), text.find(stopped.request.stop[1]));
  ASSERT_OK(RunJob(stopped));
  const base::Json line = Lines(stopped)[0].value;
  EXPECT_EQ(line.at("text"), text.substr(0, expected));
  EXPECT_EQ(line.at("finish_reason"), "stop");
  EXPECT_LT(line.at("tokens"), free.at("tokens"));
}

TEST(TextGeneration, NamesWhatIsWrong) {
  const auto is = [](absl::StatusCode code, const std::string& text) { return base::StatusIs(code, HasSubstr(text)); };
  GenerationJob job = Job("long");
  job.request.max_tokens = 60;
  EXPECT_THAT(RunJob(job),
              is(absl::StatusCode::kInvalidArgument, job.prompts + ":1: the prompt has 5 tokens; with max_tokens 60"));
  job = Job("memory");
  TextGenerationOptions how;
  how.max_cache_bytes = 1000;
  EXPECT_THAT(RunJob(job, how), is(absl::StatusCode::kResourceExhausted, "1000 are allowed"));
  job = Job("options");
  job.request.min_p = 2;
  EXPECT_THAT(RunJob(job), is(absl::StatusCode::kInvalidArgument, "min_p 2"));
  job = Job("overflow");
  job.request.max_tokens = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(RunJob(job), is(absl::StatusCode::kInvalidArgument, "with max_tokens 9223372036854775807"));
  job = Job("foreign");
  job.prompts = base::WriteTestFile("ids.jsonl", R"({"id": 1, "prompt_ids": [1, 128]})");
  EXPECT_THAT(RunJob(job), is(absl::StatusCode::kInvalidArgument, "ids.jsonl:1: token id 128 is not in the"));
  job = Job("stop");
  job.request.stop = {""};
  EXPECT_THAT(RunJob(job), is(absl::StatusCode::kInvalidArgument, "a stop string is empty"));
}

std::vector<std::string> Texts(const LanguageModel& model, const std::vector<ChatRequest>& requests) {
  std::vector<std::string> texts(requests.size());
  GenerateReplies(model, requests, {}, [&](size_t i, absl::StatusOr<ChatReply> reply) {
    texts[i] = reply.ok() ? reply->text : std::string(reply.status().message());
    return true;
  });
  return texts;
}

// Ids and conversations are read as the texts that they stand for, by whoever asks.
TEST(TextGeneration, IdsAndConversationsAreTexts) {
  const LanguageModel model = ByteModel();
  ChatRequest text, ids, talk, plain;
  text.max_tokens = ids.max_tokens = talk.max_tokens = plain.max_tokens = 10;
  text.prompt = "Say 1";
  ids.prompt_ids = EncodePrompt(*model.tokenizer, PromptText::Of(text.prompt));
  talk.messages = {{"user", "Hi"}};
  plain.prompt = "User: Hi\n\nAssistant:";
  const std::vector<std::string> texts = Texts(model, {text, ids, talk, plain});
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_EQ(texts[2], absl::StripAsciiWhitespace(texts[3]));
}

// Requests of different kinds are answered together as each alone.
TEST(TextGeneration, ATextDependsOnItsRequestAlone) {
  const LanguageModel model = ByteModel();
  std::vector<ChatRequest> requests(6);
  for (size_t i = 0; i < requests.size(); ++i) {
    requests[i].prompt = absl::StrCat("Say ", i / 2);
    requests[i].temperature = 1.5;
    requests[i].max_tokens = 20 + i % 2;
    if (i % 3 == 0) requests[i].top_k = 20;
    if (i % 2 == 0) requests[i].stream = ReplyStream{3, "test", i, 7};
  }
  requests[5].repetition_penalty = 2;
  const std::vector<std::string> together = Texts(model, requests);
  for (size_t i = 0; i < requests.size(); ++i) EXPECT_EQ(Texts(model, {requests[i]})[0], together[i]) << i;
}

// After an early end nothing more is decoded: five thousand texts would take minutes.
TEST(TextGeneration, AnEarlyEndEndsDecoding) {
  const LanguageModel model = ByteModel();
  std::vector<ChatRequest> requests(5000);
  for (ChatRequest& request : requests) {
    request.prompt = "Say";
    request.max_tokens = 40;
  }
  for (const int64_t most : {0, 1, 70}) {
    int64_t calls = 0;
    GenerateReplies(model, requests, {}, [&](size_t, const absl::StatusOr<ChatReply>&) { return ++calls <= most; });
    EXPECT_EQ(calls, most + 1);
  }
}

}  // namespace
}  // namespace lm
