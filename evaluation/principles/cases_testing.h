// Texts on both sides of each principle, and between them.
#ifndef EVALUATION_PRINCIPLES_CASES_TESTING_H_
#define EVALUATION_PRINCIPLES_CASES_TESTING_H_

#include <string>
#include <vector>

namespace principles {

struct Cases {
  const char* id;
  std::vector<std::string> principle;   // texts that follow the principle
  std::vector<std::string> antithesis;  // its antithesis
  std::vector<std::string> neither;
};

std::vector<Cases> LearnedFormCases();
std::vector<Cases> LearnedWordCases();
std::vector<Cases> HeldOutFormCases();
std::vector<Cases> HeldOutWordCases();

}  // namespace principles

#endif  // EVALUATION_PRINCIPLES_CASES_TESTING_H_
