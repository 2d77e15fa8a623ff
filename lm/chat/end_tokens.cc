#include "lm/chat/end_tokens.h"

#include <algorithm>
#include <optional>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status.h"

namespace lm {
namespace {

using ::base::Json;

std::string Named(const Tokenizer& tokenizer, int32_t id) {
  return absl::StrCat(id, " ", tokenizer.Token(id).value_or("(no token)"));
}

std::string AllNamed(const Tokenizer& tokenizer, const std::vector<int32_t>& ids) {
  if (ids.empty()) return "none";
  return absl::StrJoin(ids, ", ", [&](std::string* out, int32_t id) { out->append(Named(tokenizer, id)); });
}

// Of an eos_token_id: an id, a list of ids, null.
absl::StatusOr<std::vector<int32_t>> ParseIds(const Json& json, int64_t vocab_size, const std::string& where) {
  std::vector<int32_t> ids;
  for (const Json& element : json.is_array() ? json : Json::array({json})) {
    if (element.is_null()) continue;
    if (!element.is_number_integer() || element < 0 || element >= vocab_size) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": \"eos_token_id\" holds ", element.dump(),
                                                     ", which is no id of the vocabulary of ", vocab_size));
    }
    if (!absl::c_linear_search(ids, element.get<int32_t>())) ids.push_back(element.get<int32_t>());
  }
  return ids;
}

absl::StatusOr<Json> ReadObject(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(Json json, base::ParseJson(text, path));
  if (json.is_object()) return json;
  return absl::InvalidArgumentError(absl::StrCat(path, ": is no JSON object"));
}

// Whether a config.json is there and has no eos_token_id: the default of the family's class, which ModelConfig has
// then, ends no text.
absl::StatusOr<bool> NamesNone(const std::string& config) {
  if (!base::FileExists(config)) return false;
  ASSIGN_OR_RETURN(const Json json, ReadObject(config));
  return !json.contains("eos_token_id");
}

// The eos_token of tokenizer_config.json.
absl::StatusOr<std::optional<int32_t>> TokenizersEnd(const std::string& folder, const Tokenizer& tokenizer) {
  const std::string path = absl::StrCat(folder, "/tokenizer_config.json");
  if (!base::FileExists(path)) return std::nullopt;
  ASSIGN_OR_RETURN(const Json config, ReadObject(path));
  const Json token = config.value("eos_token", Json());
  const Json text = token.is_object() ? token.value("content", Json()) : token;
  return text.is_string() ? tokenizer.TokenId(text.get<std::string>()) : std::nullopt;
}

// The first special token that the template writes behind a reply.
absl::StatusOr<int32_t> EndOfTurn(const ChatFormat& chat, const Tokenizer& tokenizer) {
  constexpr char kReply[] = "Yes";
  ASSIGN_OR_RETURN(const RenderedExchange exchange, RenderExchange(chat, tokenizer, MessagesJson({{"user", "Is it?"}}),
                                                                   MessagesJson({{"assistant", kReply}})));
  const std::string text = exchange.response.Text();
  const size_t reply = text.rfind(kReply);
  const std::string behind = reply == std::string::npos ? "" : text.substr(reply + sizeof(kReply) - 1);
  for (const int32_t id : tokenizer.Encode(behind, SpecialText::kAsTokens)) {
    if (IsSpecial(tokenizer, id)) return id;
  }
  return absl::NotFoundError("no special token follows a reply");
}

// Of what generation ends at, the first that does not pad.
void TeachFirst(const ModelConfig& config, EndTokens* ends) {
  const auto first = absl::c_find_if(ends->stop, [&](int32_t id) { return id != config.pad_id; });
  if (!ends->stop.empty()) ends->taught = first != ends->stop.end() ? *first : ends->stop[0];
}

}  // namespace

EndTokens EndsOf(const ModelConfig& config) {
  EndTokens ends;
  ends.stop = config.eos_ids;
  TeachFirst(config, &ends);
  return ends;
}

absl::StatusOr<EndTokens> FindEndTokens(const std::string& folder, const ModelConfig& config,
                                        const Tokenizer& tokenizer, const ChatFormat* chat) {
  EndTokens ends;
  const std::string generation = absl::StrCat(folder, "/generation_config.json");
  const bool has_generation = base::FileExists(generation);
  ASSIGN_OR_RETURN(const bool names_none, NamesNone(absl::StrCat(folder, "/config.json")));
  if (!names_none) ends.stop = config.eos_ids;
  ends.facts.push_back(absl::StrCat("config.json: ", AllNamed(tokenizer, ends.stop),
                                    has_generation ? " (generation_config.json goes before it)" : ""));
  if (has_generation) {
    ASSIGN_OR_RETURN(const Json json, ReadObject(generation));
    ASSIGN_OR_RETURN(ends.stop, ParseIds(json.value("eos_token_id", Json()), config.vocab_size, generation));
    ends.facts.push_back(absl::StrCat("generation_config.json: ", AllNamed(tokenizer, ends.stop)));
  }
  ASSIGN_OR_RETURN(const std::optional<int32_t> tokenizers, TokenizersEnd(folder, tokenizer));
  if (tokenizers.has_value()) {
    ends.facts.push_back(absl::StrCat("tokenizer_config.json: ", Named(tokenizer, *tokenizers)));
  }
  const auto stops_at = [&](int32_t id) { return absl::c_linear_search(ends.stop, id); };
  if (chat != nullptr) {
    const absl::StatusOr<int32_t> end = EndOfTurn(*chat, tokenizer);
    ends.facts.push_back(
        absl::StrCat("chat template: ", end.ok() ? Named(tokenizer, *end) : std::string(end.status().message()),
                     end.ok() && !stops_at(*end) ? " (added to what generation ends at)" : ""));
    if (end.ok()) {
      if (!stops_at(*end)) ends.stop.push_back(*end);
      ends.taught = *end;
      return ends;
    }
  }
  if (tokenizers.has_value() && stops_at(*tokenizers)) {
    ends.taught = *tokenizers;
  } else {
    TeachFirst(config, &ends);
  }
  return ends;
}

}  // namespace lm
