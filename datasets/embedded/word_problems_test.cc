#include "datasets/embedded/word_problems.h"

#include <map>
#include <regex>
#include <set>

#include "base/testing.h"
#include "datasets/embedded/style.h"
#include "datasets/gsm8k/gsm8k.h"

namespace embedded {
namespace {

using ::base::IsOkAnd;
using ::testing::EndsWith;
using ::testing::HasSubstr;

std::vector<WordProblem> Draw(Split split, int64_t count, uint64_t seed = 1) {
  auto problems = DrawWordProblems(split, count, seed);
  EXPECT_OK(problems);
  return *std::move(problems);
}

// Every "a op b = c" of a text holds; with their number.
int CheckedFormulas(const std::string& text) {
  static const std::regex* formula = new std::regex(R"((\d+) ([-+*/]) (\d+) = (?:<<[^>]*>>)?(\d+))");
  int count = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), *formula), end; it != end; ++it, ++count) {
    const int a = std::stoi((*it)[1]), b = std::stoi((*it)[3]), c = std::stoi((*it)[4]);
    const char sign = (*it)[2].str()[0];
    EXPECT_EQ(c, sign == '+' ? a + b : sign == '-' ? a - b : sign == '*' ? a * b : a / b) << text;
  }
  return count;
}

TEST(WordProblemsTest, GoldAnswersAreGsm8ks) {
  for (const WordProblem& problem : Draw(Split::kTrain, 1000)) {
    EXPECT_THAT(datasets::Gsm8kGold(problem.answer), IsOkAnd(problem.gold)) << problem.answer;
    const int gold = std::stoi(problem.gold);
    EXPECT_GE(gold, 1);
    EXPECT_LE(gold, 99);
    EXPECT_GE(CheckedFormulas(problem.answer), 4) << problem.answer;
    EXPECT_THAT(problem.answer, HasSubstr("<<"));
  }
}

TEST(WordProblemsTest, ResponsesAreRightAndHaveTheirStyles) {
  for (const WordProblem& problem : Draw(Split::kTrain, 300)) {
    for (const bool steps : {false, true}) {
      for (const bool latex : {false, true}) {
        const std::string response = problem.respond(steps, latex);
        EXPECT_THAT(response, EndsWith("\n#### " + problem.gold));
        EXPECT_EQ(CheckedFormulas(response), steps ? CheckedFormulas(problem.answer) : 0) << response;
        EXPECT_EQ(HasStyle(Style::kLatex, response), latex) << response;
      }
    }
  }
}

TEST(WordProblemsTest, SplitsShareNoProblem) {
  std::map<std::string, Split> split_of;
  std::set<int64_t> ids;
  for (const Split split : {Split::kTrain, Split::kHeldOut, Split::kTest}) {
    for (const WordProblem& problem : Draw(split, 500)) {
      EXPECT_TRUE(split_of.emplace(problem.key, split).second) << problem.key;
      EXPECT_TRUE(ids.insert(problem.id).second);
      EXPECT_EQ(SplitOfKey(problem.key), split);
    }
  }
}

TEST(WordProblemsTest, DrawsArePure) {
  const auto few = Draw(Split::kTest, 20), more = Draw(Split::kTest, 40), other = Draw(Split::kTest, 20, 2);
  int differ = 0;
  for (size_t i = 0; i < few.size(); ++i) {
    EXPECT_EQ(few[i].question, more[i].question);
    EXPECT_EQ(few[i].id, FirstWordProblemId(Split::kTest) + static_cast<int64_t>(i));
    differ += few[i].question != other[i].question;
  }
  EXPECT_GT(differ, 15);
}

}  // namespace
}  // namespace embedded
