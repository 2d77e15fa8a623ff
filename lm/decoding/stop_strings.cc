#include "lm/decoding/stop_strings.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/jsonl.h"

namespace lm {

size_t FindStop(absl::string_view text, const std::vector<std::string>& stops) {
  size_t first = absl::string_view::npos;
  for (const std::string& stop : stops) {
    const size_t at = text.find(stop);
    if (at < first) first = at;
  }
  return first;
}

absl::StatusOr<std::vector<std::string>> ParseStops(absl::string_view flag) {
  std::vector<std::string> stops;
  if (flag.empty()) return stops;
  if (flag.front() != '[') return std::vector<std::string>{std::string(flag)};
  const absl::StatusOr<base::Json> list = base::ParseJson(flag, "stop");
  bool is_list = list.ok();
  for (const base::Json& stop : list.value_or(base::Json::array())) {
    is_list = is_list && stop.is_string();
    if (!is_list) break;
    if (stop == "") return absl::InvalidArgumentError("a stop string is empty");
    stops.push_back(stop.get<std::string>());
  }
  if (is_list) return stops;
  const base::Json alone = {std::string(flag)};
  return absl::InvalidArgumentError(absl::StrCat("stop: ", std::string(flag), " is no JSON list of strings; ",
                                                 alone.dump(-1, ' ', false, base::Json::error_handler_t::replace),
                                                 " is that text alone"));
}

}  // namespace lm
