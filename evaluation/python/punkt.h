// Sentences as nltk's Punkt divides English (Kiss and Strunk 2006, Unsupervised Multilingual Sentence Boundary
// Detection), which IFEval counts by. Of nltk's versions, 3.9.1 and before, by which all published numbers were made.
#ifndef EVALUATION_PYTHON_PUNKT_H_
#define EVALUATION_PYTHON_PUNKT_H_

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "evaluation/python/text.h"

namespace ifeval {

// What Punkt learned of a language. Types are in lower case, without a final point.
struct PunktParameters {
  std::set<Text> abbreviations;
  std::set<Text> sentence_starters;
  std::set<std::pair<Text, Text>> collocations;
  // How a type was seen written, bits: 2 upper-case at a sentence's start, 4 within one, 8 unknown where; 16, 32, 64
  // the same in lower case.
  std::unordered_map<std::string, int> orthography;  // by UTF-8
};

// Those that this project carries for English: the abbreviations and sentence starters of nltk's model, and no
// orthography but of common words. They divide nearly all texts as nltk's model does (README.md has the count).
const PunktParameters& CarriedPunktParameters();

// nltk's own model: the folder punkt_tab/english, with abbrev_types.txt, sent_starters.txt, collocations.tab and
// ortho_context.tab. kNotFound or kInvalidArgument name the file, and the line.
absl::StatusOr<PunktParameters> ReadPunktParameters(const std::string& folder);

// The sentences of a text, in order, without the white space between them: nltk.sent_tokenize. O(length).
std::vector<View> Sentences(View text, const PunktParameters& parameters);

}  // namespace ifeval

#endif  // EVALUATION_PYTHON_PUNKT_H_
