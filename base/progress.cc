#include "base/progress.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace base {
namespace {

std::atomic<bool> quiet{false};

constexpr absl::Duration kSilent = absl::Seconds(2);
constexpr absl::Duration kTerminalInterval = absl::Milliseconds(200);
constexpr absl::Duration kPlainInterval = absl::Seconds(5);

}  // namespace

Progress::Progress(std::string name, int64_t total, std::string unit)
    : name_(std::move(name)),
      total_(total),
      unit_(std::move(unit)),
      start_(absl::Now()),
      terminal_(isatty(STDERR_FILENO)),
      shown_(start_) {}

Progress::~Progress() {
  const absl::Duration elapsed = absl::Now() - start_;
  if (quiet || elapsed < kSilent) return;
  const std::string line =
      absl::StrFormat("%s: %d %s in %s, %.1f %s/s%s%s", name_, done_, unit_, HumanDuration(elapsed),
                      done_ / absl::ToDoubleSeconds(elapsed), unit_, detail_.empty() ? "" : ", ", detail_);
  std::fprintf(stderr, terminal_ ? "\r\033[K%s\n" : "%s\n", line.c_str());
}

void Progress::Add(int64_t count, absl::string_view detail) {
  std::lock_guard<std::mutex> lock(mutex_);
  done_ += count;
  detail_ = std::string(detail);
  const absl::Time now = absl::Now();
  if (now - start_ >= kSilent && now - shown_ >= (terminal_ ? kTerminalInterval : kPlainInterval)) Show(now);
}

void Progress::SetQuiet(bool value) { quiet = value; }

std::string Progress::Line(absl::Duration elapsed) const {
  const double rate = done_ / absl::ToDoubleSeconds(elapsed);
  std::string line = absl::StrCat(name_, ": ", done_);
  if (total_ > 0) absl::StrAppend(&line, "/", total_);
  absl::StrAppend(&line, " ", unit_);
  if (total_ > 0) absl::StrAppendFormat(&line, " (%d%%)", 100 * done_ / total_);
  absl::StrAppendFormat(&line, ", %.1f %s/s", rate, unit_);
  if (total_ > done_ && rate > 0) {
    absl::StrAppend(&line, ", ", HumanDuration(absl::Seconds((total_ - done_) / rate)), " left");
  }
  if (!detail_.empty()) absl::StrAppend(&line, ", ", detail_);
  return line;
}

void Progress::Show(absl::Time now) {
  shown_ = now;
  if (quiet) return;
  std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", Line(now - start_).c_str());
  std::fflush(stderr);
}

std::string HumanDuration(absl::Duration duration) {
  const double seconds = absl::ToDoubleSeconds(duration);
  const int64_t whole = static_cast<int64_t>(seconds + 0.5);
  if (seconds < 1) return absl::StrFormat("%.0f ms", seconds * 1000);
  if (whole < 60) return absl::StrFormat("%d s", whole);
  if (whole < 3600) return absl::StrFormat("%d min %d s", whole / 60, whole % 60);
  return absl::StrFormat("%d h %d min", whole / 3600, whole % 3600 / 60);
}

}  // namespace base
