// Members of JSON objects that another version or another program may have written.
#ifndef EXPERIMENTS_RUN_JSON_MEMBERS_H_
#define EXPERIMENTS_RUN_JSON_MEMBERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/statistics/estimate.h"
#include "base/jsonl.h"

namespace experiments {

// The rows of a table's JSON: objects.
using JsonRows = std::vector<base::Json>;

// Empty, NaN or 0 where the member is missing or of another type.
std::string TextOf(const base::Json& object, const std::string& key);
double NumberOf(const base::Json& object, const std::string& key);
int64_t IntegerOf(const base::Json& object, const std::string& key);  // also of a whole double
// Value and interval.
analysis::Estimate EstimateOf(const base::Json& object, const std::string& value, const std::string& low,
                              const std::string& high);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_JSON_MEMBERS_H_
