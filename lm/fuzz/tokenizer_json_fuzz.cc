// Any bytes as a tokenizer.json: refused in one line, or a tokenizer that keeps to tokenizer.h on awkward text.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/one_line_error.h"
#include "lm/tokenizer/encode_turns.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

constexpr char kWhere[] = "tokenizer.json";
constexpr absl::string_view kTexts[] = {
    "",
    "Hello,  world!\n\t it's 1234567 o'clock <s></s>[UNK]",
    "e\xcc\x81 \xe2\x96\x81\xe2\x96\x81x \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "\xff\xfe\xc0\x80\xed\xa0\x80 \xf4\x90\x80\x80\xe2\x96",
};

void CheckIds(const Tokenizer& tokenizer, const TokenIds& ids) {
  for (const int32_t id : ids) {
    SAMI_CHECK(id >= 0 && id < tokenizer.vocab_size()) << id << " of " << tokenizer.vocab_size();
    SAMI_CHECK(tokenizer.Token(id).has_value()) << id;
  }
}

// What a text's ids stand for lies in the text, and asking for it changes none of them.
void CheckSpans(const Tokenizer& tokenizer, absl::string_view text, const TokenIds& ids) {
  const absl::string_view first = text.substr(0, text.size() / 2), second = text.substr(first.size());
  const Encoding encoding = tokenizer.EncodePieces({{first}, {second}});
  SAMI_CHECK(encoding.ids == ids) << "with spans";
  SAMI_CHECK(encoding.spans.size() == ids.size());
  for (const TextSpan& span : encoding.spans) SAMI_CHECK(span.begin <= span.end && span.end <= text.size());
  const FullEncoding full = tokenizer.EncodeFully(text, second, SpecialText::kAsText);
  CheckIds(tokenizer, full.ids);
  SAMI_CHECK(full.characters.size() == full.ids.size() && full.type_ids.size() == full.ids.size());
  const PromptAndResponse turns = EncodePromptAndResponse(tokenizer, {{first}}, {{second, SpecialText::kAsTokens}});
  CheckIds(tokenizer, turns.prompt);
  CheckIds(tokenizer, turns.response);
}

void TestTokenizer(absl::string_view json) {
  const auto tokenizer = ParseTokenizer(json, kWhere);
  if (!tokenizer.ok()) return base::CheckOneLineError(tokenizer.status(), kWhere);
  for (const absl::string_view text : kTexts) {
    const TokenIds ids = (*tokenizer)->Encode(text);
    CheckIds(**tokenizer, ids);
    CheckSpans(**tokenizer, text, ids);
    CheckIds(**tokenizer, (*tokenizer)->AddSpecialTokens(ids));
    for (const bool replace : {false, true}) {
      DecodeOptions options;
      options.skip_special_tokens = replace;
      options.replace_broken_utf8 = replace;
      (*tokenizer)->Decode(ids, options);
    }
    // Ids that no token has are left out.
    (*tokenizer)->Decode({-1, INT32_MAX, static_cast<int32_t>((*tokenizer)->vocab_size())});
  }
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::TestTokenizer(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
