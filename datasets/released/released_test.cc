#include "datasets/released/released.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/mt_bench/questions.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<ReleasedAnswer>> Answers(const std::string& text) {
  return ReadReleasedAnswers(WriteTestFile("a.json", text));
}

absl::StatusOr<std::vector<ReleasedVerdict>> Verdicts(const std::string& text) {
  return ReadReleasedVerdicts(WriteTestFile("v.json", text));
}

TEST(ReleasedAnswersTest, AreOrderedByNumber) {
  // As text, "10" sorts before "2".
  std::string column;
  for (int i = 11; i >= 0; --i) absl::StrAppend(&column, "\"", i, "\": \"x", i, i == 0 ? "\"" : "\", ");
  ASSERT_OK_AND_ASSIGN(const auto answers, Answers(absl::StrCat("{\"question\": {", column, "}, \"constitution\": {",
                                                                column, "}, \"response\": {", column, "}}")));
  ASSERT_THAT(answers, SizeIs(12));
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(answers[i].question, absl::StrCat("x", i));
    EXPECT_EQ(answers[i].response, absl::StrCat("x", i));
    EXPECT_EQ(answers[i].category, "");
  }
}

TEST(ReleasedAnswersTest, BadFilesAreRefused) {
  const std::string head = R"({"question": {"0": "q", "1": "r"}, "constitution": {"0": "1. c", "1": "1. c"}, )";
  EXPECT_THAT(Answers(head + R"("response": {"0": "a"}})"),
              StatusIs(kInvalid, HasSubstr("a.json: \"response\" has 1 entries, and \"question\" has 2")));
  EXPECT_THAT(Answers(head + R"("response": {"0": "a", "2": "b"}})"),
              StatusIs(kInvalid, HasSubstr("a.json: response: the key \"1\" is missing")));
  EXPECT_THAT(Answers(head + R"("response": {"0": "a", "1": null}})"),
              StatusIs(kInvalid, HasSubstr("must be a string")));
  EXPECT_THAT(Answers(head + R"("response": ["a", "b"]})"),
              StatusIs(kInvalid, HasSubstr("\"response\" must be an object")));
  EXPECT_THAT(Answers(R"({"question": {}})"), StatusIs(kInvalid, HasSubstr("there is no answer")));
  EXPECT_THAT(Answers(R"({"question": {"0": ""}, "constitution": {"0": ""}, "response": {"0": ""}})"),
              StatusIs(kInvalid, HasSubstr("question 0 must not be empty")));
  EXPECT_THAT(Answers("[]"), StatusIs(kInvalid, HasSubstr("must be a JSON object")));
  EXPECT_THAT(Answers("{"), StatusIs(kInvalid, HasSubstr("a.json: not valid JSON")));
}

TEST(ReleasedVerdictsTest, AreRead) {
  ASSERT_OK_AND_ASSIGN(const auto verdicts, Verdicts("[[1, 20, 30], [0.5, 0, 1], [0, 7, 8]]"));
  ASSERT_THAT(verdicts, SizeIs(3));
  EXPECT_EQ(verdicts[0].score, 1);
  EXPECT_EQ(verdicts[0].baseline_tokens, 20);
  EXPECT_EQ(verdicts[0].test_tokens, 30);
  EXPECT_EQ(verdicts[1].score, 0.5);
}

TEST(ReleasedVerdictsTest, BadFilesAreRefused) {
  EXPECT_THAT(Verdicts("[[1, 2, 3], [0.7, 2, 3]]"),
              StatusIs(kInvalid, HasSubstr("v.json: entry 1: the verdict must be 0, 0.5 or 1, and is 0.7")));
  for (const char* entry : {"[1, 2]", "[1, 2, 3, 4]", "[\"1\", 2, 3]", "[1, -2, 3]", "[1, 2, 3.5]", "1", "null"}) {
    EXPECT_THAT(Verdicts(absl::StrCat("[", entry, "]")), StatusIs(kInvalid, HasSubstr("v.json: entry 0: must be")))
        << entry;
  }
  EXPECT_THAT(Verdicts("[]"), StatusIs(kInvalid, HasSubstr("at least one verdict")));
  EXPECT_THAT(Verdicts("{}"), StatusIs(kInvalid, HasSubstr("at least one verdict")));
  EXPECT_THAT(Verdicts("[1, "), StatusIs(kInvalid, HasSubstr("v.json: not valid JSON")));
}

TEST(PinnedAnswersTest, AreToMtBenchsFirstTurns) {
  ASSIGN_PINNED_OR_SKIP(const std::string questions_path, "mt_bench/question.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto questions, ReadMtBenchQuestions(questions_path));
  for (const char* model : {"DPO_step_11520", "SAMI-epoch-0.2-wBJc5j", "SFT"}) {
    ASSIGN_PINNED_OR_SKIP(const std::string path,
                          absl::StrCat("sami_multitask/responses/", model, "-temperature-0.0.json"));
    ASSERT_OK_AND_ASSIGN(const auto answers, ReadReleasedAnswers(path));
    ASSERT_EQ(answers.size(), questions.size());
    for (size_t i = 0; i < answers.size(); ++i) {
      EXPECT_EQ(answers[i].question, questions[i].turns[0]);
      EXPECT_EQ(answers[i].category, questions[i].category);
    }
  }
}

TEST(PinnedAnswersTest, SummariesAreOfTheSamePosts) {
  std::vector<ReleasedAnswer> first;
  for (const char* model : {"base", "instruct", "iteration-1-epoch-0.12", "iteration-2-epoch-0.25-from-epoch-0.12",
                            "iteration-3-epoch-0.38-from-epoch-0.25"}) {
    ASSIGN_PINNED_OR_SKIP(const std::string path, absl::StrCat("sami_tldr/responses/", model,
                                                               "-mistral-opus-constitution-temperature-0.0.json"));
    ASSERT_OK_AND_ASSIGN(const auto answers, ReadReleasedAnswers(path));
    ASSERT_THAT(answers, SizeIs(250));
    if (first.empty()) first = answers;
    for (size_t i = 0; i < answers.size(); ++i) {
      EXPECT_EQ(answers[i].question, first[i].question);
      EXPECT_THAT(answers[i].constitution, Not(IsEmpty()));
    }
  }
}

// The published counts of the two comparisons (wins, losses, ties of the test against SFT).
TEST(PinnedVerdictsTest, CountsAreThePublishedOnes) {
  struct Case {
    const char* file;
    int wins, losses;
  };
  for (const Case& c :
       {Case{"DPO_step_11520-vs-SFT.json", 43, 31}, Case{"SAMI-epoch-0.2-wBJc5j-vs-SFT.json", 43, 32}}) {
    ASSIGN_PINNED_OR_SKIP(const std::string path, absl::StrCat("sami_multitask/win_rates/", c.file));
    ASSERT_OK_AND_ASSIGN(const auto verdicts, ReadReleasedVerdicts(path));
    ASSERT_THAT(verdicts, SizeIs(80));
    const auto count = [&](double score) {
      return std::count_if(verdicts.begin(), verdicts.end(),
                           [&](const ReleasedVerdict& v) { return v.score == score; });
    };
    EXPECT_EQ(count(1), c.wins);
    EXPECT_EQ(count(0), c.losses);
  }
}

}  // namespace
}  // namespace datasets
