#include "datasets/queries/queries.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<Query>> Queries(const std::string& lines, Notes* notes = nullptr) {
  Notes unseen;
  return ReadQueries(WriteTestFile("q.jsonl", lines), notes != nullptr ? *notes : unseen);
}

TEST(QueriesTest, AreRead) {
  Notes notes;
  ASSERT_OK_AND_ASSIGN(
      const auto queries,
      Queries("\xEF\xBB\xBF{\"query\": \" When? \"}\r\n\r\n"
              "{\"id\": \"rose-2\", \"category\": \"garden\", \"query\": \"How many?\", \"answer\": \"5\"}\r\n"
              "{\"id\": 81, \"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", "
              "\"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}, {\"role\": \"user\", \"content\": "
              "\"c\"}], \"query\": null, \"category\": null}\r\n"
              "{\"query\": \"x \\u0000 na\\u00efve\", \"answer\": 0.5}",
              &notes));
  EXPECT_THAT(notes.all(), IsEmpty());
  ASSERT_THAT(queries, SizeIs(4));
  EXPECT_EQ(queries[0].id, "1");
  EXPECT_EQ(queries[0].category, "");
  EXPECT_THAT(queries[0].messages, ElementsAre(Message{"user", " When? "}));
  EXPECT_EQ(queries[0].answer, std::nullopt);
  EXPECT_TRUE(IsSingleTurn(queries[0]));
  EXPECT_EQ(queries[1].id, "rose-2");
  EXPECT_EQ(queries[1].category, "garden");
  EXPECT_THAT(queries[1].answer, Optional(std::string("5")));
  EXPECT_EQ(TextOf(queries[1]), "How many?");
  EXPECT_EQ(queries[2].id, "81");
  EXPECT_FALSE(IsSingleTurn(queries[2]));
  EXPECT_EQ(TextOf(queries[2]), "Be brief.\n\na\n\nb\n\nc");
  EXPECT_EQ(queries[3].id, "5");  // its line
  EXPECT_EQ(TextOf(queries[3]), std::string("x \0 na\xC3\xAFve", 10));
  EXPECT_THAT(queries[3].answer, Optional(std::string("0.5")));
}

TEST(QueriesTest, OtherKeysAreNoted) {
  Notes notes;
  ASSERT_OK(Queries("{\"query\": \"a\", \"source\": \"x\"}\n{\"query\": \"b\", \"source\": \"y\"}", &notes));
  EXPECT_THAT(notes.Lines(), ElementsAre(HasSubstr("q.jsonl:2: the key \"source\" is passed over")));
  EXPECT_EQ(notes.Count("the key \"source\" is passed over"), 2);
}

TEST(QueriesTest, BadLinesAreRefused) {
  const auto read = [](const std::string& line) { return Queries("{\"query\": \"a\"}\n" + line); };
  EXPECT_THAT(read(R"({"query": "a", "messages": [{"role": "user", "content": "a"}]})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: a query has \"query\" or \"messages\", and not both")));
  EXPECT_THAT(read(R"({"id": 3})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: a query needs \"query\", a text, or \"messages\"")));
  EXPECT_THAT(read(R"({"query": null})"), StatusIs(kInvalid, HasSubstr("q.jsonl:2: a query needs \"query\"")));
  EXPECT_THAT(read(R"({"question": "a", "answer": "#### 0"})"),
              StatusIs(kInvalid, HasSubstr("and this line has \"answer\", \"question\": rename \"question\" to it")));
  EXPECT_THAT(read("{}"), StatusIs(kInvalid, HasSubstr("and this line has nothing")));
  std::string many = "{\"k0\": 0";
  for (int i = 1; i < 15; ++i) many += absl::StrCat(", \"k", i, "\": 0");
  EXPECT_THAT(read(many + "}"), StatusIs(kInvalid, HasSubstr("and 3 more")));
  EXPECT_THAT(read(R"({"question_id": 1, "turns": ["a"]})"), StatusIs(kInvalid, HasSubstr("MT-Bench's format")));
  EXPECT_THAT(read(R"({"conversations": []})"), StatusIs(kInvalid, HasSubstr("of \"conversations\" make")));
  EXPECT_THAT(read(R"({"query": "a", "catgory": "garden"})"), StatusIs(kInvalid, HasSubstr("is it \"category\"?")));
  EXPECT_THAT(read(R"({"query": " \n"})"), StatusIs(kInvalid, HasSubstr("q.jsonl:2: \"query\" must not be empty")));
  EXPECT_THAT(read(R"({"query": ["a"]})"), StatusIs(kInvalid, HasSubstr("must be a string, and is a list")));
  EXPECT_THAT(read(R"({"query": "a", "category": ""})"), StatusIs(kInvalid, HasSubstr("\"category\" must not be")));
  EXPECT_THAT(read(R"({"query": "a", "answer": true})"), StatusIs(kInvalid, HasSubstr("and is true or false")));
  EXPECT_THAT(read(R"({"query": "a", "id": 0.5})"), StatusIs(kInvalid, HasSubstr("\"id\" must be a string")));
  EXPECT_THAT(read(R"({"query": "a", "id": "1"})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: the id \"1\" was given before, at ")));
  EXPECT_THAT(read(R"({"messages": []})"), StatusIs(kInvalid, HasSubstr("at least one message")));
  EXPECT_THAT(read(R"({"messages": [{"role": "assistant", "content": "a"}]})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: messages: message 1 must be the user's")));
  EXPECT_THAT(read(R"({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]})"),
              StatusIs(kInvalid, HasSubstr("the last message must be the user's")));
  EXPECT_THAT(read(R"({"messages": [{"role": "user", "content": " "}]})"),
              StatusIs(kInvalid, HasSubstr("message 1 is empty")));
  EXPECT_THAT(read("{\"query\": \"caf\xe9\"}"), StatusIs(kInvalid, HasSubstr("q.jsonl:2: not UTF-8 (byte 0xe9)")));
  EXPECT_THAT(read(R"({"query": "\ud800"})"), StatusIs(kInvalid, HasSubstr("q.jsonl:2: not valid JSON")));
  EXPECT_THAT(read("{\"query\": \"Whe"), StatusIs(kInvalid, HasSubstr("q.jsonl:2: not valid JSON")));
  EXPECT_THAT(read("{\"query\": NaN}"), StatusIs(kInvalid, HasSubstr("q.jsonl:2: not valid JSON")));
  EXPECT_THAT(Queries("\r\n \n"), StatusIs(kInvalid, HasSubstr("q.jsonl: the file is empty")));
  EXPECT_THAT(Queries("[{\"query\": \"a\"}]"), StatusIs(kInvalid, HasSubstr("q.jsonl: a JSON list")));
}

}  // namespace
}  // namespace datasets
