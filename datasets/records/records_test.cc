#include "datasets/records/records.h"

#include "base/jsonl.h"
#include "base/testing.h"

namespace datasets {
namespace {

using ::base::IsOk;
using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

base::JsonLine Line(const char* text) { return {base::Json::parse(text), "f:7"}; }

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

TEST(RecordsTest, MembersKeepTheirOrder) {
  ASSERT_OK_AND_ASSIGN(const auto members, ParseMembers(R"({"z": {"a": 1, "b": {"a": 2}}, "a": {"a": 3}})", "f"));
  ASSERT_THAT(members, SizeIs(2));
  EXPECT_EQ(members[0].key, "z");
  EXPECT_EQ(members[1].line.where, "f: a");
  EXPECT_THAT(base::GetInt(members[1].line, "a"), IsOkAnd(3));
}

TEST(RecordsTest, DocumentsAreObjectsWithoutRepeatedKeys) {
  EXPECT_THAT(ParseMembers(R"({"a": 1, "b": 2, "a": 3})", "f"), StatusIs(kInvalid, "f: the key \"a\" is given twice"));
  EXPECT_THAT(ParseMembers("[1]", "f"), StatusIs(kInvalid, "f: must be a JSON object, and is a array"));
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
