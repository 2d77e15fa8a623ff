#include "training/sharding/layer_cut.h"

#include <algorithm>

#include "training/kernels/parts.h"

namespace training {
namespace {

constexpr int64_t kAlignment = 64;

}  // namespace

LayerCut::LayerCut(const std::vector<torch::Tensor>& weights, int ranks) : slices_(ranks) {
  int64_t total = 0, offset = 0;
  for (const torch::Tensor& weight : weights) total += weight.numel();
  int rank = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    const int64_t elements = weights[i].numel(), each = weights[i].element_size();
    places_.push_back({bytes_, weights[i].sizes().vec(), weights[i].scalar_type()});
    for (int64_t begin = 0; begin < elements; begin += kBlockElements) {
      const int64_t size = std::min(kBlockElements, elements - begin);
      // By the block's middle.
      while (rank + 1 < ranks && (2 * offset + size) * ranks >= 2 * (rank + 1) * total) ++rank;
      std::vector<Slice>& slices = slices_[rank];
      if (!slices.empty() && slices.back().weight == i) {
        slices.back().size += size;
      } else {
        slices.push_back({i, begin, size, bytes_ + begin * each});
      }
      offset += size;
    }
    bytes_ += (elements * each + kAlignment - 1) / kAlignment * kAlignment;
  }
}

int64_t LayerCut::size(int rank) const {
  if (slices_[rank].empty()) return 0;
  const Slice& last = slices_[rank].back();
  return last.byte + last.size * static_cast<int64_t>(c10::elementSize(places_[last.weight].type)) - begin(rank);
}

std::vector<torch::Tensor> LayerCut::Weights(const torch::Tensor& run) const {
  std::vector<torch::Tensor> weights;
  for (const Place& place : places_) {
    int64_t bytes = static_cast<int64_t>(c10::elementSize(place.type));
    for (const int64_t extent : place.shape) bytes *= extent;
    weights.push_back(run.narrow(0, place.byte, bytes).view(place.type).view(place.shape));
  }
  return weights;
}

torch::Tensor LayerCut::Elements(const torch::Tensor& stretch, int rank, const Slice& slice) const {
  const torch::Dtype type = places_[slice.weight].type;
  return stretch.narrow(0, slice.byte - begin(rank), slice.size * static_cast<int64_t>(c10::elementSize(type)))
      .view(type);
}

}  // namespace training
