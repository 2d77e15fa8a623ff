// An answer with what the checkers of principles read of it, each property computed once.
#ifndef EVALUATION_PRINCIPLES_ANSWER_H_
#define EVALUATION_PRINCIPLES_ANSWER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/text/characters.h"
#include "evaluation/text/layout.h"
#include "evaluation/text/sentences.h"
#include "evaluation/text/words.h"

namespace principles {

// O(length) time and memory. Serves one thread at a time, as Characters do.
class Answer {
 public:
  explicit Answer(absl::string_view text);

  absl::string_view text;  // as it is, fenced code included, without ASCII white space at its end
  int64_t code_blocks;
  bool says_something;  // has a letter or digit
  // The rest is of the text without fenced code.
  Characters prose;
  bool prose_says_something;
  LetterCounts letters;
  std::vector<Line> lines;
  std::vector<Span> blocks;
  std::vector<Word> words;
  std::vector<Sentence> sentences;
  std::vector<std::vector<Word>> words_by_sentence;  // as many as sentences

  // Where a list's mark stands ("1.", "- "): such digits and brackets are nothing that the answer says.
  std::vector<bool> list_marks;
  // How often characters were read so far, in the constructor and since.
  int64_t reads() const { return reads_of_whole_ + prose.reads(); }

 private:
  int64_t reads_of_whole_;
};

}  // namespace principles

#endif  // EVALUATION_PRINCIPLES_ANSWER_H_
