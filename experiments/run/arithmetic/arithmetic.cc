#include "experiments/run/arithmetic/arithmetic.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status.h"
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"

namespace experiments {
namespace {

using ::sami_harness::ArithmeticRecord;
using ::sami_harness::StageRecord;

constexpr char kScratchFile[] = "arithmetic.textproto";  // a StageRecord with nothing but its arithmetic

bool HasNothingElse(const std::string& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename() != kScratchFile) return false;
  }
  return true;
}

bool IsEmpty(const ArithmeticRecord& record) { return record.ByteSizeLong() == 0; }

}  // namespace

std::string ArithmeticDifference(const ArithmeticRecord& made, const ArithmeticRecord& here) {
  if (IsEmpty(made) || IsEmpty(here)) return "";
  struct Part {
    const char* name;
    const std::string& made;
    const std::string& here;
  };
  const Part parts[] = {{"device", made.device(), here.device()},
                        {"products by", made.products(), here.products()},
                        {"torch", made.torch(), here.torch()},
                        {"oneDNN", made.onednn(), here.onednn()},
                        {"own kernels by", made.kernels(), here.kernels()},
                        {"exp and log by", made.math_library(), here.math_library()}};
  std::vector<std::string> differences;
  for (const Part& part : parts) {
    if (part.made == part.here) continue;
    const auto or_none = [](const std::string& text) { return text.empty() ? std::string("none") : text; };
    differences.push_back(absl::StrCat(part.name, " ", or_none(part.made), ", here ", or_none(part.here)));
  }
  return absl::StrJoin(differences, "; ");
}

std::string ArithmeticDifference(const Arithmetics& made, const ArithmeticRecord& here) {
  for (const ArithmeticRecord& one : made) {
    const std::string difference = ArithmeticDifference(one, here);
    if (!difference.empty()) return difference;
  }
  return "";
}

absl::Status OtherArithmetic(const std::string& what, const std::string& difference) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, " was computed with other arithmetic, so last digits may differ: ", difference,
                   "; compute with the same (--arithmetic), in a store of its own (--store), or take both with "
                   "--other_arithmetic, which is recorded"));
}

absl::StatusOr<Arithmetics> ContinueArithmetic(const std::string& scratch, const ArithmeticRecord& here, bool accepts) {
  const std::string path = absl::StrCat(scratch, "/", kScratchFile);
  StageRecord so_far;
  const absl::Status read = base::ReadTextProto(path, &so_far);
  if (!read.ok() && !absl::IsNotFound(read)) return read;
  if (HasNothingElse(scratch)) so_far.Clear();  // nothing to go on from
  const std::string difference = ArithmeticDifference(so_far.arithmetic(), here);
  if (!difference.empty() && !accepts) {
    return OtherArithmetic(absl::StrCat("what is in ", scratch, ", from where it would go on,"), difference);
  }
  if (IsEmpty(here)) return so_far.arithmetic();
  const int count = so_far.arithmetic_size();
  if (count == 0 || !ArithmeticDifference(so_far.arithmetic(count - 1), here).empty()) {
    *so_far.add_arithmetic() = here;
    RETURN_IF_ERROR(base::WriteFileAtomically(path, base::PrintTextProto(so_far)));
  }
  return so_far.arithmetic();
}

}  // namespace experiments
