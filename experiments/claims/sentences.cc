#include "experiments/claims/sentences.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace experiments {
namespace {

struct Phrase {
  const char* more;
  const char* less;
  const char* same;
};

Phrase PhraseOf(const std::string& measure) {
  if (measure == kFollowed) return {"follows principles more than", "follows principles less than", "in following"};
  if (measure == kRight) return {"is right more often than", "is right less often than", "in right answers"};
  if (measure == kInformation) {
    return {"tells more of its constitution than", "tells less of its constitution than", "in information"};
  }
  if (measure == kBeyondLength) {
    return {"tells more of its constitution, beyond lengths, than",
            "tells less of its constitution, beyond lengths, than", "in information beyond lengths"};
  }
  if (measure == kKl)
    return {"is further from its start than", "is nearer to its start than", "in KL from their start"};
  if (measure == kWinRate) return {"wins against", "loses to", "by verdicts"};
  return {"is right more often than", "is right less often than", "in accuracy"};
}

std::string Amount(const Claim& claim) {
  const analysis::Estimate& e = claim.estimate;
  const bool wins = claim.metric == kWinRate;
  if (!claim.is_share) return absl::StrFormat("%+.2f nats [%+.2f, %+.2f]", e.value, e.low, e.high);
  if (wins) {
    return absl::StrFormat("%.1f%% [%.1f, %.1f]", 50 + 100 * e.value, 50 + 100 * e.low, 50 + 100 * e.high);
  }
  return absl::StrFormat("%+.1f points [%+.1f, %+.1f]", 100 * e.value, 100 * e.low, 100 * e.high);
}

}  // namespace

std::string WhereOf(const ScoreSet& measure) {
  std::vector<std::string> parts;
  if (!measure.judge.empty()) parts.push_back(absl::StrCat("judge ", measure.judge));
  if (!measure.setting.empty()) parts.push_back(measure.setting);
  constexpr const char* kInSentence[] = {kFollowed, kRight, kInformation, kBeyondLength, kKl, kWinRate};
  if (std::find(std::begin(kInSentence), std::end(kInSentence), measure.measure) == std::end(kInSentence)) {
    parts.push_back(measure.measure);
  }
  if (!measure.asked.empty()) parts.push_back(measure.asked);
  return absl::StrJoin(parts, ", ");
}

std::string Sentence(const Claim& claim) {
  const Phrase phrase = PhraseOf(claim.metric);
  std::string sentence =
      !claim.IsSignificant()
          ? absl::StrCat(claim.arm, " and ", claim.against, " do not differ significantly ", phrase.same)
          : absl::StrCat(claim.arm, " ", claim.estimate.value > 0 ? phrase.more : phrase.less, " ", claim.against);
  absl::StrAppend(&sentence, ": ", Amount(claim), claim.where.empty() ? "" : absl::StrCat(", ", claim.where));
  // Significant alone, and not among all claims.
  if (claim.IsSignificant() && claim.adjusted_p > 1 - claim.estimate.level) {
    absl::StrAppend(&sentence, absl::StrFormat(" (Holm %.2f)", claim.adjusted_p));
  }
  sentence += '.';
  if (!claim.differs.empty()) absl::StrAppend(&sentence, " UNEQUAL: ", claim.differs, ".");
  return sentence;
}

}  // namespace experiments
