// The contrastive data set: for each query, n constitutions and the response that was written under each.
//
// On disk: JSON Lines, one query a line:
//   {"query_id": 1000000, "category": "math", "question": "...", "pairs": [{"constitution": [{"principle": "steps",
//    "positive": true, "text": "..."}, ...], "prompt": "...", "response": "...", "response_ids": [17, 4],
//    "finish_reason": "stop"}, ...]}
// "prompt" is the training prompt, whose clauses are in another order than in the prompt that the response was
// generated from. "response_ids" are the tokens that its generator sampled, without an end token; they may be missing,
// and say nothing to a model of another tokenizer.
#ifndef SAMI_CONTRASTIVE_DATA_H_
#define SAMI_CONTRASTIVE_DATA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "datasets/constitutions/principle.h"

namespace sami {

struct ContrastivePair {
  datasets::Constitution constitution;
  std::string prompt;
  std::string response;
  bool finished = true;  // ended by itself, not by the length limit
  std::vector<int32_t> response_ids;
};

struct ContrastiveQuery {
  int64_t query_id = 0;
  std::string category;
  std::string question;
  std::vector<ContrastivePair> pairs;
};

// Which queries are dropped: any of their responses is empty, or meets a condition that is switched on.
struct Filters {
  bool unfinished = true;
  bool equal_responses = true;
  std::vector<std::string> forbidden;
  // The math experiment's (arXiv 2410.01704), of the first response, the long one, and the second, the short one.
  // Length is in characters; 0 switches a filter off. A query is kept when
  int64_t min_length = 0;       // the short one is at least so long,
  double min_length_ratio = 0;  // the long one is at least so many times as long,
  double min_distance = 0;      // and the long one's start, cut to the short one's length, has an edit distance from it
                                // of more than this share of that length.
  // Ends of which the first response (arXiv 2404.14313), or each, must have one. None: any end will do.
  std::vector<std::string> first_ends_in, ends_in;
};

// How many queries each filter dropped. A query counts for the first that it meets, in this order.
struct FilterCounts {
  int64_t unfinished = 0;
  int64_t empty = 0;
  int64_t forbidden = 0;
  int64_t equal_responses = 0;
  int64_t too_short = 0;     // min_length
  int64_t length_ratio = 0;  // min_length_ratio
  int64_t too_similar = 0;   // min_distance
  int64_t other_end = 0;     // first_ends_in, ends_in
  int64_t kept = 0;
};

// The queries that pass, in their order.
std::vector<ContrastiveQuery> ApplyFilters(const Filters& filters, const std::vector<ContrastiveQuery>& queries,
                                           FilterCounts* counts);

absl::Status WriteContrastiveData(const std::string& path, const std::vector<ContrastiveQuery>& queries);

// kInvalidArgument names file and line: a missing key, fewer than two pairs, an empty prompt or response, a repeated
// query_id.
absl::StatusOr<std::vector<ContrastiveQuery>> ReadContrastiveData(const std::string& path);

}  // namespace sami

#endif  // SAMI_CONTRASTIVE_DATA_H_
