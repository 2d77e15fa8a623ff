#include "base/textproto/limits.h"

#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "base/textproto/field_text.h"
#include "base/textproto/limits.pb.h"

namespace base {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::sami_harness::Limits;

// The value of a numeric field, `index` < 0 for one that is not repeated. Integers beyond 2^53 are rounded, which no
// limit is near to.
double Number(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& get = *message.GetReflection();
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return one ? get.GetDouble(message, &field) : get.GetRepeatedDouble(message, &field, index);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return one ? get.GetFloat(message, &field) : get.GetRepeatedFloat(message, &field, index);
    case FieldDescriptor::CPPTYPE_INT32:
      return one ? get.GetInt32(message, &field) : get.GetRepeatedInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return one ? get.GetInt64(message, &field) : get.GetRepeatedInt64(message, &field, index);
    case FieldDescriptor::CPPTYPE_UINT32:
      return one ? get.GetUInt32(message, &field) : get.GetRepeatedUInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_UINT64:
      return one ? get.GetUInt64(message, &field) : get.GetRepeatedUInt64(message, &field, index);
    default:
      return 0;  // not a number: no limit applies
  }
}

// As few digits as tell the value from others: 1.0000001 must not be reported as 1.
std::string Digits(double value) {
  const std::string few = absl::StrCat(value);
  double same;
  return absl::SimpleAtod(few, &same) && same == value ? few : absl::StrFormat("%.17g", value);
}

bool WithinRange(double value, const Limits& limits) {
  return std::isfinite(value) && (!limits.has_min() || value >= limits.min()) &&
         (!limits.has_max() || value <= limits.max()) && (!limits.has_above() || value > limits.above());
}

absl::Status CheckMessage(const Message& message, const std::string& path, const FieldLocations& locations);

absl::Status CheckValue(const Message& message, const FieldDescriptor& field, int index, const std::string& path,
                        const FieldLocations& locations) {
  const Reflection& get = *message.GetReflection();
  const Limits& limits = field.options().GetExtension(sami_harness::limits);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return CheckMessage(index < 0 ? get.GetMessage(message, &field) : get.GetRepeatedMessage(message, &field, index),
                          path, locations);
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string value =
          index < 0 ? get.GetString(message, &field) : get.GetRepeatedString(message, &field, index);
      if (limits.required() && value.empty()) {
        return locations.Error(path, absl::StrCat("is empty; it must be ", Allowed(field)));
      }
      return absl::OkStatus();
    }
    default: {
      const double value = Number(message, field, index);
      if (WithinRange(value, limits)) return absl::OkStatus();
      return locations.Error(path, absl::StrCat("is ", Digits(value), "; it must be ", Allowed(field)));
    }
  }
}

absl::Status CheckField(const Message& message, const FieldDescriptor& field, const std::string& path,
                        const FieldLocations& locations) {
  const Reflection& get = *message.GetReflection();
  const bool required = field.options().GetExtension(sami_harness::limits).required();
  if (!field.is_repeated()) {
    const std::string field_path = Below(path, field.name());
    if (get.HasField(message, &field)) return CheckValue(message, field, -1, field_path, locations);
    if (!required) return absl::OkStatus();
    return locations.Error(field_path, absl::StrCat("is missing; it must be ", Allowed(field)));
  }
  const int size = get.FieldSize(message, &field);
  if (required && size == 0) {
    return locations.Error(Below(path, field.name()),
                           absl::StrCat("is missing; give at least one, each ", Allowed(field)));
  }
  for (int i = 0; i < size; ++i) {
    RETURN_IF_ERROR(CheckValue(message, field, i, Below(path, field.name(), i), locations));
  }
  return absl::OkStatus();
}

absl::Status CheckMessage(const Message& message, const std::string& path, const FieldLocations& locations) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    RETURN_IF_ERROR(CheckField(message, *message.GetDescriptor()->field(i), path, locations));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLimits(const Message& message, const FieldLocations& locations) {
  return CheckMessage(message, "", locations);
}

}  // namespace base
