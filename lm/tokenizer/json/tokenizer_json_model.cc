#include <array>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/tokenizer/json/tokenizer_json_sections.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/byte_token.h"

namespace lm {
namespace {

absl::Status ReadVocab(const JsonNode& vocab, BpeModelParts& parts) {
  if (!vocab.value().is_object()) return vocab.Invalid("must be an object from token to id");
  parts.vocab.reserve(vocab.value().size());
  absl::flat_hash_set<int64_t> taken;
  for (const auto& [token, value] : vocab.value().get_ref<const base::Json::object_t&>()) {
    ASSIGN_OR_RETURN(const int64_t id, vocab[token].Int());
    if (id < 0 || id > kMaxTokenId) {
      return vocab.Invalid(absl::StrCat("gives ", Quoted(token), " the id ", id, "; ids are 0 to ", kMaxTokenId));
    }
    if (!taken.insert(id).second) {
      return vocab.Invalid(absl::StrCat("gives ", Quoted(token), " the id ", id, ", which another token has"));
    }
    parts.vocab[token] = static_cast<int32_t>(id);
  }
  return absl::OkStatus();
}

int32_t IdOrNone(const BpeModelParts& parts, const std::string& token) {
  const auto found = parts.vocab.find(token);
  return found == parts.vocab.end() ? kNoToken : found->second;
}

absl::Status ReadByteTokens(const JsonNode& vocab, BpeModelParts& parts) {
  for (int byte = 0; byte < 256; ++byte) {
    parts.byte_ids[byte] = IdOrNone(parts, ByteSymbol(byte));
    if (parts.byte_ids[byte] == kNoToken) {
      return vocab.Invalid(absl::StrCat("lacks ", Quoted(ByteSymbol(byte)), ", the token of the byte ", byte,
                                        "; a byte-level vocabulary has all 256"));
    }
  }
  return absl::OkStatus();
}

// What a character without a token becomes.
absl::Status ReadFallback(const JsonNode& model, BpeModelParts& parts) {
  ASSIGN_OR_RETURN(const bool byte_fallback, model["byte_fallback"].BoolOr(false));
  ASSIGN_OR_RETURN(parts.fuse_unk, model["fuse_unk"].BoolOr(false));
  int missing = -1;
  for (int byte = 255; byte >= 0; --byte) {
    parts.byte_ids[byte] = byte_fallback ? IdOrNone(parts, ByteToken(byte)) : kNoToken;
    if (parts.byte_ids[byte] == kNoToken) missing = byte;
  }
  const JsonNode unk = model["unk_token"];
  if (!unk.IsNull()) {
    ASSIGN_OR_RETURN(const std::string token, unk.String());
    parts.unk_id = IdOrNone(parts, token);
    if (parts.unk_id == kNoToken) return unk.Invalid(absl::StrCat("is ", Quoted(token), ", which vocab lacks"));
  } else if (byte_fallback && missing >= 0) {
    return model["vocab"].Invalid(
        absl::StrCat("lacks ", Quoted(ByteToken(missing)), ", which byte_fallback needs when there is no unk_token"));
  } else if (!byte_fallback) {
    return unk.Invalid("is missing: without it, byte_fallback or ByteLevel some characters have no token");
  }
  return absl::OkStatus();
}

// "a b" or ["a", "b"].
absl::StatusOr<std::pair<std::string, std::string>> ReadPair(const JsonNode& merge) {
  const base::Json& value = merge.value();
  if (value.is_string()) {
    const std::vector<std::string> halves = absl::StrSplit(value.get_ref<const std::string&>(), ' ');
    if (halves.size() == 2) return std::make_pair(halves[0], halves[1]);
  } else if (value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_string()) {
    return std::make_pair(value[0].get<std::string>(), value[1].get<std::string>());
  }
  return merge.Invalid(R"(must be "left right" or ["left", "right"])");
}

absl::Status ReadMerges(const JsonNode& merges, BpeModelParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, merges.Items());
  parts.merges.reserve(items.size());
  for (const JsonNode& item : items) {
    ASSIGN_OR_RETURN(const auto pair, ReadPair(item));
    BpeMerge merge;
    for (const auto& [token, id] : {std::make_pair(pair.first, &merge.left), std::make_pair(pair.second, &merge.right),
                                    std::make_pair(pair.first + pair.second, &merge.result)}) {
      const auto found = parts.vocab.find(token);
      if (found == parts.vocab.end()) {
        return item.Invalid(absl::StrCat("needs the token ", Quoted(token), ", which model.vocab lacks"));
      }
      *id = found->second;
    }
    parts.merges.push_back(merge);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadModel(const JsonNode& model, TokenizerParts& tokenizer) {
  BpeModelParts& parts = tokenizer.model;
  ASSIGN_OR_RETURN(const std::string type, model["type"].String());
  if (type != "BPE") return model.Unimplemented(absl::StrCat("of type ", type, " is not supported; BPE is"));
  const JsonNode dropout = model["dropout"];
  if (!dropout.IsNull() && dropout.value() != 0) return dropout.Unimplemented("is not supported");
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const JsonNode node = model[affix];
    if (!node.IsNull() && node.value() != "") return node.Unimplemented("is not supported");
  }
  ASSIGN_OR_RETURN(parts.ignore_merges, model["ignore_merges"].BoolOr(false));
  RETURN_IF_ERROR(ReadVocab(model["vocab"], parts));
  RETURN_IF_ERROR(parts.byte_level ? ReadByteTokens(model["vocab"], parts) : ReadFallback(model, parts));
  return ReadMerges(model["merges"], parts);
}

}  // namespace lm
