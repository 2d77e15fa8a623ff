// A user's regular expression for verdicts, in Perl's syntax (PCRE2), with bounded work.
#ifndef EVALUATION_REPLIES_PATTERN_H_
#define EVALUATION_REPLIES_PATTERN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct pcre2_real_code_8;

namespace evaluation {

// Immutable and thread-safe. ^ and $ are a line's; a byte that is no UTF-8 is matched as U+001A.
class Pattern {
 public:
  // kInvalidArgument with the place of a syntax error.
  static absl::StatusOr<Pattern> Compile(absl::string_view pattern);

  // Bytes of the text.
  struct Match {
    size_t begin = 0, end = 0;
    // Of the group named "verdict", else of the first group, else of the whole match.
    size_t group_begin = 0, group_end = 0;
  };

  // All matches, which are sought from the left, each from the end of the one before. kResourceExhausted where there
  // are more than kMaxMatches, or finding them takes more than MaxWork: characters that the expression goes over, each
  // as often as it does, and steps of it. `work`, if given, is set.
  absl::StatusOr<std::vector<Match>> All(absl::string_view text, int64_t* work = nullptr) const;

  static constexpr size_t kMaxMatches = 100000;

  static int64_t MaxWork(size_t bytes) { return 1000000 + 100 * static_cast<int64_t>(bytes); }

 private:
  Pattern() = default;

  std::shared_ptr<const pcre2_real_code_8> code_;
  size_t group_ = 0;
};

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_PATTERN_H_
