// The report as a reader uses it, in a real browser: filters, keys, links, search, themes and a phone's width; that
// nothing which a model wrote runs, and nothing is loaded; and that a large run is as little work to read.
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/report/report.h"
#include "experiments/report/testing/synthetic_run.h"
#include "experiments/report/testing/web_driver.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReportBrowserTest : public ::testing::Test {
 protected:
  void SetUp() override {
    browser_ = WebDriver::Start(base::TestFolder() + "/browser");
    if (browser_ != nullptr) return;
    const char* required = std::getenv("REQUIRE_DATA");
    ASSERT_FALSE(required != nullptr && std::string(required) == "1")
        << "chromium is missing: tools/setup --with-tests";
    GTEST_SKIP() << "chromium is missing: tools/setup --with-tests";
  }

  // The page of a made-up run, opened.
  void Show(const SyntheticSize& size, const std::string& hash = "") {
    const std::string folder = absl::StrCat(base::TestFolder(), "/run");
    WriteSyntheticRun(folder, size);
    const auto report = MakeReport({folder}, {});
    ASSERT_OK(report.status());
    page_ = base::TestFolder() + "/report.html";
    ASSERT_OK(base::WriteFileAtomically(page_, report->html));
    browser_->Open(page_, hash);
  }

  base::Json Value(const std::string& expression) { return browser_->Run("return " + expression); }
  std::string Count() { return Value("document.querySelector('#count').textContent").get<std::string>(); }
  // Chooses in the form as a reader does, and waits for the list. Its text after that.
  std::string Choose(const std::string& name, const std::string& value) {
    browser_->RunAsync(
        R"(const [name, value, done] = arguments;
           const control = document.querySelector(`#filters [name="${name}"]`);
           if (control.type === "checkbox") control.checked = value === "1";
           else control.value = value;
           control.dispatchEvent(new Event("input", {bubbles: true}));
           setTimeout(done, 200);)",
        {name, value});
    return Count();
  }
  std::string Shown() { return Value("document.querySelector('#sample').innerText").get<std::string>(); }

  std::unique_ptr<WebDriver> browser_;
  std::string page_;
};

TEST_F(ReportBrowserTest, FiltersSearchKeysAndLinks) {
  Show({});
  EXPECT_EQ(Count(), "32 of 32 samples");
  EXPECT_EQ(Choose("comparison", "sami vs dpo"), "16 of 32 samples");
  EXPECT_EQ(Choose("category", "math"), "2 of 32 samples");
  EXPECT_EQ(Choose("category", ""), "16 of 32 samples");
  EXPECT_EQ(Choose("disagree", "1"), "2 of 32 samples");  // questions 7 and 15
  EXPECT_EQ(Choose("verdict", "lost"), "2 of 32 samples");
  EXPECT_EQ(Choose("judge", "principle"), "0 of 32 samples");  // it is content that lets it lose
  EXPECT_THAT(Shown(), HasSubstr("No sample fits"));
  browser_->RunAsync("document.querySelector('#filters [type=reset]').click(); setTimeout(arguments[0], 100);");
  EXPECT_EQ(Count(), "32 of 32 samples");
  EXPECT_EQ(Choose("verdict", "missing"), "2 of 32 samples");  // question 8, against both
  EXPECT_THAT(Shown(), HasSubstr("no verdict"));
  Choose("verdict", "");
  EXPECT_EQ(Choose("q", "SUBJECT13"), "2 of 32 samples");
  EXPECT_EQ(Choose("q", "a.c(*["), "0 of 32 samples");  // no pattern
  Choose("q", "");

  // j and k step, / goes to the search, where letters are letters, ? shows the keys.
  Value("document.activeElement.blur()");
  const std::string first = Shown();
  browser_->Type("jj");
  EXPECT_THAT(Shown(), HasSubstr("question 83"));
  browser_->Type("kkk");
  EXPECT_EQ(Shown(), first);
  browser_->Type("/jk");
  EXPECT_EQ(Value("document.activeElement.name"), "q");
  EXPECT_EQ(Value("document.activeElement.value"), "jk");
  browser_->Type(kEscapeKey);
  Choose("q", "");
  browser_->Type("?");
  EXPECT_EQ(Value("document.querySelector('#help').open"), true);
  browser_->Type(kEscapeKey);
  EXPECT_EQ(Value("document.querySelector('#help').open"), false);

  // The address leads back to what is shown.
  browser_->Type("jjj");
  const std::string link = Value("location.hash").get<std::string>(), shown = Shown();
  EXPECT_THAT(link, HasSubstr("84"));
  browser_->Open(page_, link);
  EXPECT_EQ(Shown(), shown);
  browser_->Open(page_, "#samples?verdict=won&judge=content&category=coding&at=sami+vs+dpo%2Fpositive%2F85");
  EXPECT_EQ(Value("document.querySelector('#filters [name=verdict]').value"), "won");
  EXPECT_EQ(Value("document.querySelector('#filters [name=category]').value"), "coding");
  browser_->Open(page_, "#samples?category=none&at=nothing");
  EXPECT_EQ(Count(), "32 of 32 samples");
  EXPECT_THAT(browser_->ConsoleMessages(), IsEmpty());
}

