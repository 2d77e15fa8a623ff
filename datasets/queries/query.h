// A query: what a model is asked, wherever it comes from.
#ifndef DATASETS_QUERIES_QUERY_H_
#define DATASETS_QUERIES_QUERY_H_

#include <optional>
#include <string>
#include <vector>

#include "base/jsonl.h"
#include "datasets/records/messages.h"

namespace datasets {

// One of IFEval's instructions, for a scorer.
struct Instruction {
  std::string id;     // "punctuation:no_comma"
  base::Json kwargs;  // an object; keys without a value are left out
};

struct Query {
  std::string id;                         // unique in its file
  std::string category;                   // empty where the source has none
  std::vector<Message> messages;          // as CheckPromptMessages takes them: the last one is the user's
  std::vector<std::string> follow_ups;    // what the user says after the model's answer, after its next, ...
  std::optional<std::string> answer;      // the right answer, where there is one
  std::vector<std::string> reference;     // answers to compare with: of MT-Bench one a turn, of TL;DR the summary
  std::vector<Instruction> instructions;  // of IFEval
};

// Whether it is one text of the user.
inline bool IsSingleTurn(const Query& query) { return query.messages.size() == 1; }

// Of a single turn the user's text; else the contents of all messages, with an empty line between two.
std::string TextOf(const Query& query);

}  // namespace datasets

#endif  // DATASETS_QUERIES_QUERY_H_
