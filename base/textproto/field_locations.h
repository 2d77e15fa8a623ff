// Source locations of a message's fields (file, line, column), for error messages.
#ifndef BASE_TEXTPROTO_FIELD_LOCATIONS_H_
#define BASE_TEXTPROTO_FIELD_LOCATIONS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace base {

// A field's path has its elements' indices: "arms[1].sami.training.batch_size". The message itself is "".
class FieldLocations {
 public:
  // Nothing is known but the whole's name, a file say; it may be empty.
  explicit FieldLocations(std::string source = "") : source_(std::move(source)) {}

  // Replaces what was known of the field and of all below it.
  void Set(const std::string& path, std::string where);

  // "spec.textproto:12:5" or "--set seed=1": of the field, or of the nearest field around it that was written.
  std::string Where(absl::string_view path) const;

  // kInvalidArgument "<where>: <path> <what>".
  absl::Status Error(absl::string_view path, absl::string_view what) const;

 private:
  std::string source_;
  std::map<std::string, std::string> places_;
};

// "a.b", or "b" where `path` is empty; and "a.b[2]".
std::string Below(absl::string_view path, absl::string_view name);
std::string Below(absl::string_view path, absl::string_view name, int index);

}  // namespace base

#endif  // BASE_TEXTPROTO_FIELD_LOCATIONS_H_
