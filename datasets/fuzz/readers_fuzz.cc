// Any bytes as a data file, for the reader that the last byte chooses: refused in one line that names the file, or read
// as promised.
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/fuzz/memory_file.h"
#include "datasets/fuzz/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const int readers = datasets::NumReaders();
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  datasets::ReadAndCheck(data[size - 1] % readers, base::MemoryFile(text));
  return 0;
}
