#include "lm/endpoint/api/not_json.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "lm/endpoint/api/event_stream.h"
#include "lm/endpoint/api/lenient_json.h"
#include "lm/endpoint/api/one_line.h"

namespace lm {
namespace {

constexpr size_t kShown = 32;  // bytes

// What the first bytes tell of a body that its headers call something else.
absl::string_view Compression(absl::string_view body) {
  if (absl::StartsWith(body, "\x1f\x8b")) return ", as gzip does";
  if (absl::StartsWith(body, "\x28\xb5\x2f\xfd")) return ", as zstd does";
  return "";
}

}  // namespace

std::optional<std::string> WhatIsNoJson(absl::string_view body, const std::map<std::string, std::string>& headers,
                                        absl::string_view secret) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(body);
  if (base::IsBlank(text) || absl::StartsWith(text, "<") || IsEventStream(body)) return std::nullopt;
  const auto json = ParseLenientJson(body, "");
  if (json.ok()) return std::nullopt;
  std::string what = "reply: not valid JSON";
  absl::string_view before = " (";
  for (const char* name : {"content-type", "content-encoding"}) {
    const auto header = headers.find(name);
    if (header == headers.end()) continue;
    absl::StrAppend(&what, before, name, ": ", OneLine(header->second, secret, 80));
    before = ", ";
  }
  if (before == ", ") what += ")";
  // The secret goes before anything is cut.
  std::string shown(text.substr(0, kShown + secret.size()));
  if (!secret.empty()) shown = absl::StrReplaceAll(shown, {{secret, "***"}});
  absl::StrAppend(&what, ": it begins with \"", absl::CHexEscape(shown.substr(0, kShown)), "\"", Compression(text),
                  ", of ", body.size(), " bytes");
  if (text[0] == '{' || text[0] == '[') {
    absl::string_view words = json.status().message();
    const size_t tag = words.find("] ");  // of the library's own name for the error
    if (tag != absl::string_view::npos) words.remove_prefix(tag + 2);
    absl::StrAppend(&what, "; ", OneLine(words, secret));
  }
  return what;
}

}  // namespace lm
