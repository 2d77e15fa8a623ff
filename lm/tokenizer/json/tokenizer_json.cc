#include "lm/tokenizer/json/tokenizer_json.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"
#include "lm/tokenizer/json/tokenizer_json_sections.h"

namespace lm {
namespace {

absl::Status ReadAddedToken(const JsonNode& node, TokenizerParts& parts) {
  AddedToken token;
  ASSIGN_OR_RETURN(token.lstrip, node["lstrip"].BoolOr(false));
  ASSIGN_OR_RETURN(token.rstrip, node["rstrip"].BoolOr(false));
  ASSIGN_OR_RETURN(token.single_word, node["single_word"].BoolOr(false));
  ASSIGN_OR_RETURN(token.content, node["content"].String());
  ASSIGN_OR_RETURN(const int64_t id, node["id"].Int());
  ASSIGN_OR_RETURN(token.special, node["special"].BoolOr(false));
  ASSIGN_OR_RETURN(const bool normalized, node["normalized"].BoolOr(!token.special));
  if (token.content.empty()) return node["content"].Invalid("must not be empty");
  if (id < 0 || id > kMaxTokenId) return node["id"].Invalid(absl::StrCat("must be 0 to ", kMaxTokenId));
  token.id = static_cast<int32_t>(id);
  const auto known = parts.vocab.find(token.content);
  if (known != parts.vocab.end() && known->second != token.id) {
    return node.Invalid(absl::StrCat("has the id ", id, ", but model.vocab gives ", base::Quoted(token.content),
                                     " the id ", known->second));
  }
  (normalized ? parts.normalized_added_tokens : parts.raw_added_tokens).push_back(std::move(token));
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadAddedTokens(const JsonNode& node, const JsonNode& more, TokenizerParts& parts) {
  absl::flat_hash_map<int32_t, std::string> token_of_id;
  for (const auto& [token, id] : parts.vocab) token_of_id[id] = token;
  absl::flat_hash_set<std::string> added;
  const auto read = [&](const JsonNode& item) -> absl::Status {
    RETURN_IF_ERROR(ReadAddedToken(item, parts));
    const std::string& content = item["content"].value().get_ref<const std::string&>();
    const int32_t id = item["id"].value().get<int32_t>();
    const auto [holder, is_new] = token_of_id.try_emplace(id, content);
    if (!is_new && holder->second != content) {
      return item.Invalid(absl::StrCat("has the id ", id, ", which is that of ", base::Quoted(holder->second)));
    }
    if (!added.insert(content).second) return item.Invalid(absl::StrCat("is a second ", base::Quoted(content)));
    return absl::OkStatus();
  };
  if (!node.IsNull()) {
    ASSIGN_OR_RETURN(const std::vector<JsonNode> items, node.Items());
    for (const JsonNode& item : items) RETURN_IF_ERROR(read(item));
  }
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, more.Items());
  for (const JsonNode& item : items) {
    ASSIGN_OR_RETURN(const std::string content, item["content"].String());
    if (!added.contains(content)) RETURN_IF_ERROR(read(item));
  }
  return absl::OkStatus();
}

absl::Status ReadMoreTokens(const base::Json& tokens, absl::string_view where, TokenizerParts& parts) {
  const base::Json none;
  return ReadAddedTokens(JsonNode(none, where), JsonNode(tokens, where), parts);
}

absl::StatusOr<TokenizerParts> ParseTokenizerJson(absl::string_view json, absl::string_view where,
                                                  const base::Json& more_tokens, absl::string_view more_where) {
  ASSIGN_OR_RETURN(const base::Json document, base::ParseJson(json, where));
  const JsonNode root(document, where);
  if (!document.is_object()) return root.Invalid("must be a JSON object");
  TokenizerParts parts;
  RETURN_IF_ERROR(ReadNormalizer(root["normalizer"], parts));
  RETURN_IF_ERROR(ReadPreTokenizer(root["pre_tokenizer"], parts));
  RETURN_IF_ERROR(ReadDecoder(root["decoder"], parts));
  RETURN_IF_ERROR(ReadModel(root["model"], parts));
  RETURN_IF_ERROR(ReadAddedTokens(root["added_tokens"], JsonNode(more_tokens, more_where), parts));
  RETURN_IF_ERROR(ReadPostProcessor(root["post_processor"], parts));
  return parts;
}

}  // namespace lm
