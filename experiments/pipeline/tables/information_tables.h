// From an arm's scored samples to what its information is made of.
#ifndef EXPERIMENTS_PIPELINE_TABLES_INFORMATION_TABLES_H_
#define EXPERIMENTS_PIPELINE_TABLES_INFORMATION_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/figures/table.h"
#include "analysis/measures/mutual_information.h"
#include "experiments/run/records.h"

namespace experiments {

// One value a query, in their order: the information, its bound (of each constitution's first sample; `seed` draws its
// halves' labels), what is left of it beyond the lengths, the controls', and the share of the clauses that the samples
// follow. Lines of a query follow one another. kInvalidArgument for a query of which a constitution has no sample.
absl::StatusOr<analysis::MutualInformationSample> InformationOfArm(const std::string& arm,
                                                                   absl::Span<const InformationSample> lines,
                                                                   uint64_t seed);

// The chain rule over principles (sami::InformationByPrinciple), a row an arm and principle {arm, principle, nats,
// ci_low, ci_high, n}: the mean over the queries whose constitutions have the principle, in the order of their ids,
// each given those before it in its query.
analysis::Table PrincipleInformationForm();
absl::Status AddPrincipleInformation(const std::string& arm, absl::Span<const InformationSample> lines, double level,
                                     analysis::Table* table);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_TABLES_INFORMATION_TABLES_H_
