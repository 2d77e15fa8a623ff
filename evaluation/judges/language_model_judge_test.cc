#include "evaluation/judges/language_model_judge.h"

#include <cmath>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "evaluation/judges/testing.h"

namespace evaluation {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::datasets::JudgePrompt;
using ::testing::HasSubstr;
using ::testing::SizeIs;

absl::StatusOr<std::unique_ptr<LanguageModelJudge>> Make(lm::ChatModel* model, const JudgePrompt& prompt,
                                                         const LanguageModelJudgeOptions& options = {}) {
  ASSIGN_OR_RETURN(PromptSet prompts, PromptSet::Make({prompt}, {prompt.name, "", "", ""}, prompt.type));
  ASSIGN_OR_RETURN(auto recording, lm::Recording::Open(TestFolder() + "/e.jsonl", model));
  return LanguageModelJudge::Make(std::move(prompts), options, std::move(recording));
}

const JudgePrompt& Pair() {
  static const auto* prompt = new JudgePrompt(MakePrompt("pair", "A:{answer_a}\nB:{answer_b}"));
  return *prompt;
}

const JudgePrompt& Single() {
  static const auto* prompt = new JudgePrompt(MakePrompt("single", "{answer}", "[[rating]]"));
  return *prompt;
}

TEST(LanguageModelJudgeTest, VerdictsComeInTheContestsOrderWithWhatWasSaid) {
  ScriptedModel model(LongerWins);
  ASSERT_OK_AND_ASSIGN(const auto judge, Make(&model, Pair()));
  EXPECT_EQ(judge->name(), "scripted");
  ASSERT_OK_AND_ASSIGN(const auto judgments,
                       judge->Compare({MakeContest(1, "long", "s"), MakeContest(2, "s", "long")}));
  ASSERT_THAT(judgments, SizeIs(2));
  EXPECT_THAT(judgments[0].verdict, IsOkAnd(Verdict::kFirst));
  EXPECT_THAT(judgments[1].verdict, IsOkAnd(Verdict::kSecond));
  EXPECT_EQ(judgments[0].words, "It is longer: [[A]]");
  EXPECT_EQ(judgments[0].prompt, "A:long\nB:s");
  EXPECT_EQ(judgments[0].prompt_name, "pair");
  ASSERT_THAT(model.asked(), SizeIs(2));
  EXPECT_EQ(model.asked()[1].messages[0].role, "system");
  EXPECT_EQ(model.asked()[1].messages[0].content, "system of pair");
  EXPECT_EQ(model.asked()[1].messages[1].content, "A:long\nB:s");
  EXPECT_FALSE(model.asked()[1].seed.has_value());  // greedy: nothing to seed
}

TEST(LanguageModelJudgeTest, WhatCannotBeReadIsAskedAgainThenMissing) {
  int calls = 0;
  ScriptedModel model([&](const lm::ChatRequest& request) -> absl::StatusOr<std::string> {
    if (absl::StrContains(request.messages[1].content, "never")) return "I would rather not say.";
    if (absl::StrContains(request.messages[1].content, "down")) return absl::UnavailableError("the server is down");
    return ++calls < 3 ? "[[A]] and [[B]]" : "[[C]]";
  });
  LanguageModelJudgeOptions options;
  options.temperature = 0.5;
  ASSERT_OK_AND_ASSIGN(auto judge, Make(&model, Pair(), options));
  const std::vector<Contest> contests = {MakeContest(1, "never", ""), MakeContest(2, "late", ""),
                                         MakeContest(3, "down", "")};
  ASSERT_OK_AND_ASSIGN(const auto judgments, judge->Compare(contests));
  EXPECT_THAT(judgments[0].verdict, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("read in 3 replies")));
  EXPECT_EQ(judgments[0].words, "I would rather not say.");
  EXPECT_THAT(judgments[1].verdict, IsOkAnd(Verdict::kTie));
  // The model's own errors are final: it has tried again itself.
  EXPECT_THAT(judgments[2].verdict, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("down")));
  EXPECT_EQ(judgments[2].words, "$ERROR$");
  EXPECT_EQ(judge->counts().judged, 1);
  EXPECT_EQ(judge->counts().refused, 1);
  EXPECT_EQ(judge->counts().no_reply, 1);
  EXPECT_EQ(judge->counts().asked_again, 4);
  EXPECT_THAT(model.asked(), SizeIs(7));
  // Every round is recorded: a rerun asks for what has no reply alone.
  judge = nullptr;
  ASSERT_OK_AND_ASSIGN(const auto again, Make(&model, Pair(), options));
  ASSERT_OK_AND_ASSIGN(const auto same, again->Compare(contests));
  EXPECT_THAT(model.asked(), SizeIs(8));
  EXPECT_EQ(same[0].words, judgments[0].words);
  EXPECT_THAT(same[1].verdict, IsOkAnd(Verdict::kTie));
}

