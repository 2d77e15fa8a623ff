#include "lm/tokenizer/json/json_node.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"

namespace lm {
namespace {

const base::Json& Null() {
  static const base::Json& null = *new base::Json();
  return null;
}

}  // namespace

JsonNode JsonNode::operator[](absl::string_view key) const {
  const std::string name(key);
  const base::Json* member = &Null();
  if (value_->is_object()) {
    const auto found = value_->find(name);
    if (found != value_->end()) member = &*found;
  }
  return JsonNode(member, where_, path_.empty() ? name : absl::StrCat(path_, ".", name));
}

absl::StatusOr<std::string> JsonNode::String() const {
  if (!value_->is_string()) return WrongType("a string");
  return value_->get<std::string>();
}

absl::StatusOr<int64_t> JsonNode::Int() const {
  if (!value_->is_number_integer()) return WrongType("an integer");
  return value_->get<int64_t>();
}

absl::StatusOr<bool> JsonNode::BoolOr(bool if_null) const {
  if (IsNull()) return if_null;
  if (!value_->is_boolean()) return WrongType("true or false");
  return value_->get<bool>();
}

absl::StatusOr<std::vector<JsonNode>> JsonNode::Items() const {
  if (!value_->is_array()) return WrongType("a list");
  std::vector<JsonNode> items;
  items.reserve(value_->size());
  for (size_t i = 0; i < value_->size(); ++i) {
    items.push_back(JsonNode(&(*value_)[i], where_, absl::StrCat(path_, "[", i, "]")));
  }
  return items;
}

absl::Status JsonNode::Invalid(absl::string_view message) const { return absl::InvalidArgumentError(Message(message)); }

absl::Status JsonNode::Unimplemented(absl::string_view message) const {
  return absl::UnimplementedError(Message(message));
}

absl::Status JsonNode::WrongType(absl::string_view expected) const {
  return Invalid(absl::StrCat("must be ", expected, ", not ", IsNull() ? "null or missing" : value_->type_name()));
}

// Whatever of the file is in it, a message is one line that a terminal shows and does not obey.
std::string JsonNode::Message(absl::string_view message) const {
  const std::string line = absl::StrReplaceAll(base::Printable(message), {{"\n", "\\n"}});
  return absl::StrCat(where_, ": ", path_, path_.empty() ? "" : " ", line);
}

}  // namespace lm
