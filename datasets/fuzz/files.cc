#include "datasets/fuzz/files.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace datasets {
namespace {

// One file of each format that a reader takes.
const char* const kSeeds[] = {
    R"({"id": "a", "category": "garden", "query": "When?", "answer": "5"}
{"id": 2, "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}], "source": null}
)",
    R"({"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: a\n\nAssistant: c"}
)",
    R"({"prompt": "p", "chosen": " a", "rejected": " b", "score": 0.5}
)",
    R"({"prompt": [{"role": "user", "content": "u"}], "chosen": [{"role": "assistant", "content": "a"}], "rejected": [{"role": "assistant", "content": "b"}]}
{"chosen": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}], "rejected": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "b"}]}
)",
    R"({"prompt": "p", "completion": " c", "label": true}
{"prompt": "p", "completion": " d", "label": false}
)",
    R"({"messages": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}]}
)",
    R"({"prompt": "SUBREDDIT: r/a\n\nTITLE: b\n\nPOST: c\n\nTL;DR:", "completion": " d"}
{"info": {"id": "x", "subreddit": "a", "title": "b", "post": "e"}}
)",
    R"({"key": 1, "prompt": "p", "instruction_id_list": ["en:a:b"], "kwargs": [{"n": null, "m": 3}]}
)",
    R"({"question_id": 81, "category": "stem", "turns": ["a", "b"], "reference": ["c"]}
)",
    R"([{"principle": "Be brief.", "antithesis": ["Be long."], "categories": ["math"], "id": "x", "paraphrases": ["p"]}])",
    R"({"x": {"weak": "Be brief.", "strong": "s", "antithesis": "Be long.", "relevant_for": ["math"]},
"y": {"definition": "d", "paraphrases": ["p"], "paraphrases_antithesis": ["a"]}})",
    R"({"positive": "1. a\n2. b", "negative": "1. c\n2. b", "identifiers": {"positive": ["p", "q"], "negative": ["n", "q"]}})",
    "# mine\n1. Be brief. | Be long.\nBe kind. | Be rude. | math, stem\n",
    R"({"constitution": {"0": "1. a"}, "question": {"0": "POST: b"}, "response": {"0": "c"}})",
    "[[1, 20, 30], [0.5, 1, 2]]",
    R"({"question_id": 101, "model_id": "m", "choices": [{"index": 0, "turns": ["a", "b"]}], "tstamp": 0.5}
)",
    R"({"name": "n", "type": "single", "system_prompt": "s", "prompt_template": "p", "category": "c", "output_format": "o"}
)",
};

const char* const kWords[] = {"null",
                              "true",
                              "[]",
                              "{}",
                              "\"\"",
                              "\" \"",
                              "-1",
                              "1e999",
                              "18446744073709551616",
                              "\"\\u0000\"",
                              "\"\\u001b[31m\"",
                              "\"\\ud800\"",
                              "\"user\"",
                              "\"assistant\"",
                              "\"tool\"",
                              "\"role\"",
                              "\"content\"",
                              "\"messages\"",
                              "\"query\"",
                              "\"prompt\"",
                              "\"chosen\"",
                              "\"rejected\"",
                              "\"completion\"",
                              "\"answer\"",
                              "\"id\":1,",
                              "\"\\n\\nHuman: a\"",
                              "\\n\\nAssistant:",
                              "\n",
                              "\r\n",
                              "|",
                              "#### 4",
                              "1. ",
                              "\x1b",
                              "\xff",
                              "\xC3\xA9",
                              "\xEF\xBB\xBF",
                              "\x1f\x8b",
                              "[",
                              "]",
                              "{",
                              "}",
                              ",",
                              ":",
                              "\""};

std::string Repeated(const std::string& part, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part;
  return text;
}

// A text or a number of the file becomes another word.
void ReplaceValue(std::string& text, base::RandomStream& stream) {
  const size_t begin = text.find_first_of("\"0123456789", stream.Below(text.size() + 1));
  if (begin == std::string::npos) return;
  const size_t end = text[begin] == '"' ? text.find('"', begin + 1) : begin;
  if (end == std::string::npos) return;
  text.replace(begin, end - begin + 1, kWords[stream.Below(std::size(kWords))]);
}

}  // namespace

std::vector<std::string> SeedFiles() { return {std::begin(kSeeds), std::end(kSeeds)}; }

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

std::string Mutated(std::string text, base::RandomStream& stream) {
  for (uint64_t change = 1 + stream.Below(3); change > 0; --change) {
    const size_t at = stream.Below(text.size() + 1), size = stream.Below(text.size() - at + 1);
    switch (stream.Below(8)) {
      case 0:
        text.insert(at, kWords[stream.Below(std::size(kWords))]);
        break;
      case 1:
        text.erase(at, std::min<size_t>(size, 1 + stream.Below(20)));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(stream.Below(256));
        break;
      case 3:
        text += text.substr(at, size);
        break;
      case 4:
        text += kSeeds[stream.Below(std::size(kSeeds))];
        break;
      default:
        ReplaceValue(text, stream);
    }
  }
  return text;
}

}  // namespace datasets
