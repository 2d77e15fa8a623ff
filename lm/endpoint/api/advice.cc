#include "lm/endpoint/api/advice.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "lm/endpoint/api/lenient_json.h"
#include "lm/endpoint/api/request.h"

namespace lm {
namespace {

bool HasAny(const std::string& words, std::initializer_list<absl::string_view> parts) {
  for (const absl::string_view part : parts) {
    if (absl::StrContains(words, part)) return true;
  }
  return false;
}

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// Whether the words name the field, as a word of its own. A word that sentences are made of, "stop", counts in
// quotation marks alone.
bool Names(const std::string& words, const std::string& field) {
  const bool is_plain = field == "stop" || field == "n" || field == "model" || field == "user" || field == "stream";
  for (size_t at = words.find(field); at != std::string::npos; at = words.find(field, at + 1)) {
    const char before = at == 0 ? ' ' : words[at - 1];
    const char after = at + field.size() < words.size() ? words[at + field.size()] : ' ';
    if (IsNameCharacter(before) || IsNameCharacter(after)) continue;
    const bool is_quoted = absl::string_view("'\"`").find(before) != absl::string_view::npos;
    if (is_quoted || !is_plain || absl::StrContains(words.substr(0, at), "parameter")) return true;
  }
  return false;
}

bool IsAboutSystem(const base::Json& request, const std::string& words, const std::string& field) {
  const base::Json& messages = Member(request, "messages");
  if (!messages.is_array() || messages.empty() || StringOf(Member(messages[0], "role")) != "system") return false;
  const bool names_role =
      HasAny(words, {"system role", "'system'", "\"system\"", "`system`", "system message", "system prompt",
                     "developer instruction", "system instruction", "role: system"});
  return (names_role && HasAny(words, {"support", "not allowed", "not enabled", "invalid", "unexpected", "must be"})) ||
         (names_role && absl::StartsWith(field, "messages")) || HasAny(words, {"roles must alternate"});
}

// The fields that the error is about, but for what a request is made of.
std::vector<std::string> FieldsOf(const base::Json& request, const ApiError& error, const std::string& words) {
  if (request.contains(error.field) && error.field != "messages" && error.field != "model" && error.field != "prompt") {
    return {error.field};
  }
  std::vector<std::string> fields;
  for (const auto& [name, value] : request.items()) {
    if (name == "messages" || name == "prompt" || name == "model") continue;
    if (Names(words, absl::AsciiStrToLower(name))) fields.push_back(name);
  }
  return fields;
}

// Whether a request has the field only where `extra` sets it.
bool IsExtraAlone(const std::string& field) {
  for (const char* ours :
       {"temperature", "top_p", "max_tokens", "stop", "seed", "top_k", "min_p", "repetition_penalty"}) {
    if (field == ours) return false;
  }
  return true;
}

// The line, for a judge's file and for a flag.
std::string Line(const std::string& model, const base::Json& extra) {
  const std::string json = absl::StrReplaceAll(Dump(extra), {{"'", "\\u0027"}});
  const std::string in_file = absl::StrReplaceAll(json, {{"\\", "\\\\"}});
  return absl::StrCat("endpoint { model: \"", model, "\" extra: '", in_file, "' } (or --extra_body='", json, "')");
}

}  // namespace

bool IsAboutLength(const ApiError& error) {
  const std::string words = absl::AsciiStrToLower(absl::StrCat(error.code, " ", error.message));
  return HasAny(words, {"context_length", "context length", "context window", "maximum context", "too many tokens",
                        "too long", "input length", "context size", "reduce the length"});
}

std::string FieldAdvice(const base::Json& request, const base::Json& extra, const ApiError& error) {
  const std::string words = absl::AsciiStrToLower(error.message);
  base::Json patched = extra.is_object() ? extra : base::Json::object();
  const auto advise = [&](absl::string_view what) {
    return absl::StrCat(what, ": write ", Line(StringOf(Member(request, "model")), patched));
  };
  const auto take_out = [&](const std::string& field) {
    patched.erase(field);
    if (!IsExtraAlone(field)) patched[field] = nullptr;
  };
  if (IsAboutSystem(request, words, error.field)) {
    patched[kFoldSystem] = true;
    return advise("to put the system's message before the user's");
  }
  if (IsAboutLength(error)) return "lower max_tokens, or ask a model that takes more";
  for (const auto& [wanted, field] :
       {std::pair("max_completion_tokens", "max_tokens"), std::pair("max_tokens", "max_completion_tokens")}) {
    if (!Names(words, wanted) || !request.contains(field) || request.contains(wanted)) continue;
    take_out(field);
    patched[wanted] = request[field];
    return advise(absl::StrCat("to send ", wanted, " in the place of ", field));
  }
  std::vector<std::string> fields = FieldsOf(request, error, words);
  if (fields.empty()) return "";
  const bool is_size = fields.front() == "max_tokens" || fields.front() == "max_completion_tokens";
  if (is_size && HasAny(words, {"too large", "at most", "maximum", "less than", "exceed", "must be <="})) {
    return absl::StrCat("lower ", fields.front());
  }
  // Of two that exclude one another the one that does nothing goes.
  const bool is_choice = fields.size() == 2 && fields[0] == "temperature" && fields[1] == "top_p" &&
                         HasAny(words, {"both", "only one", "not be used together", "either", "mutually"});
  if (is_choice) fields = {request["top_p"] == 1 ? "top_p" : "temperature"};
  for (const std::string& field : fields) take_out(field);
  return advise(absl::StrCat("to leave out ", absl::StrJoin(fields, " and ")));
}

}  // namespace lm
