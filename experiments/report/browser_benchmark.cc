// How long a reader of a report waits, in Chromium: loading, and each choice in the form until the list shows it. On a
// small run and on one of real size (answers of 400 words, 43,527 attempts of 100 words, a page of 50 MB), with the
// ratio of both: the samples are 46 times as many.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/status.h"
#include "experiments/report/report.h"
#include "experiments/report/testing/synthetic_run.h"
#include "experiments/report/testing/web_driver.h"

namespace experiments {
namespace {

constexpr int kRepetitions = 5;  // the least counts

using Times = std::vector<std::pair<std::string, double>>;  // ms

// From the event to the list's new text and the next frame.
constexpr char kChoose[] = R"(const [name, value, done] = arguments;
const control = document.querySelector(`#filters [name="${name}"]`), count = document.querySelector("#count");
count.textContent = "";
const start = performance.now();
new MutationObserver((_, observer) => {
  observer.disconnect();
  requestAnimationFrame(() => done(performance.now() - start));
}).observe(count, {childList: true});
control.value = value;
control.dispatchEvent(new Event("input", {bubbles: true}));)";

absl::StatusOr<Times> Measure(WebDriver& browser, const std::string& folder, const SyntheticSize& size) {
  WriteSyntheticRun(folder, size);
  ASSIGN_OR_RETURN(const Report report, MakeReport({folder}, {}));
  const std::string page = folder + ".html";
  RETURN_IF_ERROR(base::WriteFileAtomically(page, report.html));
  const std::vector<std::pair<std::string, std::string>> choices = {{"verdict", "missing"}, {"verdict", ""},
                                                                    {"category", "math"},   {"category", ""},
                                                                    {"q", "winter glass"},  {"q", ""}};
  Times least = {{"load", 0}};
  for (const auto& [name, value] : choices) least.emplace_back(absl::StrCat(name, "=", value), 0);
  for (int i = 0; i < kRepetitions; ++i) {
    browser.Open(page);
    std::vector<double> times = {
        browser.Run("return performance.getEntriesByType('navigation')[0].loadEventEnd").get<double>()};
    for (const auto& [name, value] : choices) times.push_back(browser.RunAsync(kChoose, {name, value}).get<double>());
    for (size_t t = 0; t < times.size(); ++t) {
      least[t].second = i == 0 ? times[t] : std::min(least[t].second, times[t]);
    }
  }
  return least;
}

absl::Status Run() {
  std::string scratch = std::filesystem::temp_directory_path() / "browser_benchmark.XXXXXX";
  if (mkdtemp(scratch.data()) == nullptr) return absl::UnavailableError(scratch + ": cannot be made");
  const auto browser = WebDriver::Start(scratch + "/browser");
  if (browser == nullptr) return absl::FailedPreconditionError("chromium is missing: tools/setup --with-tests");
  ASSIGN_OR_RETURN(const Times small, Measure(*browser, scratch + "/small", {}));
  ASSIGN_OR_RETURN(const Times large, Measure(*browser, scratch + "/large", {80, 400, 1319, 100, 32}));
  std::printf("%-18s %10s %10s %8s\n", "least of 5, ms", "32 samples", "1,479", "ratio");
  for (size_t t = 0; t < small.size(); ++t) {
    std::printf("%-18s %10.1f %10.1f %8.1f\n", small[t].first.c_str(), small[t].second, large[t].second,
                large[t].second / small[t].second);
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  return base::RunMain(argc, argv, "How long a reader of a report waits in Chromium: load, filters, search.",
                       experiments::Run);
}
