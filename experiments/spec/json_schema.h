// JSON Schema of a Protobuf message, for editors: of the JSON form that a spec may have instead of text format.
#ifndef EXPERIMENTS_SPEC_JSON_SCHEMA_H_
#define EXPERIMENTS_SPEC_JSON_SCHEMA_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace experiments {

// By draft 2020-12: every field by its name in the proto, with its comment, default, enumeration and limits; of a oneof
// at most one; nothing else.
//   descriptors: a FileDescriptorSet with imports and comments (descriptor.bzl)
//   message: its full name, "sami_harness.ExperimentSpec"
// kInvalidArgument when it is no such set, or has no such message.
absl::StatusOr<base::OrderedJson> JsonSchema(absl::string_view descriptors, const std::string& message);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_JSON_SCHEMA_H_
