#include "lm/tokenizer/tokenizer.h"

#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/tokenizer/json/tokenizer_json.h"
#include "lm/tokenizer/json_tokenizer.h"
#include "lm/tokenizer/sentencepiece_tokenizer.h"

namespace lm {
namespace {

absl::string_view FileName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

// Added tokens as tokenizer.json lists them, and the file that has them.
struct TokenList {
  base::Json tokens = base::Json::array();
  std::string where;
};

// tokenizer_config.json's added_tokens_decoder: {"32000": {"content": "<|im_end|>", "special": true, ...}, ...}.
absl::StatusOr<TokenList> ReadAddedTokensDecoder(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const base::Json config, base::ParseJson(text, path));
  TokenList list{base::Json::array(), absl::StrCat(path, ": added_tokens_decoder")};
  const auto tokens = config.is_object() ? config.find("added_tokens_decoder") : config.end();
  if (!config.is_object() || tokens == config.end() || tokens->is_null()) return list;
  std::map<int64_t, base::Json> by_id;
  for (const auto& [key, value] : tokens->items()) {
    int64_t id;
    if (!tokens->is_object() || !absl::SimpleAtoi(key, &id) || !value.is_object()) {
      return absl::InvalidArgumentError(absl::StrCat(list.where, " must be an object from ids to tokens"));
    }
    by_id[id] = value;
    by_id[id]["id"] = id;
  }
  for (auto& [id, token] : by_id) list.tokens.push_back(std::move(token));
  return list;
}

// added_tokens.json: {"<|im_end|>": 32000, ...}.
absl::StatusOr<TokenList> ReadAddedTokensFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const base::Json tokens, base::ParseJson(text, path));
  if (!tokens.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": must be an object"));
  TokenList list{base::Json::array(), path};
  for (const auto& [content, id] : tokens.items()) {
    list.tokens.push_back({{"content", content}, {"id", id}, {"special", false}, {"normalized", false}});
  }
  return list;
}

// What the folder's other files add to its tokenizer. added_tokens.json is older, and of use only where the other does
// not say more, beside a tokenizer.model.
absl::StatusOr<TokenList> MoreTokens(const std::string& folder, bool is_sentencepiece) {
  const std::string config = folder + "tokenizer_config.json", added = folder + "added_tokens.json";
  TokenList list;
  if (base::FileExists(config)) {
    ASSIGN_OR_RETURN(list, ReadAddedTokensDecoder(config));
  }
  if (is_sentencepiece && list.tokens.empty() && base::FileExists(added)) return ReadAddedTokensFile(added);
  return list;
}

}  // namespace

TokenIds Tokenizer::AddSpecialTokens(TokenIds ids) const {
  ids.insert(ids.begin(), prefix().begin(), prefix().end());
  ids.insert(ids.end(), suffix().begin(), suffix().end());
  return ids;
}

absl::StatusOr<std::unique_ptr<Tokenizer>> ParseTokenizer(absl::string_view json, absl::string_view where) {
  ASSIGN_OR_RETURN(TokenizerParts parts, ParseTokenizerJson(json, where));
  return std::make_unique<JsonTokenizer>(std::move(parts));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::string& path) {
  const std::string folder = path.substr(0, path.size() - FileName(path).size());
  const std::string tekken = folder + "tekken.json";
  if (!base::FileExists(path) && base::FileExists(tekken)) {
    return absl::UnimplementedError(absl::StrCat(
        tekken, ": Mistral's own tokenizer file is not supported, and there is no ", FileName(path),
        "; take the tokenizer.json of the model's conversion for transformers (its repository or one whose name ends ",
        "in -HF), or write one with transformers: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)"));
  }
  ASSIGN_OR_RETURN(const std::string content, base::ReadFile(path));
  ASSIGN_OR_RETURN(const TokenList more, MoreTokens(folder, absl::EndsWith(path, ".model")));
  if (absl::EndsWith(path, ".model")) return ParseSentencePiece(content, path, more.tokens, more.where);
  ASSIGN_OR_RETURN(TokenizerParts parts, ParseTokenizerJson(content, path, more.tokens, more.where));
  return std::make_unique<JsonTokenizer>(std::move(parts));
}

std::string TokenizerPath(const std::string& folder) {
  const std::string json = folder + "/tokenizer.json", model = folder + "/tokenizer.model";
  return !base::FileExists(json) && base::FileExists(model) ? model : json;
}

}  // namespace lm
