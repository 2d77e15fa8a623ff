// Tokens as nltk's word_tokenize gives them for English, by which IFEval counts words in capitals: Punkt's sentences,
// and in each the Penn Treebank's tokens. Of nltk's versions, 3.9.1 and before.
#ifndef EVALUATION_PYTHON_TREEBANK_WORDS_H_
#define EVALUATION_PYTHON_TREEBANK_WORDS_H_

#include <vector>

#include "evaluation/python/punkt.h"
#include "evaluation/python/text.h"

namespace ifeval {

// "JOHN'S" is JOHN and 'S, "CANNOT" CAN and NOT, "U.S.A." one; quotation marks come out as `` and ''. O(length).
std::vector<Text> TreebankWords(View text, const PunktParameters& parameters);

}  // namespace ifeval

#endif  // EVALUATION_PYTHON_TREEBANK_WORDS_H_
