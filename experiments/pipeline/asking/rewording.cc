#include "experiments/pipeline/asking/rewording.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "sami/constitution.h"

namespace experiments {
namespace {

using ::datasets::Clause;
using ::datasets::Constitution;
using ::datasets::Principle;
using ::sami_harness::InformationSpec;

Constitution InAnotherOrder(const Constitution& constitution, base::RandomStream& stream) {
  if (constitution.clauses.size() < 2) return {};
  const auto same = [](const Clause& a, const Clause& b) { return a.principle_id == b.principle_id; };
  while (true) {
    Constitution other = sami::Reordered(constitution, stream);
    if (!absl::c_equal(other.clauses, constitution.clauses, same)) return other;
  }
}

Constitution Paraphrased(Constitution constitution, const std::vector<Principle>& principles) {
  bool changed = false;
  for (Clause& clause : constitution.clauses) {
    const auto principle = absl::c_find_if(principles, [&](const Principle& p) { return p.id == clause.principle_id; });
    if (principle == principles.end()) continue;
    // The wordings beyond the one that constitutions are made of.
    const bool positive = clause.positive;
    if (positive ? principle->paraphrases.empty() : principle->antitheses.size() < 2) continue;
    clause.text = positive ? principle->paraphrases[0] : principle->antitheses[1];
    changed = true;
  }
  return changed ? constitution : Constitution();
}

Constitution WithIrrelevant(Constitution constitution, const RewordingContext& context, base::RandomStream& stream) {
  std::vector<const Principle*> others;
  for (const Principle& principle : context.principles) {
    const bool suits =
        principle.relevant_for.empty() || absl::c_linear_search(principle.relevant_for, context.category);
    if (!suits) others.push_back(&principle);
  }
  if (others.empty()) return {};
  const Principle& added = *others[stream.Below(others.size())];
  const bool positive = stream.Bernoulli(0.5);
  constitution.clauses.push_back({added.id, positive, positive ? added.text : added.antitheses[0]});
  return sami::Reordered(std::move(constitution), stream);
}

}  // namespace

Constitution Reworded(const Constitution& constitution, InformationSpec::Control control,
                      const RewordingContext& context, base::RandomStream& stream) {
  switch (control) {
    case InformationSpec::ORDER:
      return InAnotherOrder(constitution, stream);
    case InformationSpec::PARAPHRASE:
      return Paraphrased(constitution, context.principles);
    case InformationSpec::IRRELEVANT:
      return WithIrrelevant(constitution, context, stream);
  }
  return {};
}

}  // namespace experiments
