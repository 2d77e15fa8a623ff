#include "lm/tokenizer_json.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/byte_level.h"
#include "lm/json_node.h"

namespace lm {
namespace {

// What ByteLevel with use_regex stands for: GPT-2's words.
constexpr absl::string_view kGpt2Words = R"('(?:[sdmt]|ll|re|ve)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

std::string Quoted(absl::string_view token) { return absl::StrCat("\"", token, "\""); }

absl::Status ReadVocab(const JsonNode& vocab, TokenizerParts& parts) {
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
  for (int byte = 0; byte < 256; ++byte) {
    const auto found = parts.vocab.find(ByteSymbol(byte));
    if (found == parts.vocab.end()) {
      return vocab.Invalid(absl::StrCat("lacks ", Quoted(ByteSymbol(byte)), ", the token of the byte ", byte,
                                        "; a byte-level vocabulary has all 256"));
    }
    parts.byte_ids[byte] = found->second;
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

absl::Status ReadMerges(const JsonNode& merges, TokenizerParts& parts) {
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

absl::Status ReadModel(const JsonNode& model, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::string type, model["type"].String());
  if (type != "BPE") return model.Unimplemented(absl::StrCat("of type ", type, " is not supported; BPE is"));
  ASSIGN_OR_RETURN(const bool byte_fallback, model["byte_fallback"].BoolOr(false));
  if (byte_fallback) return model["byte_fallback"].Unimplemented("is not supported");
  const JsonNode dropout = model["dropout"];
  if (!dropout.IsNull() && dropout.value() != 0) return dropout.Unimplemented("is not supported");
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const JsonNode node = model[affix];
    if (!node.IsNull() && node.value() != "") return node.Unimplemented("is not supported");
  }
  // unk_token and fuse_unk are without effect: every byte has a token.
  ASSIGN_OR_RETURN(parts.ignore_merges, model["ignore_merges"].BoolOr(false));
  RETURN_IF_ERROR(ReadVocab(model["vocab"], parts));
  return ReadMerges(model["merges"], parts);
}

absl::StatusOr<SplitPattern> At(const JsonNode& node, absl::StatusOr<SplitPattern> pattern) {
  if (pattern.ok()) return pattern;
  const std::string message = absl::StrCat("cannot be used: ", pattern.status().message());
  return absl::IsUnimplemented(pattern.status()) ? node.Unimplemented(message) : node.Invalid(message);
}

absl::Status ReadSplit(const JsonNode& split, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::string behavior, split["behavior"].String());
  // When both what matches and what does not are kept, `invert` changes nothing.
  if (behavior != "Isolated") {
    return split["behavior"].Unimplemented(absl::StrCat(behavior, " is not supported; Isolated is"));
  }
  const JsonNode regex = split["pattern"]["Regex"], literal = split["pattern"]["String"];
  if (!regex.IsNull()) {
    ASSIGN_OR_RETURN(const std::string text, regex.String());
    ASSIGN_OR_RETURN(SplitPattern pattern, At(regex, SplitPattern::Compile(text)));
    parts.splits.push_back(std::move(pattern));
  } else {
    ASSIGN_OR_RETURN(const std::string text, literal.String());
    ASSIGN_OR_RETURN(SplitPattern pattern, At(literal, SplitPattern::Literal(text)));
    parts.splits.push_back(std::move(pattern));
  }
  return absl::OkStatus();
}

absl::Status ReadByteLevel(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const bool add_prefix_space, node["add_prefix_space"].BoolOr(true));
  if (add_prefix_space) return node["add_prefix_space"].Unimplemented("is only supported as false");
  ASSIGN_OR_RETURN(const bool use_regex, node["use_regex"].BoolOr(true));
  if (!use_regex) return absl::OkStatus();
  ASSIGN_OR_RETURN(SplitPattern words, At(node, SplitPattern::Compile(kGpt2Words)));
  parts.splits.push_back(std::move(words));
  return absl::OkStatus();
}

absl::Status ReadDigits(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const bool individual, node["individual_digits"].BoolOr(false));
  ASSIGN_OR_RETURN(SplitPattern digits, At(node, SplitPattern::Compile(individual ? "\\p{N}" : "\\p{N}+")));
  parts.splits.push_back(std::move(digits));
  return absl::OkStatus();
}

