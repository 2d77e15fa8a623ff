// How a layer's weights lie in one run of bytes, and which stretch of it each rank has.
#ifndef TRAINING_SHARDING_LAYER_CUT_H_
#define TRAINING_SHARDING_LAYER_CUT_H_

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace training {

// Some elements of a weight, and where their bytes begin in the layer's run.
struct Slice {
  size_t weight;
  int64_t begin, size;
  int64_t byte;
};

// One weight lies behind the other. Ranks have successive stretches of nearly equal size, which are cut where the
// optimizer's blocks end (kBlockElements, parts.h): a rank has at most half a block more or less than its
// share.
class LayerCut {
 public:
  // Of weights of these shapes and types.
  LayerCut(const std::vector<torch::Tensor>& weights, int ranks);

  int64_t bytes() const { return bytes_; }
  const std::vector<Slice>& slices(int rank) const { return slices_[rank]; }
  // A rank's stretch.
  int64_t begin(int rank) const { return slices_[rank].empty() ? 0 : slices_[rank].front().byte; }
  int64_t size(int rank) const;

  // Views of the layer's run [bytes], or of a rank's stretch [size(rank)]: the weights, each in its shape; a slice,
  // flat.
  std::vector<torch::Tensor> Weights(const torch::Tensor& run) const;
  torch::Tensor Elements(const torch::Tensor& stretch, int rank, const Slice& slice) const;
  // A rank's stretch of a run.
  torch::Tensor Stretch(const torch::Tensor& run, int rank) const { return run.narrow(0, begin(rank), size(rank)); }

 private:
  struct Place {
    int64_t byte;
    std::vector<int64_t> shape;
    torch::Dtype type;
  };
  std::vector<Place> places_;
  std::vector<std::vector<Slice>> slices_;  // by rank
  int64_t bytes_ = 0;
};

}  // namespace training

#endif  // TRAINING_SHARDING_LAYER_CUT_H_
