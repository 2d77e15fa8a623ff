#include "lm/tokenizer/tokenizer_files.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

absl::StatusOr<TokenizerFiles> MakeTokenizerFiles(std::string tokenizer_json, const SpecialTokenRoles& roles,
                                                  int64_t model_max_length) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Tokenizer> tokenizer, ParseTokenizer(tokenizer_json, "tokenizer.json"));
  base::OrderedJson special_tokens = base::OrderedJson::object();
  for (const auto& [role, token] : {std::make_pair("bos_token", &roles.bos), std::make_pair("eos_token", &roles.eos),
                                    std::make_pair("pad_token", &roles.pad), std::make_pair("unk_token", &roles.unk)}) {
    if (token->empty()) continue;
    if (!tokenizer->TokenId(*token)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the ", role, " \"", *token, "\" is not in tokenizer.json; add it to its special tokens"));
    }
    special_tokens[role] = *token;
  }
  base::OrderedJson config = {{"tokenizer_class", "PreTrainedTokenizerFast"},
                              {"model_max_length", model_max_length},
                              // transformers would otherwise change spaces before punctuation when it decodes.
                              {"clean_up_tokenization_spaces", false}};
  config.update(special_tokens);
  return TokenizerFiles{std::move(tokenizer_json), config.dump(2) + "\n", special_tokens.dump(2) + "\n"};
}

absl::Status WriteTokenizerFiles(const TokenizerFiles& files, const std::string& folder) {
  RETURN_IF_ERROR(
      base::WriteFileAtomically(absl::StrCat(folder, "/tokenizer_config.json"), files.tokenizer_config_json));
  RETURN_IF_ERROR(
      base::WriteFileAtomically(absl::StrCat(folder, "/special_tokens_map.json"), files.special_tokens_map_json));
  return base::WriteFileAtomically(absl::StrCat(folder, "/tokenizer.json"), files.tokenizer_json);
}

}  // namespace lm
