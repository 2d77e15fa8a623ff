#include "evaluation/extraction/responses_file.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"

namespace evaluation {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::datasets::InvalidAt;
using Places = std::map<std::string, size_t>;  // a problem's text -> where it stands

// What a problem was given so far.
struct Given {
  std::map<int64_t, std::string> attempts;
  bool is_complete = false;  // by one line with all responses
  std::string filter;        // of that line
  std::string where;
};

const Json* Member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

absl::StatusOr<size_t> ProblemOf(const JsonLine& line, const Places& places, size_t count) {
  const Json* doc = Member(line.value, "doc");
  for (const Json* holder : {&line.value, doc}) {
    const Json* text = holder != nullptr && holder->is_object() ? Member(*holder, "question") : nullptr;
    if (text == nullptr) continue;
    const auto place = text->is_string() ? places.find(text->get<std::string>()) : places.end();
    if (place == places.end()) return InvalidAt(line.where, "its \"question\" is not in the questions file");
    return place->second;
  }
  for (const char* key : {"doc_id", "question_id"}) {
    if (Member(line.value, key) == nullptr) continue;
    ASSIGN_OR_RETURN(const int64_t id, datasets::GetIntId(line, key));
    if (id >= 0 && id < static_cast<int64_t>(count)) return id;
    return InvalidAt(line.where, absl::StrCat("\"", key, "\" is ", id, "; the questions are 0 to ", count - 1));
  }
  return InvalidAt(line.where, "it names no problem: give \"question\", \"doc_id\" or \"question_id\"");
}

absl::StatusOr<std::vector<std::string>> Strings(const Json& list, const JsonLine& line, const char* key) {
  std::vector<std::string> texts;
  if (list.is_array()) {
    for (const Json& item : list) {
      if (item.is_string()) texts.push_back(item.get<std::string>());
    }
  }
  if (!texts.empty() && texts.size() == list.size()) return texts;
  return InvalidAt(line.where, absl::StrCat("\"", key, "\" must be a list of at least one string"));
}

absl::StatusOr<std::vector<std::string>> ResponsesOf(const JsonLine& line, const std::string& model) {
  if (!model.empty()) {
    const Json* solved = Member(line.value, model.c_str());
    const Json* solution = solved != nullptr && solved->is_object() ? Member(*solved, "solution") : nullptr;
    if (solution == nullptr || !solution->is_string()) {
      return InvalidAt(line.where, absl::StrCat("it has no \"", model, "\": {\"solution\": ...}"));
    }
    return std::vector<std::string>{solution->get<std::string>()};
  }
  // One of several would be passed over.
  const char* given = nullptr;
  for (const char* key : {"resps", "responses", "response"}) {
    const Json* value = Member(line.value, key);
    if (value == nullptr || value->is_null()) continue;
    if (given != nullptr) {
      return InvalidAt(line.where, absl::StrCat("it has both \"", given, "\" and \"", key, "\"; leave one of them"));
    }
    given = key;
  }
  if (const Json* resps = Member(line.value, "resps")) {
    const bool is_nested = resps->is_array() && resps->size() == 1 && resps->front().is_array();
    return Strings(is_nested ? resps->front() : *resps, line, "resps");
  }
  if (const Json* responses = Member(line.value, "responses")) return Strings(*responses, line, "responses");
  if (Member(line.value, "response") == nullptr) {
    return InvalidAt(line.where,
                     "it has no \"response\", \"responses\" or \"resps\" (--model for published solutions)");
  }
  ASSIGN_OR_RETURN(std::string response, base::GetString(line, "response"));
  return std::vector<std::string>{std::move(response)};
}

absl::Status Add(const JsonLine& line, std::vector<std::string> responses, Given* given) {
  if (Member(line.value, "attempt") != nullptr && responses.size() == 1 && !given->is_complete) {
    ASSIGN_OR_RETURN(const int64_t attempt, base::GetInt(line, "attempt"));
    if (given->attempts.emplace(attempt, std::move(responses[0])).second) return absl::OkStatus();
    return InvalidAt(line.where, absl::StrCat("attempt ", attempt, " at this problem was there before"));
  }
  const base::Json named = line.value.value("filter", base::Json(""));
  if (!named.is_string()) return InvalidAt(line.where, "\"filter\" must be a string");
  const std::string filter = named.get<std::string>();
  // lm-eval's older files have a line a filter and name none.
  const auto is_again = [&] {
    return given->is_complete && filter.empty() && given->filter.empty() && Member(line.value, "resps") != nullptr &&
           given->attempts.size() == responses.size() &&
           std::all_of(given->attempts.begin(), given->attempts.end(),
                       [&](const auto& attempt) { return responses[attempt.first] == attempt.second; });
  };
  if (!given->attempts.empty()) {
    if (given->is_complete && (filter != given->filter || is_again())) return absl::OkStatus();
    return InvalidAt(line.where, absl::StrCat("this problem was answered before", given->where.empty() ? "" : ", at ",
                                              given->where, "; several lines a problem need \"attempt\""));
  }
  for (size_t i = 0; i < responses.size(); ++i) given->attempts[i] = std::move(responses[i]);
  given->is_complete = true;
  given->filter = filter;
  given->where = line.where;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::vector<std::string>>> ReadResponses(const std::string& path,
                                                                    const std::vector<datasets::Gsm8kProblem>& problems,
                                                                    const std::string& model) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, datasets::ReadRecords(path));
  Places places;
  for (size_t i = 0; i < problems.size(); ++i) places.emplace(problems[i].question, i);
  std::vector<Given> given(problems.size());
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(const size_t problem, ProblemOf(line, places, problems.size()));
    ASSIGN_OR_RETURN(std::vector<std::string> responses, ResponsesOf(line, model));
    RETURN_IF_ERROR(Add(line, std::move(responses), &given[problem]));
  }
  std::vector<std::vector<std::string>> all;
  for (Given& problem : given) {
    all.emplace_back();
    for (auto& [attempt, response] : problem.attempts) all.back().push_back(std::move(response));
  }
  return all;
}

}  // namespace evaluation
