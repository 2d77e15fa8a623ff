#include "experiments/spec/json_schema.h"

#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/textproto/limits.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace experiments {
namespace {

using ::base::OrderedJson;
using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::OneofDescriptor;

// What stands above a definition in its file.
template <typename Definition>
void AddDescription(const Definition& definition, OrderedJson* schema) {
  google::protobuf::SourceLocation location;
  if (!definition.GetSourceLocation(&location)) return;
  const std::string text(absl::StripAsciiWhitespace(absl::StrReplaceAll(location.leading_comments, {{"\n", " "}})));
  if (!text.empty()) (*schema)["description"] = absl::StrReplaceAll(text, {{"  ", " "}});
}

OrderedJson Reference(const std::string& name) { return {{"$ref", absl::StrCat("#/$defs/", name)}}; }

OrderedJson EnumSchema(const EnumDescriptor& type) {
  OrderedJson schema;
  schema["enum"] = OrderedJson::array();
  for (int i = 0; i < type.value_count(); ++i) schema["enum"].push_back(type.value(i)->name());
  return schema;
}

OrderedJson ValueSchema(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return {{"type", "boolean"}};
    case FieldDescriptor::CPPTYPE_STRING:
      return {{"type", "string"}};
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return {{"type", "number"}};
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumSchema(*field.enum_type());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Reference(field.message_type()->full_name());
    default:
      return {{"type", "integer"}};
  }
}

void AddLimits(const FieldDescriptor& field, OrderedJson* value) {
  const sami_harness::Limits& limits = field.options().GetExtension(sami_harness::limits);
  const bool is_whole = value->value("type", "") == "integer";  // enumerations have none
  const auto number = [&](double limit) {
    return is_whole ? OrderedJson(static_cast<int64_t>(limit)) : OrderedJson(limit);
  };
  if (limits.has_min()) (*value)["minimum"] = number(limits.min());
  if (limits.has_max()) (*value)["maximum"] = number(limits.max());
  if (limits.has_above()) (*value)["exclusiveMinimum"] = number(limits.above());
  if (limits.required() && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) (*value)["minLength"] = 1;
}

OrderedJson DefaultOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return field.default_value_bool();
    case FieldDescriptor::CPPTYPE_STRING:
      return field.default_value_string();
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return field.default_value_double();
    case FieldDescriptor::CPPTYPE_ENUM:
      return field.default_value_enum()->name();
    case FieldDescriptor::CPPTYPE_UINT64:
      return field.default_value_uint64();
    case FieldDescriptor::CPPTYPE_INT64:
      return field.default_value_int64();
    default:
      return OrderedJson();
  }
}

OrderedJson FieldSchema(const FieldDescriptor& field) {
  OrderedJson value = ValueSchema(field);
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) AddLimits(field, &value);
  OrderedJson schema = field.is_repeated() ? OrderedJson{{"type", "array"}, {"items", value}} : value;
  if (field.is_repeated() && field.options().GetExtension(sami_harness::limits).required()) schema["minItems"] = 1;
  AddDescription(field, &schema);
  if (field.has_default_value()) schema["default"] = DefaultOf(field);
  return schema;
}

// One of the fields, or none of them.
OrderedJson AtMostOne(const OneofDescriptor& choice) {
  OrderedJson given = OrderedJson::array();
  for (int i = 0; i < choice.field_count(); ++i) {
    given.push_back({{"required", OrderedJson::array({choice.field(i)->name()})}});
  }
  OrderedJson cases = given;
  cases.push_back({{"not", {{"anyOf", given}}}});
  return {{"oneOf", cases}};
}

OrderedJson MessageSchema(const Descriptor& message, std::vector<const Descriptor*>* needed) {
  OrderedJson schema;
  AddDescription(message, &schema);
  schema["type"] = "object";
  schema["additionalProperties"] = false;
  schema["properties"] = OrderedJson::object();
  OrderedJson required = OrderedJson::array();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    schema["properties"][field.name()] = FieldSchema(field);
    if (field.options().GetExtension(sami_harness::limits).required()) required.push_back(field.name());
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) needed->push_back(field.message_type());
  }
  if (!required.empty()) schema["required"] = required;
  for (int i = 0; i < message.oneof_decl_count(); ++i) schema["allOf"].push_back(AtMostOne(*message.oneof_decl(i)));
  return schema;
}

}  // namespace

absl::StatusOr<OrderedJson> JsonSchema(absl::string_view descriptors, const std::string& message) {
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromArray(descriptors.data(), static_cast<int>(descriptors.size()))) {
    return absl::InvalidArgumentError("this is no set of Protobuf descriptors");
  }
  google::protobuf::DescriptorPool pool;
  for (const google::protobuf::FileDescriptorProto& file : files.file()) pool.BuildFile(file);
  const Descriptor* const root = pool.FindMessageTypeByName(message);
  if (root == nullptr) return absl::InvalidArgumentError(absl::StrCat("the descriptors have no message ", message));
  OrderedJson schema;
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = root->name();
  schema.update(Reference(root->full_name()));
  std::vector<const Descriptor*> needed = {root};
  std::set<const Descriptor*> defined;
  while (!needed.empty()) {
    const Descriptor* const next = needed.back();
    needed.pop_back();
    if (!defined.insert(next).second) continue;
    schema["$defs"][next->full_name()] = MessageSchema(*next, &needed);
  }
  return schema;
}

}  // namespace experiments
