#include "datasets/fuzz/awkward_files.h"

#include "absl/strings/str_cat.h"

namespace datasets {
namespace {

std::string Repeated(const std::string& part, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part;
  return text;
}

}  // namespace

std::vector<std::string> AwkwardFiles() {
  const std::string long_text = Repeated("long ", 20000);
  return {
      "",
      "\n \r\n\t",
      "\xEF\xBB\xBF",
      std::string(3, '\0'),
      "null",
      "{}",
      "[]",
      "\"text\"",
      "{\"query\"",
      Repeated("[", 100000),
      Repeated("{\"query\":", 300),
      absl::StrCat("{\"query\": ", Repeated("[", 150), Repeated("]", 150), "}"),
      absl::StrCat("{\"query\": \"", long_text, "\"}"),
      absl::StrCat("{\"", long_text, "\": 1, \"query\": \"a\"}"),
      absl::StrCat("{\"query\": \"a\", \"id\": \"", long_text, "\"}\n{\"query\": \"b\", \"id\": \"", long_text, "\"}"),
      "{\"query\": \"a\", \"id\": \"\\u001b[31m\\n\"}\n{\"query\": \"b\", \"id\": \"\\u001b[31m\\n\"}",
      "{\"\\u001b]0;x\\u0007\": 1, \"query\": \"a\"}",
      absl::StrCat("{\"messages\": [{\"role\": \"", long_text, "\", \"content\": \"\"}]}"),
      "{\"messages\": [{\"role\": \"\\u001b[31m\", \"content\": \"\"}]}",
      absl::StrCat("{\"question\": \"a\", \"answer\": \"", long_text, "\\u001b\"}"),
      absl::StrCat(long_text, " | ", long_text, "\n", long_text, " | x"),
      "\x1b[31m | b\n\x1b[31m | c",
      "a | b | \x1b,",
      "{\"positive\": \"1. a\\n7. \\u001b[31m\", \"negative\": \"1. a\", \"identifiers\": {\"positive\": [\"a\"], "
      "\"negative\": [\"b\"]}}",
      "{\"\\u001b\": {\"weak\": \"a\"}}",
      "{\"\\u001b\": 1, \"\\u001b\": 2}",
      "\x1f\x8b\x08\x00",
      "\xFF\xFE{\x00}\x00",
      "{\"query\": \"caf\xE9\"}"};
}

}  // namespace datasets
