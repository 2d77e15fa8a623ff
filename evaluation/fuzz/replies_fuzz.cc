// Any bytes as a reply: what was said is of it, and a verdict's words stand where the reading says.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "evaluation/replies/loose_json.h"
#include "evaluation/replies/reader.h"
#include "evaluation/replies/thinking.h"

namespace evaluation {
namespace {

using ::absl::string_view;

void TestThinking(string_view reply) {
  const Said said = WithoutThinking(reply);
  if (!said.thought) SAMI_CHECK(said.text == reply && !said.unfinished_thinking);
  size_t last = 0;
  for (size_t i = 0; i < said.passages.size(); ++i) {
    const Said::Passage& passage = said.passages[i];
    const size_t end = i + 1 < said.passages.size() ? said.passages[i + 1].in_text - 1 : said.text.size();
    const string_view text = string_view(said.text).substr(passage.in_text, end - passage.in_text);
    SAMI_CHECK(passage.in_reply >= last && reply.substr(passage.in_reply, text.size()) == text);
    last = passage.in_reply + text.size();
    SAMI_CHECK(said.InReply(end) == last);
  }
}

void TestJson(string_view text) {
  for (const char open : {'{', '['}) {
    size_t last = 0;
    for (const FoundJson& found : FindJson(text, open)) {
      SAMI_CHECK(found.begin >= last && found.begin < found.end && text[found.begin] == open);
      last = found.end;
      // Strict JSON of it is read as the same.
      const std::string strict = found.value.dump(-1, ' ', true, base::Json::error_handler_t::replace);
      const auto again = FindJson(strict, open);
      SAMI_CHECK(again.size() == 1 && again[0].end == strict.size());
    }
    SAMI_CHECK(last <= text.size());
  }
}

const std::vector<Grammar>& Grammars() {
  static const auto* const grammars = [] {
    auto* all = new std::vector<Grammar>;
    for (const std::string& name : GrammarNames()) all->push_back(*FindGrammar(name));
    all->push_back(*JsonGrammar("verdict", {{"A"}, {"B"}, {}}));
    all->push_back(*JsonGrammar("verdict.by", {}));
    all->push_back(*PatternGrammar("verdict:\\W*([AB])", {{"A"}, {"B"}, {}}));
    return all;
  }();
  return *grammars;
}

void TestGrammar(const Grammar& grammar, string_view reply, string_view shown) {
  for (const string_view finish_reason : {"stop", "length", "content_filter"}) {
    const Reading reading = ReadReply(grammar, reply, finish_reason, {shown});
    const bool is_read = reading.kind == Reading::Kind::kRead;
    SAMI_CHECK(is_read == reading.why.empty());
    SAMI_CHECK(absl::StartsWith(WhatDecided(reading, reply), "none: ") != is_read);
    if (!is_read) continue;
    SAMI_CHECK(reading.begin < reading.end && reading.end <= reply.size());
    const string_view words = reply.substr(reading.begin, reading.end - reading.begin);
    // The words alone say the same.
    const Reading alone = ReadReply(grammar, words, "stop", {});
    const bool may_span = WithoutThinking(reply).thought;  // a passage's words and another's
    SAMI_CHECK(may_span || (alone.kind == Reading::Kind::kRead && alone.value == reading.value)) << words;
    if (finish_reason == "length") SAMI_CHECK(ReadReply(grammar, reply, "stop", {shown}).value == reading.value);
  }
}

}  // namespace
}  // namespace evaluation

// The first two bytes choose a grammar and where the reply begins; what stands before it is what the judge was shown.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const absl::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto& grammars = evaluation::Grammars();
  const absl::string_view shown = text.substr(0, data[1] % 64);
  const absl::string_view reply = text.substr(shown.size());
  evaluation::TestThinking(reply);
  evaluation::TestJson(reply);
  evaluation::TestGrammar(grammars[data[0] % grammars.size()], reply, shown);
  return 0;
}
