// Where a solution says that its answer comes, that it was wrong, or that there is none.
#ifndef EVALUATION_EXTRACTION_CUES_H_
#define EVALUATION_EXTRACTION_CUES_H_

#include <cstddef>
#include <vector>

#include "evaluation/extraction/solution.h"

namespace evaluation {

// Ascending: the higher decides.
enum class CueRank {
  kAnswer,  // "answer is", "answer:", "Antwort ist", "A:" at the start of a line that is not the first
  kFinal,   // "final answer is"
  kBox,     // \boxed{...}
  kHashes,  // ####
};

struct Cue {
  CueRank rank = CueRank::kAnswer;
  size_t begin = 0;
  Stretch scope;  // what may state the answer: behind "is" or ":", in the box's braces, on the line of the hashes
  bool is_heading = false;     // a colon or a line of its own: what follows may be a whole solution
  bool is_participle = false;  // "the answer is found by ..."
};

struct Cues {
  std::vector<Cue> cues;            // by their places
  std::vector<size_t> corrections;  // where "wait", "actually", "I made a mistake", "no," stand
  std::vector<size_t> refusals;     // "cannot be determined", "I don't know"
  std::vector<size_t> conclusions;  // "so", "therefore", "in total" at the start of a sentence
};

// O(length).
Cues FindCues(const Solution& solution);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_CUES_H_
