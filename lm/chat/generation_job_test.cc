#include "lm/chat/generation_job.h"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/testing/scripted_model.h"

namespace lm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<std::string> Echo(const ChatRequest& request) {
  return request.messages.empty() ? request.prompt : request.messages.back().content;
}

GenerationJob Job(const std::string& prompts) {
  GenerationJob job;
  job.prompts = base::WriteTestFile("prompts.jsonl", prompts);
  job.out = job.prompts + ".out";
  job.request.temperature = 1;
  return job;
}

constexpr char kTwo[] = R"({"id": "a", "prompt": "One"}
{"id": 7, "prompt": "Two"})";

TEST(GenerationJob, WritesALineASampleInOrder) {
  GenerationJob job = Job(kTwo);
  job.num_samples = 2;
  job.request.stop = {"wo", "X"};
  ScriptedModel model(&Echo);
  model.reply = {"", "length", "", 0, 0};
  ASSERT_OK(RunGenerationJob(model, job));
  EXPECT_EQ(*base::ReadFile(job.out),
            R"({"id":"a","sample":0,"text":"One","finish_reason":"length","tokens":null}
{"id":"a","sample":1,"text":"One","finish_reason":"length","tokens":null}
{"id":7,"sample":0,"text":"T","finish_reason":"stop","tokens":null}
{"id":7,"sample":1,"text":"T","finish_reason":"stop","tokens":null}
)");
  std::set<int64_t> seeds;
  for (const ChatRequest& request : model.asked()) {
    EXPECT_TRUE(request.messages.empty());
    EXPECT_EQ(request.stop, job.request.stop);
    seeds.insert(*request.seed);
  }
  EXPECT_EQ(seeds.size(), 4);
  EXPECT_GE(*seeds.begin(), 0);
  EXPECT_LT(*seeds.rbegin(), int64_t{1} << 31);
}

TEST(GenerationJob, AsksConversations) {
  GenerationJob job =
      Job(R"({"id": 1, "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]}
{"id": 2, "prompt": "P"})");
  job.chat = true;
  ScriptedModel model(&Echo);
  ASSERT_OK(RunGenerationJob(model, job));
  ASSERT_EQ(model.asked().size(), 2);
  EXPECT_EQ(model.asked()[1].messages.size(), 2);
  EXPECT_EQ(model.asked()[1].messages[0].role, "system");
  ASSERT_EQ(model.asked()[0].messages.size(), 1);
  EXPECT_EQ(model.asked()[0].messages[0].role, "user");
  EXPECT_EQ(model.asked()[0].messages[0].content, "P");
}

TEST(GenerationJob, KeepsWhatIsThereAndAsksForTheRestAlone) {
  GenerationJob job = Job(kTwo);
  job.num_samples = 3;
  ScriptedModel failing([](const ChatRequest& request) -> absl::StatusOr<std::string> {
    if (request.prompt == "Two") return absl::UnavailableError("the server is tired");
    return Echo(request);
  });
  EXPECT_THAT(RunGenerationJob(failing, job),
              base::StatusIs(absl::StatusCode::kUnavailable,
                             AllOf(HasSubstr("3 of 6 texts are missing"),
                                   HasSubstr("prompts.jsonl:2, sample 0 and 2 more: the server is tired"))));
  EXPECT_FALSE(base::FileExists(job.out));
  ScriptedModel model(&Echo);
  GenerationJob other = job;
  other.request.temperature = 0.5;
  EXPECT_THAT(
      RunGenerationJob(model, other),
      base::StatusIs(absl::StatusCode::kFailedPrecondition,
                     HasSubstr("out.partial:1: is the reply to another request: temperature was 1.0 and is 0.5")));
  ASSERT_OK(RunGenerationJob(model, job));
  EXPECT_EQ(model.asked().size(), 3);
  for (const ChatRequest& request : model.asked()) EXPECT_EQ(request.prompt, "Two");
  // As if nothing had happened.
  ScriptedModel fresh(&Echo);
  GenerationJob whole = job;
  whole.out += ".whole";
  ASSERT_OK(RunGenerationJob(fresh, whole));
  EXPECT_EQ(*base::ReadFile(whole.out), *base::ReadFile(job.out));
}

