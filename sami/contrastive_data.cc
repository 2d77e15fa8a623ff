#include "sami/contrastive_data.h"

#include <algorithm>
#include <limits>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"

namespace sami {
namespace {

using ::base::JsonLine;
using ::base::OrderedJson;

bool AnyPair(const ContrastiveQuery& query, bool (*condition)(const ContrastivePair&)) {
  return std::any_of(query.pairs.begin(), query.pairs.end(), condition);
}

bool HasForbidden(const ContrastiveQuery& query, const std::vector<std::string>& forbidden) {
  for (const ContrastivePair& pair : query.pairs) {
    for (const std::string& text : forbidden) {
      if (absl::StrContains(pair.response, text)) return true;
    }
  }
  return false;
}

// Whether a response has one of the ends, where there are some.
bool EndsInOneOf(const ContrastivePair& pair, const std::vector<std::string>& ends) {
  return ends.empty() || std::any_of(ends.begin(), ends.end(),
                                     [&](const std::string& end) { return absl::EndsWith(pair.response, end); });
}

bool HasOtherEnd(const ContrastiveQuery& query, const Filters& filters) {
  return !EndsInOneOf(query.pairs[0], filters.first_ends_in) ||
         std::any_of(query.pairs.begin(), query.pairs.end(),
                     [&](const ContrastivePair& pair) { return !EndsInOneOf(pair, filters.ends_in); });
}

bool HasEqualResponses(const ContrastiveQuery& query) {
  std::set<std::string> responses;
  for (const ContrastivePair& pair : query.pairs) responses.insert(pair.response);
  return responses.size() < query.pairs.size();
}

bool IsBelowRatio(const ContrastiveQuery& query, double ratio) {
  return base::CountCharacters(query.pairs[0].response) < ratio * base::CountCharacters(query.pairs[1].response);
}

bool IsSimilar(const ContrastiveQuery& query, double min_distance) {
  const std::string& shorter = query.pairs[1].response;
  const int64_t length = base::CountCharacters(shorter);
  return base::EditDistance(base::FirstCharacters(query.pairs[0].response, length), shorter) <= min_distance * length;
}

OrderedJson ToJson(const ContrastivePair& pair) {
  OrderedJson json;
  json["constitution"] = OrderedJson::array();
  for (const datasets::Clause& clause : pair.constitution.clauses) {
    json["constitution"].push_back(
        {{"principle", clause.principle_id}, {"positive", clause.positive}, {"text", clause.text}});
  }
  json["prompt"] = pair.prompt;
  json["response"] = pair.response;
  if (!pair.response_ids.empty()) json["response_ids"] = pair.response_ids;
  json["finish_reason"] = pair.finished ? "stop" : "length";
  return json;
}

absl::StatusOr<ContrastivePair> PairFromJson(const JsonLine& line) {
  ContrastivePair pair;
  ASSIGN_OR_RETURN(pair.prompt, base::GetString(line, "prompt"));
  ASSIGN_OR_RETURN(pair.response, base::GetString(line, "response"));
  ASSIGN_OR_RETURN(const std::string finish_reason, base::GetString(line, "finish_reason"));
  pair.finished = finish_reason == "stop";
  for (const base::Json& id : line.value.value("response_ids", base::Json::array())) {
    if (!id.is_number_unsigned() || id.get<uint64_t>() > std::numeric_limits<int32_t>::max()) {
      return absl::InvalidArgumentError(absl::StrCat(line.where, ": \"response_ids\" must be a list of token ids"));
    }
    pair.response_ids.push_back(id.get<int32_t>());
  }
  if (pair.prompt.empty() || pair.response.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(line.where, ": an empty ", pair.prompt.empty() ? "prompt" : "response", "; remove this query"));
  }
  for (const base::Json& json : line.value.value("constitution", base::Json::array())) {
    const JsonLine clause_line{json, line.where};
    datasets::Clause clause;
    ASSIGN_OR_RETURN(clause.principle_id, base::GetString(clause_line, "principle"));
    ASSIGN_OR_RETURN(clause.text, base::GetString(clause_line, "text"));
    const base::Json positive = json.value("positive", base::Json(true));
    if (!positive.is_boolean()) {
      return absl::InvalidArgumentError(absl::StrCat(line.where, ": \"positive\" must be true or false"));
    }
    clause.positive = positive.get<bool>();
    pair.constitution.clauses.push_back(std::move(clause));
  }
  return pair;
}

absl::StatusOr<ContrastiveQuery> QueryFromJson(const JsonLine& line) {
  ContrastiveQuery query;
  ASSIGN_OR_RETURN(query.query_id, base::GetInt(line, "query_id"));
  ASSIGN_OR_RETURN(query.category, base::GetString(line, "category"));
  ASSIGN_OR_RETURN(query.question, base::GetString(line, "question"));
  const auto pairs = line.value.find("pairs");
  if (pairs == line.value.end() || !pairs->is_array() || pairs->size() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat(line.where, ": \"pairs\" must be a list of at least two (constitution, response) pairs"));
  }
  for (size_t i = 0; i < pairs->size(); ++i) {
    ASSIGN_OR_RETURN(ContrastivePair pair, PairFromJson({(*pairs)[i], absl::StrCat(line.where, ": pair ", i)}));
    query.pairs.push_back(std::move(pair));
  }
  return query;
}

}  // namespace

