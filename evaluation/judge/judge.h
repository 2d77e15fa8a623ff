// What a judge is: two answers to one question in, a verdict out.
#ifndef EVALUATION_JUDGE_JUDGE_H_
#define EVALUATION_JUDGE_JUDGE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "datasets/constitutions/principle.h"

namespace evaluation {

enum class Verdict { kFirst, kSecond, kTie };

// "A", "B" or "tie".
absl::string_view VerdictName(Verdict verdict);

struct Contest {
  int64_t question_id = 0;
  std::string category;
  std::string question;
  // The constitution under which both answers were asked for.
  datasets::Constitution constitution;
  std::string first;
  std::string second;
};

struct Judgment {
  Verdict verdict;
  std::string words;  // why, as the judge says it
};

class Judge {
 public:
  virtual ~Judge() = default;
  // Names the judge in files and tables.
  virtual std::string name() const = 0;
  // An error means that there is no verdict: it is counted as missing, never as a tie. Thread-safe.
  virtual absl::StatusOr<Judgment> Compare(const Contest& contest) const = 0;
};

}  // namespace evaluation

#endif  // EVALUATION_JUDGE_JUDGE_H_
