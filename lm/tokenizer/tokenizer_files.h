// Tokenizer files: those that make a tokenizer.json a tokenizer for transformers' PreTrainedTokenizerFast.
#ifndef LM_TOKENIZER_TOKENIZER_FILES_H_
#define LM_TOKENIZER_TOKENIZER_FILES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace lm {

// Which token plays which part; empty: none.
struct SpecialTokenRoles {
  std::string bos;
  std::string eos;
  std::string pad;
  std::string unk;
};

struct TokenizerFiles {
  std::string tokenizer_json;
  std::string tokenizer_config_json;
  std::string special_tokens_map_json;
};

// `model_max_length` is the model's context in tokens. kInvalidArgument when `tokenizer_json` has no token of a role's
// name; errors of ParseTokenizer.
absl::StatusOr<TokenizerFiles> MakeTokenizerFiles(std::string tokenizer_json, const SpecialTokenRoles& roles,
                                                  int64_t model_max_length);

// Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json.
absl::Status WriteTokenizerFiles(const TokenizerFiles& files, const std::string& folder);

}  // namespace lm

#endif  // LM_TOKENIZER_TOKENIZER_FILES_H_
