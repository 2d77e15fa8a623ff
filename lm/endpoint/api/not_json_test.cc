#include "lm/endpoint/api/not_json.h"

#include "base/testing.h"

namespace lm {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;

using Headers = std::map<std::string, std::string>;

TEST(WhatIsNoJson, ShowsWhatCame) {
  EXPECT_THAT(
      WhatIsNoJson("\x8b\x0c\x80{", {{"content-type", "application/json"}, {"content-encoding", "br"}}, ""),
      Optional(Eq("reply: not valid JSON (content-type: application/json, content-encoding: br): it begins with "
                  "\"\\x8b\\x0c\\x80{\", of 4 bytes")));
  EXPECT_THAT(WhatIsNoJson(std::string("\x1f\x8b\x08\0", 4), {}, ""),
              Optional(Eq("reply: not valid JSON: it begins with \"\\x1f\\x8b\\x08\\x00\", as gzip does, of 4 bytes")));
  EXPECT_THAT(WhatIsNoJson("model\nnot loaded", {}, ""), Optional(HasSubstr("\"model\\nnot loaded\"")));
  const auto cut = WhatIsNoJson("{\"choices\": [", {{"content-type", "application/json"}}, "");
  EXPECT_THAT(cut, Optional(HasSubstr("it begins with \"{\\\"choices\\\": [\", of 13 bytes; parse error at line 1")));
  EXPECT_THAT(cut, Optional(Not(HasSubstr("json.exception"))));
}

TEST(WhatIsNoJson, IsSilentOfJsonPagesAndStreams) {
  for (const char* body : {"{}", " [NaN]", "null", "", "<html>", "data: {\n\n"})
    EXPECT_EQ(WhatIsNoJson(body, {}, ""), std::nullopt) << body;
}

TEST(WhatIsNoJson, KeepsTheKey) {
  const std::string key = "sk-0123456789abcdef0123456789abcdef";
  for (const size_t before : {0, 5, 30, 31, 32, 40}) {
    const std::string body = std::string(before, 'x') + key + "y";
    const auto what = WhatIsNoJson(body, {{"content-type", key}}, key);
    EXPECT_THAT(what, Optional(Not(HasSubstr("sk-0")))) << before;
  }
}

}  // namespace
}  // namespace lm
