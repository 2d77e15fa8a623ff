// The suite as text: the file that experiments name, the table that people read, and how often answers follow it.
#ifndef EVALUATION_PRINCIPLES_SUITE_TABLES_H_
#define EVALUATION_PRINCIPLES_SUITE_TABLES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "analysis/figures/table.h"

namespace principles {

// suite.json: the own form of datasets/constitutions/own_forms.h, ids included, by which the principle judge finds the
// checkers.
std::string SuiteJson();

// A row a principle: id, use, kind, length effect, both first wordings, what the checker reads, what fools it.
analysis::Table SuiteTable();

// A row a principle: the share of the answers, which are not empty, that follow it, its antithesis and neither. Answers
// without a letter or digit are left out, and counted in a note.
analysis::Table RatesTable(absl::Span<const std::string> answers);

}  // namespace principles

#endif  // EVALUATION_PRINCIPLES_SUITE_TABLES_H_