TEST(LanguageModelJudgeTest, AGreedyReplyWithoutAVerdictIsNotPaidForAgain) {
  ScriptedModel model([](const lm::ChatRequest& request) -> absl::StatusOr<std::string> {
    if (absl::StrContains(request.messages[1].content, "think")) return "<think>[[A]]</think>";
    return "My verdict: B";
  });
  ASSERT_OK_AND_ASSIGN(auto judge, Make(&model, Pair()));
  ASSERT_OK_AND_ASSIGN(const auto judgments, judge->Compare({MakeContest(1, "a", "b"), MakeContest(2, "think", "b")}));
  EXPECT_THAT(judgments[0].verdict, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("in 1 reply (unreadable)")));
  EXPECT_EQ(judgments[0].decided, "none: unreadable");
  EXPECT_EQ(judgments[1].decided, "none: empty");
  EXPECT_EQ(judge->counts().unreadable, 1);
  EXPECT_EQ(judge->counts().empty, 1);
  EXPECT_THAT(model.asked(), SizeIs(2));
}

TEST(LanguageModelJudgeTest, AnAnswerThatNamesAVerdictIsNotTakenForTheJudges) {
  ScriptedModel model([](const lm::ChatRequest&) { return "A says [[A]]. My verdict: [[B]]"; });
  ASSERT_OK_AND_ASSIGN(auto judge, Make(&model, Pair()));
  ASSERT_OK_AND_ASSIGN(const auto judgments, judge->Compare({MakeContest(1, "[[A]]", "b"), MakeContest(2, "a", "b")}));
  EXPECT_THAT(judgments[0].verdict, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("may quote them")));
  EXPECT_THAT(judgments[1].verdict, IsOkAnd(Verdict::kSecond));
  EXPECT_EQ(judgments[1].decided, "26-31: [[B]]");
}

TEST(LanguageModelJudgeTest, RepeatsAndRoundsAreSampledWithSeedsOfTheirOwn) {
  ScriptedModel model([](const lm::ChatRequest&) { return "?"; });
  LanguageModelJudgeOptions options;
  options.temperature = 0.7;
  options.max_rounds = 2;
  ASSERT_OK_AND_ASSIGN(const auto judge, Make(&model, Pair(), options));
  Contest again = MakeContest(1, "a", "b");
  again.repeat = 1;
  ASSERT_OK(judge->Compare({MakeContest(1, "a", "b"), again}));
  std::set<int64_t> seeds;
  for (const lm::ChatRequest& request : model.asked()) {
    ASSERT_TRUE(request.seed.has_value());
    EXPECT_GE(*request.seed, 0);
    EXPECT_LT(*request.seed, int64_t{1} << 31);
    seeds.insert(*request.seed);
  }
  EXPECT_THAT(seeds, SizeIs(4));
}

TEST(LanguageModelJudgeTest, AContestThatNoPromptFitsDoesNotStopTheOthers) {
  ScriptedModel model(LongerWins);
  ASSERT_OK_AND_ASSIGN(const auto judge, Make(&model, Pair()));
  Contest two = MakeContest(1, "a", "b");
  two.turns.push_back("more");
  ASSERT_OK_AND_ASSIGN(const auto judgments, judge->Compare({two, MakeContest(2, "long", "s")}));
  EXPECT_THAT(judgments[0].verdict, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("second turns")));
  EXPECT_THAT(judgments[1].verdict, IsOkAnd(Verdict::kFirst));
  EXPECT_EQ(judge->counts().unfit, 1);
  EXPECT_EQ(judge->counts().no_reply, 0);
}

TEST(LanguageModelJudgeTest, RatesSingleAnswers) {
  ScriptedModel model(
      [](const lm::ChatRequest& request) { return absl::StrCat("Rating: [[", request.messages[1].content, "]]"); });
  ASSERT_OK_AND_ASSIGN(const auto judge, Make(&model, Single()));
  ASSERT_OK_AND_ASSIGN(const auto ratings, judge->Rate({MakeContest(1, "7.5", ""), MakeContest(2, "11", "")}));
  EXPECT_THAT(ratings[0].score, IsOkAnd(7.5));
  EXPECT_EQ(ratings[0].words, "Rating: [[7.5]]");
  EXPECT_THAT(ratings[1].score, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("")));
}

