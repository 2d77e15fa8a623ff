#include "lm/checkpoint/safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"
#include "lm/checkpoint/safetensors_layout.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "safetensors are little-endian and are used in place");

namespace lm {
namespace {

using base::Json;

// How a file begins that git-lfs has left in another's place.
constexpr char kLfsPointer[] = "version https://git-lfs.github.com/spec/";

struct DTypeRow {
  DType dtype;
  absl::string_view name;
  int64_t bytes;
};

constexpr DTypeRow kDTypes[] = {
    {DType::kF64, "F64", 8}, {DType::kF32, "F32", 4},   {DType::kF16, "F16", 2}, {DType::kBF16, "BF16", 2},
    {DType::kI64, "I64", 8}, {DType::kI32, "I32", 4},   {DType::kI16, "I16", 2}, {DType::kI8, "I8", 1},
    {DType::kU8, "U8", 1},   {DType::kBool, "BOOL", 1},
};

const DTypeRow& Row(DType dtype) {
  for (const DTypeRow& row : kDTypes) {
    if (row.dtype == dtype) return row;
  }
  SAMI_CHECK(false) << "dtype " << static_cast<int>(dtype);
  return kDTypes[0];
}

absl::Status Malformed(absl::string_view path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": not a valid safetensors file: ", what));
}

absl::StatusOr<std::shared_ptr<const void>> MapFile(const std::string& path, size_t* size) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO is not waited for
  if (fd < 0) {
    const std::string message = absl::StrCat(path, ": cannot open: ", std::strerror(errno));
    return errno == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
  }
  struct stat info;
  const bool is_file = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  *size = is_file ? info.st_size : 0;
  void* address = *size >= kLengthBytes ? mmap(nullptr, *size, PROT_READ, MAP_PRIVATE, fd, 0) : nullptr;
  const int error = errno;
  close(fd);
  if (!is_file) return Malformed(path, "it is a folder or a device");
  if (address == nullptr) return Malformed(path, absl::StrCat("truncated: it has ", *size, " bytes"));
  if (address == MAP_FAILED) {
    return absl::UnavailableError(absl::StrCat(path, ": cannot map into memory: ", std::strerror(error)));
  }
  return std::shared_ptr<const void>(address,
                                     [size = *size](const void* mapped) { munmap(const_cast<void*>(mapped), size); });
}

absl::StatusOr<Json> ParseHeader(absl::string_view text, absl::string_view path) {
  const absl::StatusOr<Json> header = base::ParseJson(text, "the header");
  if (!header.ok()) return Malformed(path, header.status().message());
  if (!header->is_object()) return Malformed(path, "the header is not a JSON object");
  const std::string repeated = base::FirstRepeatedKey(text);
  if (!repeated.empty())
    return Malformed(path, absl::StrCat("the header has the key ", base::Quoted(repeated), " twice"));
  return *header;
}

absl::Status ParseMetadata(const Json& value, absl::string_view path, std::map<std::string, std::string>* metadata) {
  if (value.is_null()) return absl::OkStatus();  // as some writers put it
  if (!value.is_object()) return Malformed(path, "__metadata__ is not an object");
  for (const auto& item : value.items()) {
    if (!item.value().is_string()) {
      return Malformed(path, absl::StrCat("__metadata__: ", base::Quoted(item.key()), " is not a text"));
    }
    (*metadata)[item.key()] = item.value().get<std::string>();
  }
  return absl::OkStatus();
}

// A list of integers in [0, 2^63), or nothing.
bool ParseSizes(const Json& entry, const char* key, std::vector<int64_t>* sizes) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_array()) return false;
  for (const Json& element : *found) {
    if (!element.is_number_unsigned() || element.get<uint64_t>() > INT64_MAX) return false;
    sizes->push_back(element.get<int64_t>());
  }
  return true;
}

absl::StatusOr<TensorView> ParseTensor(const std::string& name, const Json& entry, absl::string_view buffer,
                                       absl::string_view path) {
  const auto fail = [&](absl::string_view what) {
    return Malformed(path, absl::StrCat("tensor ", base::Quoted(name), ": ", what));
  };
  if (!entry.is_object()) return fail("its entry in the header is not an object");
  TensorView tensor;
  tensor.name = name;

  const auto dtype = entry.find("dtype");
  if (dtype == entry.end() || !dtype->is_string()) return fail("its dtype is missing");
  const std::string& dtype_name = dtype->get_ref<const std::string&>();
  const auto row =
      std::find_if(std::begin(kDTypes), std::end(kDTypes), [&](const DTypeRow& r) { return r.name == dtype_name; });
  if (row == std::end(kDTypes)) {
    return fail(absl::StrCat("unknown dtype ", base::Quoted(dtype_name),
                             "; known are F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL"));
  }
  tensor.dtype = row->dtype;

  if (!ParseSizes(entry, "shape", &tensor.shape)) return fail("its shape is not a list of sizes >= 0");
  std::vector<int64_t> offsets;
  if (!ParseSizes(entry, "data_offsets", &offsets) || offsets.size() != 2 || offsets[0] > offsets[1]) {
    return fail("its data_offsets are not [begin, end] with 0 <= begin <= end");
  }
  const int64_t bytes = offsets[1] - offsets[0];
  const int64_t expected = ByteCount(tensor.shape, tensor.dtype);
  if (expected != bytes) {
    return fail(absl::StrCat("shape ", ShapeText(tensor.shape), " of ", dtype_name, " takes ",
                             expected < 0 ? "more than 2^63" : absl::StrCat(expected),
                             " bytes, and its data_offsets span ", bytes));
  }
  if (offsets[1] > buffer.size()) {
    return fail(absl::StrCat("truncated: it ends at byte ", offsets[1], " of the data, of which the file has ",
                             buffer.size(), "; is the file still being written?"));
  }
  tensor.bytes = buffer.substr(offsets[0], bytes);
  return tensor;
}

