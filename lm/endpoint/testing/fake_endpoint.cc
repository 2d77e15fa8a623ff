#include "lm/endpoint/testing/fake_endpoint.h"

#include <httplib.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "lm/endpoint/testing/certificate.h"
#include "lm/endpoint/testing/fake_api.h"

namespace lm {
namespace {

constexpr char kJson[] = "application/json";
constexpr int kThreads = 256;  // a connection that is kept open holds one

// httplib listens with room for five connections that wait; a crowd of clients would be turned away.
template <typename Base>
class RoomyServer : public Base {
 public:
  using Base::Base;
  void MakeRoom() { ::listen(this->svr_sock_, 1024); }
};

}  // namespace

class FakeEndpoint::Server {
 public:
  explicit Server(const FakeEndpointOptions& options) : options_(options) {
    if (options.tls) {
      certificate_ = std::make_unique<SelfSignedCertificate>();
      Listen(std::make_unique<RoomyServer<httplib::SSLServer>>(certificate_->certificate(), certificate_->key()));
    } else {
      Listen(std::make_unique<RoomyServer<httplib::Server>>());
    }
  }

  ~Server() {
    stopping_.Notify();
    server_->stop();
    if (listener_.joinable()) listener_.join();
  }

  int port() const { return port_; }
  bool tls() const { return options_.tls; }
  std::string certificate() const { return certificate_ == nullptr ? "" : certificate_->Pem(); }

  Seen seen() const {
    const absl::MutexLock lock(&mutex_);
    return seen_;
  }

 private:
  template <typename Http>
  void Listen(std::unique_ptr<Http> server) {
    Http& http = *server;
    server_ = std::move(server);
    http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    http.set_tcp_nodelay(true);
    http.set_keep_alive_max_count(1000);
    http.set_keep_alive_timeout(1);  // also how long stopping may take
    // The second of a deployment at Azure.
    for (const char* path : {"/v1/chat/completions", "/openai/deployments/d/chat/completions", "/v1/completions"}) {
      http.Post(path,
                [this](const httplib::Request& request, httplib::Response& response) { Handle(request, response); });
    }
    http.Get("/v1/models", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(ModelsBody(options_.model.empty() ? "fake" : options_.model), kJson);
    });
    constexpr char kHost[] = "127.0.0.1";
    if (options_.port == 0) {
      port_ = http.bind_to_any_port(kHost);
    } else if (http.bind_to_port(kHost, options_.port)) {
      port_ = options_.port;
    }
    if (port_ <= 0) return;
    http.MakeRoom();
    listener_ = std::thread([&http] { http.listen_after_bind(); });
    while (!http.is_running()) absl::SleepFor(absl::Milliseconds(1));
  }

  // False once the server stops.
  bool Sleep(absl::Duration duration) { return !stopping_.WaitForNotificationWithTimeout(duration); }

  void Handle(const httplib::Request& request, httplib::Response& response) {
    const auto fault = Note(request);
    Answer(request, fault, response);
    const absl::MutexLock lock(&mutex_);
    --at_once_;
  }

  // Counts the request, and decides what goes wrong with it.
  std::optional<Fault> Note(const httplib::Request& request) {
    const absl::MutexLock lock(&mutex_);
    ++seen_.requests;
    seen_.most_at_once = std::max(seen_.most_at_once, ++at_once_);
    if (request.has_header("Authorization")) seen_.authorizations.insert(request.get_header_value("Authorization"));
    if (request.has_header("api-key")) seen_.authorizations.insert("api-key: " + request.get_header_value("api-key"));
    seen_.targets.insert(request.target);
    std::optional<Fault> fault = DrawFault(options_.faults, options_.seed, request.body, seen_.bodies[request.body]++);
    const bool is_rate_limit = fault.has_value() && *fault <= Fault::kRateLimitDate;
    if (storm_left_ > 0) {
      --storm_left_;
      if (!is_rate_limit) fault = Fault::kRateLimit;
    } else if (is_rate_limit) {
      storm_left_ = options_.storm - 1;
    }
    if (fault.has_value()) ++seen_.faults[static_cast<int>(*fault)];
    return fault;
  }

  static void Refuse(httplib::Response& response, int status, absl::string_view message, absl::string_view code = "") {
    response.status = status;
    response.set_content(ErrorBody(message, code), kJson);
  }

  void Answer(const httplib::Request& http, std::optional<Fault> fault, httplib::Response& response) {
    if (!options_.redirect_to.empty()) return response.set_redirect(options_.redirect_to);
    if (!options_.key.empty() && http.get_header_value("Authorization") != "Bearer " + options_.key) {
      // As some servers do, it repeats what it was given.
      return Refuse(response, 401, "Incorrect key provided: " + http.get_header_value("Authorization"));
    }
    const absl::StatusOr<FakeRequest> read = ReadRequest(absl::StrContains(http.path, "chat"), http.body);
    if (!read.ok()) return Refuse(response, 400, read.status().message());
    const FakeRequest& request = *read;
    if (!options_.model.empty() && request.body.value("model", "") != options_.model) {
      return Refuse(response, 404, "The model does not exist.", "model_not_found");
    }
    FakeReply reply = options_.responder(request);
    for (const auto& [name, value] : reply.headers) response.set_header(name, value);
    if (!reply.body.empty()) {
      response.status = reply.status;
      const auto type = reply.headers.find("Content-Type");
      response.headers.erase("Content-Type");
      return response.set_content(reply.body, type == reply.headers.end() ? kJson : type->second);
    }
    if (reply.status != 200) return Refuse(response, reply.status, reply.text);
    LimitReply(request, reply);
    if (fault.has_value()) return Misbehave(*fault, request, std::move(reply), response);
    response.set_content(ReplyBody(request, reply, 1, options_.tells_usage), kJson);
  }

