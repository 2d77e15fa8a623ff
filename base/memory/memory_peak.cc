#include "base/memory/memory_peak.h"

#include <malloc.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"

namespace base {
namespace {

constexpr int64_t kSlack = 1 << 20;  // pages that are taken while it is asked

// What /proc/self/status says, in bytes.
int64_t ProcessBytes(absl::string_view key) {
  const absl::StatusOr<std::string> status = ReadFile("/proc/self/status");
  SAMI_CHECK(status.ok()) << status.status();
  const size_t at = status->find(absl::StrCat(key, ":"));
  SAMI_CHECK(at != std::string::npos) << key;
  return 1024 * std::atoll(status->c_str() + at + key.size() + 1);
}

}  // namespace

MemoryPeak::MemoryPeak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
  before_ = ProcessBytes("VmRSS");
  is_exact_ = ProcessBytes("VmHWM") < before_ + kSlack;
}

int64_t MemoryPeak::bytes() const { return ProcessBytes("VmHWM") - before_; }

}  // namespace base
