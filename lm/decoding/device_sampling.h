// The next tokens of a batch, chosen where the logits are, so that a device sends a number a row and not its logits.
//
// Shapes: B = rows, V = vocabulary.
#ifndef LM_DECODING_DEVICE_SAMPLING_H_
#define LM_DECODING_DEVICE_SAMPLING_H_

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "lm/decoding/sampling.h"

namespace lm {

// Whether ChooseOnDevice does what these options ask for: all but cuts and a repetition penalty.
bool ChoosesOnDevice(const SamplingOptions& options);

// As SampleToken (sampling.h) chooses, by the number `uniforms[b]` in [0, 1) of row b (not read at temperature 0): the
// first id at which the sum of probabilities, in double precision, exceeds it. The sums are the device's, whose last
// bits may differ. -1 where logits are not finite as LargestLogit has it. logits [B, V], any type; the result is on
// their device.
torch::Tensor ChooseOnDevice(const torch::Tensor& logits_BV, const SamplingOptions& options,
                             const std::vector<double>& uniforms);

}  // namespace lm

#endif  // LM_DECODING_DEVICE_SAMPLING_H_
