// Forms of a run's claims and results: JSON, tables, and the first screen.
#ifndef EXPERIMENTS_CLAIMS_CLAIMS_FORMS_H_
#define EXPERIMENTS_CLAIMS_CLAIMS_FORMS_H_

#include <string>
#include <vector>

#include "analysis/figures/table.h"
#include "base/jsonl.h"
#include "experiments/claims/claims.h"

namespace experiments {

// tables/claims.json: a list of {id, sentence, metric, arm, against, estimate, low, high, level, method, seeds,
// questions, matched (true, or what differs), given {arm, against: what it was trained with, or null}, p, adjusted_p,
// helps}. Shares are in [-1, 1].
base::OrderedJson ClaimsJson(const std::vector<Claim>& claims);

// tables/results {arm, measure, asked, setting, judge, estimate, low, high, level, method, seeds, questions, and the
// deviations between questions, seeds, of both together and between repeats}.
analysis::Table ResultsTable(const std::vector<Result>& results);

// A claim a row {arm, against, metric, where, questions, seeds, estimate, low, high (points or nats), significant,
// adjusted_p, matched, given, given_against, helps}.
analysis::Table ClaimsTable(const std::vector<Claim>& claims);

// Of at most 100 columns and, with up to ten pairs of arms, 25 lines: the main claims, then an arm a row. Of a run that
// tries settings, those.
std::string FirstScreen(const Findings& findings);

}  // namespace experiments

#endif  // EXPERIMENTS_CLAIMS_CLAIMS_FORMS_H_
