#include <algorithm>
#include <utility>

#include "base/status.h"
#include "lm/tokenizer/json/tokenizer_json_sections.h"

namespace lm {
namespace {

// {"type": "Sequence", <list>: [...]} as its steps, anything else as the one step that it is; none for null.
absl::StatusOr<std::vector<JsonNode>> Steps(const JsonNode& node, absl::string_view list) {
  if (node.IsNull()) return std::vector<JsonNode>();
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  if (type != "Sequence") return std::vector<JsonNode>{node};
  return node[list].Items();
}

absl::Status Unsupported(const JsonNode& node, absl::string_view type) {
  return node.Unimplemented(absl::StrCat("of type ", type, " is not supported"));
}

absl::StatusOr<std::string> ReadLiteral(const JsonNode& step) {
  const JsonNode pattern = step["pattern"];
  if (!pattern["Regex"].IsNull()) return pattern["Regex"].Unimplemented("is not supported here; String is");
  ASSIGN_OR_RETURN(std::string literal, pattern["String"].String());
  if (literal.empty()) return pattern["String"].Invalid("must not be empty");
  return literal;
}

absl::StatusOr<NormalizerStep> ReadNormalizerStep(const JsonNode& node) {
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  NormalizerStep step;
  if (type == "NFC") {
    step.kind = NormalizerStep::Kind::kNfc;
  } else if (type == "Prepend") {
    step.kind = NormalizerStep::Kind::kPrepend;
    ASSIGN_OR_RETURN(step.content, node["prepend"].String());
  } else if (type == "Replace") {
    step.kind = NormalizerStep::Kind::kReplace;
    ASSIGN_OR_RETURN(step.pattern, ReadLiteral(node));
    ASSIGN_OR_RETURN(step.content, node["content"].String());
  } else {
    return Unsupported(node, type);
  }
  return step;
}

absl::StatusOr<int> ReadCount(const JsonNode& node) {
  ASSIGN_OR_RETURN(const int64_t count, node.Int());
  if (count < 0 || count > 1000000) return node.Invalid("must be 0 to 1000000");
  return static_cast<int>(count);
}

absl::StatusOr<DecoderStep> ReadDecoderStep(const JsonNode& node) {
  using Kind = DecoderStep::Kind;
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  DecoderStep step;
  if (type == "ByteLevel") {
    step.kind = Kind::kByteLevel;
  } else if (type == "ByteFallback") {
    step.kind = Kind::kByteFallback;
  } else if (type == "Fuse") {
    step.kind = Kind::kFuse;
  } else if (type == "Replace") {
    step.kind = Kind::kReplace;
    ASSIGN_OR_RETURN(step.pattern, ReadLiteral(node));
    ASSIGN_OR_RETURN(step.content, node["content"].String());
  } else if (type == "Strip") {
    step.kind = Kind::kStrip;
    ASSIGN_OR_RETURN(step.content, node["content"].String());
    if (step.content.empty()) return node["content"].Invalid("must be one character");
    ASSIGN_OR_RETURN(step.start, ReadCount(node["start"]));
    ASSIGN_OR_RETURN(step.stop, ReadCount(node["stop"]));
  } else if (type == "Metaspace") {
    step.kind = Kind::kMetaspace;
    ASSIGN_OR_RETURN(const Metaspace metaspace, ReadMetaspaceFields(node));
    step.pattern = metaspace.mark;
    step.strip_first = metaspace.prepend != Metaspace::Prepend::kNever;
  } else {
    return Unsupported(node, type);
  }
  return step;
}

bool IsToken(int64_t id, const TokenizerParts& parts) {
  const auto any = [&](const std::vector<AddedToken>& tokens) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const AddedToken& token) { return token.id == id; });
  };
  const auto& vocab = parts.model.vocab;
  return any(parts.raw_added_tokens) || any(parts.normalized_added_tokens) ||
         std::any_of(vocab.begin(), vocab.end(), [&](const auto& entry) { return entry.second == id; });
}

absl::StatusOr<TokenIds> ReadTemplateToken(const JsonNode& processor, const JsonNode& item,
                                           const TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::string name, item["id"].String());
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, processor["special_tokens"][name]["ids"].Items());
  TokenIds ids;
  for (const JsonNode& node : items) {
    ASSIGN_OR_RETURN(const int64_t id, node.Int());
    if (!IsToken(id, parts)) return node.Invalid(absl::StrCat("is ", id, ", which is no token's id"));
    ids.push_back(static_cast<int32_t>(id));
  }
  return ids;
}

// The template for one text: special tokens around the sequence A. It goes around what earlier processors put there.
absl::Status ReadTemplate(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, node["single"].Items());
  TokenIds before, after;
  bool has_text = false;
  for (const JsonNode& item : items) {
    if (!item["Sequence"].IsNull()) {
      ASSIGN_OR_RETURN(const std::string name, item["Sequence"]["id"].String());
      if (name != "A" || has_text) return node["single"].Unimplemented("is not supported unless it holds A once");
      has_text = true;
      continue;
    }
    ASSIGN_OR_RETURN(const TokenIds ids, ReadTemplateToken(node, item["SpecialToken"], parts));
    TokenIds& side = has_text ? after : before;
    side.insert(side.end(), ids.begin(), ids.end());
  }
  if (!has_text) return node["single"].Unimplemented("is not supported unless it holds A once");
  parts.prefix.insert(parts.prefix.begin(), before.begin(), before.end());
  parts.suffix.insert(parts.suffix.end(), after.begin(), after.end());
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadNormalizer(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> steps, Steps(node, "normalizers"));
  for (const JsonNode& item : steps) {
    ASSIGN_OR_RETURN(NormalizerStep step, ReadNormalizerStep(item));
    parts.normalizer.push_back(std::move(step));
  }
  return absl::OkStatus();
}

absl::Status ReadDecoder(const JsonNode& node, TokenizerParts& parts) {
  if (node.IsNull()) return node.Unimplemented("null is not supported: it would put a space between any two tokens");
  ASSIGN_OR_RETURN(const std::vector<JsonNode> steps, Steps(node, "decoders"));
  for (const JsonNode& item : steps) {
    ASSIGN_OR_RETURN(DecoderStep step, ReadDecoderStep(item));
    parts.decoder.push_back(std::move(step));
  }
  return absl::OkStatus();
}

absl::Status ReadPostProcessor(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> steps, Steps(node, "processors"));
  for (const JsonNode& step : steps) {
    ASSIGN_OR_RETURN(const std::string type, step["type"].String());
    if (type == "ByteLevel") continue;  // moves offsets, which are not kept
    if (type != "TemplateProcessing") return Unsupported(step, type);
    RETURN_IF_ERROR(ReadTemplate(step, parts));
  }
  return absl::OkStatus();
}

}  // namespace lm
