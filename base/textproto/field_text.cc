#include "base/textproto/field_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "base/textproto/limits.pb.h"

namespace base {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;

// " from 2 to 16", " > 0 and <= 1", " >= 1" or "".
std::string Range(const sami_harness::Limits& limits) {
  if (limits.has_min() && limits.has_max() && !limits.has_above()) {
    return absl::StrCat(" from ", limits.min(), " to ", limits.max());
  }
  std::vector<std::string> bounds;
  if (limits.has_min()) bounds.push_back(absl::StrCat(">= ", limits.min()));
  if (limits.has_above()) bounds.push_back(absl::StrCat("> ", limits.above()));
  if (limits.has_max()) bounds.push_back(absl::StrCat("<= ", limits.max()));
  return bounds.empty() ? "" : absl::StrCat(" ", absl::StrJoin(bounds, " and "));
}

std::string Values(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  return absl::StrJoin(names, ", ");
}

}  // namespace

std::string Allowed(const FieldDescriptor& field) {
  const sami_harness::Limits& limits = field.options().GetExtension(sami_harness::limits);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat("one of ", Values(*field.enum_type()));
    case FieldDescriptor::CPPTYPE_STRING:
      return limits.required() ? "a text in quotes, not empty" : "a text in quotes";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return absl::StrCat(field.message_type()->name(), " { ... }");
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return absl::StrCat("a number", Range(limits));
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64: {
      const std::string range = Range(limits);
      return absl::StrCat("a whole number", range.empty() ? " >= 0" : range);
    }
    default:
      return absl::StrCat("a whole number", Range(limits));
  }
}

std::string FieldsOf(const Descriptor& message, absl::string_view written) {
  std::vector<std::pair<int64_t, std::string>> names;
  for (int i = 0; i < message.field_count(); ++i) {
    names.emplace_back(base::EditDistance(written, message.field(i)->name()), message.field(i)->name());
  }
  std::stable_sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return absl::StrCat(message.name(), " has ", absl::StrJoin(names, ", ", [](std::string* out, const auto& name) {
                        absl::StrAppend(out, name.second);
                      }));
}

}  // namespace base
