// Judgments of other tools: how their words, weights, ties and repeats are read, and their tables.
#include "analysis/commands/judgments.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/commands/leaderboard_tables.h"
#include "analysis/commands/row_format.h"
#include "analysis/commands/score_file.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<JudgmentFile> Read(const std::string& text) { return ReadJudgments(WriteTestFile("j", text)); }

// The only pair.
absl::StatusOr<JudgedPair> ReadPair(const std::string& text) {
  absl::StatusOr<JudgmentFile> file = Read(text);
  if (!file.ok()) return file.status();
  EXPECT_THAT(file->pairs, SizeIs(1));
  return file->pairs[0];
}

std::string FastChatRow(const std::string& g1, const std::string& g2) {
  return absl::StrCat(R"({"question_id": 1, "model_1": "A", "model_2": "B", "g1_winner": ")", g1,
                      R"(", "g2_winner": ")", g2, "\"}\n");
}

TEST(WinnerTest, KnownWordsAreReadAndOthersRefused) {
  ASSERT_OK_AND_ASSIGN(const JudgedPair named, ReadPair(FastChatRow("A", "B")));
  EXPECT_THAT(named.questions[0].games, ElementsAre(1, 0));
  ASSERT_OK_AND_ASSIGN(const JudgedPair ties, ReadPair(FastChatRow("Tie", "tie (bothbad)")));
  EXPECT_THAT(ties.questions[0].games, ElementsAre(0.5, 0.5));
  ASSERT_OK_AND_ASSIGN(const JudgedPair missing, ReadPair(FastChatRow("error", "")));
  EXPECT_THAT(missing.questions[0].games, ElementsAre(std::nullopt, std::nullopt));
  EXPECT_THAT(Read(FastChatRow("model1", "model_1")), StatusIs(kInvalid, HasSubstr("j:1: \"g1_winner\"")));
  EXPECT_THAT(Read(FastChatRow("model1", "model_1")), StatusIs(kInvalid, HasSubstr("is \"model1\"")));
}

TEST(WinnerTest, HumanVotes) {
  ASSERT_OK_AND_ASSIGN(
      const JudgedPair votes,
      ReadPair(R"j([{"question_id": 81, "model_a": "x", "model_b": "y", "winner": "model_b", "judge": "e", "turn": 1},
                   {"question_id": 81, "model_a": "x", "model_b": "y", "winner": "tie (inconsistent)", "judge": "e",
                    "turn": 2}])j"));
  EXPECT_THAT(votes.questions[0].games, ElementsAre(0, 0.5));
}

TEST(FastChatTest, ItsOwnPromptsAreOneJudge) {
  const auto row = [](int id, const std::string& prompt) {
    return absl::StrCat(R"({"question_id": )", id, R"(, "model_1": "A", "model_2": "B", "judge": ["g", ")", prompt,
                        R"("], "g1_winner": "tie", "g2_winner": "tie", "turn": 1})", "\n");
  };
  ASSERT_OK_AND_ASSIGN(const JudgmentFile own, Read(row(1, "pair-v2") + row(2, "pair-math-v1")));
  ASSERT_THAT(own.pairs, SizeIs(1));
  EXPECT_EQ(own.pairs[0].judge, "g");
  ASSERT_OK_AND_ASSIGN(const JudgmentFile others, Read(row(1, "pair-v2") + row(2, "principle")));
  EXPECT_THAT(others.pairs, SizeIs(2));
}

// A question has the games of the turns that it has.
TEST(TurnsTest, AreEachQuestionsOwn) {
  const auto row = [](int id, int turn, const char* g1, const char* g2) {
    return absl::StrCat(R"({"question_id": )", id, R"(, "model_1": "A", "model_2": "B", "judge": ["g", "pair-v2)",
                        turn == 2 ? "-multi-turn" : "", R"("], "g1_winner": ")", g1, R"(", "g2_winner": ")", g2,
                        R"(", "turn": )", turn, "}\n");
  };
  ASSERT_OK_AND_ASSIGN(const JudgedPair pair, ReadPair(row(81, 1, "model_1", "tie") + row(82, 1, "model_1", "model_1") +
                                                       row(82, 2, "model_2", "error") + row(83, 2, "tie", "tie")));
  EXPECT_THAT(pair.questions[0].games, ElementsAre(1, 0.5));
  EXPECT_THAT(pair.questions[1].games, ElementsAre(1, 1, 0, std::nullopt));
  EXPECT_THAT(pair.questions[2].games, ElementsAre(0.5, 0.5));
}