std::vector<ContrastiveQuery> ApplyFilters(const Filters& filters, const std::vector<ContrastiveQuery>& queries,
                                           FilterCounts* counts) {
  std::vector<ContrastiveQuery> kept;
  for (const ContrastiveQuery& query : queries) {
    if (filters.unfinished && AnyPair(query, [](const ContrastivePair& pair) { return !pair.finished; })) {
      ++counts->unfinished;
    } else if (AnyPair(query, [](const ContrastivePair& pair) { return pair.response.empty(); })) {
      ++counts->empty;
    } else if (HasForbidden(query, filters.forbidden)) {
      ++counts->forbidden;
    } else if (filters.equal_responses && HasEqualResponses(query)) {
      ++counts->equal_responses;
    } else if (filters.min_length > 0 && base::CountCharacters(query.pairs[1].response) < filters.min_length) {
      ++counts->too_short;
    } else if (filters.min_length_ratio > 0 && IsBelowRatio(query, filters.min_length_ratio)) {
      ++counts->length_ratio;
    } else if (filters.min_distance > 0 && IsSimilar(query, filters.min_distance)) {
      ++counts->too_similar;
    } else if (HasOtherEnd(query, filters)) {
      ++counts->other_end;
    } else {
      ++counts->kept;
      kept.push_back(query);
    }
  }
  return kept;
}

absl::Status WriteContrastiveData(const std::string& path, const std::vector<ContrastiveQuery>& queries) {
  std::vector<OrderedJson> lines;
  for (const ContrastiveQuery& query : queries) {
    OrderedJson json;
    json["query_id"] = query.query_id;
    json["category"] = query.category;
    json["question"] = query.question;
    json["pairs"] = OrderedJson::array();
    for (const ContrastivePair& pair : query.pairs) json["pairs"].push_back(ToJson(pair));
    lines.push_back(std::move(json));
  }
  return base::WriteJsonLines(path, lines);
}

absl::StatusOr<std::vector<ContrastiveQuery>> ReadContrastiveData(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, base::ReadJsonLines(path));
  std::vector<ContrastiveQuery> queries;
  std::set<int64_t> ids;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(ContrastiveQuery query, QueryFromJson(line));
    if (!ids.insert(query.query_id).second) {
      return absl::InvalidArgumentError(absl::StrCat(line.where, ": query_id ", query.query_id, " was there before"));
    }
    queries.push_back(std::move(query));
  }
  return queries;
}

}  // namespace sami