// Sorts the tensors by their place and finds bytes that belong to two of them or to none.
absl::Status CheckTiling(absl::string_view buffer, absl::string_view path, std::vector<TensorView>* tensors) {
  std::sort(tensors->begin(), tensors->end(), [](const TensorView& a, const TensorView& b) {
    return std::make_tuple(a.bytes.data(), a.bytes.size(), absl::string_view(a.name)) <
           std::make_tuple(b.bytes.data(), b.bytes.size(), absl::string_view(b.name));
  });
  const char* end = buffer.data();
  for (const TensorView& tensor : *tensors) {
    if (tensor.bytes.data() < end) {
      return Malformed(path,
                       absl::StrCat("tensor ", base::Quoted(tensor.name), ": its bytes overlap another tensor's"));
    }
    if (tensor.bytes.data() > end) {
      return Malformed(path, absl::StrCat("tensor ", base::Quoted(tensor.name), ": the ", tensor.bytes.data() - end,
                                          " bytes before it belong to no tensor"));
    }
    end = tensor.bytes.data() + tensor.bytes.size();
  }
  const size_t rest = buffer.data() + buffer.size() - end;
  if (rest > 0) return Malformed(path, absl::StrCat("its last ", rest, " bytes belong to no tensor"));
  return absl::OkStatus();
}

}  // namespace

absl::string_view DTypeName(DType dtype) { return Row(dtype).name; }

int64_t DTypeBytes(DType dtype) { return Row(dtype).bytes; }

int64_t ByteCount(absl::Span<const int64_t> shape, DType dtype) {
  int64_t count = DTypeBytes(dtype);
  for (const int64_t size : shape) {
    if (__builtin_mul_overflow(count, size, &count)) return -1;
  }
  return count;
}

std::string ShapeText(absl::Span<const int64_t> shape) { return absl::StrCat("[", absl::StrJoin(shape, ", "), "]"); }

absl::StatusOr<SafetensorsFile> SafetensorsFile::Open(const std::string& path) {
  SafetensorsFile file;
  file.path_ = path;
  size_t size = 0;
  ASSIGN_OR_RETURN(file.mapping_, MapFile(path, &size));
  const absl::string_view content(static_cast<const char*>(file.mapping_.get()), size);

  if (absl::StartsWith(content, kLfsPointer)) {
    return Malformed(path,
                     "it is a git-lfs pointer, which stands for the file itself; get that by `git lfs pull` in its "
                     "folder, or download it again");
  }
  uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, content.data(), kLengthBytes);
  if (header_bytes > kMaxHeaderBytes) {
    return Malformed(path, absl::StrCat("its header says to be ", header_bytes, " bytes long; at most ",
                                        kMaxHeaderBytes, " are allowed"));
  }
  if (header_bytes > size - kLengthBytes) {
    return Malformed(path, absl::StrCat("truncated: its header says to be ", header_bytes, " bytes long, and ",
                                        size - kLengthBytes, " follow; is it still being written?"));
  }
  const absl::string_view buffer = content.substr(kLengthBytes + header_bytes);
  ASSIGN_OR_RETURN(const Json header, ParseHeader(content.substr(kLengthBytes, header_bytes), path));
  for (const auto& item : header.items()) {
    if (item.key() == kMetadataKey) {
      RETURN_IF_ERROR(ParseMetadata(item.value(), path, &file.metadata_));
      continue;
    }
    ASSIGN_OR_RETURN(TensorView tensor, ParseTensor(item.key(), item.value(), buffer, path));
    file.tensors_.push_back(std::move(tensor));
  }
  RETURN_IF_ERROR(CheckTiling(buffer, path, &file.tensors_));
  for (size_t i = 0; i < file.tensors_.size(); ++i) file.index_[file.tensors_[i].name] = i;
  return file;
}

const TensorView* SafetensorsFile::Find(absl::string_view name) const {
  const auto found = index_.find(std::string(name));
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

void SafetensorsFile::Release(absl::string_view bytes) const {
  const uintptr_t page = sysconf(_SC_PAGESIZE);
  const uintptr_t begin = reinterpret_cast<uintptr_t>(bytes.data()) / page * page;
  const uintptr_t end = reinterpret_cast<uintptr_t>(bytes.data() + bytes.size());
  // Clean pages of a file: they are read again when they are asked for again.
  if (end > begin) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace lm
