// The row-wise (batch-invariant) forward pass for decoding: tokens of any sequences together, each with a result that
// depends on its own sequence alone, bit for bit: not on the batch, on other sequences or on threads. float32 on the
// CPU.
//
// Decoder (decoder.h) computes the same up to rounding, for any type and device and with gradients; its products come
// from a linear algebra library, whose order of sums depends on their size.
#ifndef LM_DECODING_ROW_DECODER_H_
#define LM_DECODING_ROW_DECODER_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "lm/decoding/row_attention.h"
#include "lm/decoding/token_block.h"
#include "lm/kernels/worker_team.h"
#include "lm/model/decoder.h"

namespace lm {

class RowDecoder {
 public:
  // Whether the weights are dense float32 on the CPU, without adapters.
  static bool Supports(const Decoder& model);

  // Reads the model's own weights: `model` must outlive this, and Supports it. Not thread-safe; uses `threads`.
  RowDecoder(const Decoder& model, int threads);

  // Takes the rows' tokens through the model, and their keys and values into their blocks. A prompt's tokens come in
  // order, in one call or several, with all before them in its block; rows with a prompt block in common are next to
  // each other. Returns the logits [wanted.size(), V] after the rows named in `wanted`, which the next call overwrites.
  const float* Forward(const std::vector<DecodingRow>& rows, const std::vector<int64_t>& wanted);

  int64_t vocab_size() const { return vocab_size_; }
  TokenBlockShape block_shape() const { return {static_cast<int64_t>(layers_.size()), shape_.kv_heads, shape_.dim}; }
  // Tokens that a token sees, itself included; 0: all.
  int64_t window() const { return shape_.window; }
  WorkerTeam& team() { return team_; }

 private:
  // [outputs, inputs], and a bias [outputs] or null.
  struct Matrix {
    const float* weight = nullptr;
    const float* bias = nullptr;
    int64_t outputs = 0;
    int64_t inputs = 0;
  };
  struct FeedForward {
    Matrix gate, up, down;
  };
  struct Layer {
    Matrix query, key, value, output;
    Matrix router;                     // where there are several experts
    std::vector<FeedForward> experts;  // at least one
    const float* input_norm = nullptr;
    const float* attention_norm = nullptr;
  };
  struct Product {
    const Matrix* matrix;
    float* to;
  };

  static Matrix View(const torch::Tensor& weight);
  static Matrix View(const Projection& projection);

  void Rotations(const std::vector<DecodingRow>& rows);
  // x [rows, inputs] through each matrix.
  void Multiply(int64_t rows, const float* x, const std::vector<Product>& products);
  // Calls work(begin, end) for runs of rows, on the team's threads.
  void ForRows(int64_t rows, absl::FunctionRef<void(int64_t begin, int64_t end)> work);
  void NormRows(int64_t rows, const float* weight);
  void AttendLayer(const std::vector<DecodingRow>& rows, const std::vector<RowGroup>& groups, int64_t layer);
  // Of x [rows, D] to y [rows, D].
  void RunFeedForward(int64_t rows, const FeedForward& weights, const float* x, float* y);
  // What the experts make of normed_, added to hidden_ (lm/model/experts.h).
  void MixExperts(int64_t rows, const Layer& layer);

  RowAttentionShape shape_;
  int64_t vocab_size_, width_, inner_, experts_per_token_;
  double eps_;
  std::vector<float> frequencies_;  // of the rotations, [d / 2]
  std::vector<Layer> layers_;
  const float* embedding_;
  const float* final_norm_;
  Matrix head_;
  WorkerTeam team_;
  // A call's activations, [rows, ...].
  std::vector<float> hidden_, normed_, query_, key_, value_, mixed_, gate_, up_, sum_, cos_, sin_, logits_, scales_,
      routes_, chosen_;
  std::vector<RowAttentionScratch> scratch_;  // one a thread
};

}  // namespace lm

#endif  // LM_DECODING_ROW_DECODER_H_
