// Constitutions of a query: sampling them, and the prompt that puts a constitution before a question.
#ifndef SAMI_CONSTITUTION_H_
#define SAMI_CONSTITUTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/random.h"
#include "datasets/constitutions/principle.h"

namespace sami {

// `count` principles drawn from those that are relevant for the category, in random order. kInvalidArgument when there
// are fewer: names the category and how many it has.
absl::StatusOr<std::vector<datasets::Principle>> DrawPrinciples(const std::vector<datasets::Principle>& principles,
                                                                absl::string_view category, int count,
                                                                base::RandomStream& stream);

enum class Draw {
  kPoles,  // the first asks for all principles, the second for all antitheses, further ones are drawn from the mixtures
  kAny,    // all are drawn from the 2^principles combinations (arXiv 2410.01704, MT-Bench)
  kPositiveAndAny,  // the first asks for all principles, further ones are drawn from the other combinations
                    // (2404.14313)
  kFirstDiffers,    // n = 2: the first asks for principles[0], the second for its antithesis, each for all others by a
                    // fair coin (arXiv 2410.01704, mathematics)
};

// n different constitutions over the same principles. The clauses of each are shuffled. kInvalidArgument when n exceeds
// 2^principles, or is not 2 for kFirstDiffers.
absl::StatusOr<std::vector<datasets::Constitution>> ContrastingConstitutions(
    const std::vector<datasets::Principle>& principles, int n, Draw draw, base::RandomStream& stream);

// A constitution that asks for each principle (positive) or, by a fair coin each, for its antithesis.
datasets::Constitution PositiveConstitution(const std::vector<datasets::Principle>& principles,
                                            base::RandomStream& stream);
datasets::Constitution MixedConstitution(const std::vector<datasets::Principle>& principles,
                                         base::RandomStream& stream);

// The same clauses in another random order: training prompts are renumbered, so that a position means nothing
// (arXiv 2404.14313, section 3).
datasets::Constitution Reordered(datasets::Constitution constitution, base::RandomStream& stream);

// "1. ...\n2. ...", without a line break at the end.
std::string ConstitutionText(const datasets::Constitution& constitution);

// How a prompt is worded unless an experiment says otherwise (experiments/spec/spec.proto, Prompts).
inline constexpr char kWording[] = "Principles:\n{constitution}\n\nQuestion: {query}\n\nAnswer:";

// The wording with the numbered principles and the query in their places; what looks like a place in them is text. The
// response follows after one space.
std::string BuildPrompt(const datasets::Constitution& constitution, absl::string_view query,
                        absl::string_view wording = kWording);

// The text that is encoded after the prompt: one space, then the response.
std::string ResponseContinuation(absl::string_view response);

}  // namespace sami

#endif  // SAMI_CONSTITUTION_H_
