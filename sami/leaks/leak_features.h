// Features for the leak audit: what a reader who does not think could see of a contrastive data set (lengths, first
// words, words, copied words).
#ifndef SAMI_LEAKS_LEAK_FEATURES_H_
#define SAMI_LEAKS_LEAK_FEATURES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sami/contrastive_data.h"

namespace sami {

// Of one query with n constitutions and n responses; response j was written under constitution j.
struct LeakFeatures {
  // [constitution]: ids of its clauses (a principle with its polarity), in any order. A constitution without clauses
  // has one of its own: its position.
  std::vector<std::vector<int>> clauses;
  // [response]: log of its characters, less the query's mean.
  std::vector<double> relative_length;
  // [response]: distinct ids, ascending, of all its words and of its first kPrefixWords words with their places.
  std::vector<std::vector<int>> words, prefix;
  // [i * n + j]: of the words that constitution i does not share with all others of the query, the share that response
  // j has; 0 where there are no such words.
  std::vector<double> copied;

  size_t n() const { return clauses.size(); }
};

struct LeakCorpus {
  std::vector<LeakFeatures> queries;
  int num_clauses = 0;
  int num_words = 0;
  int num_prefixes = 0;
};

constexpr size_t kPrefixWords = 3;

// ASCII letters, digits and all other UTF-8 characters in a row are a word, in lower case; each further printable
// character is a word by itself: a dollar sign tells as much as a name.
std::vector<std::string> ResponseWords(absl::string_view text);

// One entry a query, in their order. O(total text).
LeakCorpus ExtractLeakFeatures(const std::vector<ContrastiveQuery>& queries);

}  // namespace sami

#endif  // SAMI_LEAKS_LEAK_FEATURES_H_
