// Any bytes as a response: every kind of instruction takes them.
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "evaluation/ifeval/score.h"
#include "evaluation/ifeval/testing.h"
#include "evaluation/python/punkt.h"

namespace ifeval {
namespace {

void Test(absl::string_view bytes) {
  static const std::vector<datasets::Instruction>& instructions = *new std::vector<datasets::Instruction>(EachKind());
  const auto scored = Score(instructions, std::string(bytes), CarriedPunktParameters());
  SAMI_CHECK(scored.ok()) << scored.status().ToString();
  for (const Followed& followed : *scored) SAMI_CHECK(followed.loose || !followed.strict);
}

}  // namespace
}  // namespace ifeval

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ifeval::Test(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