TEST(TurnsTest, AVoteOnTheSameAgainIsOneMore) {
  const auto vote = [](int id, const char* winner) {
    return absl::StrCat(R"({"question_id": )", id, R"(, "model_a": "x", "model_b": "y", "winner": ")", winner,
                        R"(", "judge": "e", "turn": 1})", "\n");
  };
  ASSERT_OK_AND_ASSIGN(const JudgmentFile file, Read(vote(81, "model_a") + vote(82, "tie (bothbad)") +
                                                     vote(81, "model_b") + vote(81, "model_b")));
  EXPECT_THAT(file.pairs[0].questions[0].games, ElementsAre(1, 0, 0));
  EXPECT_THAT(file.pairs[0].questions[1].games, ElementsAre(0.5));
  EXPECT_THAT(file.notes, Contains(HasSubstr("had voted on before: 2; each counts")));
  constexpr int kVotes = 20000;  // in time that grows with their number
  std::string many;
  for (int i = 0; i < kVotes; ++i) many += vote(81, "model_a");
  ASSERT_OK_AND_ASSIGN(const JudgedPair of_many, ReadPair(many));
  EXPECT_THAT(of_many.questions[0].games, SizeIs(kVotes));
}

TEST(JudgesTest, PromptsForReferencesAndSecondTurnsAreOneJudges) {
  std::string pairs, annotations;
  int id = 0;
  for (const char* prompt : {"pair", "pair-reference", "pair-two-turns", "pair-reference-two-turns"}) {
    absl::StrAppend(&pairs, R"({"question_id": )", ++id, R"(, "model_1": "A", "model_2": "B", "judge": ["m", ")",
                    prompt, R"("], "g1_winner": "tie", "g2_winner": "tie", "turn": 1})", "\n");
    absl::StrAppend(&annotations, R"({"instruction": "i)", id, R"(", "generator_1": "a", "generator_2": "b", )",
                    R"("preference": 1.5, "annotator": "org/m/)", prompt, R"("})", "\n");
  }
  ASSERT_OK_AND_ASSIGN(const JudgedPair pair, ReadPair(pairs));
  EXPECT_EQ(pair.judge, R"(["m","pair"])");
  EXPECT_EQ(pair.questions.size(), 4);
  ASSERT_OK_AND_ASSIGN(const JudgmentFile annotated, Read(annotations));
  ASSERT_EQ(annotated.pairs.size(), 1u);
  EXPECT_EQ(annotated.pairs[0].judge, "org/m/pair");
  ASSERT_EQ(annotated.alpaca_eval.size(), 1u);
  EXPECT_EQ(annotated.alpaca_eval[0].annotator, "org/m/pair");
  // Other criteria are another judge's.
  EXPECT_EQ(PromptFamily("pair-principles-two-turns"), "pair-principles");
  EXPECT_EQ(PromptFamily("mine-two-turns"), "mine-two-turns");
}

TEST(AlpacaEvalTest, PreferencesAsItsLeaderboardReadsThem) {
  const auto row = [](const std::string& instruction, const std::string& preference, const std::string& output) {
    return absl::StrCat(R"({"instruction": ")", instruction, R"(", "generator_1": "base", "output_1": "aa",
                        "generator_2": "mine", "output_2": ")",
                        output, R"(", "preference": )", preference, "}");
  };
  ASSERT_OK_AND_ASSIGN(const JudgmentFile file,
                       Read(absl::StrCat("[", row("q0", "0.0", "é"), ",", row("q1", "NaN", ""), ",",
                                         row("q2", "2.5", "b"), ",", row("q0", "2", "other"), "]")));
  ASSERT_THAT(file.pairs, SizeIs(1));
  ASSERT_THAT(file.pairs[0].questions, SizeIs(4));
  EXPECT_THAT(file.pairs[0].questions[0].games, ElementsAre(0.5));
  EXPECT_THAT(file.pairs[0].questions[1].games, ElementsAre(std::nullopt));
  EXPECT_THAT(file.pairs[0].questions[2].games, ElementsAre(std::nullopt));
  EXPECT_THAT(file.pairs[0].questions[3].games, ElementsAre(1));
  // Characters, not bytes; an empty output has none.
  EXPECT_THAT(file.pairs[0].length_differences, ElementsAre(-1, -2, -1, 3));
  EXPECT_THAT(file.notes, Contains(HasSubstr("instruction that stands above: 1;")));
  EXPECT_THAT(file.notes, Contains(HasSubstr("neither 0 nor from 1 to 2: 1;")));
  EXPECT_THAT(Read(absl::StrCat("[", row("q", "1", "b"), ",", row("q", "1", "b"), "]")),
              StatusIs(kInvalid, HasSubstr("j:2: the same row stands in the file before")));
}

