// A principle and its antithesis: what constitutions are made of.
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

}  // namespace datasets

#endif  // DATASETS_CONSTITUTIONS_PRINCIPLE_H_
