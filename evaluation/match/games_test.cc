#include "evaluation/match/games.h"

#include "base/testing.h"
#include "evaluation/judges/testing.h"

namespace evaluation {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Decides by a function of both answers.
class FunctionJudge : public Judge {
 public:
  using Function = std::function<absl::StatusOr<Verdict>(const Contest&)>;
  explicit FunctionJudge(Function decide) : decide_(std::move(decide)) {}
  std::string name() const override { return "function"; }
  absl::StatusOr<std::vector<Judgment>> Compare(absl::Span<const Contest> contests) override {
    std::vector<Judgment> judgments;
    for (const Contest& contest : contests) {
      judgments.push_back({decide_(contest), "words on " + contest.first[0], "prompt", "name"});
    }
    return judgments;
  }

 private:
  const Function decide_;
};

Match MakeMatch(int64_t id, const std::string& first, const std::string& second) {
  return {"sami", "sft", "positive", MakeContest(id, first, second)};
}

TEST(PlayBothOrdersTest, GameTwoTurnsTheAnswersRound) {
  FunctionJudge longer(
      [](const Contest& c) { return c.first[0].size() > c.second[0].size() ? Verdict::kFirst : Verdict::kSecond; });
  ASSERT_OK_AND_ASSIGN(const Games games,
                       PlayBothOrders(longer, {MakeMatch(81, "long", "s"), MakeMatch(82, "s", "long")}));
  ASSERT_THAT(games.judgments, SizeIs(2));
  const PairJudgment& one = games.judgments[0];
  EXPECT_EQ(one.question_id, 81);
  EXPECT_EQ(one.model_1, "sami");
  EXPECT_EQ(one.g1_winner, Winner::kModel1);
  EXPECT_EQ(one.g2_winner, Winner::kModel1);
  EXPECT_EQ(one.g1_judgment, "words on long");
  EXPECT_EQ(one.g2_judgment, "words on s");
  EXPECT_EQ(one.judge_model, "function");
  EXPECT_EQ(one.judge_prompt, "name");
  EXPECT_EQ(one.category, "writing");
  EXPECT_EQ(one.setting, "positive");
  EXPECT_EQ(one.turn, 1);
  EXPECT_EQ(games.judgments[1].g1_winner, Winner::kModel2);
  EXPECT_EQ(games.judgments[1].g2_winner, Winner::kModel2);
  EXPECT_THAT(games.missing, IsEmpty());
}

TEST(PlayBothOrdersTest, RepeatsAreNumberedAndWhatIsMissingIsNamed) {
  FunctionJudge judge([](const Contest& c) -> absl::StatusOr<Verdict> {
    if (c.repeat == 1 && c.first[0] == "b") return absl::DataLossError("silence");
    return Verdict::kTie;
  });
  ASSERT_OK_AND_ASSIGN(const Games games, PlayBothOrders(judge, {MakeMatch(81, "a", "b")}, /*repeats=*/2));
  ASSERT_THAT(games.judgments, SizeIs(2));
  EXPECT_EQ(games.judgments[0].repeat, 0);
  EXPECT_EQ(games.judgments[1].repeat, 1);
  EXPECT_EQ(games.judgments[1].g1_winner, Winner::kTie);
  EXPECT_EQ(games.judgments[1].g2_winner, Winner::kError);
  EXPECT_THAT(games.missing, ElementsAre("question 81, sami against sft, turn 1, repeat 1, game 2: silence"));
}

GameCounts Counts(const FunctionJudge::Function& decide, int matches) {
  FunctionJudge judge(decide);
  std::vector<Match> all;
  for (int i = 0; i < matches; ++i) all.push_back(MakeMatch(i, "a", "b"));
  return CountGames(PlayBothOrders(judge, all)->judgments);
}

TEST(CountGamesTest, AJudgeOfPlacesFlipsAlwaysAndIsWarnedOf) {
  const GameCounts counts = Counts([](const Contest&) { return Verdict::kFirst; }, 3);
  EXPECT_EQ(counts.games, 6);
  EXPECT_EQ(counts.first, 6);
  EXPECT_EQ(counts.second, 0);
  EXPECT_EQ(counts.complete, 3);
  EXPECT_EQ(counts.flipped, 3);
  EXPECT_THAT(PositionWarning(counts),
              HasSubstr("in all 6 verdicts the judge prefers the answer that it is shown first"));
  EXPECT_THAT(PositionWarning(Counts([](const Contest&) { return Verdict::kSecond; }, 3)), HasSubstr("shown second"));
  EXPECT_THAT(PositionWarning(Counts([](const Contest&) { return Verdict::kTie; }, 3)), HasSubstr("calls it a tie"));
  EXPECT_THAT(PositionWarning(Counts([](const Contest&) { return Verdict::kFirst; }, 2)), IsEmpty());
}

TEST(CountGamesTest, MissingVerdictsAreToldWithWhatWasSaid) {
  const std::vector<Match> matches = {MakeMatch(1, "a", "b"), MakeMatch(2, "refused", "b")};
  FunctionJudge refusing([](const Contest& c) -> absl::StatusOr<Verdict> {
    if (c.first[0] == "refused") return absl::DataLossError("no verdict");
    return Verdict::kTie;
  });
  ASSERT_OK_AND_ASSIGN(const Games games, PlayBothOrders(refusing, matches));
  EXPECT_EQ(MissingWarning(games.judgments),
            "1 of 4 verdicts are missing, as no reply had one that could be read, and no number counts them; of "
            "question 2 it said \"words on refused\"");
  EXPECT_THAT(MissingWarning({}), IsEmpty());
}

TEST(CountGamesTest, AJudgeOfAnswersDoesNotFlip) {
  const GameCounts counts =
      Counts([](const Contest& c) { return c.first[0] == "a" ? Verdict::kFirst : Verdict::kSecond; }, 4);
  EXPECT_EQ(counts.first, 4);
  EXPECT_EQ(counts.second, 4);
  EXPECT_EQ(counts.flipped, 0);
  EXPECT_THAT(PositionWarning(counts), IsEmpty());
}

TEST(CountGamesTest, MissingGamesAreNeitherTiesNorComplete) {
  const GameCounts counts = Counts(
      [](const Contest& c) -> absl::StatusOr<Verdict> {
        if (c.first[0] == "b") return absl::DataLossError("");
        return Verdict::kFirst;
      },
      4);
  EXPECT_EQ(counts.missing, 4);
  EXPECT_EQ(counts.ties, 0);
  EXPECT_EQ(counts.complete, 0);
}

}  // namespace
}  // namespace evaluation
