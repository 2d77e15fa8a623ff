// Semantics of the published trainers (SamiConfig.Semantics): which tokens they score, how they accumulate and clip.
#ifndef SAMI_SEMANTICS_H_
#define SAMI_SEMANTICS_H_

#include <cstdint>
#include <vector>

#include "lm/tokenizer/text/tokens.h"
#include "sami/config.pb.h"

namespace sami {

// Tokens [begin, end) of a response.
struct Span {
  int64_t begin;
  int64_t end;
};

// The scored tokens of `response` under `prompt`: maximal spans in order, none of them empty. Under DEFAULT it is one
// span, the whole response; under the others the list itself may be empty.
//
// eos: the end-of-sequence token, with which the published trainers also pad.
std::vector<Span> ScoredSpans(sami_harness::SamiConfig::Semantics semantics, const lm::TokenIds& prompt,
                              const lm::TokenIds& response, int32_t eos);

// Whether a padding token behind the response is scored: under SAMI_EXT, when the pair's row is shorter than the
// longest of its query (`padded`) and holds no eos of its own. The caller then scores the response with eos appended.
bool FollowedByPad(sami_harness::SamiConfig::Semantics semantics, const lm::TokenIds& prompt,
                   const lm::TokenIds& response, int32_t eos, bool padded);

// config.training() with what its semantics say of clipping, accumulation and weight decay.
sami_harness::TrainingConfig EffectiveTraining(const sami_harness::SamiConfig& config);

}  // namespace sami

#endif  // SAMI_SEMANTICS_H_
