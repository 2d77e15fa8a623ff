// Any bytes as two mathematical answers and a response: equivalence is reflexive and symmetric, and an answer in a box
// is found.
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "evaluation/math/equivalence.h"
#include "evaluation/math/latex/latex.h"

namespace evaluation {
namespace {

void TestMath(absl::string_view text) {
  const size_t middle = text.find('~');
  const absl::string_view a = text.substr(0, middle);
  const absl::string_view b = middle == absl::string_view::npos ? a : text.substr(middle + 1);
  SAMI_CHECK(Equivalent(a, a).equal);
  const Equivalence one = Equivalent(a, b), other = Equivalent(b, a);
  SAMI_CHECK(one.equal == other.equal && one.as_text == other.as_text);
  MathAnswer(text);
  LastBoxed(text);
  if (a.find_first_of("{}\\") == absl::string_view::npos) {
    SAMI_CHECK(LastBoxed(absl::StrCat(b, " \\boxed{", a, "}")) == std::string(a));
  }
}

}  // namespace
}  // namespace evaluation

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  evaluation::TestMath(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