TEST(AlpacaEvalTest, AModelAgainstItselfIsRefusedByName) {
  EXPECT_THAT(Read(R"([{"instruction": "q", "generator_1": "m", "generator_2": "m", "preference": 1}])"),
              StatusIs(kInvalid, HasSubstr("model m is compared with itself")));
}

constexpr char kArena[] =
    R"({"uid": "x", "judge": "g", "model": "m", "baseline": "b", "games": [{"score": "A>>B"}, {"score": "B>A"}]})"
    "\n"
    R"({"uid": "y", "judge": "g", "model": "m", "baseline": "b", "games": [{"score": "B>A"}, {"score": "A>>B"}]})"
    "\n"
    R"({"uid": "z", "judge": "g", "model": "m", "baseline": "b", "games": [{"score": "A=B"}, null]})"
    "\n";

TEST(ArenaHardTest, TheBaselineIsAFirstAndSureVerdictsCountThreefold) {
  ASSERT_OK_AND_ASSIGN(const JudgedPair pair, ReadPair(kArena));
  EXPECT_EQ(pair.model_a, "m");
  EXPECT_THAT(pair.questions[0].games, ElementsAre(0, 0));
  EXPECT_THAT(pair.questions[1].games, ElementsAre(1, 1));
  EXPECT_THAT(pair.questions[2].games, ElementsAre(0.5, std::nullopt));
  EXPECT_THAT(pair.weights[0], ElementsAre(3, 1));
  EXPECT_THAT(pair.weights[1], ElementsAre(1, 3));
  EXPECT_THAT(Read(R"({"uid": "x", "model": "m", "games": [{"score": "A>>>B"}, {"score": "B>A"}]})"),
              StatusIs(kInvalid, HasSubstr("A>>>B")));
}

TEST(OneFormatTest, TwoInAFileAreRefused) {
  EXPECT_THAT(Read(absl::StrCat(FastChatRow("tie", "tie"), kArena)),
              StatusIs(kInvalid, HasSubstr("j:2: the file holds two formats")));
  EXPECT_THAT(Read(R"({"question_id": 81, "model": "m", "judge": ["g", "single-v1"], "score": 8, "turn": 1})"),
              StatusIs(kInvalid, HasSubstr("FastChat's ratings of single answers, no comparisons")));
}

absl::StatusOr<Table> Leaderboard(const std::string& text) {
  return LeaderboardTable(WriteTestFile("j", text), LeaderboardOptions());
}

