// A server that speaks OpenAI's API on this machine, and misbehaves when told to.
#include "lm/endpoint/testing/fake_endpoint.h"

#include <signal.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"

ABSL_FLAG(int, port, 0, "0: any that is free; the address is printed.");
ABSL_FLAG(std::string, faults, "",
          "NAME:PROBABILITY,...; names: all, rate_limit, rate_limit_after, rate_limit_date, server_error, stall, drip, "
          "cut, invalid_json, wrong_schema, huge, duplicate, twice, empty.");
ABSL_FLAG(uint64_t, seed, 0, "What goes wrong depends on the seed, a request's body and how often it came.");
ABSL_FLAG(int, storm, 1, "So many requests in a row get a 429 once one does.");
ABSL_FLAG(int, retry_after, 1, "Seconds to ask for.");
ABSL_FLAG(double, stall, 30, "Seconds of silence.");
ABSL_FLAG(double, drip, 0.1, "Seconds between two bytes.");
ABSL_FLAG(int64_t, huge_bytes, 64 << 20, "Of a huge reply.");
ABSL_FLAG(
    bool, judge, false,
    "Answer as a judge whose verdict is known: of marks \"quality=N\" in the prompt, the first half is answer A's, "
    "and the larger sum wins; [[A]], [[B]], [[C]], of a single mark Rating: [[N]]. Else: repeat the prompt.");
ABSL_FLAG(std::string, always, "", "Answer this, whatever is asked.");
ABSL_FLAG(
    std::string, script, "",
    "JSON Lines {\"contains\": \"...\", \"reply\": \"...\"}: the answer to prompts that contain that text; also "
    "\"status\", \"finish_reason\", \"headers\", \"times\" (how often, then the next such line), and \"body\" in the "
    "place of \"reply\": what is sent as it stands.");
ABSL_FLAG(std::string, model, "", "Answer 404 to requests for another model.");
ABSL_FLAG(std::string, require_key, "", "Answer 401 to requests without this key.");
ABSL_FLAG(bool, usage, true, "Tell token counts (a word each).");
ABSL_FLAG(std::string, tls_certificate, "",
          "Speak https, with a certificate made for this run, which is written to this file.");

namespace {

absl::StatusOr<lm::FakeEndpointOptions> OptionsFromFlags() {
  lm::FakeEndpointOptions options;
  options.port = absl::GetFlag(FLAGS_port);
  if (options.port < 0 || options.port > 65535) return absl::InvalidArgumentError("--port must be in [0, 65535]");
  ASSIGN_OR_RETURN(options.faults, lm::ParseFaults(absl::GetFlag(FLAGS_faults)));
  options.seed = absl::GetFlag(FLAGS_seed);
  options.storm = absl::GetFlag(FLAGS_storm);
  options.retry_after_s = absl::GetFlag(FLAGS_retry_after);
  options.stall = absl::Seconds(absl::GetFlag(FLAGS_stall));
  options.drip = absl::Seconds(absl::GetFlag(FLAGS_drip));
  options.huge_bytes = absl::GetFlag(FLAGS_huge_bytes);
  options.model = absl::GetFlag(FLAGS_model);
  options.key = absl::GetFlag(FLAGS_require_key);
  options.tells_usage = absl::GetFlag(FLAGS_usage);
  options.tls = !absl::GetFlag(FLAGS_tls_certificate).empty();
  if (absl::GetFlag(FLAGS_judge)) options.responder = lm::MarkJudge();
  if (!absl::GetFlag(FLAGS_always).empty()) options.responder = lm::Always(absl::GetFlag(FLAGS_always));
  const std::string script = base::UserPath(absl::GetFlag(FLAGS_script));
  if (script.empty()) return options;
  ASSIGN_OR_RETURN(const std::string lines, base::ReadFile(script));
  ASSIGN_OR_RETURN(options.responder, lm::Script(lines, script, options.responder));
  return options;
}

// Serves until it is interrupted.
absl::Status Serve() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // in the server's threads too: this one waits for them
  ASSIGN_OR_RETURN(const lm::FakeEndpointOptions options, OptionsFromFlags());
  ASSIGN_OR_RETURN(const auto server, lm::FakeEndpoint::Start(options));
  if (options.tls) {
    RETURN_IF_ERROR(
        base::WriteFileAtomically(base::UserPath(absl::GetFlag(FLAGS_tls_certificate)), server->certificate()));
  }
  std::printf("%s\n", server->url().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  const auto seen = server->seen();
  std::fprintf(stderr, "%lld requests", static_cast<long long>(seen.requests));
  for (int i = 0; i < lm::kFaults; ++i) {
    if (seen.faults[i] == 0) continue;
    std::fprintf(stderr, ", %lld %s", static_cast<long long>(seen.faults[i]),
                 std::string(lm::FaultName(static_cast<lm::Fault>(i))).c_str());
  }
  std::fprintf(stderr, "\n");
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "A server for tests: fake_endpoint [--port=N] [--faults=NAME:PROBABILITY,...] [--judge | ...]",
                       Serve);
}
