// How a pass over whole rows runs its layers: as they are, computed again in the backward pass, or with weights that
// are fetched.
#ifndef LM_MODEL_LAYER_PASS_H_
#define LM_MODEL_LAYER_PASS_H_

#include <torch/types.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "lm/config/config.h"
#include "lm/model/attention/attention.h"
#include "lm/model/attention/kv_cache.h"
#include "lm/model/attention/rotary.h"
#include "lm/model/decoder.h"
#include "lm/model/layer.h"
#include "lm/model/layer_source.h"

namespace lm {

// One input's. What layers of one kind share is made when it is first asked for.
class LayerPass {
 public:
  // `observes`: whether routers' load is wanted.
  LayerPass(const ModelConfig& config, const DecoderInput& input, torch::Dtype dtype, bool observes);

  bool observes() const { return is_token_N_.defined(); }

  LayerOutput Run(int64_t index, const LayerWeights& layer, const torch::Tensor& input_BTD, KeyValueCache* cache);
  // Of which nothing is kept for the backward pass but its input and weights.
  LayerOutput RunRecomputed(int64_t index, const LayerWeights& layer, const torch::Tensor& input_BTD);

  // A layer whose weights are `source`'s, which are converted to `dtype` where `converts`, over several inputs: each
  // pass's `hidden` becomes the layer's. `layer`: with its adapters alone.
  static std::vector<LayerOutput> RunFetched(std::vector<LayerPass>& passes, LayerSource& source, bool converts,
                                             int64_t index, const LayerWeights& layer,
                                             const std::vector<torch::Tensor>& hidden);

 private:
  // What layers of one kind share.
  struct Shared {
    RotaryTables rotary;       // undefined: no positions
    AttentionPattern pattern;  // of whole rows
  };
  const Shared& SharedOf(int64_t layer);

  const ModelConfig& config_;
  const DecoderInput& input_;
  const torch::Dtype dtype_;
  torch::Tensor is_token_N_;
  std::pair<bool, Shared> made_[2][2] = {};
  std::pair<bool, AttentionPattern> patterns_[2] = {};
};

}  // namespace lm

#endif  // LM_MODEL_LAYER_PASS_H_
