// The row-wise (batch-invariant) forward pass for decoding: tokens of any sequences together, each with a result that
// depends on its own sequence alone, bit for bit: not on the batch, on other sequences or on threads. float32 on the
// CPU; matrices may be stored in bfloat16 or float16, which changes no bit but takes half the memory.
//
// Decoder (decoder.h) computes the same up to rounding, for any type and device and with gradients; its products come
// from a linear algebra library, whose order of sums depends on their size.
#ifndef LM_DECODING_ROW_DECODER_H_
#define LM_DECODING_ROW_DECODER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "lm/decoding/row_attention.h"
#include "lm/decoding/token_block.h"
#include "lm/kernels/aligned.h"
#include "lm/kernels/stored_numbers.h"
#include "lm/kernels/worker_team.h"
#include "lm/model/decoder.h"

namespace lm {

class RowDecoder {
 public:
  // Whether the weights are dense and float32 on the CPU, matrices perhaps narrower, without adapters.
  static bool Supports(const Decoder& model);

  // Reads the model's own weights: `model` must outlive this, and Supports it. Not thread-safe; uses `threads`.
  RowDecoder(const Decoder& model, int threads);

  // Takes the rows' tokens through the model, and their keys and values into their blocks. A prompt's tokens come in
  // order, in one call or several, with all before them in its block; rows with a prompt block in common are next to
  // each other. Returns the logits [wanted.size(), V] after the rows named in `wanted`, which the next call overwrites.
  const float* Forward(const std::vector<DecodingRow>& rows, const std::vector<int64_t>& wanted);

  int64_t vocab_size() const { return vocab_size_; }
  TokenBlockShape block_shape() const { return {static_cast<int64_t>(layers_.size()), shape_.kv_heads, shape_.dim}; }
  // Tokens that a token sees at most, in any layer, itself included; 0: all.
  int64_t window() const { return shape_.window; }
  // RotaryBorder of the model (lm/model/attention/rotary.h).
  int64_t border() const { return border_; }
  WorkerTeam& team() { return team_; }

 private:
  // [outputs, inputs], and a bias [outputs] or null.
  struct Matrix {
    StoredNumbers weight;
    const float* bias = nullptr;
    int64_t outputs = 0;
    int64_t inputs = 0;

    bool is_there() const { return weight.data != nullptr; }
  };
  // Without a weight there is none.
  struct RowNorm {
    const float* weight = nullptr;
    const float* bias = nullptr;
    int64_t width = 0;
  };
  struct FeedForward {
    Matrix gate, up, down;  // a gate without weights is none
  };
  struct Layer {
    LayerKind kind;
    Matrix query, key, value, output;
    Matrix heads;                      // query, key and value of each head in turn, instead of the three
    Matrix router;                     // where there are several experts
    std::vector<FeedForward> experts;  // at least one
    RowNorm attention_in, attention_out, network_in, network_out, query_norm, key_norm;
  };
  struct Product {
    const Matrix* matrix;
    float* to;
  };
  // Rotations of the rows of a call, [rows, turned / 2].
  struct Turns {
    std::vector<float> frequencies[2];  // [turned / 2], of short and long texts
    float factor = 1;
    std::vector<float> cos, sin;
  };

  static Matrix View(const torch::Tensor& weight);
  static Matrix View(const Projection& projection);
  // Rows [begin, begin + count) of a matrix.
  static Matrix Part(const Matrix& matrix, int64_t begin, int64_t count);
  RowNorm View(const NormWeights& norm);
  Layer View(const ModelConfig& config, const LayerWeights& weights, const LayerKind& kind);

  Turns MakeTurns(const ModelConfig& config, const Rope& rope) const;
  void Rotations(const std::vector<DecodingRow>& rows, Turns& turns);
  // x [rows, inputs] through each matrix.
  void Multiply(int64_t rows, const float* x, const std::vector<Product>& products);
  // Calls work(begin, end) for runs of rows, on the team's threads.
  void ForRows(int64_t rows, absl::FunctionRef<void(int64_t begin, int64_t end)> work);
  // x [rows, norm.width] to y likewise, which may be x.
  void NormRows(int64_t rows, const RowNorm& norm, const float* x, float* y);
  // Queries, keys and values of x [rows, D], normed.
  void ProjectHeads(int64_t rows, const Layer& layer, const float* x);
  void AttendLayer(const std::vector<DecodingRow>& rows, const std::vector<RowGroup>& groups, int64_t layer);
  // Of x [rows, D] to y [rows, D].
  void RunFeedForward(int64_t rows, const FeedForward& weights, const float* x, float* y);
  // What the experts make of x [rows, D], added to hidden_ (lm/model/experts.h).
  void MixExperts(int64_t rows, const Layer& layer, const float* x);
  // x [rows, D] times the residual multiplier, added to hidden_.
  void AddToStream(int64_t rows, const float* x);

  RowAttentionShape shape_;
  int64_t vocab_size_, width_, turned_, border_, experts_per_token_;
  bool normalizes_routes_, is_parallel_, norms_whole_, has_own_sliding_turns_;
  NormKind norm_kind_;
  Activation activation_;
  double eps_;
  int64_t sliding_window_;
  float embedding_multiplier_, residual_multiplier_, logits_divisor_, final_softcap_;
  Turns turns_, sliding_turns_;
  std::vector<Layer> layers_;
  StoredNumbers embedding_;
  RowNorm final_norm_;
  Matrix head_;
  std::vector<std::unique_ptr<std::vector<float>>> owned_;  // weights that are not the model's own
  WorkerTeam team_;
  // A call's activations, [rows, ...].
  AlignedFloats hidden_, normed_, query_, key_, value_, heads_, mixed_, gate_, up_, sum_, logits_, scales_, routes_,
      chosen_;
  std::vector<RowAttentionScratch> scratch_;  // one a thread
};

}  // namespace lm

#endif  // LM_DECODING_ROW_DECODER_H_
