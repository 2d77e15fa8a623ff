#include "datasets/hh_rlhf/gzip.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "zlib.h"

namespace datasets {
namespace {

struct Closer {
  void operator()(gzFile_s* file) const { gzclose_r(file); }
};

}  // namespace

absl::StatusOr<std::string> ReadGzipFile(const std::string& path) {
  const std::unique_ptr<gzFile_s, Closer> file(gzopen(path.c_str(), "rb"));
  if (file == nullptr) {
    const int error = errno;
    const std::string message = absl::StrCat(path, ": ", std::strerror(error));
    return error == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
  }
  std::string content;
  std::string block(1 << 18, '\0');
  for (int count; (count = gzread(file.get(), &block[0], block.size())) != 0;) {
    if (count < 0) break;
    content.append(block, 0, count);
  }
  // A file that ends too early reads like one that ends: only the error tells.
  int error = Z_OK;
  const char* message = gzerror(file.get(), &error);
  if (error == Z_ERRNO) return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
  if (error != Z_OK && error != Z_STREAM_END) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": damaged or cut off; fetch it again (", message, ")"));
  }
  return content;
}

}  // namespace datasets
