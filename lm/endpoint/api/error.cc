#include "lm/endpoint/api/error.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lm/endpoint/api/event_stream.h"
#include "lm/endpoint/api/lenient_json.h"

namespace lm {
namespace {

using ::base::Json;

int StatusNumber(const Json& value) {
  int number = 0;
  if (value.is_number_integer()) number = static_cast<int>(std::min<int64_t>(value.get<int64_t>(), 1000));
  if (value.is_string() && !absl::SimpleAtoi(value.get<std::string>(), &number)) number = 0;
  return number >= 400 && number <= 599 ? number : 0;
}

// The status that a code, a type or, without those, the words stand for. From the particular to the general.
int StatusMeant(const std::string& code, const std::string& message) {
  static constexpr std::pair<absl::string_view, int> kCodes[] = {
      {"insufficient", 402}, {"billing", 402},     {"rate_limit", 429}, {"ratelimit", 429},   {"too_many", 429},
      {"overloaded", 529},   {"unavailable", 503}, {"timeout", 408},    {"api_key", 401},     {"authenti", 401},
      {"unauthorized", 401}, {"permission", 403},  {"forbidden", 403},  {"not_found", 404},   {"notfound", 404},
      {"too_large", 413},    {"invalid", 400},     {"badrequest", 400}, {"bad_request", 400}, {"context_length", 400},
      {"server_error", 500}, {"internal", 500},    {"api_error", 500}};
  static constexpr std::pair<absl::string_view, int> kWords[] = {
      {"api key", 401},         {"credential", 401},    {"unauthorized", 401},      {"authentication", 401},
      {"insufficient", 402},    {"rate limit", 429},    {"too many requests", 429}, {"overloaded", 529},
      {"model not found", 404}, {"does not exist", 404}};
  const std::string code_lower = absl::AsciiStrToLower(code), words = absl::AsciiStrToLower(message);
  for (const auto& [part, status] : kCodes) {
    if (absl::StrContains(code_lower, part)) return status;
  }
  for (const auto& [part, status] : kWords) {
    if (absl::StrContains(words, part)) return status;
  }
  return 0;
}

// FastAPI's list of what is wrong, "seed: extra fields not permitted"; the first field that it names into `field`.
std::string DetailsOf(const Json& details, std::string& field) {
  std::string text;
  for (const Json& detail : details) {
    std::string place;
    const Json& loc = Member(detail, "loc");
    for (const Json& step : loc.is_array() ? loc : Json::array()) {
      const std::string name = step.is_string() ? step.get<std::string>() : Dump(step);
      if (name != "body") absl::StrAppend(&place, place.empty() ? "" : ".", name);
    }
    const std::string words = detail.is_string() ? detail.get<std::string>() : StringOf(Member(detail, "msg"));
    if (words.empty()) continue;
    if (field.empty()) field = place.substr(0, place.find('.'));
    absl::StrAppend(&text, text.empty() ? "" : "; ", place, place.empty() ? "" : ": ", words);
  }
  return text;
}

// Where the words may stand, the first that has some.
std::string MessageOf(const Json& json, std::string& field) {
  if (json.is_string()) return json.get<std::string>();
  for (const char* name : {"message", "error", "detail", "msg", "error_message", "errors", "title", "reason"}) {
    const Json& value = Member(json, name);
    std::string words;
    if (value.is_string()) words = value.get<std::string>();
    if (value.is_object()) words = MessageOf(value, field);  // at most as deep as ParseJson takes
    if (value.is_array()) {
      words = DetailsOf(value, field);
      if (words.empty() && !value.empty()) words = MessageOf(value[0], field);
    }
    if (!words.empty()) return words;
  }
  return "";
}

// What a router says of whom it asked: {"metadata": {"provider_name", "raw"}}.
std::string ProvidersWords(const Json& error) {
  const Json& metadata = Member(error, "metadata");
  const Json& raw = Member(metadata, "raw");
  if (raw.is_null()) return "";
  const std::string name = StringOf(Member(metadata, "provider_name"));
  return absl::StrCat(" (", name, name.empty() ? "" : ": ", raw.is_string() ? raw.get<std::string>() : Dump(raw), ")");
}

// A body as JSON, an event stream's error among others; null where it is none.
Json JsonOf(absl::string_view body) {
  bool repaired = false;
  auto json = IsEventStream(body) ? JoinEventStream(body, &repaired) : ParseLenientJson(body, "");
  return json.ok() ? *std::move(json) : Json();
}

// The title of a page of HTML, as proxies and gateways send; of one without, and of other texts, the text.
std::string WithoutMarkup(absl::string_view body) {
  constexpr absl::string_view kBegin = "<title>", kEnd = "</title>";
  constexpr size_t kRead = 10000;
  const std::string lower = absl::AsciiStrToLower(body.substr(0, kRead));
  const size_t begin = lower.find(kBegin.data());
  const size_t end = begin == std::string::npos ? begin : lower.find(kEnd.data(), begin);
  if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(lower), "<") || end == std::string::npos) {
    return std::string(body);
  }
  const absl::string_view title = body.substr(begin + kBegin.size(), end - begin - kBegin.size());
  return absl::StrCat(absl::StripAsciiWhitespace(title), " (an HTML page)");
}

}  // namespace

ApiError ReadError(const Json& json) {
  ApiError error;
  const Json& whole = json.is_array() && !json.empty() ? json[0] : json;
  const Json& choices = Member(whole, "choices");
  const bool in_choice = choices.is_array() && !choices.empty() && !Member(choices[0], "error").is_null();
  const Json& inner = Member(in_choice ? choices[0] : whole, "error");
  const Json& said = inner.is_object() ? inner : whole;
  error.message = MessageOf(in_choice ? inner : whole, error.field);
  if (error.message.empty()) {
    error.message = Dump(json);
    return error;
  }
  error.message += ProvidersWords(inner);
  for (const char* name : {"code", "type"}) {
    if (error.code.empty() && StatusNumber(Member(said, name)) == 0) error.code = StringOf(Member(said, name));
  }
  if (error.field.empty()) error.field = StringOf(Member(said, "param"));
  for (const Json* object : {&said, &whole}) {
    for (const char* name : {"status", "status_code", "code"}) {
      if (error.status == 0) error.status = StatusNumber(Member(*object, name));
    }
  }
  if (error.status == 0) error.status = StatusMeant(error.code, error.message);
  return error;
}

ApiError ParseError(absl::string_view body, int status) {
  const Json json = JsonOf(body);
  ApiError error;
  if (json.is_structured() && !json.empty()) {
    error = ReadError(json);
  } else {
    error.message = json.is_string() ? json.get<std::string>() : WithoutMarkup(body);
  }
  if (status != 0) error.status = status;
  return error;
}

}  // namespace lm
