// Validation of any message against the limits that its fields declare (base/textproto/limits.proto).
#ifndef BASE_TEXTPROTO_LIMITS_H_
#define BASE_TEXTPROTO_LIMITS_H_

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "google/protobuf/message.h"

namespace base {

// kInvalidArgument for the first field, in the order of declaration, that is missing, out of range or not finite:
//   "spec.textproto:9:3: data[0].constitutions_per_query is 1; it must be a whole number from 2 to 16"
// Limits of a sub-message hold only where it is present.
absl::Status CheckLimits(const google::protobuf::Message& message, const FieldLocations& locations);

}  // namespace base

#endif  // BASE_TEXTPROTO_LIMITS_H_
