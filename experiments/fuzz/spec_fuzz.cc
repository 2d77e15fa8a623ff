// Any bytes as a spec or a deployment: refused in one line that names the file, or read as a message whose canonical
// text reads back as itself.
//
// The last byte says what the bytes are: 'd' (of "# a deployment") a deployment, '}' a spec in JSON, else a spec in
// text format, whose last line may begin with "# --set " and override a field.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "base/fuzz/memory_file.h"
#include "base/fuzz/one_line_error.h"
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/given.h"
#include "experiments/spec/spec_io.h"

namespace experiments {
namespace {

constexpr char kText[] = "spec.textproto", kJson[] = "spec.json";

void TestDeployment(absl::string_view text) {
  const std::string path = base::MemoryFile(text);
  const auto deployment = LoadDeployment(path);
  if (!deployment.ok()) return base::CheckOneLineError(deployment.status(), path);
  const std::string canonical = base::PrintTextProto(*deployment);
  const auto again = LoadDeployment(base::MemoryFile(canonical));
  SAMI_CHECK(again.ok()) << again.status().ToString();
  SAMI_CHECK(base::PrintTextProto(*again) == canonical) << canonical;
}

void TestSpec(absl::string_view text, const std::string& source, const std::vector<std::string>& overrides) {
  const auto spec = ParseSpec(std::string(text), source, overrides);
  if (!spec.ok()) {
    return base::CheckOneLineError(spec.status(),
                                   absl::StrContains(spec.status().message(), source) ? source : "--set");
  }
  const std::string canonical = base::PrintTextProto(*spec);
  const auto again = ParseSpec(canonical, kText);
  SAMI_CHECK(again.ok()) << again.status().ToString() << '\n' << canonical;
  SAMI_CHECK(base::PrintTextProto(*again) == canonical) << canonical;
  for (const sami_harness::Arm& arm : spec->arms()) {
    TextsSeen(*spec, arm.name());
    SettingsTried(*spec, arm.name());
  }
  if (const absl::Status matched = CheckMatched(*spec); !matched.ok()) base::CheckOneLineError(matched, "");
}

void Test(absl::string_view text) {
  if (absl::EndsWith(text, "d")) return TestDeployment(text);
  if (absl::EndsWith(text, "}")) return TestSpec(text, kJson, {});
  std::vector<std::string> overrides;
  absl::string_view last = absl::StripSuffix(text, "\n");
  last.remove_prefix(last.rfind('\n') + 1);
  if (absl::ConsumePrefix(&last, "# --set ")) overrides.emplace_back(last);
  TestSpec(text, kText, overrides);
}

}  // namespace
}  // namespace experiments

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  experiments::Test(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
