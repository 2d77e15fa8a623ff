// Principles, their antitheses, and the constitutions made of them, as plain data.
#ifndef DATASETS_CONSTITUTIONS_PRINCIPLE_H_
#define DATASETS_CONSTITUTIONS_PRINCIPLE_H_

#include <string>
#include <vector>

namespace datasets {

struct Principle {
  std::string id;                         // unique in its file: "math.1"
  std::string text;                       // what is asked for, in a sentence
  std::vector<std::string> paraphrases;   // other wordings of the same; may be empty
  std::vector<std::string> antitheses;    // wordings of the opposite; at least one
  std::vector<std::string> relevant_for;  // categories; empty: all
};

// A principle as it stands in a constitution: itself or its antithesis.
struct Clause {
  std::string principle_id;
  bool positive;
  std::string text;
};

struct Constitution {
  std::vector<Clause> clauses;  // in the order in which they are numbered
};

}  // namespace datasets

#endif  // DATASETS_CONSTITUTIONS_PRINCIPLE_H_
