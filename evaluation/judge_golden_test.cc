// The published judges' parsers and tables against what their own code said.
//
//   bazel test //evaluation:judge_golden_test --test_arg=--golden_dir=DIR
//
// runs every case in DIR's judge_parsing.json: FastChat's llm_judge, whose floats must agree to 1e-12, and win_rates.py
// of arXiv:2410.01704's code from its replies to what it prints. Without the flag there is nothing to compare with.
#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/testing.h"
#include "evaluation/formats/fastchat_tables.h"
#include "evaluation/judges/language_model_judge.h"
#include "evaluation/judges/parsers.h"
#include "evaluation/match/games.h"

namespace evaluation {
namespace {

using ::base::Json;
using ::testing::SizeIs;

class JudgeGoldenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string folder = base::FolderFromFlag("golden_dir", "");
    if (folder.empty()) GTEST_SKIP() << "--golden_dir names no folder";
    const std::string path = folder + "/judge_parsing.json";
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
    ASSERT_OK_AND_ASSIGN(golden_, base::ParseJson(text, path));
  }

  // The cases under a key; there must be some.
  const Json& Cases(const char* key) const {
    const Json& cases = golden_.at(key);
    EXPECT_FALSE(cases.empty()) << key;
    return cases;
  }

  Json golden_;
};

Reading ByFastChat(const char* format, const std::string& reply) {
  return ParseReply(Parser::kFastChat, *GrammarOfFormat(format), reply, "stop", {});
}

std::string FastChatName(const Reading& reading) {
  if (reading.kind != Reading::Kind::kRead) return "error";
  const Verdict verdict = reading.value.verdict;
  return verdict == Verdict::kFirst ? "A" : verdict == Verdict::kSecond ? "B" : "tie";
}

TEST_F(JudgeGoldenTest, FastChatSingle) {
  for (const Json& c : Cases("fastchat_single")) {
    const Reading reading = ByFastChat("[[rating]]", c[0]);
    EXPECT_EQ(reading.kind == Reading::Kind::kRead ? reading.value.rating : -1, c[1].get<double>()) << c;
  }
}

TEST_F(JudgeGoldenTest, FastChatPair) {
  for (const Json& c : Cases("fastchat_pair")) {
    EXPECT_EQ(FastChatName(ByFastChat("[[A]]", c[0])), c[1]) << c;
  }
  for (const Json& c : Cases("fastchat_pair_two_scores")) {
    EXPECT_EQ(FastChatName(ByFastChat("[[rating_a,rating_b]]", c[0])), c[1]) << c;
  }
}

// Says its replies one after the other.
class CannedModel : public lm::ChatModel {
 public:
  explicit CannedModel(std::vector<std::string> replies) : replies_(std::move(replies)) {}
  std::string name() const override { return "canned"; }
  void Complete(absl::Span<const lm::ChatRequest> requests,
                absl::FunctionRef<bool(size_t, absl::StatusOr<lm::ChatReply>)> done) override {
    for (size_t i = 0; i < requests.size(); ++i) {
      prompts_.push_back(requests[i].messages.back().content);
      done(i, lm::ChatReply{replies_.at(next_++), "stop", "", 0, 0});
    }
  }
  const std::vector<std::string>& prompts() const { return prompts_; }

 private:
  const std::vector<std::string> replies_;
  size_t next_ = 0;
  std::vector<std::string> prompts_;
};

absl::StatusOr<std::unique_ptr<LanguageModelJudge>> MakeJudge(lm::ChatModel* model, Parser parser,
                                                              const std::string& prompt, const std::string& format) {
  const datasets::JudgePrompt::Type type = datasets::JudgePrompt::Type::kPairwise;
  ASSIGN_OR_RETURN(PromptSet prompts,
                   PromptSet::Make({{"p", type, "s", prompt, "general", format}}, {"p", "", "", ""}, type));
  ASSIGN_OR_RETURN(auto recording, lm::Recording::Open(base::TestFolder() + "/e.jsonl", model));
  LanguageModelJudgeOptions options;
  options.parser = parser;
  options.max_rounds = 1;
  return LanguageModelJudge::Make(std::move(prompts), options, std::move(recording));
}

