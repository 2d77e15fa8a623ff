#include "lm/tokenizer/tokenizer.h"

#include <utility>

#include "absl/strings/match.h"
#include "base/file.h"
#include "base/status.h"
#include "lm/tokenizer/json/tokenizer_json.h"
#include "lm/tokenizer/json_tokenizer.h"
#include "lm/tokenizer/sentencepiece_tokenizer.h"

namespace lm {

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
  ASSIGN_OR_RETURN(const std::string content, base::ReadFile(path));
  return absl::EndsWith(path, ".model") ? ParseSentencePiece(content, path) : ParseTokenizer(content, path);
}

std::string TokenizerPath(const std::string& folder) {
  const std::string json = folder + "/tokenizer.json", model = folder + "/tokenizer.model";
  return !base::FileExists(json) && base::FileExists(model) ? model : json;
}

}  // namespace lm
