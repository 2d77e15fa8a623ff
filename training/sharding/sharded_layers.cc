#include "training/sharding/sharded_layers.h"

#include <stdexcept>

#include "base/check.h"
#include "base/status.h"

namespace training {

ShardedLayers::ShardedLayers(Group& group, std::vector<Layer> layers)
    : group_(group),
      layers_(std::move(layers)),
      has_sum_(layers_.size()),
      next_rank_(layers_.size()),
      exchange_(group, cuts_, own_,
                [this](int rank, int64_t layer, const torch::Tensor& stretch) { Take(rank, layer, stretch); }) {
  for (const Layer& layer : layers_) {
    cuts_.emplace_back(layer.absent, group.size());
    own_.push_back(torch::empty({cuts_.back().size(group.rank())}, layer.absent[0].options().dtype(torch::kUInt8)));
  }
}

absl::StatusOr<std::unique_ptr<ShardedLayers>> ShardedLayers::Load(const lm::Decoder& model, Read read, Group& group) {
  std::vector<Layer> layers(model.config().num_layers);
  int64_t place = 0;
  for (size_t i = 0, layer = 0; i < model.parameters().size(); ++i) {
    const auto& [name, value] = model.parameters()[i];
    while (layer < layers.size() && i >= model.first_parameter(layer + 1)) ++layer;
    if (layer < layers.size() && i >= model.first_parameter(layer)) {
      layers[layer].names.push_back(name);
      layers[layer].absent.push_back(value);
      layers[layer].places.push_back(place);
    }
    place += value.numel();
  }
  std::unique_ptr<ShardedLayers> sharded(new ShardedLayers(group, std::move(layers)));
  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < sharded->layers_.size(); ++i) {
    for (const Slice& slice : sharded->cuts_[i].slices(group.rank())) {
      RETURN_IF_ERROR(read(sharded->layers_[i].names[slice.weight], slice.begin,
                           sharded->Part(sharded->own_[i], static_cast<int64_t>(i), slice)));
    }
  }
  return sharded;
}

std::vector<torch::Tensor> ShardedLayers::Fetch(int64_t layer, Pass pass) {
  const torch::NoGradGuard no_grad;
  // A pass that ended early has left another.
  if (coming_ != nullptr && coming_layer_ != layer) exchange_.Wait(std::exchange(coming_, nullptr)).IgnoreError();
  const Exchange::Handle handle = coming_ != nullptr ? std::exchange(coming_, nullptr) : exchange_.Gather(layer);
  absl::StatusOr<torch::Tensor> run = exchange_.Wait(handle);
  if (!run.ok()) throw std::runtime_error(std::string(run.status().message()));
  coming_layer_ = pass == Pass::kForward ? layer + 1 : layer - 1;
  if (coming_layer_ >= 0 && coming_layer_ < static_cast<int64_t>(layers_.size())) {
    coming_ = exchange_.Gather(coming_layer_);
  }
  return cuts_[layer].Weights(*run);
}

void ShardedLayers::AddGradients(int64_t layer, std::vector<torch::Tensor> gradients) {
  const torch::NoGradGuard no_grad;
  exchange_.AwaitReduced();
  torch::Tensor run = torch::empty({cuts_[layer].bytes()}, own_[layer].options());
  const std::vector<torch::Tensor> places = cuts_[layer].Weights(run);
  SAMI_CHECK_EQ(gradients.size(), places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    if (gradients[i].defined()) {
      places[i].copy_(gradients[i]);
    } else {
      places[i].zero_();
    }
    gradients[i].reset();
  }
  exchange_.Reduce(layer, std::move(run));
}

absl::Status ShardedLayers::Meet() {
  if (coming_ != nullptr) exchange_.Wait(std::exchange(coming_, nullptr)).IgnoreError();
  const absl::Status status = exchange_.Meet();
  const torch::NoGradGuard no_grad;
  for (const auto& [from, stretch] : early_) AddNow(from.first, stretch);
  early_.clear();
  next_rank_.assign(layers_.size(), 0);
  return status;
}

void ShardedLayers::Take(int rank, int64_t layer, const torch::Tensor& stretch) {
  if (rank != next_rank_[layer]) {
    early_.emplace(std::make_pair(layer, rank), stretch.clone());
    return;
  }
  AddNow(layer, stretch);
  ++next_rank_[layer];
  for (auto next = early_.find({layer, next_rank_[layer]}); next != early_.end();
       next = early_.find({layer, next_rank_[layer]})) {
    AddNow(layer, next->second);
    early_.erase(next);
    ++next_rank_[layer];
  }
}

void ShardedLayers::AddNow(int64_t layer, const torch::Tensor& stretch) {
  const std::vector<Slice>& slices = cuts_[layer].slices(group_.rank());
  for (size_t i = 0; i < slices.size(); ++i) {
    const torch::Tensor& into = gradients_[first_gradient_[layer] + i];
    const torch::Tensor one = Part(stretch, layer, slices[i]);
    has_sum_[layer] ? into.add_(one) : into.copy_(one);
  }
  has_sum_[layer] = true;
}

std::vector<Trained> ShardedLayers::Parts(int rank) const {
  std::vector<Trained> parts;
  for (size_t i = 0; i < layers_.size(); ++i) {
    for (const Slice& slice : cuts_[i].slices(rank)) {
      const torch::Tensor& weight = layers_[i].absent[slice.weight];
      Trained part;
      if (rank == group_.rank()) part.values = Part(own_[i], static_cast<int64_t>(i), slice);
      part.is_matrix = weight.dim() >= 2;
      part.place = layers_[i].places[slice.weight] + slice.begin;
      part.size = slice.size;
      parts.push_back(part);
    }
  }
  return parts;
}

void ShardedLayers::TrainInto(std::vector<torch::Tensor> gradients) {
  gradients_ = std::move(gradients);
  first_gradient_.clear();
  size_t next = 0;
  for (const LayerCut& cut : cuts_) {
    first_gradient_.push_back(next);
    next += cut.slices(group_.rank()).size();
  }
  SAMI_CHECK_EQ(next, gradients_.size());
}

void ShardedLayers::BeginSum() {
  has_sum_.assign(layers_.size(), false);
  next_rank_.assign(layers_.size(), 0);
  early_.clear();
}

}  // namespace training
