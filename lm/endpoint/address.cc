#include "lm/endpoint/address.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lm/endpoint/api/one_line.h"

namespace lm {
namespace {

absl::Status WrongAddress(absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat("the endpoint's address ", problem));
}

// A part of the address; empty where it has none.
std::string Part(CURLU* url, CURLUPart part) {
  char* value = nullptr;
  curl_url_get(url, part, &value, 0);
  const std::string text = value == nullptr ? "" : value;
  curl_free(value);
  return text;
}

// The path, without what is asked there.
absl::string_view BasePath(absl::string_view path) {
  for (bool is_shorter = true; is_shorter;) {
    const size_t before = path.size();
    for (const char* end : {"/", "/chat/completions", "/completions", "/chat", "/models"}) {
      path = absl::StripSuffix(path, end);
    }
    is_shorter = path.size() < before;
  }
  return path;
}

}  // namespace

std::string ApiAddress::Url(absl::string_view path) const {
  return absl::StrCat(base, path, query.empty() ? "" : "?", query);
}

absl::StatusOr<ApiAddress> ParseApiAddress(absl::string_view text) {
  const absl::string_view url = absl::StripAsciiWhitespace(text);
  if (!absl::StartsWithIgnoreCase(url, "http://") && !absl::StartsWithIgnoreCase(url, "https://")) {
    return WrongAddress(absl::StrCat("\"", OneLine(url), "\" must begin with http:// or https://"));
  }
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), &curl_url_cleanup);
  const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0);
  if (code != CURLUE_OK) return WrongAddress(absl::StrCat("cannot be read: ", curl_url_strerror(code)));
  // Not repeated in the messages: it may be a secret.
  if (!Part(parsed.get(), CURLUPART_USER).empty() || !Part(parsed.get(), CURLUPART_PASSWORD).empty()) {
    return WrongAddress("holds a user or password; give the key in an environment variable");
  }
  if (!Part(parsed.get(), CURLUPART_FRAGMENT).empty()) return WrongAddress("holds a fragment (#); leave it out");
  ApiAddress address;
  address.query = Part(parsed.get(), CURLUPART_QUERY);
  if (!address.query.empty() &&
      (!absl::StartsWith(address.query, "api-version=") || absl::StrContains(address.query, "&"))) {
    return WrongAddress("holds a query (?) other than Azure's api-version; leave it out, and give a key in a variable");
  }
  const bool is_azure_host = absl::EndsWithIgnoreCase(Part(parsed.get(), CURLUPART_HOST), ".azure.com");
  address.is_azure = is_azure_host || !address.query.empty();
  absl::string_view base = url.substr(0, url.find('?'));
  const size_t host = base.find("://") + 3;
  const size_t path = std::min(base.find('/', host), base.size());
  const absl::string_view kept = BasePath(base.substr(path));
  if (is_azure_host && absl::StrContains(kept, "/deployments/") && address.query.empty()) {
    return WrongAddress("is of a deployment at Azure and needs its version behind it: ?api-version=2024-10-21");
  }
  address.base = absl::StrCat(base.substr(0, path), !kept.empty() ? kept : is_azure_host ? "/openai/v1" : "/v1");
  return address;
}

}  // namespace lm
