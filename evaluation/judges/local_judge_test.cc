// A local model as a judge: the embedded suite's small model, which is no good one, but a real one.
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/program.h"
#include "base/testing.h"
#include "evaluation/judges/parsers.h"
#include "lm/chat/local_chat_model.h"

namespace evaluation {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string Folder() { return base::Runfile("datasets/embedded/models/instruct"); }

lm::ChatRequest Ask(const std::string& text, double temperature = 0, int64_t seed = 0) {
  lm::ChatRequest request;
  request.messages = {{"system", "You are a judge."}, {"user", text}};
  request.temperature = temperature;
  request.max_tokens = 12;
  request.seed = seed;
  return request;
}

std::vector<absl::StatusOr<lm::ChatReply>> Complete(lm::ChatModel& model,
                                                    const std::vector<lm::ChatRequest>& requests) {
  std::vector<absl::StatusOr<lm::ChatReply>> replies(requests.size(), absl::UnknownError("not answered"));
  std::map<size_t, int> calls;
  model.Complete(requests, [&](size_t i, absl::StatusOr<lm::ChatReply> reply) {
    replies[i] = std::move(reply);
    ++calls[i];
    return true;
  });
  EXPECT_THAT(calls, SizeIs(requests.size()));
  for (const auto& [i, n] : calls) EXPECT_EQ(n, 1) << i;
  return replies;
}

TEST(PlainChatTextTest, IsTurnsWithNames) {
  EXPECT_EQ(lm::PlainChatText(Ask("Who?")), "System: You are a judge.\n\nUser: Who?\n\nAssistant:");
  lm::ChatRequest text;
  text.prompt = "Once";
  EXPECT_EQ(lm::PlainChatText(text), "Once");
}

TEST(LocalChatModelTest, AReplyIsAFunctionOfItsRequestAlone) {
  ASSERT_OK_AND_ASSIGN(const auto model, lm::LoadLocalChatModel(Folder()));
  EXPECT_THAT(model->name(), StartsWith("instruct@"));
  const lm::ChatRequest warm = Ask("What is the capital of Italy?", 1, 7);
  lm::ChatRequest long_one = Ask("Say it.", 1, 7);
  long_one.max_tokens = 20;
  const auto alone = Complete(*model, {warm});
  const auto together = Complete(*model, {Ask("Name a colour."), long_one, warm, Ask("x", 1, 8), warm});
  ASSERT_OK(alone[0]);
  EXPECT_GT(alone[0]->completion_tokens, 0);
  EXPECT_GT(alone[0]->prompt_tokens, 0);
  EXPECT_LE(alone[0]->completion_tokens, 12);
  EXPECT_EQ(together[2]->text, alone[0]->text);
  EXPECT_EQ(together[4]->text, alone[0]->text);
  // Of ten seeds not all say the same.
  std::map<std::string, int> texts;
  for (int seed = 0; seed < 10; ++seed) ++texts[Complete(*model, {Ask("Name a colour.", 1, seed)})[0]->text];
  EXPECT_GT(texts.size(), 1);
}

TEST(LocalChatModelTest, RequestsThatCannotBeAnsweredDoNotStopTheOthers) {
  ASSERT_OK_AND_ASSIGN(const auto model, lm::LoadLocalChatModel(Folder()));
  std::string endless;
  for (int i = 0; i < 5000; ++i) endless += "word ";
  const auto replies = Complete(*model, {Ask(endless), Ask("Name a colour."), Ask("Name a colour.", -1)});
  EXPECT_THAT(replies[0], StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("exceeds the model's context of")));
  EXPECT_OK(replies[1]);
  EXPECT_THAT(replies[2], StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("temperature")));
}

TEST(LocalChatModelTest, AReplyEndsAtStopStringsAndEarlyEndsAreObeyed) {
  ASSERT_OK_AND_ASSIGN(const auto model, lm::LoadLocalChatModel(Folder()));
  const std::string whole = Complete(*model, {Ask("What is the capital of Italy?")})[0]->text;
  ASSERT_GT(whole.size(), 3);
  lm::ChatRequest stopped = Ask("What is the capital of Italy?");
  stopped.stop = {whole.substr(2, 2)};
  EXPECT_THAT(Complete(*model, {stopped})[0]->text, Not(HasSubstr(stopped.stop[0])));
  int calls = 0;
  const std::vector<lm::ChatRequest> two = {Ask("a"), Ask("b")};
  model->Complete(two, [&](size_t, absl::StatusOr<lm::ChatReply>) { return ++calls < 1; });
  EXPECT_EQ(calls, 1);
}

TEST(LocalChatModelTest, LabelsAreChosenByTheirProbability) {
  lm::LocalChatOptions options;
  options.labels = {"[[A]]", "[[B]]", "[[C]]"};
  ASSERT_OK_AND_ASSIGN(const auto model, lm::LoadLocalChatModel(Folder(), options));
  EXPECT_THAT(model->name(), HasSubstr(" labels [[A]] [[B]] [[C]]"));
  ASSERT_OK_AND_ASSIGN(const lm::ChatReply reply, Complete(*model, {Ask("Which is better?")})[0]);
  const Reading reading = ParseReply(Parser::kStrict, *GrammarOfFormat("[[A]]"), reply.text, "stop", {});
  ASSERT_EQ(reading.kind, Reading::Kind::kRead) << reply.text;
  const std::vector<std::string> parts = absl::StrSplit(reply.text, ": ");
  const std::vector<std::string> numbers = absl::StrSplit(parts.back(), ", ");
  ASSERT_THAT(numbers, SizeIs(3));
  const int chosen = static_cast<int>(reading.value.verdict);
  for (const std::string& number : numbers) {
    EXPECT_LT(std::stod(number), 0);
    EXPECT_LE(std::stod(number), std::stod(numbers[chosen]));
  }
}

}  // namespace
}  // namespace evaluation