TEST_F(ReportBrowserTest, NothingThatAModelWroteRunsOrLoads) {
  Show({}, "#samples?at=sami+vs+sft%2Fpositive%2F81");
  EXPECT_EQ(Value("window.attacked === undefined"), true);
  const std::string shown = Shown();
  EXPECT_THAT(shown, HasSubstr("</script><script>window.attacked = 1</script><img src=\"x\" onerror="));
  EXPECT_THAT(shown, HasSubstr("<b>B</b> is better."));
  for (const char* visible : {"U+001B", "U+0001", "U+202E", "U+202C", "U+2028"}) EXPECT_THAT(shown, HasSubstr(visible));
  EXPECT_EQ(Value("document.querySelectorAll('#sample img, #sample script, #sample b').length"), 0);
  // All of the text, whatever is marked in it.
  EXPECT_EQ(Value("document.querySelectorAll('#sample .answer.a mark').length > 0"), true);
  EXPECT_THAT(shown, HasSubstr("שלום"));
  EXPECT_EQ(Value("document.querySelector('#sample .answer .text').dir"), "auto");
  EXPECT_THAT(browser_->ConsoleMessages(), IsEmpty());
  EXPECT_THAT(browser_->NetworkRequests(), IsEmpty());

  // Were a script to get into the page, the policy would stop it.
  browser_->Run(
      "const s = document.createElement('script'); s.textContent = 'window.attacked = 3'; document.body.append(s)");
  EXPECT_EQ(Value("window.attacked === undefined"), true);
}

TEST_F(ReportBrowserTest, LightDarkAndPhone) {
  Show({16, 12, 8, 12, 4});
  const auto background = [&] { return Value("getComputedStyle(document.body).backgroundColor"); };
  browser_->PreferDark(false);
  const base::Json light = background();
  browser_->PreferDark(true);
  const base::Json dark = background();
  EXPECT_NE(light, dark);
  Value("document.querySelector('#theme').click()");
  EXPECT_EQ(background(), light);
  browser_->PreferDark(false);
  Value("document.querySelector('#theme').click()");
  EXPECT_EQ(background(), dark);

  for (const int width : {320, 375, 768, 1400}) {
    browser_->Resize(width, 812);
    browser_->Open(page_);
    EXPECT_LE(Value("document.documentElement.scrollWidth"), width);
    // What the page lets scroll by itself can be reached by keys.
    EXPECT_EQ(Value("[...document.querySelectorAll('.scroll')].every((e) => e.tabIndex === 0)"), true);
    const char* folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
    if (folder != nullptr) browser_->SavePicture(absl::StrCat(folder, "/", width, ".png"));
  }
  // Each control has a name, each heading's level follows.
  EXPECT_EQ(Value("[...document.querySelectorAll('select, input')].every((e) => e.labels.length === 1)"), true);
  EXPECT_EQ(Value("document.querySelectorAll('h1').length"), 1);
  EXPECT_THAT(browser_->ConsoleMessages(), IsEmpty());
}

TEST_F(ReportBrowserTest, AttemptsAreSteppedThrough) {
  Show({0, 12, 8, 12, 4});
  EXPECT_EQ(Count(), "8 of 8 samples");
  EXPECT_THAT(Shown(), HasSubstr("attempt at temperature 0"));
  browser_->Type("]]");
  EXPECT_THAT(Shown(), HasSubstr("sampled attempt 2"));
  browser_->Type("[[[");
  EXPECT_THAT(Shown(), HasSubstr("attempt at temperature 0"));
  EXPECT_EQ(Value("document.querySelectorAll('.attempts button').length"), 10);
  int sum = 0;
  for (const char* which : {"only first right", "only second right", "both right", "none right"}) {
    sum += std::atoi(Choose("verdict", which).c_str());
  }
  EXPECT_EQ(sum, 8);
}

// Real sizes: answers of 400 words, 43,527 attempts of 100 words, a page of 50 MB. What a reader waits for grows with
// the nodes that are made: as many as one page of the list and one sample have, however many samples there are. Times,
// which depend on what else the machine does, are browser_benchmark.cc's.
TEST_F(ReportBrowserTest, LargeRunsMakeNoMoreNodes) {
  constexpr int kNodes = 1500;
  Show({80, 400, 1319, 100, 32});
  EXPECT_EQ(Count(), "1479 of 1479 samples");
  const auto nodes_made = [&](const std::string& name, const std::string& value) {
    return browser_
        ->RunAsync(
            R"(const [name, value, done] = arguments;
               const control = document.querySelector(`#filters [name="${name}"]`), count = document.querySelector("#count");
               let made = 0;
               const observer = new MutationObserver((changes) => {
                 for (const change of changes) {
                   for (const node of change.addedNodes) made += 1 + (node.querySelectorAll?.("*").length ?? 0);
                 }
                 if (count.textContent !== "") {
                   observer.disconnect();
                   done(made);
                 }
               });
               count.textContent = "";
               observer.observe(document.body, {childList: true, subtree: true});
               control.value = value;
               control.dispatchEvent(new Event("input", {bubbles: true}));)",
            {name, value})
        .get<int>();
  };
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"verdict", "both right"},
                                                                                    {"category", "math"},
                                                                                    {"category", ""},
                                                                                    {"verdict", ""},
                                                                                    {"q", "winter glass people"},
                                                                                    {"q", "winter glass river"}}) {
    const int nodes = nodes_made(name, value);
    EXPECT_GT(nodes, 0) << name << ' ' << value;
    EXPECT_LT(nodes, kNodes) << name << ' ' << value;
  }
}

}  // namespace
}  // namespace experiments
