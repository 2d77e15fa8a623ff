// Lines of a stream, of which none and all together have a limit.
#ifndef ANALYSIS_COMMANDS_LINES_H_
#define ANALYSIS_COMMANDS_LINES_H_

#include <algorithm>
#include <cstdint>
#include <istream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"

namespace analysis {

// Lines without their ends, counted, up to a limit on each and on all: standard input may be without end.
class Lines {
 public:
  Lines(std::istream& in, absl::string_view path) : in_(in), path_(path) {}

  // False at the end, and with status() above a limit.
  bool Next(std::string* line) {
    line->clear();
    bool found = false;
    while (!found && status_.ok()) {
      if (at_ == block_.size() && !Fill()) break;
      const size_t end = std::min(block_.find('\n', at_), block_.size());
      line->append(block_, at_, end - at_);
      found = end < block_.size();
      at_ = found ? end + 1 : end;
      if (line->size() > kMaxLineBytes) status_ = TooLong("a line of more than ", kMaxLineBytes);
    }
    if (!status_.ok() || (!found && line->empty())) return false;
    ++number_;
    if (number_ == 1 && line->compare(0, 3, "\xEF\xBB\xBF") == 0) line->erase(0, 3);  // byte order mark
    if (!line->empty() && line->back() == '\r') line->pop_back();
    return true;
  }

  // What follows.
  absl::StatusOr<std::string> Rest() {
    std::string rest;
    do rest.append(block_, at_);
    while (Fill());
    at_ = block_.size();
    if (!status_.ok()) return status_;
    return rest;
  }

  int64_t number() const { return number_; }
  const absl::Status& status() const { return status_; }

 private:
  static constexpr int64_t kMaxLineBytes = 64 << 20;

  absl::Status TooLong(absl::string_view what, int64_t limit) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": has ", what, limit, " bytes, which is not read"));
  }

  bool Fill() {
    block_.resize(1 << 16);
    in_.read(&block_[0], block_.size());
    block_.resize(in_.gcount());
    at_ = 0;
    bytes_ += block_.size();
    if (bytes_ > base::kMaxFileBytes) status_ = TooLong("more than ", base::kMaxFileBytes);
    return !block_.empty() && status_.ok();
  }

  std::istream& in_;
  const absl::string_view path_;
  std::string block_;
  size_t at_ = 0;  // in the block
  int64_t number_ = 0, bytes_ = 0;
  absl::Status status_;
};

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_LINES_H_
