#include "base/textproto/canonical.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/textproto/limits.pb.h"

namespace base {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

bool HasRequiredField(const Descriptor& message) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->options().GetExtension(sami_harness::limits).required()) return true;
  }
  return false;
}

// An unset field reads as its default; setting it to what it reads makes it present.
void SetToItself(Message* message, const FieldDescriptor& field) {
  const Reflection& r = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return r.SetInt32(message, &field, r.GetInt32(*message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return r.SetInt64(message, &field, r.GetInt64(*message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return r.SetUInt32(message, &field, r.GetUInt32(*message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return r.SetUInt64(message, &field, r.GetUInt64(*message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return r.SetDouble(message, &field, r.GetDouble(*message, &field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return r.SetFloat(message, &field, r.GetFloat(*message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return r.SetBool(message, &field, r.GetBool(*message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return r.SetEnum(message, &field, r.GetEnum(*message, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return r.SetString(message, &field, r.GetString(*message, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return;
  }
}

void FillScalar(Message* message, const FieldDescriptor& field) {
  const Reflection& reflection = *message->GetReflection();
  if (field.has_default_value()) {
    SetToItself(message, field);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && reflection.GetString(*message, &field).empty()) {
    reflection.ClearField(message, &field);
  }
}

void FillSubMessage(Message* message, const FieldDescriptor& field) {
  const Reflection& reflection = *message->GetReflection();
  const bool can_be_made = field.real_containing_oneof() == nullptr && !HasRequiredField(*field.message_type());
  if (reflection.HasField(*message, &field) || can_be_made) FillDefaults(reflection.MutableMessage(message, &field));
}

// Calls `use` with each field that is a place, and the message that has it.
void ForEachPlace(Message* message, absl::FunctionRef<void(Message*, const FieldDescriptor*)> use) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(*message, &present);
  for (const FieldDescriptor* field : present) {
    if (field->options().GetExtension(sami_harness::limits).place()) {
      use(message, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        ForEachPlace(reflection.MutableRepeatedMessage(message, field, i), use);
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      ForEachPlace(reflection.MutableMessage(message, field), use);
    }
  }
}

}  // namespace

void FillDefaults(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message->GetDescriptor()->field(i);
    const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!field.is_repeated()) {
      is_message ? FillSubMessage(message, field) : FillScalar(message, field);
    } else if (is_message) {
      for (int j = 0; j < reflection.FieldSize(*message, &field); ++j) {
        FillDefaults(reflection.MutableRepeatedMessage(message, &field, j));
      }
    }
  }
}

void RemovePlaces(Message* message) {
  ForEachPlace(message, [](Message* holder, const FieldDescriptor* field) {
    holder->GetReflection()->ClearField(holder, field);
  });
}

void MovePlaces(Message* message, absl::FunctionRef<std::string(const std::string&)> moved) {
  ForEachPlace(message, [&](Message* holder, const FieldDescriptor* field) {
    const Reflection& reflection = *holder->GetReflection();
    reflection.SetString(holder, field, moved(reflection.GetString(*holder, field)));
  });
}

std::string RunId(absl::string_view canonical_spec, const std::map<std::string, std::string>& inputs,
                  int64_t results_version) {
  std::string text = absl::StrCat("sami_harness run\nresults_version: ", results_version, "\n");
  for (const auto& [name, hash] : inputs) absl::StrAppend(&text, "input: ", hash, " ", absl::CEscape(name), "\n");
  absl::StrAppend(&text, "spec:\n", canonical_spec);
  return base::Sha256Hex(text);
}

}  // namespace base