  void Misbehave(Fault fault, const FakeRequest& request, FakeReply reply, httplib::Response& response) {
    if (fault == Fault::kEmpty) reply.text.clear();
    if (fault == Fault::kHuge) reply.text.assign(options_.huge_bytes, 'x');
    const int copies = fault == Fault::kDuplicate ? 2 : 1;
    const std::string body = ReplyBody(request, reply, copies, options_.tells_usage);
    switch (fault) {
      case Fault::kRateLimit:
      case Fault::kRateLimitAfter:
      case Fault::kRateLimitDate:
        if (fault == Fault::kRateLimitAfter) response.set_header("Retry-After", absl::StrCat(options_.retry_after_s));
        if (fault == Fault::kRateLimitDate) response.set_header("Retry-After", RetryDate());
        return Refuse(response, 429, "Too many requests.", "rate_limit_exceeded");
      case Fault::kServerError:
        return Refuse(response, 500, "Something went wrong.");
      case Fault::kStall:
        Sleep(options_.stall);
        return response.set_content(body, kJson);
      case Fault::kDrip:
        return Send(response, body, 1, options_.drip);
      case Fault::kCut:
        return Send(response, body, body.size() / 2, absl::InfiniteDuration());
      case Fault::kInvalidJson:
        return response.set_content(body.substr(0, body.size() / 2), kJson);
      case Fault::kWrongSchema:
        return response.set_content("{\"object\":\"list\",\"choices\":\"none\"}", kJson);
      case Fault::kTwice:
        return SendTwice(response, body);
      case Fault::kHuge:
      case Fault::kDuplicate:
      case Fault::kEmpty:
        return response.set_content(body, kJson);
    }
  }

  std::string RetryDate() const {
    return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now() + absl::Seconds(options_.retry_after_s),
                            absl::UTCTimeZone());
  }

  // In parts of `size` bytes, with a pause between two; after the first part of an infinite pause the connection ends.
  void Send(httplib::Response& response, const std::string& body, size_t size, absl::Duration pause) {
    response.set_content_provider(body.size(), kJson,
                                  [this, body, size, pause](size_t offset, size_t, httplib::DataSink& sink) {
                                    if (offset > 0 && (pause == absl::InfiniteDuration() || !Sleep(pause)))
                                      return false;
                                    return sink.write(body.data() + offset, std::min(size, body.size() - offset));
                                  });
  }

  // The length that the header states is the first copy's: a client that keeps the connection finds the second one in
  // the place of its next reply.
  static void SendTwice(httplib::Response& response, const std::string& body) {
    response.set_header("Content-Length", absl::StrCat(body.size()));
    response.set_content_provider(kJson, [body](size_t, httplib::DataSink& sink) {
      const std::string again = absl::StrCat(body, "HTTP/1.1 200 OK\r\nContent-Type: ", kJson,
                                             "\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
      sink.write(again.data(), again.size());
      sink.done();
      return true;
    });
  }

  const FakeEndpointOptions options_;
  std::unique_ptr<SelfSignedCertificate> certificate_;
  std::unique_ptr<httplib::Server> server_;
  int port_ = -1;
  std::thread listener_;
  absl::Notification stopping_;
  mutable absl::Mutex mutex_;
  Seen seen_ ABSL_GUARDED_BY(mutex_);
  int64_t at_once_ ABSL_GUARDED_BY(mutex_) = 0;
  int storm_left_ ABSL_GUARDED_BY(mutex_) = 0;
};

FakeEndpoint::FakeEndpoint(std::unique_ptr<Server> server) : server_(std::move(server)) {}
FakeEndpoint::~FakeEndpoint() = default;

absl::StatusOr<std::unique_ptr<FakeEndpoint>> FakeEndpoint::Start(const FakeEndpointOptions& options) {
  auto server = std::make_unique<Server>(options);
  if (server->port() <= 0) {
    return absl::UnavailableError(absl::StrCat("127.0.0.1:", options.port, ": cannot be listened on; is it taken?"));
  }
  return std::unique_ptr<FakeEndpoint>(new FakeEndpoint(std::move(server)));
}

int FakeEndpoint::port() const { return server_->port(); }
std::string FakeEndpoint::url() const {
  return absl::StrCat(server_->tls() ? "https" : "http", "://127.0.0.1:", port(), "/v1");
}
std::string FakeEndpoint::certificate() const { return server_->certificate(); }
FakeEndpoint::Seen FakeEndpoint::seen() const { return server_->seen(); }

}  // namespace lm
