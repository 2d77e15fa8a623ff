#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/testing.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/style.h"

namespace embedded {
namespace {

using ::testing::HasSubstr;

std::vector<Question> Draw(Split split, int64_t count, uint64_t seed = 1) {
  absl::StatusOr<std::vector<Question>> questions = DrawQuestions(split, count, seed);
  EXPECT_OK(questions);
  return *std::move(questions);
}

// The suite's own answers are the checkers' first examples: right, and with just the styles that were asked for.
TEST(EmbeddedTest, EveryAnswerPassesItsOwnCheckers) {
  for (const Question& question : Draw(Split::kTrain, 2000)) {
    const auto styles = StylesOf(question.category);
    for (int bits = 0; bits < 4; ++bits) {
      const bool first = bits & 1, second = bits & 2;
      base::RandomStream variation(3, "test", question.id, bits);
      const std::string answer = question.respond(first, second, variation);
      EXPECT_TRUE(IsRight(question.answer, answer)) << question.text << " -> " << answer;
      EXPECT_EQ(HasStyle(styles[0], answer), first) << PrincipleOf(styles[0]).id << ": " << answer;
      EXPECT_EQ(HasStyle(styles[1], answer), second) << PrincipleOf(styles[1]).id << ": " << answer;
    }
  }
}

TEST(EmbeddedTest, AnAnswerToAnotherQuestionIsRarelyRight) {
  const std::vector<Question> questions = Draw(Split::kTrain, 1600);
  int right = 0;
  for (size_t i = 0; i + kNumCategories < questions.size(); ++i) {
    base::RandomStream variation(3, "test", i);
    right += IsRight(questions[i].answer, questions[i + kNumCategories].respond(true, true, variation));
  }
  // Chance agreement: one kind of eight for stem and a part of roleplay, one city of 24, one of four fields, ...
  EXPECT_LT(right, 0.1 * questions.size());
}

TEST(EmbeddedTest, SplitsShareNoQuestion) {
  std::set<std::string> texts;
  std::set<int64_t> ids;
  size_t drawn = 0;
  for (Split split : {Split::kTrain, Split::kHeldOut, Split::kTest}) {
    for (const Question& question : Draw(split, 640)) {
      EXPECT_EQ(SplitOfKey(question.key), split);
      texts.insert(question.text);
      ids.insert(question.id);
      ++drawn;
    }
  }
  EXPECT_EQ(texts.size(), drawn);
  EXPECT_EQ(ids.size(), drawn);
}

// Arithmetic and ordering problems of the test split are new in substance: no wording of them is in train.
TEST(EmbeddedTest, ArithmeticKeysLeaveTheWordingOut) {
  std::map<std::string, Split> split_of;
  for (Split split : {Split::kTrain, Split::kTest}) {
    for (const Question& question : Draw(split, 640)) {
      if (question.category != Category::kMath) continue;
      const auto [it, inserted] = split_of.emplace(question.key, split);
      EXPECT_EQ(it->second, split) << question.key;
    }
  }
}

TEST(EmbeddedTest, DrawsArePureAndBalanced) {
  const std::vector<Question> once = Draw(Split::kTest, 80), more = Draw(Split::kTest, 160),
                              other = Draw(Split::kTest, 80, 2);
  int differ = 0;
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(once[i].category), i % kNumCategories);
    EXPECT_EQ(once[i].text, more[i].text);
    differ += once[i].text != other[i].text;
  }
  EXPECT_GT(differ, 60);
}

TEST(EmbeddedTest, TooManyQuestionsAreRefused) {
  EXPECT_THAT(DrawQuestions(Split::kTest, 100000, 1),
              base::StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("different")));
}

