#include "base/jsonl.h"

#include "base/testing.h"

namespace base {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(JsonlTest, PassesOverBlankLinesAndNamesLines) {
  ASSERT_OK_AND_ASSIGN(const auto lines, ParseJsonLines("{\"a\":1}\r\n\n  \n{\"a\":\"x\"}", "f"));
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[1].where, "f:4");
  EXPECT_THAT(GetInt(lines[0], "a"), IsOkAnd(1));
  EXPECT_THAT(GetInt(lines[1], "a"), StatusIs(kInvalid, HasSubstr("f:4: \"a\" must be an integer, and is a string")));
  EXPECT_THAT(GetString(lines[1], "b"), StatusIs(kInvalid, HasSubstr("f:4: the key \"b\" is missing")));
  EXPECT_THAT(GetStrings(lines[0], "a"), StatusIs(kInvalid, HasSubstr("a list of strings")));
}

TEST(JsonlTest, MalformedLinesAreNamed) {
  EXPECT_THAT(ParseJsonLines("{}\n{\"a\":", "f"), StatusIs(kInvalid, HasSubstr("f:2: not valid JSON")));
  EXPECT_THAT(ParseJsonLines("[1]", "f"), StatusIs(kInvalid, HasSubstr("f:1: a line must be a JSON object")));
}

TEST(JsonlTest, WrittenLinesAreReadBackInOrder) {
  OrderedJson value;
  value["z"] = "\xff";
  value["a"] = 1;
  const std::string path = TestFolder() + "/out.jsonl";
  ASSERT_OK(WriteJsonLines(path, {value}));
  ASSERT_OK_AND_ASSIGN(const auto lines, ReadJsonLines(path));
  EXPECT_THAT(GetString(lines[0], "z"), IsOkAnd(std::string("\xef\xbf\xbd")));
}

}  // namespace
}  // namespace base
