// Tokenizers: text to token ids and back, as a Hugging Face tokenizer.json or a sentencepiece tokenizer.model says.
#ifndef LM_TOKENIZER_TOKENIZER_H_
#define LM_TOKENIZER_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "lm/tokenizer/text/aligned_text.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

// What the special tokens are that a text spells out ("<|im_end|>").
enum class SpecialText {
  kAsText,    // text like any other: what people and models wrote
  kAsTokens,  // those tokens: what a chat template wrote, or a person who means them
};

// A stretch of a text.
struct TextPiece {
  absl::string_view text;
  SpecialText special = SpecialText::kAsText;
};

// The ids of a text, and what each of them stands for.
struct Encoding {
  TokenIds ids;
  // One an id: bytes of the text. Of what a normalizer changed: the characters that the token's own were made of; but
  // of a composed one only the first, as the Rust library has it.
  std::vector<TextSpan> spans;
};

// What goes into a model for one text, or two, as the Rust library's encode gives it.
struct FullEncoding {
  TokenIds ids;  // with what the tokenizer puts around the texts
  // One an id: characters, not bytes, of its text; none for what was put there. As in the library, a character that was
  // composed counts as the first of those that made it, and where the post_processor says so white space is left out.
  std::vector<TextSpan> characters;
  std::vector<int32_t> type_ids;  // one an id
};

struct DecodeOptions {
  bool skip_special_tokens = true;
  // Bytes that are not UTF-8 become U+FFFD, as in the Rust tokenizers: one for each byte of a run of byte tokens
  // ("<0xE2>") that is no UTF-8 as a whole, else one for every maximal part of a character. Otherwise they stay.
  bool replace_broken_utf8 = true;
};

// Immutable and thread-safe. For a text without special tokens, Decode(Encode(text)) == text, unless the tokenizer's
// own rules change text: normalizers do, "\u2581" may become a space, some vocabularies lack characters, and a
// tokenizer.model has its own ideas of white space. Bytes that are not UTF-8 come back if they are not to be replaced.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // The ids of `text`, adding no BOS or EOS. Added tokens that occur in the text are recognised, special ones only
  // where `special` says so. Any bytes are accepted. O(n log n), in practice linear.
  //
  // Prompts, and texts that follow each other, are encoded by encode_turns.h.
  virtual TokenIds Encode(absl::string_view text, SpecialText special = SpecialText::kAsText) const = 0;

  // The same of the text that the pieces make together: the borders between them change no id, but that no special
  // token is found where a piece of kAsText has a part in it. (Not even by the model's own vocabulary: a word that
  // would be one, as some Unigram models have it, is cut behind its first character. A token for unknown characters is
  // found in any text.)
  virtual Encoding EncodePieces(absl::Span<const TextPiece> pieces) const = 0;

  // The same with all that the Rust library says of it; `second` follows `text` as a second one.
  virtual FullEncoding EncodeFully(absl::string_view text, std::optional<absl::string_view> second = std::nullopt,
                                   SpecialText special = SpecialText::kAsTokens) const = 0;

  // What the tokenizer puts before a text (BOS as a rule) and behind it (EOS, rarely). Of a tokenizer.json its
  // post_processor alone says so, as in transformers 5: add_bos_token and add_eos_token of tokenizer_config.json, which
  // transformers 4 obeys for some classes, count for nothing.
  virtual const TokenIds& prefix() const = 0;
  virtual const TokenIds& suffix() const = 0;

  // `ids` of one text with both.
  TokenIds AddSpecialTokens(TokenIds ids) const;

  // The text of `ids`. Those that no token has are left out (models have more of them than tokenizers, for padding).
  // For a text that is still growing, the text of all ids so far: its last character may be there in part (U+FFFD), and
  // a token may read otherwise after others.
  virtual std::string Decode(absl::Span<const int32_t> ids, const DecodeOptions& options) const = 0;
  std::string Decode(absl::Span<const int32_t> ids) const { return Decode(ids, DecodeOptions()); }

  // The id of a token as the file writes it ("<|endoftext|>"); none when there is no such token.
  virtual std::optional<int32_t> TokenId(absl::string_view token) const = 0;

  // The other way round; none for an id that no token has.
  virtual std::optional<std::string> Token(int32_t id) const = 0;

  // One more than the highest id: the least number of rows of a model's embedding.
  virtual int64_t vocab_size() const = 0;
};

// Reads a tokenizer.json, or a tokenizer.model when the path ends in ".model". With it the tokens are added that the
// file lacks and a tokenizer_config.json beside it has (added_tokens_decoder), as transformers does, or for a
// tokenizer.model an added_tokens.json. kUnimplemented names a component that is not supported (tokenizer_json.h says
// which are), and a folder that has a tekken.json alone; kInvalidArgument names the file and the field that is wrong.
absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::string& path);

// The same for a tokenizer.json's text alone; `where` names it in messages.
absl::StatusOr<std::unique_ptr<Tokenizer>> ParseTokenizer(absl::string_view json, absl::string_view where);

// The tokenizer's file in a model's folder: tokenizer.json, as for transformers, or tokenizer.model where that is the
// only one. The first, where there is neither.
std::string TokenizerPath(const std::string& folder);

}  // namespace lm

#endif  // LM_TOKENIZER_TOKENIZER_H_
