#include "lm/chat/chat_job.h"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace lm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Answers what a function says, the last request first.
class FakeModel : public ChatModel {
 public:
  using Answer = std::function<absl::StatusOr<ChatReply>(const ChatRequest&)>;

  explicit FakeModel(Answer answer) : answer_(std::move(answer)) {}

  std::string name() const override { return "fake"; }

  void Complete(absl::Span<const ChatRequest> requests,
                absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) override {
    for (size_t i = requests.size(); i-- > 0;) {
      asked.push_back(requests[i]);
      if (!done(i, answer_(requests[i]))) return;
    }
  }

  std::vector<ChatRequest> asked;

 private:
  const Answer answer_;
};

absl::StatusOr<ChatReply> Echo(const ChatRequest& request) {
  ChatReply reply;
  reply.text = request.messages.empty() ? request.prompt : request.messages.back().content;
  reply.finish_reason = "length";
  return reply;
}

ChatJob Job(const std::string& prompts) {
  ChatJob job;
  job.prompts = base::WriteTestFile("prompts.jsonl", prompts);
  job.out = job.prompts + ".out";
  return job;
}

constexpr char kTwo[] = R"({"id": "a", "prompt": "One"}
{"id": 7, "prompt": "Two"})";

TEST(ChatJob, WritesALineASampleInOrder) {
  ChatJob job = Job(kTwo);
  job.num_samples = 2;
  job.stop = {"wo", "X"};
  FakeModel model(&Echo);
  ASSERT_OK(RunChatJob(model, job));
  EXPECT_EQ(*base::ReadFile(job.out),
            R"({"id":"a","sample":0,"text":"One","finish_reason":"length","tokens":null}
{"id":"a","sample":1,"text":"One","finish_reason":"length","tokens":null}
{"id":7,"sample":0,"text":"T","finish_reason":"stop","tokens":null}
{"id":7,"sample":1,"text":"T","finish_reason":"stop","tokens":null}
)");
  std::set<int64_t> seeds;
  for (const ChatRequest& request : model.asked) {
    EXPECT_TRUE(request.messages.empty());
    EXPECT_EQ(request.stop, job.stop);
    seeds.insert(*request.seed);
  }
  EXPECT_EQ(seeds.size(), 4);
  EXPECT_GE(*seeds.begin(), 0);
  EXPECT_LT(*seeds.rbegin(), int64_t{1} << 31);
}

TEST(ChatJob, AsksConversations) {
  ChatJob job = Job(R"({"id": 1, "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]}
{"id": 2, "prompt": "P"})");
  job.chat = true;
  FakeModel model(&Echo);
  ASSERT_OK(RunChatJob(model, job));
  ASSERT_EQ(model.asked.size(), 2);
  EXPECT_EQ(model.asked[1].messages.size(), 2);
  EXPECT_EQ(model.asked[1].messages[0].role, "system");
  ASSERT_EQ(model.asked[0].messages.size(), 1);
  EXPECT_EQ(model.asked[0].messages[0].role, "user");
  EXPECT_EQ(model.asked[0].messages[0].content, "P");
}

TEST(ChatJob, KeepsWhatIsThereAndAsksForTheRestAlone) {
  ChatJob job = Job(kTwo);
  job.num_samples = 3;
  FakeModel failing([](const ChatRequest& request) -> absl::StatusOr<ChatReply> {
    if (request.prompt == "Two") return absl::UnavailableError("the server is tired");
    return Echo(request);
  });
  EXPECT_THAT(RunChatJob(failing, job),
              base::StatusIs(absl::StatusCode::kUnavailable,
                             AllOf(HasSubstr("3 of 6 texts are missing"),
                                   HasSubstr("prompts.jsonl:2, sample 0 and 2 more: the server is tired"))));
  EXPECT_FALSE(base::FileExists(job.out));
  FakeModel model(&Echo);
  ChatJob other = job;
  other.temperature = 0.5;
  EXPECT_THAT(RunChatJob(model, other),
              base::StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("temperature was 1.0 and is 0.5")));
  ASSERT_OK(RunChatJob(model, job));
  EXPECT_EQ(model.asked.size(), 3);
  for (const ChatRequest& request : model.asked) EXPECT_EQ(request.prompt, "Two");
  // As if nothing had happened.
  FakeModel fresh(&Echo);
  ChatJob whole = job;
  whole.out += ".whole";
  ASSERT_OK(RunChatJob(fresh, whole));
  EXPECT_EQ(*base::ReadFile(whole.out), *base::ReadFile(job.out));
}

TEST(ChatJob, EndsWhenItCannotKeepWhatComes) {
  ChatJob job = Job(kTwo);
  job.out = "/dev/full/no";
  FakeModel model(&Echo);
  EXPECT_FALSE(RunChatJob(model, job).ok());
  EXPECT_TRUE(model.asked.empty());
}

TEST(ChatJob, NamesWhatIsWrong) {
  FakeModel model(&Echo);
  const auto run = [&](auto change, const std::string& prompts = kTwo) {
    ChatJob job = Job(prompts);
    change(job);
    return RunChatJob(model, job);
  };
  const auto wrong = [](const char* what) {
    return base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what));
  };
  EXPECT_THAT(run([](ChatJob& job) { job.num_samples = 0; }), wrong("num_samples"));
  EXPECT_THAT(run([](ChatJob& job) { job.max_tokens = 0; }), wrong("max_tokens"));
  EXPECT_THAT(run([](ChatJob& job) { job.temperature = -1; }), wrong("temperature"));
  EXPECT_THAT(run([](ChatJob& job) { job.top_p = 0; }), wrong("top_p"));
  EXPECT_THAT(run([](ChatJob& job) { job.stop = {""}; }), wrong("stop"));
  EXPECT_THAT(run([](ChatJob&) {}, R"({"id": 1, "prompt_ids": [1]})"), wrong("prompts.jsonl:1: prompt_ids"));
  EXPECT_THAT(run([](ChatJob& job) { job.prompts = "missing"; }),
              base::StatusIs(absl::StatusCode::kNotFound, HasSubstr("missing")));
  EXPECT_TRUE(model.asked.empty());
}

}  // namespace
}  // namespace lm
