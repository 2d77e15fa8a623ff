#include "datasets/records/records.h"

#include <cstdint>
#include <optional>
#include <string>

#include "base/jsonl.h"
#include "base/testing.h"
#include "datasets/records/notes.h"
#include "datasets/records/skip_and_take.h"

namespace datasets {
namespace {

using ::base::IsOk;
using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

base::JsonLine Line(const std::string& text) { return {base::Json::parse(text), "f:7"}; }

TEST(RecordsTest, AFileNeedsALine) {
  EXPECT_THAT(ReadRecords(base::WriteTestFile("blank", "\n  \n")),
              StatusIs(kInvalid, HasSubstr("blank: the file is empty")));
  EXPECT_THAT(ReadRecords(base::WriteTestFile("one", "{}\n")), IsOkAnd(SizeIs(1)));
  EXPECT_THAT(ReadRecords(base::TestFolder() + "/none"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST(RecordsTest, TextsHaveSomethingInThem) {
  EXPECT_THAT(GetText(Line(R"({"a": " x"})"), "a"), IsOkAnd(std::string(" x")));
  EXPECT_THAT(GetText(Line(R"({"a": " \n"})"), "a"), StatusIs(kInvalid, "f:7: \"a\" must not be empty"));
  EXPECT_THAT(GetTexts(Line(R"({"a": ["x", "y"]})"), "a"), IsOkAnd(ElementsAre("x", "y")));
  EXPECT_THAT(GetTexts(Line(R"({"a": []})"), "a"), StatusIs(kInvalid, "f:7: \"a\" must have at least one entry"));
  EXPECT_THAT(GetTexts(Line(R"({"a": ["x", ""]})"), "a"),
              StatusIs(kInvalid, "f:7: entry 1 of \"a\" must not be empty"));
  EXPECT_THAT(GetTexts(Line(R"({"a": "x"})"), "a"), StatusIs(kInvalid, HasSubstr("a list of strings")));
}

TEST(RecordsTest, AnIdIsANumberInAnyDress) {
  const auto id = [](const char* value) { return GetIntId(Line(std::string("{\"id\": ") + value + "}"), "id"); };
  for (const char* value : {"81", "\"81\"", "81.0", "\"81.0\""}) EXPECT_THAT(id(value), IsOkAnd(81)) << value;
  EXPECT_THAT(id("-1"), IsOkAnd(-1));
  for (const char* value : {"81.5", "\"81.5\"", "\"q81\"", "\"\"", "null", "true", "1e300", "[81]"}) {
    EXPECT_THAT(id(value), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"id\""))) << value;
  }
}

TEST(RecordsTest, MembersKeepTheirOrder) {
  ASSERT_OK_AND_ASSIGN(const auto members, ParseMembers(R"({"z": {"a": 1, "b": {"a": 2}}, "a": {"a": 3}})", "f"));
  ASSERT_THAT(members, SizeIs(2));
  EXPECT_EQ(members[0].key, "z");
  EXPECT_EQ(members[1].line.where, "f: a");
  EXPECT_THAT(base::GetInt(members[1].line, "a"), IsOkAnd(3));
}

TEST(RecordsTest, LinesOfOtherSystems) {
  const auto read = [](const std::string& content) { return ReadRecords(base::WriteTestFile("r", content)); };
  EXPECT_THAT(read("\xEF\xBB\xBF{\"a\": 1}\r\n\r\n{\"a\": 2}\r\n"), IsOkAnd(SizeIs(2)));
  ASSERT_OK_AND_ASSIGN(const auto lines, read("\xEF\xBB\xBF\n{}"));
  EXPECT_THAT(lines[0].where, HasSubstr("r:2"));
  EXPECT_THAT(read(" [{\"a\": 1}]"), StatusIs(kInvalid, HasSubstr("r: a JSON list, and not JSON Lines")));
  EXPECT_THAT(read("{\n\"a\": 1\n}"), StatusIs(kInvalid, HasSubstr("r: one JSON document, and not JSON Lines")));
  EXPECT_THAT(read("{\n\"a\": 1\n"), StatusIs(kInvalid, HasSubstr("r:1: not valid JSON")));
  EXPECT_THAT(read("{}\n[]"), StatusIs(kInvalid, HasSubstr("r:2: a line must be a JSON object")));
}

TEST(RecordsTest, NullIsAsIfTheKeyWereNotThere) {
  EXPECT_TRUE(Has(Line(R"({"a": false})"), "a"));
  EXPECT_FALSE(Has(Line(R"({"a": null})"), "a"));
  EXPECT_FALSE(Has(Line("{}"), "a"));
  EXPECT_THAT(GetAnyText(Line(R"({"a": null})"), "a"), StatusIs(kInvalid, "f:7: \"a\" must be a string, and is null"));
}

TEST(RecordsTest, UnknownKeysAreNotedAndMisspeltOnesRefused) {
  Notes notes;
  const auto check = [&notes](const char* line) {
    return NoteUnknownKeys(Line(line), {"id", "category", "query", "chosen_text"}, notes);
  };
  EXPECT_OK(check(R"({"id": 1, "query": "a", "source": "x", "idx": 3})"));
  EXPECT_OK(check(R"({"source": 1, "query": "a", "quary": "b"})"));  // "query" is there
  EXPECT_THAT(notes.Lines(),
              ElementsAre("f:7: the key \"idx\" is passed over", "f:7, f:7: the key \"source\" is passed over",
                          "f:7: the key \"quary\" is passed over"));
  EXPECT_THAT(check(R"({"catgory": 1})"),
              StatusIs(kInvalid, HasSubstr("f:7: the key \"catgory\" is unknown: is it \"category\"?")));
  EXPECT_THAT(check(R"({"ID": 1})"), StatusIs(kInvalid, HasSubstr("is it \"id\"?")));
  EXPECT_THAT(check(R"({"chosenText": 1})"), StatusIs(kInvalid, HasSubstr("is it \"chosen_text\"?")));
}

TEST(RecordsTest, NotesCountAndNameTheFirstPlaces) {
  Notes notes;
  for (int i = 1; i <= 5; ++i) notes.Add("odd", "f:" + std::to_string(i));
  notes.Add("even", "g:1");
  EXPECT_EQ(notes.Count("odd"), 5);
  EXPECT_EQ(notes.Count("none"), 0);
  EXPECT_THAT(notes.Lines(), ElementsAre("f:1, f:2, f:3 and 2 more: odd", "g:1: even"));
}

TEST(RecordsTest, SkipAndTake) {
  const auto part = [](int64_t skip, std::optional<int64_t> take) -> absl::StatusOr<std::vector<int>> {
    std::vector<int> items = {0, 1, 2, 3};
    const absl::Status status = SkipAndTake(skip, take, "queries \"asked\"", items);
    if (!status.ok()) return status;
    return items;
  };
  EXPECT_THAT(part(0, std::nullopt), IsOkAnd(ElementsAre(0, 1, 2, 3)));
  EXPECT_THAT(part(1, 2), IsOkAnd(ElementsAre(1, 2)));
  EXPECT_THAT(part(3, std::nullopt), IsOkAnd(ElementsAre(3)));
  EXPECT_THAT(part(0, 4), IsOkAnd(SizeIs(4)));
  EXPECT_THAT(part(300, 250),
              StatusIs(kInvalid, HasSubstr("queries \"asked\": take 250 of 0 left after skip 300: there are 4")));
  EXPECT_THAT(part(4, std::nullopt),
              StatusIs(kInvalid, HasSubstr("skip 4 leaves none of the 4 that there are; lower skip")));
  EXPECT_THAT(part(2, 3), StatusIs(kInvalid, HasSubstr("take 3 of 2 left")));
  EXPECT_THAT(part(-1, 3), StatusIs(kInvalid, HasSubstr("at least 0")));
  EXPECT_THAT(part(0, 0), StatusIs(kInvalid, HasSubstr("at least 1")));
  EXPECT_THAT(part(INT64_MAX, INT64_MAX), StatusIs(kInvalid, HasSubstr("of 0 left")));
}

TEST(RecordsTest, DocumentsAreObjectsWithoutRepeatedKeys) {
  EXPECT_THAT(ParseMembers(R"({"a": 1, "b": 2, "a": 3})", "f"), StatusIs(kInvalid, "f: the key \"a\" is given twice"));
  EXPECT_THAT(ParseMembers(R"({"a": [{"b": 1, "b": 1}]})", "f"), StatusIs(kInvalid, "f: the key \"b\" is given twice"));
  EXPECT_THAT(ParseMembers(R"({"a": {"b": 1}, "b": [{"b": 1}, {"b": 1}]})", "f"), IsOkAnd(SizeIs(2)));
  EXPECT_THAT(ParseMembers("[1]", "f"), StatusIs(kInvalid, "f: must be a JSON object, and is a list"));
  EXPECT_THAT(ParseMembers("{\n\"a\": }", "f"), StatusIs(kInvalid, HasSubstr("f: not valid JSON")));
  EXPECT_THAT(ParseMembers("", "f"), StatusIs(kInvalid, HasSubstr("f: not valid JSON")));
}

TEST(RecordsTest, ARepeatedIdNamesBothPlaces) {
  UniqueIds ids;
  EXPECT_THAT(ids.Add("id 1", "f:1"), IsOk());
  EXPECT_THAT(ids.Add("id 2", "f:2"), IsOk());
  EXPECT_THAT(ids.Add("id 1", "f:3"), StatusIs(kInvalid, "f:3: id 1 was given before, at f:1"));
}

}  // namespace
}  // namespace datasets
