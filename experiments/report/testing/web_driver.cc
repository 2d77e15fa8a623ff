#include "experiments/report/testing/web_driver.h"

#include <httplib.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/file.h"

namespace experiments {
namespace {

using ::base::Json;

constexpr char kDriver[] = "/usr/bin/chromedriver";
constexpr char kBrowser[] = "/usr/bin/chromium";

// chromedriver with its words in `log`, in a process group of its own, so that its browser ends with it.
pid_t Launch(const std::string& log, const std::string& folder) {
  const pid_t child = fork();
  if (child != 0) return child;
  setpgid(0, 0);
  setenv("HOME", folder.c_str(), 1);
  if (!std::freopen(log.c_str(), "w", stdout) || !std::freopen("/dev/null", "w", stderr)) _exit(126);
  execl(kDriver, kDriver, "--port=0", static_cast<char*>(nullptr));
  _exit(127);
}

// The port that it chose, once it says so.
int PortFrom(const std::string& log) {
  constexpr absl::string_view kSaid = "was started successfully on port ";
  for (int tries = 0; tries < 6000; ++tries) {
    const std::string text = base::ReadFile(log).value_or("");
    const size_t at = text.find(kSaid.data());
    const size_t end = at == std::string::npos ? at : text.find('.', at + kSaid.size());
    int port = 0;
    if (end != std::string::npos && absl::SimpleAtoi(text.substr(at + kSaid.size(), end - at - kSaid.size()), &port)) {
      return port;
    }
    absl::SleepFor(absl::Milliseconds(100));
  }
  SAMI_CHECK(false) << "chromedriver did not start in 10 min";
  return 0;
}

}  // namespace

std::unique_ptr<WebDriver> WebDriver::Start(const std::string& folder) {
  if (access(kDriver, X_OK) != 0 || access(kBrowser, X_OK) != 0) return nullptr;
  std::unique_ptr<WebDriver> driver(new WebDriver);
  SAMI_CHECK_OK(base::MakeFolders(folder));
  driver->process_ = Launch(folder + "/log", folder);
  driver->client_ = std::make_unique<httplib::Client>("127.0.0.1", PortFrom(folder + "/log"));
  // How long a busy machine takes is no fault of the page.
  driver->client_->set_read_timeout(600);
  // Tests run as root in containers: without Chromium's sandbox and large /dev/shm.
  const Json options = {{"binary", kBrowser},
                        {"args",
                         {"--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                          "--user-data-dir=" + folder + "/profile"}}};
  const Json wanted = {{"goog:chromeOptions", options},
                       {"timeouts", {{"script", 600000}, {"pageLoad", 600000}}},  // ms
                       {"goog:loggingPrefs", {{"browser", "ALL"}, {"performance", "ALL"}}}};
  driver->session_ = driver->Post("", {{"capabilities", {{"alwaysMatch", wanted}}}})["sessionId"].get<std::string>();
  return driver;
}

WebDriver::~WebDriver() {
  if (!session_.empty()) client_->Delete("/session/" + session_);
  kill(-process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

Json WebDriver::Post(const std::string& command, const Json& body) {
  const std::string path = absl::StrCat("/session", session_.empty() ? "" : "/", session_, command);
  const auto response = client_->Post(path, body.dump(), "application/json");
  SAMI_CHECK(response) << path << ": no answer";
  SAMI_CHECK(response->status == 200) << path << ": " << response->body.substr(0, 600);
  return Json::parse(response->body)["value"];
}

void WebDriver::Resize(int width, int height) {
  Post("/goog/cdp/execute",
       {{"cmd", "Emulation.setDeviceMetricsOverride"},
        {"params", {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", width < 600}}}});
}

void WebDriver::PreferDark(bool dark) {
  const Json feature = {{"name", "prefers-color-scheme"}, {"value", dark ? "dark" : "light"}};
  Post("/goog/cdp/execute",
       {{"cmd", "Emulation.setEmulatedMedia"}, {"params", {{"features", Json::array({feature})}}}});
}

void WebDriver::Open(const std::string& path, const std::string& hash) {
  Post("/url", {{"url", "about:blank"}});  // else a new hash alone would load nothing
  Post("/url", {{"url", absl::StrCat("file://", path, hash)}});
}

Json WebDriver::Run(const std::string& script, const Json& arguments) {
  return Post("/execute/sync", {{"script", script}, {"args", arguments}});
}

Json WebDriver::RunAsync(const std::string& script, const Json& arguments) {
  return Post("/execute/async", {{"script", script}, {"args", arguments}});
}

void WebDriver::Type(const std::string& keys) {
  Json actions = Json::array();
  for (size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
    end = begin + 1;
    while (end < keys.size() && (keys[end] & 0xC0) == 0x80) ++end;  // the rest of a letter in UTF-8
    const std::string key = keys.substr(begin, end - begin);
    for (const char* type : {"keyDown", "keyUp"}) actions.push_back({{"type", type}, {"value", key}});
  }
  Post("/actions", {{"actions", Json::array({{{"type", "key"}, {"id", "keyboard"}, {"actions", actions}}})}});
}

void WebDriver::SavePicture(const std::string& path) {
  const auto response = client_->Get(absl::StrCat("/session/", session_, "/screenshot"));
  SAMI_CHECK(response && response->status == 200);
  std::string picture;
  SAMI_CHECK(absl::Base64Unescape(Json::parse(response->body)["value"].get<std::string>(), &picture));
  SAMI_CHECK_OK(base::WriteFileAtomically(path, picture));
}

Json WebDriver::Log(const std::string& kind) { return Post("/se/log", {{"type", kind}}); }

std::vector<std::string> WebDriver::ConsoleMessages() {
  std::vector<std::string> messages;
  for (const Json& entry : Log("browser")) messages.push_back(entry["message"].get<std::string>());
  return messages;
}

std::vector<std::string> WebDriver::NetworkRequests() {
  std::vector<std::string> addresses;
  for (const Json& entry : Log("performance")) {
    const Json message = Json::parse(entry["message"].get<std::string>())["message"];
    if (message["method"] != "Network.requestWillBeSent") continue;
    const std::string url = message["params"]["request"]["url"].get<std::string>();
    const auto is_of = [&](const char* scheme) { return absl::StartsWith(url, scheme); };
    // The browser's own pages are chrome:'s.
    if (!is_of("file:") && !is_of("data:") && !is_of("about:") && !is_of("chrome:")) addresses.push_back(url);
  }
  return addresses;
}

}  // namespace experiments
