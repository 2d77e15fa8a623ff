// Reader of Protobuf's text format, with errors that say where, what, and what is allowed there:
//
//   spec.textproto:7:5: models[0] has no field "foldr"; Model has folder, name
#ifndef BASE_TEXTPROTO_TEXT_PROTO_H_
#define BASE_TEXTPROTO_TEXT_PROTO_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/textproto/field_locations.h"
#include "google/protobuf/message.h"

namespace base {

// Replaces *message, and *locations if given. `source` names the text in errors and locations; where it is empty,
// errors name no place. Lines and columns count from 1. kInvalidArgument for the first thing wrong with the text, and
// for more than kMaxNesting (base/jsonl.h) messages in one another. Limits are not looked at (limits.h).
absl::Status ParseTextProto(absl::string_view text, const std::string& source, google::protobuf::Message* message,
                            FieldLocations* locations = nullptr);

// What a person writes or a run records is far below.
inline constexpr int64_t kMaxTextProtoBytes = int64_t{64} << 20;

// The same from a file of at most kMaxTextProtoBytes. Errors as base::ReadFile's.
absl::Status ReadTextProto(const std::string& path, google::protobuf::Message* message,
                           FieldLocations* locations = nullptr);

// Replaces *message by what this program knows of a text that another version wrote: fields that it does not know are
// passed over. False where the text has an error, such as an unknown value of an enumeration; what came before it is
// kept. Safe on hostile texts.
bool ParseKnownFields(absl::string_view text, google::protobuf::Message* message);

// Deterministic, one field a line, UTF-8; ParseTextProto reads it back to the same message.
std::string PrintTextProto(const google::protobuf::Message& message);

}  // namespace base

#endif  // BASE_TEXTPROTO_TEXT_PROTO_H_