TEST_F(JudgeGoldenTest, FastChatTwoGames) {
  const std::map<Winner, std::string> names = {
      {Winner::kModel1, "model_1"}, {Winner::kModel2, "model_2"}, {Winner::kTie, "tie"}, {Winner::kError, "error"}};
  std::vector<std::string> replies;
  std::vector<Match> matches;
  for (const Json& c : Cases("fastchat_two_games")) {
    replies.insert(replies.end(), {c[0], c[1]});
    Match match{"one", "two", "", {}};
    match.contest.question_id = matches.size();
    match.contest.turns = {absl::StrCat("question ", matches.size())};
    match.contest.first = {"1"};
    match.contest.second = {"2"};
    matches.push_back(match);
  }
  CannedModel model(replies);
  ASSERT_OK_AND_ASSIGN(const auto judge,
                       MakeJudge(&model, Parser::kFastChat, "{question} {answer_a} {answer_b}", "[[A]]"));
  ASSERT_OK_AND_ASSIGN(const Games games, PlayBothOrders(*judge, matches));
  ASSERT_THAT(games.judgments, SizeIs(matches.size()));
  for (size_t i = 0; i < matches.size(); ++i) {
    const Json& c = golden_["fastchat_two_games"][i];
    EXPECT_EQ(names.at(games.judgments[i].g1_winner), c[2]) << c;
    EXPECT_EQ(names.at(games.judgments[i].g2_winner), c[3]) << c;
  }
}

Winner ToWinner(const Json& name) {
  return name == "model_1"   ? Winner::kModel1
         : name == "model_2" ? Winner::kModel2
         : name == "tie"     ? Winner::kTie
                             : Winner::kError;
}

TEST_F(JudgeGoldenTest, FastChatShowResultPairwise) {
  const Json& golden = golden_.at("fastchat_show_result_pairwise");
  std::vector<PairJudgment> judgments;
  for (const Json& row : golden.at("rows")) {
    PairJudgment judgment;
    judgment.question_id = row["question_id"];
    judgment.model_1 = row["model_1"];
    judgment.model_2 = row["model_2"];
    judgment.g1_winner = ToWinner(row["g1_winner"]);
    judgment.g2_winner = ToWinner(row["g2_winner"]);
    judgment.turn = row["turn"];
    judgments.push_back(judgment);
  }
  ASSERT_FALSE(golden.at("result").empty());
  for (const auto& [baseline, models] : golden["result"].items()) {
    const std::vector<PairwiseRow> table = PairwiseTable(judgments, baseline == "None" ? "" : baseline);
    EXPECT_THAT(table, SizeIs(models.size())) << baseline;
    for (size_t i = 0; i < table.size(); ++i) {
      const PairwiseRow& row = table[i];
      ASSERT_TRUE(models.contains(row.model)) << row.model;
      const Json& expected = models[row.model];
      EXPECT_EQ(row.wins, expected["win"]) << row.model;
      EXPECT_EQ(row.losses, expected["loss"]) << row.model;
      EXPECT_EQ(row.ties, expected["tie"]) << row.model;
      EXPECT_NEAR(row.win_rate, expected["win_rate"], 1e-12);
      EXPECT_NEAR(row.loss_rate, expected["loss_rate"], 1e-12);
      EXPECT_NEAR(row.win_rate_adjusted, expected["win_rate_adjusted"], 1e-12);
      if (i > 0) EXPECT_GE(table[i - 1].win_rate_adjusted, row.win_rate_adjusted);
    }
  }
}

TEST_F(JudgeGoldenTest, FastChatShowResultSingle) {
  const Json& golden = golden_.at("fastchat_show_result_single");
  std::vector<SingleJudgment> judgments;
  for (const Json& row : golden.at("rows")) {
    SingleJudgment judgment;
    judgment.question_id = row["question_id"];
    judgment.model = row["model"];
    judgment.turn = row["turn"];
    if (row["score"] != -1) judgment.score = row["score"].get<double>();
    judgments.push_back(judgment);
  }
  for (const auto& [key, turn] : {std::pair("turn1", 1), std::pair("turn2", 2), std::pair("average", 0)}) {
    const std::vector<SingleRow> table = SingleTable(judgments, turn);
    ASSERT_THAT(table, SizeIs(golden.at(key).size())) << key;
    for (size_t i = 0; i < table.size(); ++i) {
      EXPECT_EQ(table[i].model, golden[key][i][0][0]) << key;
      EXPECT_NEAR(table[i].score, golden[key][i][1], 1e-12) << key;
    }
  }
}

