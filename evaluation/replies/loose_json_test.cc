#include "evaluation/replies/loose_json.h"

#include <string>

#include "base/testing.h"

namespace evaluation {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Only(const std::string& text, char open = '{') {
  const std::vector<FoundJson> found = FindJson(text, open);
  if (found.size() != 1) return absl::StrCat(found.size(), " found");
  return found[0].value.dump();
}

TEST(FindJsonTest, ReadsWhatModelsWrite) {
  EXPECT_EQ(Only("So:\n```json\n{\"a\": [1, -2.5e1, true, null]}\n```"), R"({"a":[1,-25.0,true,null]})");
  EXPECT_EQ(Only("{'a': 'it\\'s', 'b': None, 'c': False,}"), R"({"a":"it's","b":null,"c":false})");
  EXPECT_EQ(Only("{\"a\": \"two\nlines \\u00e4\\n\"} }"), "{\"a\":\"two\\nlines \u00e4\\n\"}");
  EXPECT_EQ(Only("{set} {\"a\":{\"b\":1}} {"), R"({"a":{"b":1}})");
  EXPECT_EQ(Only("[1] is no [{'rank': 2}]", '['), "2 found");
  const std::string text = "ab{\"x\":1}c";
  EXPECT_EQ(FindJson(text, '{')[0].begin, 2);
  EXPECT_EQ(FindJson(text, '{')[0].end, 9);
}

TEST(FindJsonTest, BytesThatAreNoUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(Only("{\"a\xff\": \"\xc3\"}"), "{\"a\xEF\xBF\xBD\":\"\xEF\xBF\xBD\"}");
  EXPECT_THAT(FindJson("{'a\xff': 1, 'a\xfe': 2}", '{'), IsEmpty());  // then one name twice
}

TEST(FindJsonTest, WhatIsNotCompleteIsNone) {
  for (const char* text : {"", "{", "{\"a\":1", "{\"a\":}", "{\"a\":1,\"a\":2}", "{\"a\":nan}", "{\"a\":1e999}",
                           "{a:1}", "{\"a\":\"\\u12\"}", "{\"a\":\"x}", "{\"a\" 1}", "{\"a\":[1}"}) {
    EXPECT_THAT(FindJson(text, '{'), IsEmpty()) << text;
  }
  std::string deep;
  for (int i = 0; i < 20; ++i) deep += "{\"a\":";
  deep += "1" + std::string(20, '}');
  EXPECT_THAT(FindJson(deep, '{'), SizeIs(1));  // its inner part
}

// Quadratic time would take hours here.
TEST(FindJsonTest, ReadsMegabytesOfBeginnings) {
  for (const char* part :
       {"{", "{\"a\":", "[", "[1,", "{\"a\":[", "{\"", "{'a':\"", "{ ", "{\"a\":1111111", "{\"a\":'{\"b\":"}) {
    std::string text;
    while (text.size() < (1 << 20)) text += part;
    EXPECT_THAT(FindJson(text, '{'), IsEmpty()) << part;
    EXPECT_THAT(FindJson(text, '['), IsEmpty()) << part;
  }
}

}  // namespace
}  // namespace evaluation