TEST(LeaderboardTest, FastChatsTables) {
  ASSERT_OK_AND_ASSIGN(const Table pairs, Leaderboard(FastChatRow("model_1", "model_1") + FastChatRow("error", "tie") +
                                                      FastChatRow("model_1", "model_2")));
  ASSERT_THAT(pairs.rows, SizeIs(2));
  EXPECT_EQ(std::get<std::string>(pairs.rows[0][0]), "A");
  EXPECT_EQ(std::get<double>(pairs.rows[0][6]), 0.75);
  EXPECT_THAT(pairs.notes, Contains(HasSubstr("Judgments without a verdict: 1;")));
  ASSERT_OK_AND_ASSIGN(const Table ratings, Leaderboard(R"({"model": "m", "score": 8, "turn": 1}
{"model": "m", "score": -1, "turn": 1}
{"model": "m", "score": 6, "turn": 2})"));
  ASSERT_THAT(ratings.rows, SizeIs(3));
  EXPECT_EQ(std::get<double>(ratings.rows[0][3]), 8);
  EXPECT_EQ(std::get<std::string>(ratings.rows[2][0]), "average");
  EXPECT_EQ(std::get<double>(ratings.rows[2][3]), 7);
  EXPECT_THAT(ratings.notes, Contains(HasSubstr("Answers without a rating (-1): 1;")));
}

TEST(LeaderboardTest, AlpacaEvalsAndArenaHards) {
  ASSERT_OK_AND_ASSIGN(
      const Table alpaca,
      Leaderboard(R"([{"instruction": "q", "generator_1": "b", "generator_2": "m", "preference": 2}])"));
  EXPECT_EQ(std::get<double>(alpaca.rows[0][4]), 100);
  EXPECT_THAT(alpaca.notes, Contains(HasSubstr("df_gamed.csv")));
  ASSERT_OK_AND_ASSIGN(const Table arena, Leaderboard(kArena));
  ASSERT_THAT(arena.rows, SizeIs(1));
  EXPECT_NEAR(std::get<double>(arena.rows[0][5]), 50, 1e-6);
  EXPECT_THAT(arena.notes, Contains(HasSubstr("Judgments without a verdict: 1;")));
  EXPECT_THAT(Leaderboard("question_id,model_a,model_b,verdict\n1,x,y,1\n"),
              StatusIs(kInvalid, HasSubstr("--leaderboard")));
}

TEST(AnswerStylesTest, MetadataOrText) {
  const std::string counted =
      R"({"uid": "1", "model": "m", "metadata": {"token_len": 10, "header_count": {"h1": 1, "h2": 2}, "list_count": {"ordered": 4}, "bold_count": {"**": 0}}})"
      "\n";
  AnswerStyles styles;
  ASSERT_OK(styles.Read(WriteTestFile("a", counted)));
  EXPECT_TRUE(styles.in_tokens());
  EXPECT_EQ(styles.Of("m", "1")->headers, 3);
  ASSERT_OK(styles.Read(WriteTestFile(
      "b",
      R"({"uid": "1", "model": "b", "messages": [{"role": "user", "content": "?"}, {"content": {"answer": "# é\n"}}]})")));
  EXPECT_FALSE(styles.in_tokens());
  EXPECT_EQ(styles.Of("b", "1")->length, 4);
  EXPECT_EQ(styles.Of("b", "1")->headers, 1);
  EXPECT_THAT(styles.Of("b", "2"), StatusIs(kInvalid, HasSubstr("the answer of b to question 2")));
  EXPECT_THAT(styles.Read(WriteTestFile("c", counted)), StatusIs(kInvalid, HasSubstr("twice")));
}

std::string Rating(int id, int turn, int score, const std::string& model) {
  return absl::StrCat(R"({"question_id": )", id, R"(, "model": ")", model, R"(", "turn": )", turn, R"(, "score": )",
                      score, "}\n");
}

TEST(ScoreFileTest, FastChatsRatingsByTurnAndWithoutThoseThatAreNone) {
  const auto scores = [](const std::string& a, const std::string& b, const ScoreColumns& columns = {}) {
    return ReadPairedScores(WriteTestFile("a", a), WriteTestFile("b", b), columns);
  };
  const std::string a = Rating(1, 1, 8, "A") + Rating(1, 2, 6, "A") + Rating(2, 1, -1, "A") + Rating(2, 2, 5, "A");
  const std::string b = Rating(1, 1, 7, "B") + Rating(1, 2, 7, "B") + Rating(2, 1, 9, "B") + Rating(2, 2, 5, "B");
  ASSERT_OK_AND_ASSIGN(const PairedScores both, scores(a, b));
  EXPECT_THAT(both.a, ElementsAre(8, 6, 5));
  EXPECT_THAT(both.b, ElementsAre(7, 7, 5));
  EXPECT_THAT(both.clusters, ElementsAre(0, 0, 1));
  EXPECT_EQ(both.no_score, 1);
  ASSERT_OK_AND_ASSIGN(const PairedScores one_turn, scores(Rating(1, 1, 8, "A"), Rating(1, 1, 7, "B")));
  EXPECT_THAT(one_turn.clusters, SizeIs(0));
  EXPECT_THAT(scores(a + b, a + b), StatusIs(kInvalid, HasSubstr("--model_a=NAME")));
  ScoreColumns columns;
  columns.model_a = "A";
  columns.model_b = "B";
  ASSERT_OK_AND_ASSIGN(const PairedScores chosen, scores(a + b, a + b, columns));
  EXPECT_THAT(chosen.b, ElementsAre(7, 7, 5));
  EXPECT_THAT(chosen.says[0], HasSubstr("4 of other models than A"));
}

TEST(ScoreFileTest, ScoresThatNoIntervalCanBeHadOfAreRefused) {
  EXPECT_THAT(ReadPairedScores(WriteTestFile("a", "question_id,score\n1,1e300\n"),
                               WriteTestFile("b", "question_id,score\n1,1\n"), {}),
              StatusIs(kInvalid, HasSubstr("a:2: \"score\" is 1e+300")));
}

TEST(ReadJudgmentsTest, AGamesProbabilityTakesTheWinnersPlace) {
  std::string text = FastChatRow("model_1", "tie");
  text.insert(text.rfind('}'), R"(, "g1_preference": 0.75)");
  ASSERT_OK_AND_ASSIGN(const JudgedPair pair, ReadPair(text));
  EXPECT_THAT(pair.questions[0].games, ElementsAre(0.75, 0.5));
  text.replace(text.find("0.75"), 4, "1.75");
  EXPECT_THAT(Read(text), StatusIs(kInvalid, HasSubstr("\"g1_preference\" must be in [0, 1]")));
}

}  // namespace
}  // namespace analysis