// What win_rates.py prints of its scores.
std::vector<std::string> Summary(const std::vector<double>& scores, const std::vector<std::string>& categories) {
  const auto percent = [](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return absl::StrFormat("%.2f%%", 100 * sum / values.size());
  };
  const auto count = [&](double score) { return std::count(scores.begin(), scores.end(), score); };
  std::vector<std::string> lines = {"\nResults Summary:",
                                    absl::StrCat("Total comparisons: ", scores.size()),
                                    absl::StrCat("Test model win rate: ", percent(scores)),
                                    absl::StrCat("Test model wins: ", count(1)),
                                    absl::StrCat("Baseline model wins: ", count(0)),
                                    absl::StrCat("Ties: ", count(0.5)),
                                    "\nWin Rates by Category:"};
  std::map<std::string, std::vector<double>> by_category;
  std::vector<std::string> order;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (by_category.count(categories[i]) == 0) order.push_back(categories[i]);
    by_category[categories[i]].push_back(scores[i]);
  }
  for (const std::string& category : order) {
    lines.push_back(absl::StrCat(category, ": ", percent(by_category[category])));
  }
  return lines;
}

TEST_F(JudgeGoldenTest, SamiExtWinRates) {
  const Json& golden = golden_.at("sami_ext_win_rates");
  const std::vector<int> flips = golden.at("order_flips");
  const std::vector<double> expected = golden.at("test_score");
  ASSERT_THAT(expected, SizeIs(flips.size()));
  ASSERT_FALSE(flips.empty());
  // The first prompt, as a template again: it shows the order of the answers and what stands where.
  const std::string first = golden.at("first_prompt");
  const std::string baseline = golden.at("baseline_first"), test = golden.at("test_first");
  const std::string answer_a = flips[0] == 1 ? test : baseline, answer_b = flips[0] == 1 ? baseline : test;
  const std::string text = absl::StrReplaceAll(first, {{"{", "{{"},
                                                       {"}", "}}"},
                                                       {"1. c0", "{constitution}"},
                                                       {"[User Question]\nq0", "[User Question]\n{question}"},
                                                       {answer_a, "{answer_a}"},
                                                       {answer_b, "{answer_b}"}});
  // numpy's RandomState(1).randint(2): the lowest bit of each number.
  std::mt19937 generator(1);
  std::vector<Contest> contests;
  for (size_t i = 0; i < flips.size(); ++i) {
    ASSERT_EQ(static_cast<int>(generator() & 1), flips[i]) << i;
    Contest contest;
    contest.question_id = i;
    contest.turns = {absl::StrCat("q", i)};
    contest.constitution.clauses = {{"c", true, absl::StrCat("c", i)}};
    contest.first = {baseline};
    contest.second = {test};
    if (flips[i] == 1) std::swap(contest.first, contest.second);
    contests.push_back(contest);
  }
  CannedModel model(golden.at("judge_replies").get<std::vector<std::string>>());
  ASSERT_OK_AND_ASSIGN(const auto judge, MakeJudge(&model, Parser::kSamiExt, text, "Final Response: A"));
  ASSERT_OK_AND_ASSIGN(const auto judgments, judge->Compare(contests));
  EXPECT_EQ(model.prompts()[0], first);
  std::vector<double> scores;
  for (size_t i = 0; i < flips.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const Verdict verdict, judgments[i].verdict);
    const double first_won = verdict == Verdict::kTie ? 0.5 : verdict == Verdict::kFirst ? 1 : 0;
    scores.push_back(flips[i] == 1 ? first_won : 1 - first_won);
    EXPECT_EQ(scores[i], expected[i]) << i << ": " << golden["judge_replies"][i];
  }
  const std::vector<std::string> printed = golden.at("printed_summary");
  std::vector<std::string> lines = Summary(scores, golden.at("categories"));
  lines.insert(lines.begin(), printed.begin(), printed.begin() + 2);  // the two files' names
  EXPECT_EQ(lines, printed);
}

}  // namespace
}  // namespace evaluation
