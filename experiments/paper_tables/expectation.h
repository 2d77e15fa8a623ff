// Expected tables: a committed copy of their JSON, as it was when they were last reviewed.
#ifndef EXPERIMENTS_PAPER_TABLES_EXPECTATION_H_
#define EXPERIMENTS_PAPER_TABLES_EXPECTATION_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace experiments {

// OK when both lists have the same cells, by table, comparison and category, with the same members: texts and absent
// values equal, numbers to 1e-9 relative. Otherwise kInternal, one line that names the first few differences and how
// many there are. kInvalidArgument, naming `where`, when `expected` is no such list.
absl::Status VerifyCells(const base::OrderedJson& cells, absl::string_view expected, absl::string_view where);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_EXPECTATION_H_
