#include <algorithm>
#include <utility>

#include "base/status.h"
#include "base/text.h"
#include "lm/tokenizer/json/tokenizer_json_sections.h"

namespace lm {
namespace {

bool IsToken(int64_t id, const TokenizerParts& parts) {
  const auto any = [&](const std::vector<AddedToken>& tokens) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const AddedToken& token) { return token.id == id; });
  };
  return any(parts.raw_added_tokens) || any(parts.normalized_added_tokens) ||
         std::any_of(parts.vocab.begin(), parts.vocab.end(), [&](const auto& entry) { return entry.second == id; });
}

absl::StatusOr<int32_t> ReadId(const JsonNode& node, const TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const int64_t id, node.Int());
  if (!IsToken(id, parts)) return node.Invalid(absl::StrCat("is ", id, ", which is no token's id"));
  return static_cast<int32_t>(id);
}

absl::StatusOr<int32_t> ReadTypeId(const JsonNode& node) {
  if (node.IsNull()) return 0;
  ASSIGN_OR_RETURN(const int64_t id, node.Int());
  if (id < 0 || id > 1000000) return node.Invalid("must be 0 to 1000000");
  return static_cast<int32_t>(id);
}

absl::StatusOr<std::vector<TemplatePart>> ReadTemplateParts(const JsonNode& processor, const JsonNode& list,
                                                            const TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  std::vector<TemplatePart> result;
  for (const JsonNode& item : items) {
    TemplatePart part;
    const JsonNode text = item["Sequence"];
    const JsonNode token = text.IsNull() ? item["SpecialToken"] : text;
    ASSIGN_OR_RETURN(const std::string name, token["id"].String());
    ASSIGN_OR_RETURN(part.type_id, ReadTypeId(token["type_id"]));
    if (!text.IsNull()) {
      if (name != "A" && name != "B")
        return text["id"].Invalid(absl::StrCat("is ", base::Quoted(name), ", not A or B"));
      part.kind = name == "A" ? TemplatePart::Kind::kFirst : TemplatePart::Kind::kSecond;
    } else {
      ASSIGN_OR_RETURN(const std::vector<JsonNode> ids, processor["special_tokens"][name]["ids"].Items());
      for (const JsonNode& node : ids) {
        ASSIGN_OR_RETURN(const int32_t id, ReadId(node, parts));
        part.ids.push_back(id);
      }
    }
    result.push_back(std::move(part));
  }
  return result;
}

// Special tokens around the first text. They go around what earlier processors put there.
absl::Status ReadTemplate(const JsonNode& node, TokenizerParts& parts) {
  PostProcessor& processor = parts.post_processor;
  ASSIGN_OR_RETURN(const std::vector<TemplatePart> single, ReadTemplateParts(node, node["single"], parts));
  const auto is_text = [](const TemplatePart& part) { return part.kind != TemplatePart::Kind::kIds; };
  const auto text = std::find_if(single.begin(), single.end(), is_text);
  if (std::count_if(single.begin(), single.end(), is_text) != 1 || text->kind != TemplatePart::Kind::kFirst) {
    return node["single"].Unimplemented("is not supported unless it holds A once");
  }
  TokenIds before, after;
  for (auto part = single.begin(); part != single.end(); ++part) {
    TokenIds& side = part < text ? before : after;
    side.insert(side.end(), part->ids.begin(), part->ids.end());
  }
  processor.single_type_id = text->type_id;
  processor.prefix.insert(processor.prefix.begin(), before.begin(), before.end());
  processor.suffix.insert(processor.suffix.end(), after.begin(), after.end());
  if (!node["pair"].IsNull()) {
    ASSIGN_OR_RETURN(processor.pair, ReadTemplateParts(node, node["pair"], parts));
  }
  return absl::OkStatus();
}

// ["</s>", 2]
absl::StatusOr<int32_t> ReadNamedToken(const JsonNode& node, const TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> items, node.Items());
  if (items.size() != 2) return node.Invalid("must be a token and its id");
  return ReadId(items[1], parts);
}

// RobertaProcessing and BertProcessing.
absl::Status ReadClassifier(const JsonNode& node, bool is_roberta, TokenizerParts& parts) {
  using Kind = TemplatePart::Kind;
  PostProcessor& processor = parts.post_processor;
  ASSIGN_OR_RETURN(const int32_t cls, ReadNamedToken(node["cls"], parts));
  ASSIGN_OR_RETURN(const int32_t sep, ReadNamedToken(node["sep"], parts));
  processor.prefix.insert(processor.prefix.begin(), cls);
  processor.suffix.push_back(sep);
  const TokenIds between = is_roberta ? TokenIds{sep, sep} : TokenIds{sep};
  const int32_t second = is_roberta ? 0 : 1;
  processor.pair = {{Kind::kIds, {cls}, 0},
                    {Kind::kFirst, {}, 0},
                    {Kind::kIds, between, 0},
                    {Kind::kSecond, {}, second},
                    {Kind::kIds, {sep}, second}};
  return absl::OkStatus();
}

absl::Status ReadTrimming(const JsonNode& node, PostProcessor& processor) {
  ASSIGN_OR_RETURN(const bool trims, node["trim_offsets"].BoolOr(true));
  if (!trims) return absl::OkStatus();
  processor.trims_offsets = true;
  ASSIGN_OR_RETURN(processor.add_prefix_space, node["add_prefix_space"].BoolOr(true));
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadPostProcessor(const JsonNode& node, TokenizerParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<JsonNode> steps, Steps(node, "processors"));
  for (const JsonNode& step : steps) {
    ASSIGN_OR_RETURN(const std::string type, step["type"].String());
    if (type == "TemplateProcessing") {
      RETURN_IF_ERROR(ReadTemplate(step, parts));
    } else if (type == "RobertaProcessing" || type == "BertProcessing") {
      RETURN_IF_ERROR(ReadClassifier(step, type == "RobertaProcessing", parts));
    } else if (type != "ByteLevel") {
      return Unsupported(step, type);
    }
    if (type == "ByteLevel" || type == "RobertaProcessing") {
      RETURN_IF_ERROR(ReadTrimming(step, parts.post_processor));
    }
  }
  return absl::OkStatus();
}

}  // namespace lm
