#include "base/textproto/overrides.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "base/textproto/field_text.h"
#include "base/textproto/text_proto.h"

namespace base {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::OneofDescriptor;
using ::google::protobuf::Reflection;

// One step of a path: "arms[sami]".
struct Step {
  std::string field;
  bool has_key = false;
  std::string key;
};

// "a[b.c].d" -> a[b.c], d.
absl::StatusOr<std::vector<Step>> ParsePath(absl::string_view path) {
  std::vector<Step> steps;
  for (bool more = true; more;) {
    Step step;
    size_t end = path.find_first_of(".[");
    step.field = std::string(path.substr(0, end));
    path = end == absl::string_view::npos ? "" : path.substr(end);
    if (absl::ConsumePrefix(&path, "[")) {
      end = path.find(']');
      if (end == absl::string_view::npos) return absl::InvalidArgumentError("a ']' is missing in the path");
      step.has_key = true;
      step.key = std::string(path.substr(0, end));
      path = path.substr(end + 1);
    }
    more = absl::ConsumePrefix(&path, ".");
    if (step.field.empty() || (!more && !path.empty())) {
      return absl::InvalidArgumentError("the path must be like field.field[index].field");
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

const FieldDescriptor* NameField(const FieldDescriptor& repeated) {
  if (repeated.message_type() == nullptr) return nullptr;
  const FieldDescriptor* name = repeated.message_type()->FindFieldByName("name");
  const bool is_text = name != nullptr && !name->is_repeated() && name->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  return is_text ? name : nullptr;
}

std::string ElementName(const Message& message, const FieldDescriptor& field, int index) {
  const FieldDescriptor* name = NameField(field);
  if (name == nullptr) return "";
  const Message& element = message.GetReflection()->GetRepeatedMessage(message, &field, index);
  return element.GetReflection()->GetString(element, name);
}

// "arms[sft], arms[sami]", or "judges[0], judges[1]", or "there are no judges".
std::string Elements(const Message& message, const FieldDescriptor& field) {
  const int size = message.GetReflection()->FieldSize(message, &field);
  if (size == 0) return absl::StrCat("there are no ", field.name());
  std::vector<std::string> keys;
  for (int i = 0; i < size; ++i) {
    const std::string name = ElementName(message, field, i);
    keys.push_back(absl::StrCat(field.name(), "[", name.empty() ? absl::StrCat(i) : name, "]"));
  }
  return absl::StrCat("there are ", absl::StrJoin(keys, ", "));
}

// The element that a step's key chooses.
absl::StatusOr<int> FindElement(const Message& message, const FieldDescriptor& field, const Step& step) {
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    if (!step.key.empty() && ElementName(message, field, i) == step.key) return i;
  }
  int index;
  if (absl::SimpleAtoi(step.key, &index) && index >= 0 && index < size) return index;
  return absl::InvalidArgumentError(
      absl::StrCat("there is no ", step.field, "[", step.key, "]; ", Elements(message, field)));
}

// A place in the message that a path leads to.
struct Target {
  Message* parent;
  const FieldDescriptor* field;
  int index;         // < 0: the whole field
  std::string path;  // with indices
};

absl::StatusOr<Target> TakeStep(Message* parent, const std::string& parent_path, const Step& step) {
  const FieldDescriptor* field = parent->GetDescriptor()->FindFieldByName(step.field);
  if (field == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no field \"", step.field, "\"; ", FieldsOf(*parent->GetDescriptor(), step.field)));
  }
  if (!step.has_key) return Target{parent, field, -1, Below(parent_path, step.field)};
  if (!field->is_repeated()) {
    return absl::InvalidArgumentError(absl::StrCat(step.field, " is not a list; write it without [", step.key, "]"));
  }
  ASSIGN_OR_RETURN(const int index, FindElement(*parent, *field, step));
  return Target{parent, field, index, Below(parent_path, step.field, index)};
}

// The message at a target that is not the path's end.
absl::StatusOr<Message*> Enter(const Target& at) {
  const FieldDescriptor& field = *at.field;
  const Reflection& reflection = *at.parent->GetReflection();
  if (field.message_type() == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(field.name(), " is ", Allowed(field), ": it has no fields"));
  }
  if (at.index >= 0) return reflection.MutableRepeatedMessage(at.parent, &field, at.index);
  if (field.is_repeated()) {
    return absl::InvalidArgumentError(absl::StrCat("say which of ", field.name(), "; ", Elements(*at.parent, field)));
  }
  const OneofDescriptor* oneof = field.real_containing_oneof();
  if (oneof != nullptr && !reflection.HasField(*at.parent, &field)) {
    const FieldDescriptor* present = reflection.GetOneofFieldDescriptor(*at.parent, oneof);
    return absl::InvalidArgumentError(absl::StrCat(field.name(), " is not set; ", oneof->name(), " is ",
                                                   present == nullptr ? "not" : present->name(),
                                                   present == nullptr ? " set either" : ""));
  }
  return reflection.MutableMessage(at.parent, &field);
}

