// FastChat tables: those of its show_result.py (analysis/leaderboards/show_result.h), from judgments as records.
#ifndef EVALUATION_FORMATS_FASTCHAT_TABLES_H_
#define EVALUATION_FORMATS_FASTCHAT_TABLES_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "analysis/leaderboards/show_result.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/formats/single_judgments.h"

namespace evaluation {

using ::analysis::PairwiseRow;
using ::analysis::SingleRow;

std::vector<PairwiseRow> PairwiseTable(absl::Span<const PairJudgment> judgments, absl::string_view baseline = "");
std::vector<SingleRow> SingleTable(absl::Span<const SingleJudgment> judgments, int64_t turn);

}  // namespace evaluation

#endif  // EVALUATION_FORMATS_FASTCHAT_TABLES_H_
