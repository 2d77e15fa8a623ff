#include "experiments/run/json_members.h"

#include <cmath>

namespace experiments {

using ::analysis::Estimate;
using ::base::Json;

std::string TextOf(const Json& row, const std::string& key) {
  const auto member = row.find(key);
  return member != row.end() && member->is_string() ? member->get<std::string>() : "";
}

double NumberOf(const Json& row, const std::string& key) {
  const auto member = row.find(key);
  return member != row.end() && member->is_number() ? member->get<double>() : analysis::kUndefined;
}

int64_t IntegerOf(const Json& row, const std::string& key) {
  const double number = NumberOf(row, key);
  // Beyond 2^53 a double is no count.
  return std::abs(number) <= 9007199254740992.0 ? static_cast<int64_t>(number) : 0;
}

Estimate EstimateOf(const Json& row, const std::string& value, const std::string& low, const std::string& high) {
  Estimate estimate;
  estimate.value = NumberOf(row, value);
  estimate.low = NumberOf(row, low);
  estimate.high = NumberOf(row, high);
  return estimate;
}

}  // namespace experiments