// The value as text format, whatever quotes it lacks.
std::string ValueText(const Target& at, absl::string_view value) {
  const bool is_text = at.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  const bool is_list = at.field->is_repeated() && at.index < 0 && absl::string_view(value).substr(0, 1) == "[";
  const bool is_quoted = !value.empty() && (value[0] == '"' || value[0] == '\'');
  return is_text && !is_list && !is_quoted ? absl::StrCat("\"", absl::CEscape(value), "\"") : std::string(value);
}

absl::Status Assign(const Target& at, absl::string_view value) {
  const Reflection& reflection = *at.parent->GetReflection();
  const std::unique_ptr<Message> scratch(at.parent->New());
  RETURN_IF_ERROR(
      ParseTextProto(absl::StrCat(at.field->name(), ": ", ValueText(at, value)), /*source=*/"", scratch.get()));
  // More fields than this one: a value like `3 seed: 1`.
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(*scratch, &set);
  const int size = at.field->is_repeated() ? reflection.FieldSize(*scratch, at.field) : 1;
  const bool one_field = set.empty() ? size == 0 : set.size() == 1 && set[0] == at.field;
  if (!one_field || (at.index >= 0 && size != 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the value must be one value of ", at.field->name(), ", ", Allowed(*at.field)));
  }
  if (at.index < 0) reflection.ClearField(at.parent, at.field);
  at.parent->MergeFrom(*scratch);
  if (at.index >= 0) {
    const int last = reflection.FieldSize(*at.parent, at.field) - 1;
    reflection.SwapElements(at.parent, at.field, at.index, last);
    reflection.RemoveLast(at.parent, at.field);
  }
  return absl::OkStatus();
}

// Returns the path, with indices, of what was set.
absl::StatusOr<std::string> Apply(absl::string_view path, absl::string_view value, Message* message) {
  ASSIGN_OR_RETURN(const std::vector<Step> steps, ParsePath(path));
  Message* parent = message;
  std::string parent_path;
  for (size_t i = 0;; ++i) {
    ASSIGN_OR_RETURN(const Target at, TakeStep(parent, parent_path, steps[i]));
    if (i + 1 == steps.size()) {
      RETURN_IF_ERROR(Assign(at, value));
      return at.path;
    }
    ASSIGN_OR_RETURN(parent, Enter(at));
    parent_path = at.path;
  }
}

}  // namespace

absl::Status ApplyOverride(const std::string& assignment, Message* message, FieldLocations* locations) {
  const std::string where = absl::StrCat("--set ", assignment);
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": there is no '='; it must be like seed=7"));
  }
  const absl::string_view text = assignment;
  // A copy, so that an error leaves the message as it was.
  const std::unique_ptr<Message> changed(message->New());
  changed->CopyFrom(*message);
  absl::StatusOr<std::string> path = Apply(text.substr(0, equals), text.substr(equals + 1), changed.get());
  if (!path.ok()) return base::Annotate(path.status(), where);
  message->GetReflection()->Swap(message, changed.get());
  locations->Set(*path, where);
  return absl::OkStatus();
}

}  // namespace base
