// Field descriptions for error messages about a spec: what a field may hold, and which field was perhaps meant.
#ifndef BASE_TEXTPROTO_FIELD_TEXT_H_
#define BASE_TEXTPROTO_FIELD_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace base {

// What one value of the field may be, with its limits (base/textproto/limits.proto):
//   "a whole number from 2 to 16", "a number > 0 and <= 1", "true or false", "one of ADAMW, RMSPROP",
//   "a text in quotes, not empty", "SftConfig { ... }"
std::string Allowed(const google::protobuf::FieldDescriptor& field);

// The message's fields, those that resemble `written` most first: "ExperimentSpec has name, models, seed, ...".
std::string FieldsOf(const google::protobuf::Descriptor& message, absl::string_view written);

}  // namespace base

#endif  // BASE_TEXTPROTO_FIELD_TEXT_H_
