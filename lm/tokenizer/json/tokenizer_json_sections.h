// The sections of a tokenizer.json, each read into its part (tokenizer_json.h says what is supported).
#ifndef LM_TOKENIZER_JSON_TOKENIZER_JSON_SECTIONS_H_
#define LM_TOKENIZER_JSON_TOKENIZER_JSON_SECTIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "lm/tokenizer/json/json_node.h"
#include "lm/tokenizer/json/tokenizer_json.h"
#include "lm/tokenizer/text/metaspace.h"
#include "lm/tokenizer/text/pattern.h"

namespace lm {

absl::Status ReadNormalizer(const JsonNode& node, TokenizerParts& parts);
absl::Status ReadPreTokenizer(const JsonNode& node, TokenizerParts& parts);
// After the pre-tokenizer, which decides in what a BPE model's words are written.
absl::Status ReadModel(const JsonNode& node, TokenizerParts& parts);
absl::Status ReadDecoder(const JsonNode& node, TokenizerParts& parts);
// After the model.
absl::Status ReadAddedTokens(const JsonNode& node, const JsonNode& more, TokenizerParts& parts);
// After both.
absl::Status ReadPostProcessor(const JsonNode& node, TokenizerParts& parts);

// Metaspace, as a pre_tokenizer or a decoder.
absl::StatusOr<Metaspace> ReadMetaspaceFields(const JsonNode& node);

// {"type": "Sequence", <list>: [...]} as its steps, sequences among them likewise, anything else as the one step that
// it is; none for null.
absl::StatusOr<std::vector<JsonNode>> Steps(const JsonNode& node, absl::string_view list);

// {"String": text} or {"Regex": expression}.
absl::StatusOr<SplitPattern> ReadPattern(const JsonNode& node);

absl::Status Unsupported(const JsonNode& node, absl::string_view type);

}  // namespace lm

#endif  // LM_TOKENIZER_JSON_TOKENIZER_JSON_SECTIONS_H_
