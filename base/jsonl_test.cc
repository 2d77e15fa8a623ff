#include "base/jsonl.h"

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace base {
namespace {

using ::testing::Eq;
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

// Found by lm/fuzz: a DEL of the file reached the terminal; and what was quoted was as long as the file liked.
TEST(JsonlTest, ErrorsAreOnePrintableLine) {
  const auto broken = ParseJson(absl::StrCat("{\"a\": n\x7f\x1b\n", std::string(10000, 'x')), "f");
  ASSERT_THAT(broken, StatusIs(kInvalid, HasSubstr("f: not valid JSON: ")));
  for (const char c : broken.status().message()) EXPECT_TRUE(c >= ' ' && c != '\x7f') << int{c};
  const auto unfinished = ParseJson(absl::StrCat("\"", std::string(10000, 'x')), "f");
  ASSERT_THAT(unfinished, StatusIs(kInvalid, HasSubstr("not valid JSON")));
  EXPECT_LT(unfinished.status().message().size(), 400u);
}

// What a terminal obeys is escaped, and reads back as it was; all else stays as it is.
TEST(JsonlTest, PrintedJsonIsOnlyText) {
  const std::string text = "\x1b[31m\x7f\u009b2J\u202e\u2028 \u00e9\u00bf\u20ac\u4e9b \xff\n";
  const std::string printed = PrintJson(OrderedJson({{"a", text}}));
  EXPECT_EQ(printed, "{\"a\":\"\\u001b[31m\\u007f\\u009b2J\\u202e\\u2028 \u00e9\u00bf\u20ac\u4e9b \ufffd\\n\"}");
  EXPECT_EQ(Json::parse(printed)["a"], Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)));
  EXPECT_EQ(PrintJson({{"a", {1, "\x7f"}}}, 1), "{\n \"a\": [\n  1,\n  \"\\u007f\"\n ]\n}");
  const std::string path = WriteTestFile("lines.jsonl", "");
  ASSERT_OK(WriteJsonLines(path, {OrderedJson({{"\u009b", "\u202e"}})}));
  EXPECT_THAT(ReadFile(path), IsOkAnd(std::string("{\"\\u009b\":\"\\u202e\"}\n")));
}

TEST(JsonlTest, IntegersBeyond64BitsAreRefused) {
  const auto get = [](const std::string& number) {
    return GetInt(ParseJsonLines(absl::StrCat("{\"a\": ", number, "}"), "f")->at(0), "a");
  };
  EXPECT_THAT(get("9223372036854775807"), IsOkAnd(9223372036854775807));
  EXPECT_THAT(get("-9223372036854775808"), IsOkAnd(std::numeric_limits<int64_t>::min()));
  EXPECT_THAT(get("9223372036854775808"), StatusIs(kInvalid, HasSubstr("f:1: \"a\" must be at most")));
  EXPECT_THAT(get("18446744073709551611"), StatusIs(kInvalid, HasSubstr("18446744073709551611")));
  EXPECT_THAT(get("18446744073709551616"), StatusIs(kInvalid, HasSubstr("must be an integer")));
}

// Copying or printing a value that is nested a million times would exhaust the stack.
TEST(JsonlTest, DeepNestingIsRefused) {
  const auto nested = [](int depth) { return absl::StrCat(std::string(depth, '['), std::string(depth, ']')); };
  EXPECT_OK(ParseJson(nested(kMaxNesting), "f"));
  EXPECT_THAT(ParseJson(nested(kMaxNesting + 1), "f"),
              StatusIs(kInvalid, HasSubstr("f: not usable JSON: more than 100")));
  EXPECT_THAT(ParseJson(nested(1000000), "f"), StatusIs(kInvalid, HasSubstr("in one another")));
  // Brackets of a text are not counted, whatever is escaped in it; nor are siblings.
  EXPECT_OK(ParseJson(absl::StrCat("\"\\\"", std::string(300, '['), "\""), "f"));
  std::string siblings = "[\"\\\\\"";
  for (int i = 0; i < 300; ++i) siblings += ",[{}]";
  EXPECT_OK(ParseJson(siblings + "]", "f"));
}

// The parser's message would hold all of it.
TEST(JsonlTest, ALongStringWithoutEndIsToldByItsBeginning) {
  const std::string text(1 << 20, 'x');
  EXPECT_THAT(ParseJson("{\"a\": \"" + text, "f"),
              StatusIs(kInvalid, Eq("f: not valid JSON: the string that begins at its byte 7 does not end")));
  EXPECT_OK(ParseJson("{\"a\": \"" + text + "\"}", "f"));
}

TEST(JsonlTest, ARepeatedKeyIsFoundInItsObjectAlone) {
  EXPECT_EQ(FirstRepeatedKey("{\"a\": {\"b\": 1, \"c\": [{\"b\": 2}]}, \"b\": 3}"), "");
  EXPECT_EQ(FirstRepeatedKey("[{\"a\": 1}, {\"b\": {}, \"a\": 1, \"\\u0061\": 2}]"), "a");
  EXPECT_EQ(FirstRepeatedKey("3"), "");
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
