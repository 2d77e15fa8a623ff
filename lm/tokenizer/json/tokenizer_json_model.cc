#include <cmath>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"
#include "lm/tokenizer/json/tokenizer_json_sections.h"
#include "lm/tokenizer/text/byte_level.h"

namespace lm {
namespace {

absl::Status ReadVocab(const JsonNode& vocab, Vocabulary& result) {
  if (!vocab.value().is_object()) return vocab.Invalid("must be an object from token to id");
  result.reserve(vocab.value().size());
  absl::flat_hash_set<int64_t> taken;
  for (const auto& [token, value] : vocab.value().get_ref<const base::Json::object_t&>()) {
    ASSIGN_OR_RETURN(const int64_t id, vocab[token].Int());
    if (id < 0 || id > kMaxTokenId) {
      return vocab.Invalid(absl::StrCat("gives ", base::Quoted(token), " the id ", id, "; ids are 0 to ", kMaxTokenId));
    }
    if (!taken.insert(id).second) {
      return vocab.Invalid(absl::StrCat("gives ", base::Quoted(token), " the id ", id, ", which another token has"));
    }
    result[token] = static_cast<int32_t>(id);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> StringOrNone(const JsonNode& node) {
  if (node.IsNull()) return std::string();
  return node.String();
}

// The id of unk_token; kNoToken where there is none.
absl::StatusOr<int32_t> ReadUnknown(const JsonNode& unk, const Vocabulary& vocab) {
  if (unk.IsNull()) return kNoToken;
  ASSIGN_OR_RETURN(const std::string token, unk.String());
  const auto found = vocab.find(token);
  if (found == vocab.end()) return unk.Invalid(absl::StrCat("is ", base::Quoted(token), ", which vocab lacks"));
  return found->second;
}

bool HasAllBytes(const Vocabulary& vocab) {
  for (int byte = 0; byte < 256; ++byte) {
    if (!vocab.contains(ByteSymbol(byte))) return false;
  }
  return true;
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
    const size_t prefix = parts.continuing_prefix.size();
    if (pair.second.size() < prefix) {
      return item.Invalid("has a second half that is shorter than continuing_subword_prefix");
    }
    BpeMerge merge;
    for (const auto& [token, id] : {std::make_pair(pair.first, &merge.left), std::make_pair(pair.second, &merge.right),
                                    std::make_pair(pair.first + pair.second.substr(prefix), &merge.result)}) {
      const auto found = parts.vocab.find(token);
      if (found == parts.vocab.end()) {
        return item.Invalid(absl::StrCat("needs the token ", base::Quoted(token), ", which model.vocab lacks"));
      }
      *id = found->second;
    }
    parts.merges.push_back(merge);
  }
  return absl::OkStatus();
}

absl::StatusOr<BpeModelParts> ReadBpe(const JsonNode& model, const std::vector<PreTokenizerStep>& steps) {
  BpeModelParts parts;
  const JsonNode dropout = model["dropout"];
  if (!dropout.IsNull() && dropout.value() != 0) {
    return dropout.Unimplemented("is not supported unless it is 0: ids would be random");
  }
  ASSIGN_OR_RETURN(parts.ignore_merges, model["ignore_merges"].BoolOr(false));
  ASSIGN_OR_RETURN(parts.byte_fallback, model["byte_fallback"].BoolOr(false));
  ASSIGN_OR_RETURN(parts.fuse_unk, model["fuse_unk"].BoolOr(false));
  ASSIGN_OR_RETURN(parts.continuing_prefix, StringOrNone(model["continuing_subword_prefix"]));
  ASSIGN_OR_RETURN(parts.end_suffix, StringOrNone(model["end_of_word_suffix"]));
  RETURN_IF_ERROR(ReadVocab(model["vocab"], parts.vocab));
  using Kind = PreTokenizerStep::Kind;
  const auto is_byte_level = [](const PreTokenizerStep& step) { return step.kind == Kind::kByteLevel; };
  parts.byte_level =
      !steps.empty() && is_byte_level(steps.back()) && std::count_if(steps.begin(), steps.end(), is_byte_level) == 1;
  // Where every byte has a symbol nothing is unknown.
  if (!(parts.byte_level && HasAllBytes(parts.vocab))) {
    ASSIGN_OR_RETURN(parts.unk_id, ReadUnknown(model["unk_token"], parts.vocab));
  }
  RETURN_IF_ERROR(ReadMerges(model["merges"], parts));
  return parts;
}

absl::StatusOr<UnigramParts> ReadUnigram(const JsonNode& model, Vocabulary& vocab) {
  UnigramParts parts;
  ASSIGN_OR_RETURN(parts.byte_fallback, model["byte_fallback"].BoolOr(false));
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, model["vocab"].Items());
  if (items.empty() || items.size() > kMaxTokenId) {
    return model["vocab"].Invalid(absl::StrCat("must have 1 to ", kMaxTokenId, " pieces"));
  }
  for (const JsonNode& item : items) {
    const base::Json& value = item.value();
    if (!value.is_array() || value.size() != 2 || !value[0].is_string() || !value[1].is_number()) {
      return item.Invalid("must be a piece and its score");
    }
    const double score = value[1].get<double>();
    if (!std::isfinite(score)) return item.Invalid("must have a finite score");
    parts.pieces.emplace_back(value[0].get<std::string>(), score);
    vocab[parts.pieces.back().first] = static_cast<int32_t>(parts.pieces.size()) - 1;
  }
  const JsonNode unk = model["unk_id"];
  if (!unk.IsNull()) {
    ASSIGN_OR_RETURN(const int64_t id, unk.Int());
    if (id < 0 || id >= static_cast<int64_t>(items.size())) return unk.Invalid("is no piece's id");
    parts.unk_id = static_cast<int32_t>(id);
  }
  return parts;
}

absl::StatusOr<WordPieceParts> ReadWordPiece(const JsonNode& model, bool whole_words) {
  WordPieceParts parts;
  parts.whole_words = whole_words;
  RETURN_IF_ERROR(ReadVocab(model["vocab"], parts.vocab));
  ASSIGN_OR_RETURN(parts.unk_id, ReadUnknown(model["unk_token"], parts.vocab));
  if (whole_words) return parts;
  if (!model["continuing_subword_prefix"].IsNull()) {
    ASSIGN_OR_RETURN(parts.continuing_prefix, model["continuing_subword_prefix"].String());
  }
  if (!model["max_input_chars_per_word"].IsNull()) {
    ASSIGN_OR_RETURN(parts.max_characters, model["max_input_chars_per_word"].Int());
  }
  return parts;
}

// Old files do not say.
absl::StatusOr<std::string> ReadType(const JsonNode& model) {
  if (!model["type"].IsNull()) return model["type"].String();
  if (!model.value().is_object()) return model.Invalid("must be an object");
  if (!model["merges"].IsNull()) return std::string("BPE");
  if (model["vocab"].value().is_array()) return std::string("Unigram");
  return std::string(model["max_input_chars_per_word"].IsNull() ? "WordLevel" : "WordPiece");
}

}  // namespace

absl::Status ReadModel(const JsonNode& model, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::string type, ReadType(model));
  if (type == "BPE") {
    ASSIGN_OR_RETURN(BpeModelParts bpe, ReadBpe(model, parts.pre_tokenizer));
    parts.vocab = bpe.vocab;
    parts.model = std::move(bpe);
  } else if (type == "Unigram") {
    ASSIGN_OR_RETURN(parts.model, ReadUnigram(model, parts.vocab));
  } else if (type == "WordPiece" || type == "WordLevel") {
    ASSIGN_OR_RETURN(WordPieceParts words, ReadWordPiece(model, type == "WordLevel"));
    parts.vocab = words.vocab;
    parts.model = std::move(words);
  } else {
    return model.Unimplemented(
        absl::StrCat("of type ", type, " is not supported; BPE, Unigram, WordPiece and ", "WordLevel are"));
  }
  return absl::OkStatus();
}

}  // namespace lm