TEST(EmbeddedTest, SuiteQuestionsAreFoundByTheirIdsHoweverManyWereAsked) {
  const std::vector<Question> drawn = Draw(Split::kTest, 640, kSuiteSeed);
  const std::vector<Question> held_out = Draw(Split::kHeldOut, 8, kSuiteSeed);
  absl::StatusOr<std::vector<Question>> found = SuiteQuestions({drawn[639].id, held_out[3].id, drawn[0].id});
  ASSERT_OK(found);
  ASSERT_EQ(found->size(), 3);
  EXPECT_EQ((*found)[0].text, drawn[639].text);
  EXPECT_EQ((*found)[0].answer.expected, drawn[639].answer.expected);
  EXPECT_EQ((*found)[1].text, held_out[3].text);
  EXPECT_EQ((*found)[2].id, drawn[0].id);
  EXPECT_TRUE(SuiteQuestions({})->empty());
  for (const int64_t id : {int64_t{81}, FirstId(Split::kTrain), FirstId(Split::kTest) - 1, int64_t{-1},
                           FirstId(Split::kTest) + 500000, std::numeric_limits<int64_t>::min()}) {
    EXPECT_THAT(SuiteQuestions({drawn[0].id, id}),
                base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("suite")))
        << id;
  }
}

TEST(EmbeddedTest, StylesAreReadFromAnyText) {
  EXPECT_FALSE(HasStyle(Style::kMarkdown, "2 ** 3 is 8"));
  EXPECT_TRUE(HasStyle(Style::kMarkdown, "Some:\n- one\n- two"));
  EXPECT_TRUE(HasStyle(Style::kMarkdown, "so **Ann** wins"));
  EXPECT_FALSE(HasStyle(Style::kLatex, "It costs $5."));
  EXPECT_TRUE(HasStyle(Style::kLatex, "so $x = 5$."));
  EXPECT_FALSE(HasStyle(Style::kQuote, "the word \"one\" here"));
  EXPECT_FALSE(HasStyle(Style::kComment, "def f(x):\n    return x"));
  EXPECT_TRUE(HasStyle(Style::kComment, "def f(x):\n    # Adds.\n    return x"));
  for (int i = 0; i < kNumStyles; ++i) {
    if (static_cast<Style>(i) != Style::kSteps) EXPECT_FALSE(HasStyle(static_cast<Style>(i), ""));
  }
}

TEST(EmbeddedTest, CourtesiesAndCatchphrasesAreNotSentences) {
  EXPECT_EQ(CountSentences("Arr, matey! I am glad to help. The capital is Rome. Italy lies in Europe."), 2);
  EXPECT_EQ(CountSentences(""), 0);
  EXPECT_EQ(CountSentences("..."), 0);
}

TEST(EmbeddedTest, RightnessLooksAtWholeWordsAndTheLastWord) {
  EXPECT_TRUE(IsRight({AnswerKey::Rule::kLastNumber, {"25"}, {}}, "3 times 7 is 21. The answer is $25$."));
  EXPECT_FALSE(IsRight({AnswerKey::Rule::kLastNumber, {"5"}, {}}, "The answer is 25."));
  EXPECT_FALSE(IsRight({AnswerKey::Rule::kLastNumber, {"5"}, {}}, ""));
  EXPECT_FALSE(IsRight({AnswerKey::Rule::kContainsAll, {"Rome"}, {}}, "Romeo"));
  EXPECT_FALSE(IsRight({AnswerKey::Rule::kContainsAll, {"Rome"}, {}}, "It says \"in Rome\". The answer is Oslo."));
  EXPECT_TRUE(IsRight({AnswerKey::Rule::kLastOf, {"Ann"}, {"Ann", "Ben"}}, "Ann is taller than Ben. So **Ann**."));
  EXPECT_FALSE(IsRight({AnswerKey::Rule::kLastOf, {"Ann"}, {"Ann", "Ben"}}, "Ann? No: Ben."));
}

TEST(EmbeddedTest, EveryCategoryHasTwoPrinciples) {
  std::map<std::string, int> relevant;
  for (const datasets::Principle& principle : Principles()) {
    EXPECT_NE(principle.text, principle.antitheses[0]);
    for (const std::string& category : principle.relevant_for) ++relevant[category];
  }
  EXPECT_EQ(relevant.size(), kNumCategories);
  for (const auto& [category, count] : relevant) EXPECT_EQ(count, 2) << category;
}

}  // namespace
}  // namespace embedded
