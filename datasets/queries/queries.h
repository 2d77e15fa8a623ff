// Queries of one's own, as JSON Lines, packed or plain:
//
//   {"query": "When should I water roses?"}
//   {"id": "rose-2", "category": "garden", "query": "How many petals has a dog rose?", "answer": "5"}
//   {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "When should I prune?"}]}
//
// The other sources are in sources.h.
#ifndef DATASETS_QUERIES_QUERIES_H_
#define DATASETS_QUERIES_QUERIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/queries/query.h"
#include "datasets/records/notes.h"

namespace datasets {

// In the order of the file. "id" is a string or an integer, by default the line's number; "answer" a string or a
// number; null is as if the key were not there. Other keys are passed over and noted, for files carry scores and
// sources along, unless they look like a misspelt one of these. kInvalidArgument, with file:line, for a malformed line,
// both or neither of "query" and "messages", an empty text, messages that do not take turns or do not end with the
// user, or a repeated id; and for a file without queries.
absl::StatusOr<std::vector<Query>> ReadQueries(const std::string& path, Notes& notes);

}  // namespace datasets

#endif  // DATASETS_QUERIES_QUERIES_H_
