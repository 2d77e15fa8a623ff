#include "lm/endpoint/api/one_line.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {

std::string OneLine(absl::string_view text, absl::string_view secret, size_t max_bytes) {
  // The secret goes before anything is cut: half of it would not be found.
  std::string open(text);
  if (!secret.empty()) open = absl::StrReplaceAll(open, {{secret, "***"}});
  const std::string line = base::OneLine(ReplaceBrokenUtf8(open));
  if (line.size() <= max_bytes) return line;
  return absl::StrCat(line.substr(0, WellFormedPrefixSize(line.substr(0, max_bytes))), "...");
}

}  // namespace lm
