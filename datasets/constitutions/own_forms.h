// Principles as people write them themselves: a list in JSON, or a line each.
#ifndef DATASETS_CONSTITUTIONS_OWN_FORMS_H_
#define DATASETS_CONSTITUTIONS_OWN_FORMS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "datasets/constitutions/principle.h"

namespace datasets {

// A list of {"principle": str, "antithesis": str or [str, ...], "id": str, "paraphrases": [str, ...],
// "categories": [str, ...]}, of which the first two are needed; an id is by default the entry's place from 1 on.
// kInvalidArgument "<where>: principle 2: ..." for an entry that is no object, a missing, empty, mistyped or unknown
// key, a repeated id or principle, or an antithesis that is the principle itself.
absl::StatusOr<std::vector<Principle>> ParsePrincipleList(const base::Json& list, absl::string_view where);

// Lines "principle | antithesis" or "principle | antithesis | category, category"; a number ("1. ") before the
// principle is dropped, blank lines and those that begin with '#' are passed over. The same errors, with
// "<path>:<line>"; a text without any antithesis says how to add them.
absl::StatusOr<std::vector<Principle>> ParsePrincipleLines(absl::string_view text, absl::string_view path);

}  // namespace datasets

#endif  // DATASETS_CONSTITUTIONS_OWN_FORMS_H_
