#include <utility>

#include "base/status.h"
#include "base/text.h"
#include "lm/tokenizer/json/tokenizer_json_sections.h"
#include "lm/tokenizer/text/unicode.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

using Kind = PreTokenizerStep::Kind;

// What ByteLevel with use_regex stands for: GPT-2's words.
constexpr absl::string_view kGpt2Words = R"('(?:[sdmt]|ll|re|ve)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

absl::StatusOr<SplitBehavior> ReadBehavior(const JsonNode& node, SplitBehavior if_null) {
  if (node.IsNull()) return if_null;
  ASSIGN_OR_RETURN(const std::string name, node.String());
  if (name == "Removed") return SplitBehavior::kRemoved;
  if (name == "Isolated") return SplitBehavior::kIsolated;
  if (name == "Contiguous") return SplitBehavior::kContiguous;
  if (name == "MergedWithPrevious") return SplitBehavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehavior::kMergedWithNext;
  return node.Invalid(absl::StrCat("is ", base::Quoted(name),
                                   "; Removed, Isolated, Contiguous, MergedWithPrevious and MergedWithNext are known"));
}

PreTokenizerStep Characters(bool (*matches)(char32_t), SplitBehavior behavior) {
  PreTokenizerStep step;
  step.kind = Kind::kCharacters;
  step.matches = matches;
  step.behavior = behavior;
  return step;
}

absl::StatusOr<PreTokenizerStep> ReadSplit(const JsonNode& node) {
  PreTokenizerStep step;
  step.kind = Kind::kPattern;
  if (node["behavior"].IsNull()) return node["behavior"].Invalid("is missing");
  ASSIGN_OR_RETURN(step.behavior, ReadBehavior(node["behavior"], SplitBehavior::kIsolated));
  ASSIGN_OR_RETURN(step.invert, node["invert"].BoolOr(false));
  ASSIGN_OR_RETURN(step.pattern, ReadPattern(node["pattern"]));
  return step;
}

absl::StatusOr<PreTokenizerStep> ReadDelimiter(const JsonNode& node) {
  PreTokenizerStep step;
  step.kind = Kind::kPattern;
  step.behavior = SplitBehavior::kRemoved;
  ASSIGN_OR_RETURN(const std::string delimiter, node["delimiter"].String());
  if (delimiter.empty()) return node["delimiter"].Invalid("must be one character");
  step.pattern = SplitPattern::Literal(delimiter);
  return step;
}

absl::StatusOr<PreTokenizerStep> ReadByteLevel(const JsonNode& node) {
  PreTokenizerStep step;
  step.kind = Kind::kByteLevel;
  ASSIGN_OR_RETURN(step.add_prefix_space, node["add_prefix_space"].BoolOr(true));
  ASSIGN_OR_RETURN(const bool use_regex, node["use_regex"].BoolOr(true));
  if (use_regex) {
    ASSIGN_OR_RETURN(step.pattern, SplitPattern::Compile(kGpt2Words));
  }
  return step;
}

absl::StatusOr<PreTokenizerStep> ReadDigits(const JsonNode& node) {
  ASSIGN_OR_RETURN(const bool individual, node["individual_digits"].BoolOr(false));
  return Characters(IsNumeric, individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous);
}

absl::StatusOr<PreTokenizerStep> ReadPunctuation(const JsonNode& node) {
  ASSIGN_OR_RETURN(const SplitBehavior behavior, ReadBehavior(node["behavior"], SplitBehavior::kIsolated));
  return Characters(IsPunctuation, behavior);
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
  return scheme.Invalid(absl::StrCat("is ", base::Quoted(name), "; always, first and never are known"));
}

absl::Status ReadStep(const JsonNode& node, std::vector<PreTokenizerStep>& steps) {
  ASSIGN_OR_RETURN(const std::string type, node["type"].String());
  const auto add = [&](absl::StatusOr<PreTokenizerStep> step) {
    if (step.ok()) steps.push_back(*std::move(step));
    return step.status();
  };
  if (type == "Split") return add(ReadSplit(node));
  if (type == "Digits") return add(ReadDigits(node));
  if (type == "Punctuation") return add(ReadPunctuation(node));
  if (type == "ByteLevel") return add(ReadByteLevel(node));
  if (type == "CharDelimiterSplit") return add(ReadDelimiter(node));
  if (type == "WhitespaceSplit") return add(Characters(IsSpaceCharacter, SplitBehavior::kRemoved));
  if (type == "BertPreTokenizer") {
    RETURN_IF_ERROR(add(Characters(IsSpaceCharacter, SplitBehavior::kRemoved)));
    return add(Characters(IsPunctuation, SplitBehavior::kIsolated));
  }
  PreTokenizerStep step;
  if (type == "Whitespace") {
    step.kind = Kind::kWordsAndMarks;
  } else if (type == "Metaspace") {
    step.kind = Kind::kMetaspace;
    ASSIGN_OR_RETURN(step.metaspace, ReadMetaspaceFields(node));
  } else {
    return Unsupported(node, type);
  }
  return add(std::move(step));
}

}  // namespace

absl::StatusOr<Metaspace> ReadMetaspaceFields(const JsonNode& node) {
  Metaspace metaspace;
  ASSIGN_OR_RETURN(metaspace.mark, node["replacement"].String());
  if (metaspace.mark.empty() || LeadingCharacterSize(metaspace.mark) != metaspace.mark.size()) {
    return node["replacement"].Invalid("must be one character");
  }
  ASSIGN_OR_RETURN(metaspace.prepend, ReadPrepend(node));
  ASSIGN_OR_RETURN(metaspace.split, node["split"].BoolOr(true));
  return metaspace;
}

absl::Status ReadPreTokenizer(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> steps, Steps(node, "pretokenizers"));
  for (const JsonNode& step : steps) RETURN_IF_ERROR(ReadStep(step, parts.pre_tokenizer));
  return absl::OkStatus();
}

}  // namespace lm
