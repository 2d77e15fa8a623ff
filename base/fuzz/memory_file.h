// A file in memory for fuzz tests of readers that take a path.
#ifndef BASE_FUZZ_MEMORY_FILE_H_
#define BASE_FUZZ_MEMORY_FILE_H_

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/check.h"

namespace base {

// The path of a file that holds `text`. The next call, of the same thread, writes over it.
inline std::string MemoryFile(absl::string_view text) {
  thread_local const int file = memfd_create("fuzz", 0);
  SAMI_CHECK(file >= 0 && ftruncate(file, 0) == 0);
  SAMI_CHECK(pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  return absl::StrCat("/proc/self/fd/", file);
}

}  // namespace base

#endif  // BASE_FUZZ_MEMORY_FILE_H_
