#include "lm/tokenizer/text/metaspace.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace lm {

void Metaspace::ForEachWord(absl::string_view text, bool at_start,
                            absl::FunctionRef<void(absl::string_view)> use) const {
  std::string marked = absl::StrReplaceAll(text, {{" ", mark}});
  const bool wanted = prepend == Prepend::kAlways || (prepend == Prepend::kFirst && at_start);
  if (wanted && !absl::StartsWith(marked, mark)) marked = absl::StrCat(mark, marked);
  absl::string_view rest = marked;
  while (split && !rest.empty()) {
    const size_t next = rest.find(mark, 1);
    if (next == absl::string_view::npos) break;
    use(rest.substr(0, next));
    rest.remove_prefix(next);
  }
  if (!rest.empty()) use(rest);
}

}  // namespace lm
