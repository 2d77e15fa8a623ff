// Overrides: single fields of a message, set on the command line.
//
//   --set arms[sami].sami.training.optimizer.learning_rate=2e-5
#ifndef BASE_TEXTPROTO_OVERRIDES_H_
#define BASE_TEXTPROTO_OVERRIDES_H_

#include <string>

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "google/protobuf/message.h"

namespace base {

// Applies one "path=value".
//
// The path's steps are field names, joined by '.'; an element of a repeated field is chosen by [index] from 0, or by
// [name] where elements have a field `name`. Sub-messages on the way that are absent are made, except members of a
// oneof: arms[x].dpo.beta is an error where arm x has another method.
//
// The value is in text format, and replaces the field: 3, true, RMSPROP, "a text", [PRINCIPLE, CONTENT], { epochs: 2 }.
// A text may go without its quotes.
//
// kInvalidArgument "--set path=value: step, what is wrong with it, and what exists there"; *message is then unchanged.
// Afterwards *locations names "--set path=value" as the field's place.
absl::Status ApplyOverride(const std::string& assignment, google::protobuf::Message* message,
                           FieldLocations* locations);

}  // namespace base

#endif  // BASE_TEXTPROTO_OVERRIDES_H_
