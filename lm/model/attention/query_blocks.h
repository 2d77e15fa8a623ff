// Rows cut into blocks of queries, and which keys each of them sees.
//
// Shapes: B = rows, T = tokens a row.
#ifndef LM_MODEL_ATTENTION_QUERY_BLOCKS_H_
#define LM_MODEL_ATTENTION_QUERY_BLOCKS_H_

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace lm {

struct SlidingWindow {
  int64_t tokens = 0;          // 0: none
  torch::Tensor positions_BT;  // int64, rotary positions; not read without a window
};

// What is added to the scores of some keys: 0, or so low that the softmax gives exactly 0.
struct KeyMask {
  int64_t key_begin;
  torch::Tensor added;  // [queries, keys]
};

// Some queries that follow each other in a row, and the keys that they see: all those before `shared_end`, and of those
// from `own_begin` to `query_end` the ones that the masks leave. Keys that all of the queries see are in no mask: so
// masks are of some hundred keys a block, whatever the row's length.
struct QueryBlock {
  int64_t row;
  int64_t query_begin, query_end;
  int64_t shared_end, own_begin;
  std::vector<KeyMask> masks;  // in order, apart from each other
};

struct QueryBlocks : torch::CustomClassHolder {
  std::vector<QueryBlock> blocks;
};

// Cuts rows into blocks by the rule of AttentionPattern (lm/model/attention/attention.h). Padding at a row's end is
// left out, to a block's precision. mask_type: float32 or float64. Made once a forward pass, for all its layers. Memory
// grows with B T, for rows of a prompt and one response, long or short, or of several responses that are short.
c10::intrusive_ptr<QueryBlocks> CutIntoBlocks(const torch::Tensor& segments_BT, torch::Dtype mask_type,
                                              const SlidingWindow& window = {});

}  // namespace lm

#endif  // LM_MODEL_ATTENTION_QUERY_BLOCKS_H_
