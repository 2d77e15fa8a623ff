// WebDriver client: headless Chromium, driven through chromedriver (the WebDriver protocol, W3C 2018, and Chromium's
// own commands).
#ifndef EXPERIMENTS_REPORT_TESTING_WEB_DRIVER_H_
#define EXPERIMENTS_REPORT_TESTING_WEB_DRIVER_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/jsonl.h"

namespace httplib {
class Client;
}

namespace experiments {

inline constexpr char kEscapeKey[] = "\xee\x80\x8c";

// Used by one thread. CHECK-fails when the browser does not do as told.
class WebDriver {
 public:
  // Null where chromium or chromedriver is not installed. `folder` is for profile and logs.
  static std::unique_ptr<WebDriver> Start(const std::string& folder);
  ~WebDriver();

  void Resize(int width, int height);  // of what the page sees, in CSS pixels
  void PreferDark(bool dark);
  // Loads the file, with "#..." behind it if wanted, and returns when it is loaded.
  void Open(const std::string& path, const std::string& hash = "");
  // The value that the script returns; its arguments are `arguments[0]`, ...
  base::Json Run(const std::string& script, const base::Json& arguments = base::Json::array());
  // The same of a script that calls its last argument when it is done.
  base::Json RunAsync(const std::string& script, const base::Json& arguments = base::Json::array());
  // Presses keys, one a letter, in what has the focus.
  void Type(const std::string& keys);
  void SavePicture(const std::string& path);

  // What the page said on its console, errors among it, since the last call.
  std::vector<std::string> ConsoleMessages();
  // The addresses that the browser asked for since the last call, other than files, data and its own pages.
  std::vector<std::string> NetworkRequests();

 private:
  WebDriver() = default;
  base::Json Post(const std::string& command, const base::Json& body);
  base::Json Log(const std::string& kind);

  pid_t process_ = -1;
  std::string session_;
  std::unique_ptr<httplib::Client> client_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_TESTING_WEB_DRIVER_H_
