// What reading and writing of safetensors files share.
#ifndef LM_CHECKPOINT_SAFETENSORS_LAYOUT_H_
#define LM_CHECKPOINT_SAFETENSORS_LAYOUT_H_

#include <cstddef>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace lm {

inline constexpr size_t kLengthBytes = 8;  // before the header: its length
inline constexpr char kMetadataKey[] = "__metadata__";

// A name from a file, fit for one line of a terminal.
inline std::string Quoted(absl::string_view name) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(name.substr(0, 200)), "\"");
}

}  // namespace lm

#endif  // LM_CHECKPOINT_SAFETENSORS_LAYOUT_H_
