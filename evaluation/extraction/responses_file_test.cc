#include "evaluation/extraction/responses_file.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<std::vector<std::string>>> Read(const std::string& lines, const std::string& model = "") {
  const std::vector<datasets::Gsm8kProblem> problems = {{"q0", "#### 1", "1"}, {"q1", "#### 2", "2"}};
  return ReadResponses(base::WriteTestFile("a.jsonl", lines), problems, model);
}

TEST(AnswerFileTest, EveryForm) {
  EXPECT_THAT(Read(R"({"question": "q1", "response": "two"})"), IsOkAnd(ElementsAre(IsEmpty(), ElementsAre("two"))));
  EXPECT_THAT(Read(R"({"doc_id": 0, "responses": ["a", "b"]})"),
              IsOkAnd(ElementsAre(ElementsAre("a", "b"), IsEmpty())));
  EXPECT_THAT(Read(R"({"doc_id": 9, "doc": {"question": "q0"}, "resps": [["a", "b"]], "filter": "x"}
{"doc_id": 9, "doc": {"question": "q0"}, "resps": [["a", "b"]], "filter": "y"})"),
              IsOkAnd(ElementsAre(ElementsAre("a", "b"), IsEmpty())));
  EXPECT_THAT(Read(R"({"doc_id": 0, "responses": ["a", "b"], "response": null})"),
              IsOkAnd(ElementsAre(ElementsAre("a", "b"), IsEmpty())));
  for (const char* id : {"\"1\"", "1.0"}) {
    EXPECT_THAT(Read(absl::StrCat(R"({"doc_id": )", id, R"(, "response": "a"})")),
                IsOkAnd(ElementsAre(IsEmpty(), ElementsAre("a"))));
  }
  // Older files name no filter.
  const std::string old = R"({"doc_id": 0, "resps": [["a"]], "filtered_resps": ["1"]}
{"doc_id": 0, "resps": [["a"]], "filtered_resps": ["2"]})";
  EXPECT_THAT(Read(old), IsOkAnd(ElementsAre(ElementsAre("a"), IsEmpty())));
  EXPECT_THAT(Read(R"({"question_id": 1, "attempt": 2, "response": "later"}
{"question_id": 1, "attempt": 0, "response": "first"})"),
              IsOkAnd(ElementsAre(IsEmpty(), ElementsAre("first", "later"))));
  EXPECT_THAT(Read(R"({"question": "q0", "m": {"is_correct": true, "solution": "A: 1"}})", "m"),
              IsOkAnd(ElementsAre(ElementsAre("A: 1"), IsEmpty())));
}

TEST(AnswerFileTest, BadLinesAreRefused) {
  EXPECT_THAT(Read(""), StatusIs(kInvalid, HasSubstr("empty")));
  EXPECT_THAT(Read("{"), StatusIs(kInvalid, HasSubstr("a.jsonl:1: not valid JSON")));
  EXPECT_THAT(Read(R"({"response": "a"})"), StatusIs(kInvalid, HasSubstr("it names no problem")));
  EXPECT_THAT(Read(R"({"question": "q7", "response": "a"})"), StatusIs(kInvalid, HasSubstr("not in the questions")));
  EXPECT_THAT(Read(R"({"doc_id": 2, "response": "a"})"), StatusIs(kInvalid, HasSubstr("the questions are 0 to 1")));
  EXPECT_THAT(Read(R"({"doc_id": 0})"), StatusIs(kInvalid, HasSubstr("it has no \"response\"")));
  EXPECT_THAT(Read(R"({"question": "q0", "response": "The answer is 1.", "responses": ["1"]})"),
              StatusIs(kInvalid, HasSubstr("a.jsonl:1: it has both \"responses\" and \"response\"")));
  EXPECT_THAT(Read(R"({"doc_id": 0, "response": "a"}
{"doc_id": 1, "resps": [["a"]], "response": "b"})"),
              StatusIs(kInvalid, HasSubstr("a.jsonl:2: it has both \"resps\" and \"response\"")));
  EXPECT_THAT(Read(R"({"doc_id": 0, "responses": []})"), StatusIs(kInvalid, HasSubstr("at least one string")));
  EXPECT_THAT(Read(R"({"doc_id": 0, "resps": [["a", 1]]})"), StatusIs(kInvalid, HasSubstr("at least one string")));
  EXPECT_THAT(Read(R"({"doc_id": 0, "response": "a"}
{"doc_id": 0, "response": "b"})"),
              StatusIs(kInvalid, HasSubstr("a.jsonl:2: this problem was answered before")));
  EXPECT_THAT(Read(R"({"doc_id": 0, "resps": [["a"]]}
{"doc_id": 0, "resps": [["b"]]})"),
              StatusIs(kInvalid, HasSubstr("a.jsonl:2: this problem was answered before")));
  EXPECT_THAT(Read(R"({"doc_id": 0, "attempt": 1, "response": "a"}
{"doc_id": 0, "attempt": 1, "response": "b"})"),
              StatusIs(kInvalid, HasSubstr("a.jsonl:2: attempt 1 at this problem was there before")));
  EXPECT_THAT(Read(R"({"doc_id": 0, "resps": [["a"]], "filter": 3})"),
              StatusIs(kInvalid, HasSubstr("a.jsonl:1: \"filter\" must be a string")));
  EXPECT_THAT(Read(R"({"question": "q0", "m": {"solution": "A: 1"}})", "n"),
              StatusIs(kInvalid, HasSubstr("it has no \"n\"")));
}

}  // namespace
}  // namespace evaluation
