// Any bytes as a regular expression and a text, with a line break between: refused, or its matches are of the text, and
// the work is bounded.
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "evaluation/replies/pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t split = input.find('\n');
  if (split == absl::string_view::npos) return 0;
  const auto pattern = evaluation::Pattern::Compile(input.substr(0, split));
  if (!pattern.ok()) return 0;
  const absl::string_view text = input.substr(split + 1);
  int64_t work = 0;
  const auto matches = pattern->All(text, &work);
  // Between two steps the expression goes over the text once at most.
  SAMI_CHECK(work <= evaluation::Pattern::MaxWork(text.size()) + static_cast<int64_t>(text.size()) + 1) << work;
  if (!matches.ok()) return 0;
  for (const auto& match : *matches) {
    SAMI_CHECK(match.begin <= match.end && match.end <= text.size());
    SAMI_CHECK(match.group_begin <= match.group_end && match.group_end <= text.size());
  }
  return 0;
}