absl::Status ReadPreTokenizer(const JsonNode& node, TokenizerParts& parts) {
  if (node.IsNull()) return node.Unimplemented("null is not supported; it must end with ByteLevel");
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  std::vector<JsonNode> steps = {node};
  if (type == "Sequence") {
    ASSIGN_OR_RETURN(steps, node["pretokenizers"].Items());
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    const bool last = i + 1 == steps.size();
    ASSIGN_OR_RETURN(const std::string step, steps[i]["type"].String());
    if (last && step == "ByteLevel") return ReadByteLevel(steps[i], parts);
    if (step == "Split") {
      RETURN_IF_ERROR(ReadSplit(steps[i], parts));
    } else if (step == "Digits") {
      RETURN_IF_ERROR(ReadDigits(steps[i], parts));
    } else {
      return steps[i].Unimplemented(absl::StrCat("of type ", step, " is not supported here"));
    }
  }
  return node.Unimplemented("must end with ByteLevel; anything else is not supported");
}

absl::Status CheckNormalizer(const JsonNode& node) {
  if (node.IsNull()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  return node.Unimplemented(absl::StrCat("of type ", type, " is not supported"));
}

absl::Status CheckDecoder(const JsonNode& node) {
  if (node.IsNull()) return node.Unimplemented("null is not supported; ByteLevel is");
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  if (type == "ByteLevel") return absl::OkStatus();
  return node.Unimplemented(absl::StrCat("of type ", type, " is not supported; ByteLevel is"));
}

absl::Status CheckPostProcessor(const JsonNode& node) {
  if (node.IsNull()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  if (type == "ByteLevel" || type == "TemplateProcessing") return absl::OkStatus();
  if (type != "Sequence") return node.Unimplemented(absl::StrCat("of type ", type, " is not supported"));
  ASSIGN_OR_RETURN(const std::vector<JsonNode> steps, node["processors"].Items());
  for (const JsonNode& step : steps) RETURN_IF_ERROR(CheckPostProcessor(step));
  return absl::OkStatus();
}

absl::Status ReadAddedToken(const JsonNode& node, TokenizerParts& parts) {
  for (const char* flag : {"lstrip", "rstrip", "single_word"}) {
    ASSIGN_OR_RETURN(const bool set, node[flag].BoolOr(false));
    if (set) return node[flag].Unimplemented("is only supported as false");
  }
  AddedToken token;
  ASSIGN_OR_RETURN(token.content, node["content"].String());
  ASSIGN_OR_RETURN(const int64_t id, node["id"].Int());
  ASSIGN_OR_RETURN(token.special, node["special"].BoolOr(false));
  ASSIGN_OR_RETURN(const bool normalized, node["normalized"].BoolOr(!token.special));
  if (token.content.empty()) return node["content"].Invalid("must not be empty");
  if (id < 0 || id > kMaxTokenId) return node["id"].Invalid(absl::StrCat("must be 0 to ", kMaxTokenId));
  token.id = static_cast<int32_t>(id);
  const auto known = parts.vocab.find(token.content);
  if (known != parts.vocab.end() && known->second != token.id) {
    return node.Invalid(
        absl::StrCat("has the id ", id, ", but model.vocab gives ", Quoted(token.content), " the id ", known->second));
  }
  (normalized ? parts.normalized_added_tokens : parts.raw_added_tokens).push_back(std::move(token));
  return absl::OkStatus();
}

absl::Status ReadAddedTokens(const JsonNode& node, TokenizerParts& parts) {
  if (node.IsNull()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, node.Items());
  absl::flat_hash_map<int32_t, std::string> token_of_id;
  for (const auto& [token, id] : parts.vocab) token_of_id[id] = token;
  absl::flat_hash_set<std::string> added;
  for (const JsonNode& item : items) {
    RETURN_IF_ERROR(ReadAddedToken(item, parts));
    const std::string& content = item["content"].value().get_ref<const std::string&>();
    const int32_t id = item["id"].value().get<int32_t>();
    const auto [holder, is_new] = token_of_id.try_emplace(id, content);
    if (!is_new && holder->second != content) {
      return item.Invalid(absl::StrCat("has the id ", id, ", which is that of ", Quoted(holder->second)));
    }
    if (!added.insert(content).second) return item.Invalid(absl::StrCat("is a second ", Quoted(content)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TokenizerParts> ParseTokenizerJson(absl::string_view json, absl::string_view where) {
  ASSIGN_OR_RETURN(const base::Json document, base::ParseJson(json, where));
  const JsonNode root(document, where);
  if (!document.is_object()) return root.Invalid("must be a JSON object");
  TokenizerParts parts;
  RETURN_IF_ERROR(CheckNormalizer(root["normalizer"]));
  RETURN_IF_ERROR(ReadPreTokenizer(root["pre_tokenizer"], parts));
  RETURN_IF_ERROR(CheckPostProcessor(root["post_processor"]));
  RETURN_IF_ERROR(CheckDecoder(root["decoder"]));
  RETURN_IF_ERROR(ReadModel(root["model"], parts));
  RETURN_IF_ERROR(ReadAddedTokens(root["added_tokens"], parts));
  return parts;
}

}  // namespace lm
