// A principle and its antithesis, and the constitutions made of them.
#ifndef DATASETS_CONSTITUTIONS_PRINCIPLE_H_
#define DATASETS_CONSTITUTIONS_PRINCIPLE_H_

#include <string>
#include <vector>

namespace datasets {

struct Principle {
  std::string id;          // unique in its file
  std::string text;        // what it asks for
  std::string antithesis;  // the opposite request
  // Categories that it is relevant for. Empty: all.
  std::vector<std::string> relevant_for;
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
