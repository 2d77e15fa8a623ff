// Provenance of a run's numbers: its spec, inputs and outputs by hash, seed, versions and times.
#ifndef EXPERIMENTS_REPORT_PROVENANCE_H_
#define EXPERIMENTS_REPORT_PROVENANCE_H_

#include <string>

#include "experiments/run/run_files.h"

namespace experiments {

// Markup of a report's section. Wall times, host, commit and libraries are in record.textproto, which is written after
// the run's own report: that one leaves them out, and so has the same bytes in every run of a spec.
std::string ProvenanceHtml(const RunFiles& run);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_PROVENANCE_H_
