#include "lm/tokenizer/bos_eos.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace lm {
namespace {

std::string StringOr(const base::Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool BoolOr(const base::Json& object, const char* key, bool if_missing) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() ? found->get<bool>() : if_missing;
}

bool ObeysFlags(const base::Json& tokenizer_config, const base::Json& config) {
  const std::string name = StringOr(tokenizer_config, "tokenizer_class");
  if (!name.empty()) {
    return absl::StartsWith(name, "LlamaTokenizer") || absl::StartsWith(name, "GemmaTokenizer");
  }
  const std::string type = StringOr(config, "model_type");
  return type == "llama" || type == "gemma" || type == "gemma2" || type == "mistral";
}

// A token by its name, which may be the text or an object with "content".
absl::StatusOr<int32_t> ReadToken(const Tokenizer& tokenizer, const base::Json& config, const char* key,
                                  absl::string_view where) {
  const auto found = config.find(key);
  std::string token;
  if (found != config.end()) token = found->is_string() ? found->get<std::string>() : StringOr(*found, "content");
  if (token.empty())
    return absl::InvalidArgumentError(absl::StrCat(where, ": ", key, " is missing, and is to be added"));
  const std::optional<int32_t> id = tokenizer.TokenId(token);
  if (!id) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": ", key, " is \"", token, "\", which no token is"));
  }
  return *id;
}

}  // namespace

absl::StatusOr<AroundText> AroundTextInTransformers4(const Tokenizer& tokenizer, const base::Json& tokenizer_config,
                                                     const base::Json& config, absl::string_view where) {
  if (!tokenizer_config.is_object() || !ObeysFlags(tokenizer_config, config)) {
    return AroundText{tokenizer.prefix(), tokenizer.suffix()};
  }
  AroundText around;
  for (const auto& [key, is_on, ids] :
       {std::make_tuple("bos_token", BoolOr(tokenizer_config, "add_bos_token", true), &around.prefix),
        std::make_tuple("eos_token", BoolOr(tokenizer_config, "add_eos_token", false), &around.suffix)}) {
    if (!is_on) continue;
    ASSIGN_OR_RETURN(const int32_t id, ReadToken(tokenizer, tokenizer_config, key, where));
    ids->push_back(id);
  }
  return around;
}

}  // namespace lm
