#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/status.h"
#include "lm/tokenizer/json/tokenizer_json_sections.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

absl::Status AppendSteps(const JsonNode& node, absl::string_view list, int depth, std::vector<JsonNode>& steps) {
  constexpr int kDeepest = 16;
  if (node.IsNull()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  if (type != "Sequence") {
    steps.push_back(node);
    return absl::OkStatus();
  }
  if (depth > kDeepest) return node.Invalid(absl::StrCat("is nested more than ", kDeepest, " deep"));
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, node[list].Items());
  for (const JsonNode& item : items) RETURN_IF_ERROR(AppendSteps(item, list, depth + 1, steps));
  return absl::OkStatus();
}

// Of a normalizer's or a decoder's Replace.
template <typename Step>
absl::Status ReadReplacement(const JsonNode& node, Step& step) {
  ASSIGN_OR_RETURN(step.pattern, ReadPattern(node["pattern"]));
  ASSIGN_OR_RETURN(step.content, node["content"].String());
  return absl::OkStatus();
}

absl::StatusOr<NormalizerStep> ReadNormalizerStep(const JsonNode& node, const std::string& type) {
  using Kind = NormalizerStep::Kind;
  constexpr std::pair<absl::string_view, Kind> kPlain[] = {{"NFC", Kind::kNfc},
                                                           {"NFD", Kind::kNfd},
                                                           {"NFKC", Kind::kNfkc},
                                                           {"NFKD", Kind::kNfkd},
                                                           {"Nmt", Kind::kNmt},
                                                           {"Lowercase", Kind::kLowercase},
                                                           {"ByteLevel", Kind::kByteLevel},
                                                           {"StripAccents", Kind::kStripAccents}};
  NormalizerStep step;
  for (const auto& [name, kind] : kPlain) {
    if (type != name) continue;
    step.kind = kind;
    return step;
  }
  if (type == "Prepend") {
    step.kind = Kind::kPrepend;
    ASSIGN_OR_RETURN(step.content, node["prepend"].String());
  } else if (type == "Replace") {
    step.kind = Kind::kReplace;
    RETURN_IF_ERROR(ReadReplacement(node, step));
  } else if (type == "Strip") {
    step.kind = Kind::kStrip;
    ASSIGN_OR_RETURN(step.left, node["strip_left"].BoolOr(true));
    ASSIGN_OR_RETURN(step.right, node["strip_right"].BoolOr(true));
  } else if (type == "Precompiled") {
    step.kind = Kind::kPrecompiled;
    const JsonNode charsmap = node["precompiled_charsmap"];
    ASSIGN_OR_RETURN(const std::string text, charsmap.String());
    std::string bytes;
    if (!absl::Base64Unescape(text, &bytes)) return charsmap.Invalid("is no base64");
    const absl::StatusOr<CharacterMap> map = CharacterMap::Parse(bytes);
    if (!map.ok()) return charsmap.Invalid(map.status().message());
    step.map = std::make_shared<CharacterMap>(*map);
  } else {
    return Unsupported(node, type);
  }
  return step;
}

absl::Status ReadBertNormalizer(const JsonNode& node, std::vector<NormalizerStep>& steps) {
  using Kind = NormalizerStep::Kind;
  ASSIGN_OR_RETURN(const bool clean_text, node["clean_text"].BoolOr(true));
  ASSIGN_OR_RETURN(const bool space_chinese, node["handle_chinese_chars"].BoolOr(true));
  ASSIGN_OR_RETURN(const bool lowercase, node["lowercase"].BoolOr(true));
  ASSIGN_OR_RETURN(const bool strip_accents, node["strip_accents"].BoolOr(lowercase));
  for (const auto& [is_on, kind] :
       {std::make_pair(clean_text, Kind::kCleanText), std::make_pair(space_chinese, Kind::kSpaceCjk),
        std::make_pair(strip_accents, Kind::kNfd), std::make_pair(strip_accents, Kind::kStripNonspacing),
        std::make_pair(lowercase, Kind::kLowercase)}) {
    if (!is_on) continue;
    steps.emplace_back();
    steps.back().kind = kind;
  }
  return absl::OkStatus();
}

absl::StatusOr<int> ReadCount(const JsonNode& node) {
  ASSIGN_OR_RETURN(const int64_t count, node.Int());
  if (count < 0 || count > 1000000) return node.Invalid("must be 0 to 1000000");
  return static_cast<int>(count);
}

