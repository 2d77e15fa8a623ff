// Arena-Hard's style-controlled win rates: Bradley-Terry with the answers' style as further features
// (lmarena/arena-hard-auto, show_result.py with --control-features).
//
// Every battle is of a model against one baseline:
//   logit P(model wins) = a_model + sum_f c_f z_f,
// z_f being a style feature of the two answers, less its mean and over its standard deviation (n - 1) over all battles.
// The style-controlled win rate is sigmoid(a_model), at the average difference in style. Features, for an answer's
// length l and count m of headers, of list items and of bold texts:
//   length      (l - l') / (l + l'),  ' of the baseline
//   markdown    (m / l - m' / l') / (m / l + m' / l' + 1), one a count
// 0 where both lengths are. As published, but for --control-features length or markdown alone, where the published code
// takes the wrong columns: here they are what they are named for.
#ifndef ANALYSIS_LEADERBOARDS_STYLE_CONTROL_H_
#define ANALYSIS_LEADERBOARDS_STYLE_CONTROL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

struct Style {
  double length = 0;  // in tokens, as published, or characters; one unit for all answers
  double headers = 0, lists = 0, bold = 0;
};

// Headers, list items and bold texts of Markdown outside code blocks, counted by the published expressions; the length
// in characters.
Style MarkdownStyle(absl::string_view text);

struct StyledBattle {
  int64_t question = 0;  // battles of one question are one unit
  int64_t model = 0;     // in `models`
  double score = 0;      // of the model, in [0, 1]
  double weight = 1;     // a battle that stands so many times
  Style of_model, of_baseline;
};

enum class StyleControl { kNone, kLength, kMarkdown, kBoth };

struct StyleControlled {
  std::vector<Estimate> win_rates;  // of each model, in [0, 1]; n = questions
  std::vector<std::string> features;
  std::vector<double> coefficients;  // c_f: above 0 where more of it wins
};

// Maximum likelihood by Newton's method; percentile intervals over resamples of questions, with all their battles.
// options.interval is not used; stream "analysis/style_control". O(resamples x battles).
// kInvalidArgument, naming the model: one without battles, or that won, or lost, all of them (its strength is
// infinite); a value out of range.
absl::StatusOr<StyleControlled> FitStyleControl(const std::vector<std::string>& models,
                                                absl::Span<const StyledBattle> battles, StyleControl control,
                                                BootstrapOptions options);

}  // namespace analysis

#endif  // ANALYSIS_LEADERBOARDS_STYLE_CONTROL_H_
