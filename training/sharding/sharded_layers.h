// A model's layers over the ranks of a group, as in ZeRO-3 (arXiv 1910.02054) and FSDP: of each layer's weights, their
// gradients' sum and their moments a rank has one part alone. A layer is whole on a rank only while it is computed; the
// next one is fetched meanwhile, and the gradients of the one before are sent.
//
// Memory of a rank, with P the bytes of the layers' weights, L layers and w ranks: P / w each for weights, gradients'
// sum and moments, and P / L for each of at most four layers on their way: two that are fetched, gradients that are
// made and those that are sent (two that are fetched, where layers are frozen).
// What a rank sends: (w - 1)/w P for each fetch of all layers, two a microbatch that is trained on and one otherwise,
// and as much for its gradients: 3 (w - 1)/w P a microbatch, 2 where the layers are frozen.
//
// Gradients are added in the ranks' order, round by round of microbatches (WorkSplit, training/shared_update.h): in
// the order of one process.
#ifndef TRAINING_SHARDING_SHARDED_LAYERS_H_
#define TRAINING_SHARDING_SHARDED_LAYERS_H_

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/model/decoder.h"
#include "lm/model/layer_source.h"
#include "training/kernels/parts.h"
#include "training/processes/group.h"
#include "training/sharding/exchange.h"
#include "training/sharding/layer_cut.h"

namespace training {

class ShardedLayers : public lm::LayerSource {
 public:
  // Gives the elements of a parameter from `begin` on, as many as `out` has, [n].
  using Read = absl::FunctionRef<absl::Status(const std::string& name, int64_t begin, const torch::Tensor& out)>;

  // For a model whose layers' weights are absent (lm::LoadOptions::without_layers): reads this rank's parts. `group`
  // must outlive it. The first error of `read`.
  static absl::StatusOr<std::unique_ptr<ShardedLayers>> Load(const lm::Decoder& model, Read read, Group& group);

  // LayerSource, for a decoder that was given it (SetLayerSource). One thread of a rank computes at a time.
  std::vector<torch::Tensor> Fetch(int64_t layer, Pass pass) override;
  bool is_trained() const override { return !gradients_.empty(); }
  void AddGradients(int64_t layer, std::vector<torch::Tensor> gradients) override;
  // From the first pass on until it returns, nobody else may use the group.
  absl::Status Meet() override;

  // This rank's, or another's, parts of the layers' weights, by their place among all elements of the model's
  // parameters. Of this rank: with their values.
  std::vector<Trained> Parts(int rank) const;
  // From now on the layers are trained. `gradients`: of this rank's parts, in the order of Parts; they get the sum.
  void TrainInto(std::vector<torch::Tensor> gradients);
  // A new sum of gradients.
  void BeginSum();

 private:
  // A layer's parameters, and the place of each among all elements.
  struct Layer {
    std::vector<std::string> names;
    std::vector<torch::Tensor> absent;
    std::vector<int64_t> places;
  };

  ShardedLayers(Group& group, std::vector<Layer> layers);
  torch::Tensor Part(const torch::Tensor& stretch, int64_t layer, const Slice& slice) const {
    return cuts_[layer].Elements(stretch, group_.rank(), slice);
  }
  void Take(int rank, int64_t layer, const torch::Tensor& stretch);
  void AddNow(int64_t layer, const torch::Tensor& stretch);

  Group& group_;
  const std::vector<Layer> layers_;
  std::vector<LayerCut> cuts_;
  std::vector<torch::Tensor> own_;  // bytes of this rank's stretch of each layer
  std::vector<torch::Tensor> gradients_;
  std::vector<size_t> first_gradient_;  // of each layer, in gradients_
  // Of the sum that is made: whether a layer has one; whose gradients are added next in this round; those that came
  // before their turn, by layer and rank.
  std::vector<bool> has_sum_;
  std::vector<int> next_rank_;
  std::multimap<std::pair<int64_t, int>, torch::Tensor> early_;
  // The layer that is fetched before it is asked for.
  int64_t coming_layer_ = -1;
  Exchange::Handle coming_;
  Exchange exchange_;  // last: it uses the others
};

}  // namespace training

#endif  // TRAINING_SHARDING_SHARDED_LAYERS_H_
