#include "lm/endpoint/http_client.h"

#include <curl/curl.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/progress.h"
#include "lm/endpoint/api/one_line.h"

namespace lm {
namespace {

// libcurl's own state, before the first handle and from one thread.
void SetUpCurl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  SAMI_CHECK(code == CURLE_OK) << curl_easy_strerror(code);
}

struct Received {
  HttpResult* result;
  int64_t max_bytes;
};

size_t TakeBody(char* data, size_t size, size_t count, void* user) {
  const auto& received = *static_cast<Received*>(user);
  std::string& body = received.result->body;
  if (static_cast<int64_t>(body.size() + size * count) > received.max_bytes) {
    received.result->failure = HttpFailure::kTooLarge;
    return 0;  // ends the transfer
  }
  body.append(data, size * count);
  return size * count;
}

size_t TakeHeader(char* data, size_t size, size_t count, void* user) {
  constexpr size_t kMostHeaders = 200;
  auto& headers = static_cast<Received*>(user)->result->headers;
  const absl::string_view line(data, size * count);
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos || headers.size() >= kMostHeaders) return line.size();
  headers[absl::AsciiStrToLower(line.substr(0, colon))] =
      std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  return line.size();
}

// Whether the words of OpenSSL, or curl's, tell of a server that speaks the other one of http and https.
bool IsOtherScheme(absl::string_view words) {
  for (const char* part : {"wrong version number", "http request", "packet length too long", "unknown protocol",
                           "HTTP/0.9", "Unsupported HTTP version", "Received HTTP"}) {
    if (absl::StrContains(words, part)) return true;
  }
  return false;
}

// The environment variable that names a proxy for such addresses; empty: none does.
absl::string_view ProxyVariable(absl::string_view url) {
  const bool is_secure = absl::StartsWithIgnoreCase(url, "https:");
  for (const char* name :
       {is_secure ? "https_proxy" : "http_proxy", is_secure ? "HTTPS_PROXY" : "", "all_proxy", "ALL_PROXY"}) {
    const char* const value = *name == '\0' ? nullptr : std::getenv(name);
    if (value != nullptr && *value != '\0') return name;
  }
  return "";
}

HttpFailure FailureOf(CURLcode code, bool was_connected) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return was_connected ? HttpFailure::kTimeout : HttpFailure::kUnreachable;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return HttpFailure::kUntrusted;
    case CURLE_UNSUPPORTED_PROTOCOL:  // how curl calls HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_SSL_CONNECT_ERROR:  // as a rule https to a port that speaks http
      return HttpFailure::kNotHttp;
    case CURLE_BAD_CONTENT_ENCODING:
      return HttpFailure::kEncoding;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return HttpFailure::kCut;
    default:
      return HttpFailure::kUnreachable;
  }
}

}  // namespace

struct HttpClient::Handle {
  CURL* curl = nullptr;
  char problem[CURL_ERROR_SIZE] = "";

  Handle() {
    SetUpCurl();
    curl = curl_easy_init();
    SAMI_CHECK(curl != nullptr) << "curl_easy_init";
  }
  ~Handle() { curl_easy_cleanup(curl); }

  template <typename Value>
  void Set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(curl, option, value);
    SAMI_CHECK(code == CURLE_OK) << "option " << option << ": " << curl_easy_strerror(code);
  }
};

HttpClient::HttpClient(const HttpLimits& limits) : limits_(limits), handle_(std::make_unique<Handle>()) {
  handle_->Set(CURLOPT_NOSIGNAL, 1L);  // timeouts without signals, which threads share
  handle_->Set(CURLOPT_PROTOCOLS_STR, "http,https");
  handle_->Set(CURLOPT_FOLLOWLOCATION, 0L);  // nobody else gets the key
  // A connection a request: on one that is kept open, what a broken server or proxy sent too much of one reply would be
  // taken for the next one. Against the seconds that a model takes to answer, a handshake is little.
  handle_->Set(CURLOPT_FORBID_REUSE, 1L);
  handle_->Set(CURLOPT_SSL_VERIFYPEER, 1L);
  handle_->Set(CURLOPT_SSL_VERIFYHOST, 2L);
  handle_->Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(absl::ToInt64Milliseconds(limits.connect_timeout)));
  handle_->Set(CURLOPT_TIMEOUT_MS, static_cast<long>(absl::ToInt64Milliseconds(limits.total_timeout)));
  if (!limits.ca_file.empty()) handle_->Set(CURLOPT_CAINFO, limits.ca_file.c_str());
  handle_->Set(CURLOPT_USERAGENT, "sami-harness");
  handle_->Set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");  // some servers compress unasked, and curl would not undo it
  handle_->Set(CURLOPT_ERRORBUFFER, handle_->problem);
  handle_->Set(CURLOPT_WRITEFUNCTION, &TakeBody);
  handle_->Set(CURLOPT_HEADERFUNCTION, &TakeHeader);
}

HttpClient::~HttpClient() = default;

HttpResult HttpClient::Post(const std::string& url, const HttpKey& key, const std::string& body) {
  HttpResult result;
  Received received{&result, limits_.max_reply_bytes};
  curl_slist* headers = nullptr;
  const auto add = [&headers](const std::string& header) { headers = curl_slist_append(headers, header.c_str()); };
  add("Content-Type: application/json");
  add("Expect:");  // no "100-continue" before a long body: some servers never answer it
  if (!key.value.empty()) {
    add(absl::StrCat(key.header.empty() ? "Authorization: Bearer " : key.header + ": ", key.value));
  }
  handle_->problem[0] = '\0';
  handle_->Set(CURLOPT_URL, url.c_str());
  handle_->Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  handle_->Set(CURLOPT_POSTFIELDS, body.c_str());
  handle_->Set(CURLOPT_HTTPHEADER, headers);
  handle_->Set(CURLOPT_WRITEDATA, &received);
  handle_->Set(CURLOPT_HEADERDATA, &received);
  const CURLcode code = curl_easy_perform(handle_->curl);
  handle_->Set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  curl_slist_free_all(headers);
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(handle_->curl, CURLINFO_RESPONSE_CODE, &status);
    result.status = static_cast<int>(status);
    return result;
  }
  if (result.failure == HttpFailure::kTooLarge) {
    result.problem = absl::StrCat("the reply is larger than ", limits_.max_reply_bytes, " bytes");
  } else {
    curl_off_t until_request = 0;  // microseconds; 0: it came to no request
    curl_easy_getinfo(handle_->curl, CURLINFO_PRETRANSFER_TIME_T, &until_request);
    result.failure = FailureOf(code, until_request > 0);
    result.problem = OneLine(handle_->problem[0] != '\0' ? handle_->problem : curl_easy_strerror(code), key.value);
    if (result.failure == HttpFailure::kNotHttp && IsOtherScheme(result.problem)) {
      result.failure = HttpFailure::kWrongScheme;
    }
    const absl::string_view proxy = ProxyVariable(url);
    if (result.failure == HttpFailure::kUnreachable && !proxy.empty()) {
      absl::StrAppend(&result.problem, "; the environment's ", proxy, " names a proxy: is it right, and no_proxy?");
    }
  }
  if (result.failure == HttpFailure::kTimeout) {
    result.problem = absl::StrCat("no whole reply within ", base::HumanDuration(limits_.total_timeout));
  }
  result.body.clear();
  return result;
}

}  // namespace lm
