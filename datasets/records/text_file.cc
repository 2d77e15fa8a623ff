#include "datasets/records/text_file.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status.h"
#include "zlib.h"

namespace datasets {
namespace {

constexpr absl::string_view kGzip("\x1f\x8b", 2);
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Releases what zlib holds.
struct Inflater {
  Inflater() { SAMI_CHECK(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK); }
  ~Inflater() { inflateEnd(&stream); }
  z_stream stream = {};
};

absl::Status Damaged(absl::string_view where, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": damaged or cut off; fetch it again (", why, ")"));
}

// The place of the first byte that begins no character, or the size.
size_t EndOfUtf8(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    utf8proc_int32_t code_point = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                       static_cast<utf8proc_ssize_t>(text.size() - at), &code_point);
    if (size <= 0) break;
    at += size;
  }
  return at;
}

absl::Status CheckUtf8(absl::string_view text, const std::string& path) {
  if (absl::StartsWith(text, "\xFF\xFE") || absl::StartsWith(text, "\xFE\xFF")) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": the file is UTF-16: save it as UTF-8, or run iconv -f UTF-16 -t UTF-8"));
  }
  const size_t end = EndOfUtf8(text);
  if (end == text.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s:%d: not UTF-8 (byte 0x%02x): save the file as UTF-8, or run iconv -f LATIN1 -t UTF-8 if that is what it is",
      path, 1 + std::count(text.begin(), text.begin() + end, '\n'), static_cast<unsigned char>(text[end])));
}

}  // namespace

absl::StatusOr<std::string> Unzipped(std::string bytes, absl::string_view where) {
  if (!absl::StartsWith(bytes, kGzip)) return bytes;
  Inflater inflater;
  z_stream& stream = inflater.stream;
  std::string content, block(1 << 18, '\0');
  absl::string_view rest = bytes;
  while (!rest.empty()) {
    // A new member: zlib counts in 32 bits, so that long files come in parts.
    if (!absl::StartsWith(rest, kGzip)) return Damaged(where, "something else follows the gzip data");
    SAMI_CHECK(inflateReset(&stream) == Z_OK);
    for (int state = Z_OK; state != Z_STREAM_END;) {
      const size_t part = std::min<size_t>(rest.size(), 1 << 30);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
      stream.avail_in = part;
      stream.next_out = reinterpret_cast<Bytef*>(&block[0]);
      stream.avail_out = block.size();
      state = inflate(&stream, Z_NO_FLUSH);
      rest.remove_prefix(part - stream.avail_in);
      content.append(block, 0, block.size() - stream.avail_out);
      if (state == Z_BUF_ERROR) return Damaged(where, "unexpected end of file");
      if (state != Z_OK && state != Z_STREAM_END) {
        return Damaged(where, stream.msg == nullptr ? "not gzip" : stream.msg);
      }
    }
  }
  return content;
}

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  ASSIGN_OR_RETURN(std::string bytes, base::ReadFile(path));
  ASSIGN_OR_RETURN(std::string text, Unzipped(std::move(bytes), path));
  if (absl::StartsWith(text, kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  RETURN_IF_ERROR(CheckUtf8(text, path));
  return text;
}

}  // namespace datasets
