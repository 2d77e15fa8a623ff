// TL;DR: posts of Reddit to be summarised. Völske et al. 2017; Stiennon et al. 2020, arXiv:2009.01325.
//
// Known by content, as JSON Lines, packed or plain:
//   {"prompt": "SUBREDDIT: r/x\n\nTITLE: ...\n\nPOST: ...\n\nTL;DR:", "completion" or "label": str}   TRL's, CarperAI's
//   {"info": {"id": str, "subreddit": "x", "title": str, "post": str}, ...}                           OpenAI's
//   {"id": str, "subreddit": "x", "title": str, "post": str, "summary": str}                          OpenAI's
// and the released answers of arXiv:2404.14313 (datasets/released/released.h), whose questions are "POST: ...".
#ifndef DATASETS_QUERIES_TLDR_H_
#define DATASETS_QUERIES_TLDR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "datasets/queries/query.h"
#include "datasets/records/notes.h"

namespace datasets {

enum class TldrForm {
  kPost,      // "POST: ...", as arXiv:2404.14313 asks
  kAllParts,  // "SUBREDDIT: r/x\n\nTITLE: ...\n\nPOST: ...", less what the row has not; as arXiv:2009.01325 asks
};

// The posts in the order of the file, each once: rows that repeat a text, as comparisons do, and rows without a post
// are left out and noted. No text ends in "TL;DR:": what follows the post is for a prompt's template to say. A row's
// summary is its query's reference; its id, or else the line's number, the query's. kInvalidArgument, with file:line,
// for rows of other forms.
absl::StatusOr<std::vector<Query>> ReadTldrQueries(const std::string& path, TldrForm form, Notes& notes);

}  // namespace datasets

#endif  // DATASETS_QUERIES_TLDR_H_
