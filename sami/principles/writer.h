// Principles and antitheses for a task, written by an instruct model: the first step of SAMI (arXiv 2404.14313, section
// 3.1), which leaves the constitutions to another model than the one that is trained.
#ifndef SAMI_PRINCIPLES_WRITER_H_
#define SAMI_PRINCIPLES_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/constitutions/principle.h"
#include "lm/chat/recording.h"
#include "sami/principles/written.h"

namespace sami {

struct WriterOptions {
  std::string task;     // what the trained model will be asked, in a few sentences
  int64_t count = 8;    // principles
  int64_t replies = 4;  // at most; the first included
  PrincipleLimits limits;
  double temperature = 0.7;
  double top_p = 1;
  int64_t max_tokens = 2048;
  int64_t seed = 0;   // of the first reply; each further one has the next
  std::string extra;  // lm::Inquiry::extra
};

// What the model is asked for. `so_far` are principles that it must not repeat; `problem` is what was wrong with an
// earlier reply, or empty.
std::string WriterPrompt(const WriterOptions& options, const std::vector<datasets::Principle>& so_far,
                         const std::string& problem);

// Asks until there are `count` usable principles; of more in a reply the first are taken. A reply that is not usable,
// or not wholly, is followed by a question that says why and asks for those that are missing; `problems` gets each such
// reason, in a line. Every reply is in the recording as soon as it is there, and one that was there before is not asked
// for again. kInvalidArgument for options out of range; kUnavailable where `replies` replies were not enough, with the
// last problem; the recording's or the model's own error where there is no answer.
absl::StatusOr<std::vector<datasets::Principle>> WritePrinciples(const WriterOptions& options, lm::Recording& recording,
                                                                 std::vector<std::string>* problems);

}  // namespace sami

#endif  // SAMI_PRINCIPLES_WRITER_H_
