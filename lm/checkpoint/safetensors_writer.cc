#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/safetensors_layout.h"

namespace lm {
namespace {

using base::Json;

// The order in which tensors are written.
template <typename Tensor>
void Sort(std::vector<Tensor>& tensors) {
  std::sort(tensors.begin(), tensors.end(), [](const Tensor& a, const Tensor& b) {
    return std::make_pair(-DTypeBytes(a.dtype), absl::string_view(a.name)) <
           std::make_pair(-DTypeBytes(b.dtype), absl::string_view(b.name));
  });
}

// What comes before the tensors' bytes.
template <typename Tensor>
std::string Header(const std::vector<Tensor>& tensors, const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header[kMetadataKey] = metadata;
  int64_t offset = 0;
  for (const Tensor& tensor : tensors) {
    SAMI_CHECK(tensor.name != kMetadataKey && !header.contains(tensor.name)) << tensor.name;
    const int64_t end = offset + ByteCount(tensor.shape, tensor.dtype);
    header[tensor.name] = {
        {"dtype", std::string(DTypeName(tensor.dtype))}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the tensors then start at a multiple of 8
  const uint64_t header_bytes = text.size();
  std::string content(kLengthBytes, '\0');
  std::memcpy(&content[0], &header_bytes, kLengthBytes);
  return content + text;
}

void CheckSize(const std::string& name, absl::Span<const int64_t> shape, DType dtype, absl::string_view bytes) {
  SAMI_CHECK_EQ(ByteCount(shape, dtype), static_cast<int64_t>(bytes.size())) << name;
}

}  // namespace

std::string SafetensorsBytes(std::vector<TensorView> tensors, const std::map<std::string, std::string>& metadata) {
  Sort(tensors);
  std::string content = Header(tensors, metadata);
  for (const TensorView& tensor : tensors) {
    CheckSize(tensor.name, tensor.shape, tensor.dtype, tensor.bytes);
    content.append(tensor.bytes.data(), tensor.bytes.size());
  }
  return content;
}

absl::Status WriteSafetensors(const std::string& path, std::vector<TensorView> tensors,
                              const std::map<std::string, std::string>& metadata) {
  Sort(tensors);
  return base::WriteFileInParts(path, [&](base::WritePart write) -> absl::Status {
    RETURN_IF_ERROR(write(Header(tensors, metadata)));
    for (const TensorView& tensor : tensors) {
      CheckSize(tensor.name, tensor.shape, tensor.dtype, tensor.bytes);
      RETURN_IF_ERROR(write(tensor.bytes));
    }
    return absl::OkStatus();
  });
}

absl::Status WriteSafetensors(const std::string& path, std::vector<TensorInfo> tensors,
                              absl::FunctionRef<absl::StatusOr<absl::string_view>(const TensorInfo&)> bytes,
                              const std::map<std::string, std::string>& metadata) {
  Sort(tensors);
  return base::WriteFileInParts(path, [&](base::WritePart write) -> absl::Status {
    RETURN_IF_ERROR(write(Header(tensors, metadata)));
    for (const TensorInfo& tensor : tensors) {
      ASSIGN_OR_RETURN(const absl::string_view content, bytes(tensor));
      CheckSize(tensor.name, tensor.shape, tensor.dtype, content);
      RETURN_IF_ERROR(write(content));
    }
    return absl::OkStatus();
  });
}

}  // namespace lm
