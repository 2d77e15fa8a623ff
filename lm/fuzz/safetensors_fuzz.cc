// Any bytes as a .safetensors file: refused in one line, or read as tensors that tile the data and survive a rewriting.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/one_line_error.h"
#include "lm/checkpoint/safetensors.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace lm {
namespace {

constexpr size_t kLengthBytes = 8;

// A file in memory, which has a path all the same.
class MemoryFile {
 public:
  explicit MemoryFile(absl::string_view content) : fd_(memfd_create("safetensors", MFD_CLOEXEC)) {
    SAMI_CHECK(fd_ >= 0 && write(fd_, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(fd_); }
  std::string path() const { return absl::StrCat("/proc/self/fd/", fd_); }

 private:
  int fd_;
};

uint64_t HeaderLength(absl::string_view file) {
  uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  return length;
}

void CheckSame(const SafetensorsFile& file, const SafetensorsFile& copy) {
  SAMI_CHECK(file.metadata() == copy.metadata());
  SAMI_CHECK(file.tensors().size() == copy.tensors().size());
  for (const TensorView& tensor : file.tensors()) {
    const TensorView* other = copy.Find(tensor.name);
    SAMI_CHECK(other != nullptr && other->dtype == tensor.dtype && other->shape == tensor.shape &&
               other->bytes == tensor.bytes)
        << tensor.name;
  }
}

void TestFile(absl::string_view content) {
  const MemoryFile on_disk(content);
  const auto file = SafetensorsFile::Open(on_disk.path());
  if (!file.ok()) return base::CheckOneLineError(file.status(), on_disk.path());
  size_t bytes = kLengthBytes + HeaderLength(content);
  for (const TensorView& tensor : file->tensors()) {
    SAMI_CHECK(tensor.bytes == content.substr(bytes, tensor.bytes.size())) << tensor.name;
    SAMI_CHECK(ByteCount(tensor.shape, tensor.dtype) == static_cast<int64_t>(tensor.bytes.size())) << tensor.name;
    bytes += tensor.bytes.size();
  }
  SAMI_CHECK(bytes == content.size());
  const MemoryFile rewritten(SafetensorsBytes(file->tensors(), file->metadata()));
  const auto copy = SafetensorsFile::Open(rewritten.path());
  SAMI_CHECK(copy.ok()) << copy.status().ToString();
  CheckSame(*file, *copy);
}

// What inputs that are too short to be a file are replaced by.
std::string ExampleFile(unsigned seed) {
  const std::string data(48, '\x01');
  const absl::string_view bytes = data;
  switch (seed % 3) {
    case 0:
      return SafetensorsBytes({{"w", DType::kF32, {2, 3}, bytes.substr(0, 24)}}, {{"format", "pt"}});
    case 1:
      return SafetensorsBytes({{"scalar", DType::kF64, {}, bytes.substr(0, 8)},
                               {"empty", DType::kI32, {0, 5}, ""},
                               {"half", DType::kBF16, {2, 2}, bytes.substr(0, 8)},
                               {"flag", DType::kBool, {3}, bytes.substr(0, 3)}});
    default:
      return SafetensorsBytes({});
  }
}

// Mutates the header, the data or the length alone, or all bytes alike. Without the first two nearly every mutation
// would only shift the border between header and data.
size_t Mutate(uint8_t* buffer, size_t size, size_t max_size, unsigned seed) {
  std::string file(reinterpret_cast<const char*>(buffer), size);
  if (size < kLengthBytes || HeaderLength(file) > size - kLengthBytes) {
    if (seed % 4 != 0) file = ExampleFile(seed / 4);
  }
  if (seed % 4 != 3 && file.size() >= kLengthBytes && HeaderLength(file) <= file.size() - kLengthBytes &&
      file.size() < max_size) {
    const size_t header_bytes = HeaderLength(file);
    std::string header = file.substr(kLengthBytes, header_bytes), data = file.substr(kLengthBytes + header_bytes);
    std::string& part = seed % 4 == 2 ? data : header;
    const size_t before = part.size(), room = max_size - file.size();
    part.resize(before + room);
    part.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(&part[0]), before, part.size()));
    const uint64_t length = header.size();
    file = absl::StrCat(absl::string_view(reinterpret_cast<const char*>(&length), kLengthBytes), header, data);
    std::memcpy(buffer, file.data(), file.size());
    return file.size();
  }
  const size_t kept = std::min(file.size(), max_size);
  std::memcpy(buffer, file.data(), kept);
  return LLVMFuzzerMutate(buffer, kept, max_size);
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::TestFile(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  return lm::Mutate(data, size, max_size, seed);
}
