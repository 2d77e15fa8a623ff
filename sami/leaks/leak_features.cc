#include "sami/leaks/leak_features.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace sami {
namespace {

// Names to 0, 1, 2, ... in the order of first appearance.
class Ids {
 public:
  int Of(const std::string& name) { return ids_.emplace(name, static_cast<int>(ids_.size())).first->second; }
  int size() const { return static_cast<int>(ids_.size()); }

 private:
  std::unordered_map<std::string, int> ids_;
};

std::vector<int> Distinct(std::vector<int> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::vector<int> ClauseIds(const ContrastiveQuery& query, size_t i, Ids& ids) {
  std::vector<int> clauses;
  for (const datasets::Clause& clause : query.pairs[i].constitution.clauses) {
    clauses.push_back(ids.Of(absl::StrCat(clause.positive ? "+" : "-", clause.principle_id)));
  }
  if (clauses.empty()) clauses.push_back(ids.Of(absl::StrCat("#", i)));
  return clauses;
}

std::vector<double> RelativeLengths(const ContrastiveQuery& query) {
  std::vector<double> lengths;
  double sum = 0;
  for (const ContrastivePair& pair : query.pairs) {
    lengths.push_back(std::log(std::max<double>(base::CountCharacters(pair.response), 1)));
    sum += lengths.back();
  }
  for (double& length : lengths) length -= sum / lengths.size();
  return lengths;
}

// [i * n + j], see LeakFeatures::copied.
std::vector<double> Copied(const ContrastiveQuery& query) {
  const size_t n = query.pairs.size();
  std::vector<std::set<std::string>> asked(n), said(n);
  std::unordered_map<std::string, size_t> constitutions_with;
  for (size_t i = 0; i < n; ++i) {
    for (const datasets::Clause& clause : query.pairs[i].constitution.clauses) {
      for (std::string& word : ResponseWords(clause.text)) {
        if (absl::ascii_isalnum(word[0])) asked[i].insert(std::move(word));
      }
    }
    for (const std::string& word : asked[i]) ++constitutions_with[word];
    for (std::string& word : ResponseWords(query.pairs[i].response)) said[i].insert(std::move(word));
  }
  std::vector<double> copied(n * n, 0);
  for (size_t i = 0; i < n; ++i) {
    double own = 0;
    for (const std::string& word : asked[i]) {
      if (constitutions_with[word] == n) continue;
      ++own;
      for (size_t j = 0; j < n; ++j) copied[i * n + j] += said[j].count(word);
    }
    for (size_t j = 0; j < n && own > 0; ++j) copied[i * n + j] /= own;
  }
  return copied;
}

}  // namespace

std::vector<std::string> ResponseWords(absl::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  for (const char c : text) {
    const bool letter = absl::ascii_isalnum(c) || static_cast<unsigned char>(c) >= 0x80;
    if (letter && in_word) {
      words.back().push_back(absl::ascii_tolower(c));
    } else if (letter || absl::ascii_isgraph(c)) {
      words.emplace_back(1, absl::ascii_tolower(c));
    }
    in_word = letter;
  }
  return words;
}

LeakCorpus ExtractLeakFeatures(const std::vector<ContrastiveQuery>& queries) {
  LeakCorpus corpus;
  Ids clauses, words, prefixes;
  for (const ContrastiveQuery& query : queries) {
    LeakFeatures features;
    features.relative_length = RelativeLengths(query);
    features.copied = Copied(query);
    for (size_t i = 0; i < query.pairs.size(); ++i) {
      features.clauses.push_back(ClauseIds(query, i, clauses));
      std::vector<int> all, first;
      for (const std::string& word : ResponseWords(query.pairs[i].response)) {
        if (first.size() < kPrefixWords) first.push_back(prefixes.Of(absl::StrCat(first.size(), " ", word)));
        all.push_back(words.Of(word));
      }
      features.words.push_back(Distinct(std::move(all)));
      features.prefix.push_back(Distinct(std::move(first)));
    }
    corpus.queries.push_back(std::move(features));
  }
  corpus.num_clauses = clauses.size();
  corpus.num_words = words.size();
  corpus.num_prefixes = prefixes.size();
  return corpus;
}

}  // namespace sami
