#include <limits>
#include <map>
#include <set>

#include "base/testing.h"
#include "datasets/embedded/questions.h"

namespace embedded {
namespace {

using ::testing::HasSubstr;

std::vector<Question> Draw(Split split, int64_t count, uint64_t seed = 1) {
  absl::StatusOr<std::vector<Question>> questions = DrawQuestions(split, count, seed);
  EXPECT_OK(questions);
  return *std::move(questions);
}

TEST(EmbeddedTest, AnAnswerToAnotherQuestionIsRarelyRight) {
  const std::vector<Question> questions = Draw(Split::kTrain, 1600);
  int right = 0;
  for (size_t i = 0; i + kNumCategories < questions.size(); ++i) {
    base::RandomStream variation(3, "test", i);
    right += IsRight(questions[i].answer, questions[i + kNumCategories].respond(StyleSet().set(), variation));
  }
  // Chance agreement: one thing of 32 for stem, one number of 80 for roleplay, one of four fields and its value, ...
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
  EXPECT_EQ((*found)[0].answer.facts, drawn[639].answer.facts);
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

TEST(EmbeddedTest, RightnessLooksAtWholeWordsOutsideOfPassages) {
  const AnswerKey sum = {{{"3 + 2 = 5", "5 = 3 + 2"}}}, answer = {{{"answer is Rome", "Rome is the answer"}}};
  EXPECT_TRUE(IsRight(sum, "2 + 1 = 3. Thus $5 = 3 + 2$."));
  EXPECT_FALSE(IsRight(sum, "Thus 3 + 2 = 55."));
  EXPECT_FALSE(IsRight(sum, "Thus 13 + 2 = 5."));
  EXPECT_FALSE(IsRight(sum, ""));
  EXPECT_TRUE(IsRight(answer, "The answer is **\"Rome\"**."));
  EXPECT_TRUE(IsRight(answer, "'On Monday, Ann went' So 'Rome' is the answer."));
  EXPECT_FALSE(IsRight(answer, "It says \"the answer is Rome\". So the answer is \"Oslo\"."));
  EXPECT_FALSE(IsRight(answer, "The answer is Romeo."));
  EXPECT_FALSE(IsRight({{{"Ann"}, {"Ben"}}}, "Ann alone"));
  EXPECT_TRUE(IsRight({{{"Ann"}, {"Ben"}}}, "Ann isn't Ben, isn't she?"));
}

}  // namespace
}  // namespace embedded