TEST(GenerationJob, EndsWhenItCannotKeepWhatComes) {
  GenerationJob job = Job(kTwo);
  job.out = "/dev/full/no";
  ScriptedModel model(&Echo);
  EXPECT_FALSE(RunGenerationJob(model, job).ok());
  EXPECT_TRUE(model.asked().empty());
}

// Red team: a line that is no reply to this job's requests is never written out, and a file that is not ours never
// goes.
TEST(GenerationJob, RefusesARecordingThatIsNotItsOwn) {
  const GenerationJob job = Job(kTwo);
  ScriptedModel model(&Echo);
  for (const char* text : {"mine\n", "mine", "{\"settings\":5}\n{\"prompt\":0,\"sample\":0,\"result\":5}\n",
                           "{\"prompt\":99999,\"sample\":0,\"result\":{\"evil\":1}}\n"}) {
    ASSERT_OK(base::WriteFileAtomically(job.out + ".partial", text));
    EXPECT_THAT(RunGenerationJob(model, job),
                base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("out.partial:1: ")));
    EXPECT_EQ(*base::ReadFile(job.out + ".partial"), text);
    EXPECT_FALSE(base::FileExists(job.out));
  }
  EXPECT_TRUE(model.asked().empty());
}

TEST(GenerationJob, RefusesAnOutputThatIsThere) {
  const GenerationJob job = Job(kTwo);
  ScriptedModel model(&Echo);
  ASSERT_OK(RunGenerationJob(model, job));
  EXPECT_FALSE(base::FileExists(job.out + ".partial"));
  EXPECT_THAT(RunGenerationJob(model, job),
              base::StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is there already")));
}

// What is added to the prompts alone is asked for.
TEST(GenerationJob, GoesOnWithMorePrompts) {
  GenerationJob job = Job(kTwo);
  ScriptedModel failing([](const ChatRequest& request) -> absl::StatusOr<std::string> {
    if (request.prompt == "Two") return absl::UnavailableError("the server is tired");
    return Echo(request);
  });
  EXPECT_FALSE(RunGenerationJob(failing, job).ok());
  job.prompts = base::WriteTestFile("more.jsonl", absl::StrCat(kTwo, "\n{\"id\": 8, \"prompt\": \"Three\"}"));
  ScriptedModel model(&Echo);
  ASSERT_OK(RunGenerationJob(model, job));
  EXPECT_EQ(model.asked().size(), 2);
  EXPECT_THAT(*base::ReadFile(job.out), AllOf(HasSubstr("One"), HasSubstr("Two"), HasSubstr("Three")));
}

TEST(GenerationJob, NamesWhatIsWrong) {
  ScriptedModel model(&Echo);
  const auto run = [&](auto change, const std::string& prompts = kTwo) {
    GenerationJob job = Job(prompts);
    change(job);
    return RunGenerationJob(model, job);
  };
  const auto wrong = [](const char* what) {
    return base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what));
  };
  EXPECT_THAT(run([](GenerationJob& job) { job.num_samples = 0; }), wrong("num_samples"));
  EXPECT_THAT(run([](GenerationJob& job) { job.request.max_tokens = 0; }), wrong("max_tokens"));
  EXPECT_THAT(run([](GenerationJob& job) { job.request.temperature = -1; }), wrong("temperature"));
  EXPECT_THAT(run([](GenerationJob& job) { job.request.top_p = 0; }), wrong("top_p"));
  EXPECT_THAT(run([](GenerationJob& job) { job.request.stop = {""}; }), wrong("stop"));
  EXPECT_THAT(run([](GenerationJob& job) { job.prompts = "missing"; }),
              base::StatusIs(absl::StatusCode::kNotFound, HasSubstr("missing")));
  EXPECT_TRUE(model.asked().empty());
}

}  // namespace
}  // namespace lm
