#include "base/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status.h"

namespace base {
namespace {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    SAMI_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void Add(const void* data, size_t size) { SAMI_CHECK(EVP_DigestUpdate(context_.get(), data, size) == 1); }
  std::string Finish() {
    std::string digest(32, '\0');
    SAMI_CHECK(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(&digest[0]), nullptr) == 1);
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string Digest(absl::string_view bytes) {
  Sha256 hash;
  hash.Add(bytes.data(), bytes.size());
  return hash.Finish();
}

}  // namespace

std::string Sha256Hex(absl::string_view bytes) { return absl::BytesToHexString(Digest(bytes)); }

absl::StatusOr<std::string> Sha256HexOfFile(const std::string& path) {
  ASSIGN_OR_RETURN(const int fd, OpenRegularFile(path));
  std::unique_ptr<FILE, decltype(&fclose)> file(fdopen(fd, "rb"), &fclose);
  Sha256 hash;
  std::array<char, 1 << 16> block;
  while (size_t read = std::fread(block.data(), 1, block.size(), file.get())) hash.Add(block.data(), read);
  if (std::ferror(file.get())) return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
  return absl::BytesToHexString(hash.Finish());
}

absl::StatusOr<std::string> Sha256HexOfFolder(const std::string& path) {
  std::error_code error;
  std::vector<std::string> names;
  for (auto it = std::filesystem::recursive_directory_iterator(path, error);
       !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    std::error_code unknown;  // of a link in a circle, say; one to nowhere is passed over
    const std::filesystem::file_status found = it->status(unknown);
    if (unknown && found.type() != std::filesystem::file_type::not_found) {
      return absl::InvalidArgumentError(absl::StrCat(it->path().string(), ": ", unknown.message()));
    }
    if (std::filesystem::is_regular_file(found)) names.push_back(it->path().lexically_relative(path).string());
  }
  if (error) return absl::NotFoundError(absl::StrCat(path, ": ", error.message()));
  return Sha256HexOfFiles(path, std::move(names));
}

absl::StatusOr<std::string> Sha256HexOfFiles(const std::string& folder, std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string listing;
  for (const std::string& name : names) {
    absl::StatusOr<std::string> hash = Sha256HexOfFile(absl::StrCat(folder, "/", name));
    if (!hash.ok()) return hash.status();
    absl::StrAppend(&listing, *hash, "  ", name, "\n");
  }
  return Sha256Hex(listing);
}

uint64_t Id64(absl::string_view name) {
  uint64_t id = 0;
  for (unsigned char byte : Digest(name).substr(0, 8)) id = id << 8 | byte;
  return id;
}

}  // namespace base