TEST(LanguageModelJudgeTest, OfTwoAnswersTheBetterRatedOneWins) {
  ScriptedModel model(
      [](const lm::ChatRequest& request) { return absl::StrCat("[[", request.messages[1].content, "]]"); });
  ASSERT_OK_AND_ASSIGN(const auto judge, Make(&model, Single()));
  ASSERT_OK_AND_ASSIGN(const auto judgments,
                       judge->Compare({MakeContest(1, "7", "8"), MakeContest(1, "8", "7"), MakeContest(2, "7", "7.05"),
                                       MakeContest(3, "7", "?"), MakeContest(4, "?", "7")}));
  EXPECT_THAT(judgments[0].verdict, IsOkAnd(Verdict::kSecond));
  EXPECT_THAT(judgments[1].verdict, IsOkAnd(Verdict::kFirst));
  EXPECT_THAT(judgments[2].verdict, IsOkAnd(Verdict::kTie));
  EXPECT_FALSE(judgments[3].verdict.ok());
  EXPECT_FALSE(judgments[4].verdict.ok());
  // 7, 8, 7.05 and the unreadable one, once each: both orders share their ratings.
  EXPECT_THAT(model.asked(), SizeIs(4));
}

TEST(LanguageModelJudgeTest, AParserThatCannotReadTheFormatIsRefused) {
  ScriptedModel model(LongerWins);
  LanguageModelJudgeOptions options;
  options.parser = Parser::kSamiExt;
  EXPECT_THAT(Make(&model, Pair(), options), StatusIs(absl::StatusCode::kInvalidArgument,
                                                      HasSubstr("parser sami-ext reads no verdicts of the grammar")));
  options = {};
  options.grammar = *GrammarOfFormat("[[rating]]");
  EXPECT_THAT(Make(&model, Pair(), options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("and the prompts ask for the other")));
}

TEST(LanguageModelJudgeTest, ProbabilitiesOfTheFirstTokenWeighTheVerdict) {
  LanguageModelJudgeOptions options;
  options.grammar = *FindGrammar("alpaca-token");
  options.max_tokens = 1;
  // What it drew does not matter, where the probabilities are known.
  ScriptedModel model([](const lm::ChatRequest&) { return "M"; });
  model.reply.finish_reason = "length";
  model.reply.alternatives = {{"m", std::log(0.6)}, {"M", std::log(0.2)}, {"The", std::log(0.2)}};
  ASSERT_OK_AND_ASSIGN(auto judge, Make(&model, Pair(), options));
  ASSERT_OK_AND_ASSIGN(const auto judgments, judge->Compare({MakeContest(1, "x", "y")}));
  judge.reset();
  EXPECT_THAT(judgments[0].verdict, IsOkAnd(Verdict::kFirst));
  ASSERT_TRUE(judgments[0].preference.has_value());
  EXPECT_NEAR(*judgments[0].preference, 0.75, 1e-12);
  EXPECT_EQ(judgments[0].decided, "first token: 0.750000 for the first");
  // A recording has them: nothing is asked, and the verdict is the same.
  ScriptedModel silent([](const lm::ChatRequest&) { return absl::UnavailableError("asked"); });
  ASSERT_OK_AND_ASSIGN(auto again, Make(&silent, Pair(), options));
  ASSERT_OK_AND_ASSIGN(const auto repeated, again->Compare({MakeContest(1, "x", "y")}));
  again.reset();
  EXPECT_EQ(repeated[0].preference, judgments[0].preference);
  // Where they are not of the grammar's tokens, the text decides.
  ScriptedModel other([](const lm::ChatRequest&) { return "M"; });
  other.reply.alternatives = {{"The", -0.1}};
  ASSERT_OK_AND_ASSIGN(const auto by_text, Make(&other, Pair(), options));
  ASSERT_OK_AND_ASSIGN(const auto read, by_text->Compare({MakeContest(2, "z", "y")}));
  EXPECT_THAT(read[0].verdict, IsOkAnd(Verdict::kSecond));
  EXPECT_EQ(read[0].preference, std::nullopt);
}

}  // namespace
}  // namespace evaluation
