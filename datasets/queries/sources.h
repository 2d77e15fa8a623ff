// Queries of the public data sets, each in its published form, packed or plain.
#ifndef DATASETS_QUERIES_SOURCES_H_
#define DATASETS_QUERIES_SOURCES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/queries/query.h"
#include "datasets/records/notes.h"

namespace datasets {

// All give the queries in the order of the file; kInvalidArgument, with file:line, for what is malformed.

// MT-Bench's questions (datasets/mt_bench/questions.h): the first turn is the query, the others are follow-ups.
absl::StatusOr<std::vector<Query>> ReadMtBenchQueries(const std::string& path);

// HH-RLHF's prompts (datasets/hh_rlhf/dialogue.h) as messages: what both dialogues of a line share, up to the
// assistant's turn; the id is the line's number. Prompts in which a turn is empty or one side speaks twice in a row are
// left out and noted.
absl::StatusOr<std::vector<Query>> ReadHhRlhfQueries(const std::string& path, Notes& notes);

// Leaves the queries that are one turn of the user, each text once, and notes how many it takes away.
void KeepSingleTurns(std::vector<Query>* queries, Notes& notes);

// IFEval's prompts, Zhou et al. 2023, arXiv:2311.07911, with their instructions; the prefix "en:" of an instruction's
// id is dropped, as are arguments that are null.
//   {"key": 1000, "prompt": str, "instruction_id_list": ["punctuation:no_comma", ...], "kwargs": [{}, ...]}
absl::StatusOr<std::vector<Query>> ReadIfEvalQueries(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_QUERIES_SOURCES_H_
