#include <utility>

#include "base/status.h"
#include "lm/tokenizer/json/tokenizer_json_sections.h"
#include "lm/tokenizer/text/pattern.h"

namespace lm {
namespace {

// What ByteLevel with use_regex stands for: GPT-2's words.
constexpr absl::string_view kGpt2Words = R"('(?:[sdmt]|ll|re|ve)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

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
  parts.model.byte_level = true;
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

// `prepend_scheme`, or of older files `add_prefix_space`.
absl::StatusOr<Metaspace::Prepend> ReadPrepend(const JsonNode& node) {
  const JsonNode scheme = node["prepend_scheme"];
  ASSIGN_OR_RETURN(const bool prefix_space, node["add_prefix_space"].BoolOr(true));
  if (scheme.IsNull()) return prefix_space ? Metaspace::Prepend::kAlways : Metaspace::Prepend::kNever;
  ASSIGN_OR_RETURN(const std::string name, scheme.String());
  if (!prefix_space && name != "never") return scheme.Invalid("contradicts add_prefix_space, which is false");
  if (name == "always") return Metaspace::Prepend::kAlways;
  if (name == "first") return Metaspace::Prepend::kFirst;
  if (name == "never") return Metaspace::Prepend::kNever;
  return scheme.Invalid(absl::StrCat("is ", Quoted(name), "; always, first and never are known"));
}

absl::Status ReadMetaspace(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(parts.metaspace, ReadMetaspaceFields(node));
  return absl::OkStatus();
}

absl::Status ReadStep(const JsonNode& step, bool last, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::string type, step["type"].String());
  if (type == "Split") return ReadSplit(step, parts);
  if (type == "Digits") return ReadDigits(step, parts);
  if (last && type == "ByteLevel") return ReadByteLevel(step, parts);
  if (last && type == "Metaspace") return ReadMetaspace(step, parts);
  const bool misplaced = type == "ByteLevel" || type == "Metaspace";
  return step.Unimplemented(
      absl::StrCat("of type ", type, " is not supported", misplaced ? " but as the last step" : ""));
}

}  // namespace

absl::StatusOr<Metaspace> ReadMetaspaceFields(const JsonNode& node) {
  Metaspace metaspace;
  ASSIGN_OR_RETURN(metaspace.mark, node["replacement"].String());
  if (metaspace.mark.empty()) return node["replacement"].Invalid("must be one character");
  ASSIGN_OR_RETURN(metaspace.prepend, ReadPrepend(node));
  ASSIGN_OR_RETURN(metaspace.split, node["split"].BoolOr(true));
  return metaspace;
}

absl::Status ReadPreTokenizer(const JsonNode& node, TokenizerParts& parts) {
  if (node.IsNull()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  std::vector<JsonNode> steps = {node};
  if (type == "Sequence") {
    ASSIGN_OR_RETURN(steps, node["pretokenizers"].Items());
  }
  for (size_t i = 0; i < steps.size(); ++i) RETURN_IF_ERROR(ReadStep(steps[i], i + 1 == steps.size(), parts));
  return absl::OkStatus();
}

}  // namespace lm
