// The canonical form of a message, and the run id that is made of it.
#ifndef BASE_TEXTPROTO_CANONICAL_H_
#define BASE_TEXTPROTO_CANONICAL_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace base {

// Writes down what a message leaves unsaid, so that two messages that mean the same are equal:
//   - a scalar that is absent gets the default that its declaration names; without such a default it stays absent;
//   - an empty text whose declaration names no default becomes absent;
//   - a sub-message that is absent is made, unless it is a member of a oneof or has a field that is required
//     (base/textproto/limits.proto).
// Idempotent.
void FillDefaults(google::protobuf::Message* message);

// Removes every field that is declared a place (base/textproto/limits.proto), in sub-messages too: what is left is what
// an id is made of.
void RemovePlaces(google::protobuf::Message* message);

// Replaces the text of every field that is declared a place, in sub-messages too, by what `moved` makes of it.
void MovePlaces(google::protobuf::Message* message, absl::FunctionRef<std::string(const std::string&)> moved);

// SHA-256, in hexadecimal, of these lines, each ended by "\n":
//   sami_harness run
//   results_version: <results_version>
//   input: <hash> <name>                  one line an input, ordered by name; C-escaped
//   spec:
//   <canonical_spec>                      PrintTextProto of the spec after FillDefaults and RemovePlaces; ends with its
//                                         own "\n"
// `inputs` maps what the run reads (a data file, a model folder, a constitution file) to the hash of its content. The
// name should say the role ("model"), so that a file that is moved does not rename the run.
std::string RunId(absl::string_view canonical_spec, const std::map<std::string, std::string>& inputs,
                  int64_t results_version);

}  // namespace base

#endif  // BASE_TEXTPROTO_CANONICAL_H_
