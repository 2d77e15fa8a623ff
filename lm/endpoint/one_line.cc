#include "lm/endpoint/one_line.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {

std::string OneLine(absl::string_view text, absl::string_view secret, size_t max_bytes) {
  // The secret goes before anything is cut: half of it would not be found.
  std::string open(text);
  if (!secret.empty()) open = absl::StrReplaceAll(open, {{secret, "***"}});
  std::string line;
  for (const char c : ReplaceBrokenUtf8(open)) {
    const bool is_space = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  if (line.size() <= max_bytes) return line;
  return absl::StrCat(line.substr(0, WellFormedPrefixSize(line.substr(0, max_bytes))), "...");
}

}  // namespace lm
