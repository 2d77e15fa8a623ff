#include "lm/arithmetic/processor.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace lm {
namespace {

// Of x86-64, then of 64-bit ARM.
constexpr const char* kFeatures[] = {"sse4_2",      "avx",         "fma",      "avx2",     "avx_vnni",   "avx512f",
                                     "avx512dq",    "avx512bw",    "avx512vl", "amx_tile", "amx_int8",   "amx_bf16",
                                     "avx512_vnni", "avx512_bf16", "amx_fp16", "asimd",    "asimdhp",    "sve",
                                     "sve2",        "bf16",        "svebf16",  "i8mm",     "avx512_fp16"};

}  // namespace

bool Processor::Has(absl::string_view feature) const {
  return std::find(features.begin(), features.end(), feature) != features.end();
}

Processor ParseProcessor(absl::string_view cpuinfo) {
  Processor processor;
  std::set<absl::string_view> all;
  for (const absl::string_view line : absl::StrSplit(cpuinfo, '\n')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (parts.size() != 2) {
      if (!all.empty()) break;  // the next processor
      continue;
    }
    const absl::string_view key = absl::StripAsciiWhitespace(parts[0]), value = absl::StripAsciiWhitespace(parts[1]);
    if (key == "model name") processor.name = std::string(value);
    if (key == "flags" || key == "Features") all = absl::StrSplit(value, ' ', absl::SkipEmpty());
  }
  for (const char* feature : kFeatures) {
    if (all.count(feature) > 0) processor.features.push_back(feature);
  }
  return processor;
}

const Processor& ThisProcessor() {
  static const auto* processor = [] {
    std::ostringstream text;
    text << std::ifstream("/proc/cpuinfo").rdbuf();
    return new Processor(ParseProcessor(text.str()));
  }();
  return *processor;
}

}  // namespace lm