absl::Status ReadDecoderStep(const JsonNode& node, std::vector<DecoderStep>& steps) {
  using Kind = DecoderStep::Kind;
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  DecoderStep step;
  bool cleanup = false;
  if (type == "ByteLevel") {
    step.kind = Kind::kByteLevel;
  } else if (type == "ByteFallback") {
    step.kind = Kind::kByteFallback;
  } else if (type == "Fuse") {
    step.kind = Kind::kFuse;
  } else if (type == "Replace") {
    step.kind = Kind::kReplace;
    RETURN_IF_ERROR(ReadReplacement(node, step));
  } else if (type == "Strip") {
    step.kind = Kind::kStrip;
    ASSIGN_OR_RETURN(step.content, node["content"].String());
    if (step.content.empty()) return node["content"].Invalid("must be one character");
    ASSIGN_OR_RETURN(step.start, ReadCount(node["start"]));
    ASSIGN_OR_RETURN(step.stop, ReadCount(node["stop"]));
  } else if (type == "Metaspace") {
    step.kind = Kind::kMetaspace;
    ASSIGN_OR_RETURN(const Metaspace metaspace, ReadMetaspaceFields(node));
    step.content = metaspace.mark;
    step.strip_first = metaspace.prepend != Metaspace::Prepend::kNever;
  } else if (type == "WordPiece") {
    step.kind = Kind::kWordPiece;
    ASSIGN_OR_RETURN(step.content, node["prefix"].String());
    ASSIGN_OR_RETURN(cleanup, node["cleanup"].BoolOr(true));
  } else if (type == "BPEDecoder") {
    step.kind = Kind::kSuffix;
    ASSIGN_OR_RETURN(step.content, node["suffix"].String());
    if (step.content.empty()) return node["suffix"].Invalid("must not be empty");
  } else {
    return Unsupported(node, type);
  }
  steps.push_back(std::move(step));
  if (cleanup) {
    steps.emplace_back();
    steps.back().kind = Kind::kCleanUp;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<JsonNode>> Steps(const JsonNode& node, absl::string_view list) {
  std::vector<JsonNode> steps;
  RETURN_IF_ERROR(AppendSteps(node, list, 0, steps));
  return steps;
}

absl::Status Unsupported(const JsonNode& node, absl::string_view type) {
  return node.Unimplemented(absl::StrCat("of type ", type, " is not supported"));
}

absl::StatusOr<SplitPattern> ReadPattern(const JsonNode& node) {
  const JsonNode regex = node["Regex"], literal = node["String"];
  if (!regex.IsNull()) {
    ASSIGN_OR_RETURN(const std::string text, regex.String());
    absl::StatusOr<SplitPattern> pattern = SplitPattern::Compile(text);
    if (pattern.ok()) return pattern;
    const std::string message = absl::StrCat("cannot be used: ", pattern.status().message());
    return absl::IsUnimplemented(pattern.status()) ? regex.Unimplemented(message) : regex.Invalid(message);
  }
  ASSIGN_OR_RETURN(const std::string text, literal.String());
  if (text.empty()) return literal.Invalid("must not be empty");
  return SplitPattern::Literal(text);
}

absl::Status ReadNormalizer(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> steps, Steps(node, "normalizers"));
  for (const JsonNode& item : steps) {
    ASSIGN_OR_RETURN(const std::string type, item["type"].String());
    if (type == "BertNormalizer") {
      RETURN_IF_ERROR(ReadBertNormalizer(item, parts.normalizer));
      continue;
    }
    ASSIGN_OR_RETURN(NormalizerStep step, ReadNormalizerStep(item, type));
    parts.normalizer.push_back(std::move(step));
  }
  return absl::OkStatus();
}

absl::Status ReadDecoder(const JsonNode& node, TokenizerParts& parts) {
  if (node.IsNull()) {
    parts.decoder.emplace_back();
    parts.decoder.back().kind = DecoderStep::Kind::kSpaces;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<JsonNode> steps, Steps(node, "decoders"));
  for (const JsonNode& item : steps) RETURN_IF_ERROR(ReadDecoderStep(item, parts.decoder));
  return absl::OkStatus();
}

}  // namespace lm
