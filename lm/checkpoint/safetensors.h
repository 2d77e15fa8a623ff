// Safetensors files: tensors on disk in Hugging Face's format, without torch.
//
// A file is an 8-byte little-endian header length N, N bytes of JSON
//   {"__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}
// and the tensors' bytes, row-major and little-endian, to which the offsets are relative. Byte for byte, every file
// that is read here is checked to hold its tensors and nothing else.
#ifndef LM_CHECKPOINT_SAFETENSORS_H_
#define LM_CHECKPOINT_SAFETENSORS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace lm {

enum class DType { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU8, kBool };

// As in the header: "F32", "BOOL".
absl::string_view DTypeName(DType dtype);
int64_t DTypeBytes(DType dtype);

// The bytes of shape x dtype, or -1 beyond int64.
int64_t ByteCount(absl::Span<const int64_t> shape, DType dtype);

// A tensor without its bytes.
struct TensorInfo {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;  // empty: a scalar
};

// A tensor whose bytes belong to somebody else. They need not be aligned.
struct TensorView {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;  // empty: a scalar
  absl::string_view bytes;     // row-major, little-endian; its length is that of shape x dtype
};

// "[2, 3]".
std::string ShapeText(absl::Span<const int64_t> shape);

// A file mapped into memory: opening costs the header alone. Views stay valid as long as the object they came from or
// one that it was moved to. Immutable and thread-safe. The file must not be shortened meanwhile (files that
// base::WriteFileAtomically replaces are safe).
class SafetensorsFile {
 public:
  static constexpr uint64_t kMaxHeaderBytes = 100'000'000;

  // kNotFound when there is no such file; kUnavailable when it cannot be read; kInvalidArgument, naming file and
  // tensor, when it is truncated or malformed in any way: a header longer than kMaxHeaderBytes or the file, JSON that
  // is broken or names a key twice, a type not listed above, an impossible shape, bytes that do not fit the shape,
  // overlap another tensor's or belong to none.
  static absl::StatusOr<SafetensorsFile> Open(const std::string& path);

  const std::string& path() const { return path_; }
  // In the order of their bytes.
  const std::vector<TensorView>& tensors() const { return tensors_; }
  // Null when there is none. O(log n).
  const TensorView* Find(absl::string_view name) const;
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  // Gives back the memory that reading `bytes`, part of some tensor's, took; reading them again maps them again.
  // Thread-safe.
  void Release(absl::string_view bytes) const;

 private:
  std::string path_;
  std::shared_ptr<const void> mapping_;
  std::vector<TensorView> tensors_;
  std::map<std::string, size_t> index_;  // name -> place in tensors_
  std::map<std::string, std::string> metadata_;
};

// The bytes of a file that holds `tensors`, which may be given in any order: they are written widest type first, then
// by name, so that each is aligned to its type and the same tensors give the same bytes. CHECK-fails when a view's
// bytes do not fit its shape, a name is used twice, or a name is "__metadata__". Names and metadata must be UTF-8.
std::string SafetensorsBytes(std::vector<TensorView> tensors, const std::map<std::string, std::string>& metadata = {});

// Writes those bytes atomically (base/file.h), tensor by tensor.
absl::Status WriteSafetensors(const std::string& path, std::vector<TensorView> tensors,
                              const std::map<std::string, std::string>& metadata = {});

// The same for tensors that are made as they are written: bytes(tensor) gives a tensor's bytes, which need to live
// until the next call. The first error of `bytes` is returned, and there is no file. CHECK-fails as SafetensorsBytes.
absl::Status WriteSafetensors(const std::string& path, std::vector<TensorInfo> tensors,
                              absl::FunctionRef<absl::StatusOr<absl::string_view>(const TensorInfo&)> bytes,
                              const std::map<std::string, std::string>& metadata);

}  // namespace lm

#endif  // LM_CHECKPOINT_SAFETENSORS_H_
