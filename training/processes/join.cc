#include "training/processes/join.h"

#include <netdb.h>
#include <sys/socket.h>
#include <torch/types.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/status.h"
#include "training/processes/meeting.h"
#include "training/processes/watch.h"

namespace training {
namespace {

using Work = c10::intrusive_ptr<c10d::ProcessGroupGloo>;

// Longer than any stage: the watch says when a rank is gone.
constexpr std::chrono::hours kForever(24 * 365);
// In which the watch ends the process, where a connection breaks because a rank is gone.
constexpr absl::Duration kForTheWatch = absl::Seconds(5);

// The numeric address by which this machine reaches the other, as the system's routes have it; empty where unknown.
std::string AddressTowards(const Place& place) {
  addrinfo hints = {}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  if (getaddrinfo(place.address.c_str(), absl::StrCat(place.port).c_str(), &hints, &found) != 0) return "";
  std::string address;
  for (const addrinfo* one = found; one != nullptr && address.empty(); one = one->ai_next) {
    const int socket_to = socket(one->ai_family, SOCK_DGRAM, 0);
    if (socket_to < 0) continue;
    sockaddr_storage own = {};
    socklen_t length = sizeof own;
    char text[NI_MAXHOST] = "";
    // Sends nothing: only the route is chosen.
    if (connect(socket_to, one->ai_addr, one->ai_addrlen) == 0 &&
        getsockname(socket_to, reinterpret_cast<sockaddr*>(&own), &length) == 0 &&
        getnameinfo(reinterpret_cast<sockaddr*>(&own), length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0) {
      address = text;
    }
    close(socket_to);
  }
  freeaddrinfo(found);
  return address;
}

std::shared_ptr<gloo::transport::Device> DeviceOf(const Place& place) {
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");  // as for Python's torch
  if (interface != nullptr && *interface != '\0') return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
  const std::string address = AddressTowards(place);
  return address.empty() ? c10d::ProcessGroupGloo::createDefaultDevice()
                         : c10d::ProcessGroupGloo::createDeviceForHostname(address);
}

Work Connect(const JoinOptions& options, const Meeting& meeting, const std::string& purpose) {
  const auto settings = c10d::ProcessGroupGloo::Options::create();
  settings->devices.push_back(DeviceOf(options.place));
  settings->threads = 1;
  settings->timeout = absl::ToChronoMilliseconds(options.patience);
  return c10::make_intrusive<c10d::ProcessGroupGloo>(c10::make_intrusive<c10d::PrefixStore>(purpose, meeting.store),
                                                     options.place.rank, options.place.size, settings);
}

class GlooBeats : public BeatCarrier {
 public:
  explicit GlooBeats(Work work) : work_(std::move(work)) {}

  void Send(const Beat& beat, int to) override {
    std::vector<torch::Tensor> message = {torch::tensor({beat.state, beat.rank}, torch::kInt64)};
    work_->send(message, to, 0)->wait(kForever);
  }
  Beat Receive(int from, absl::Duration patience) override {
    std::vector<torch::Tensor> message = {torch::zeros({2}, torch::kInt64)};
    work_->recv(message, from, 0)->wait(absl::ToChronoMilliseconds(patience));
    const int64_t* numbers = message[0].data_ptr<int64_t>();
    return {numbers[0], numbers[1]};
  }

 private:
  const Work work_;
};

// The tensor's bytes, in its memory.
torch::Tensor BytesOf(const torch::Tensor& tensor) {
  SAMI_CHECK(tensor.is_contiguous());
  return torch::from_blob(tensor.data_ptr(), {static_cast<int64_t>(tensor.nbytes())}, torch::kUInt8);
}

class GlooGroup : public JoinedGroup {
 public:
  GlooGroup(const JoinOptions& options, Meeting meeting)
      : place_(options.place),
        meeting_(std::move(meeting)),
        work_(Connect(options, meeting_, "work")),
        watch_(place_.rank, meeting_.ranks, options.silence,
               std::make_shared<GlooBeats>(Connect(options, meeting_, "watch")), options.on_loss),
        next_to_(place_.size),
        next_from_(place_.size) {}
  ~GlooGroup() override { Leave(/*failed=*/true); }

  int rank() const override { return place_.rank; }
  int size() const override { return place_.size; }
  int64_t bytes_sent() const override { return bytes_sent_; }

  absl::Status Send(const torch::Tensor& tensor, int to) override {
    if (tensor.numel() == 0) return absl::OkStatus();
    bytes_sent_ += tensor.nbytes();
    return Trying(to, [&] {
      const torch::Tensor here = tensor.cpu();
      std::vector<torch::Tensor> message = {BytesOf(here)};
      sent_.push_back({here, work_->send(message, to, next_to_[to]++), to});
    });
  }
  absl::Status Receive(const torch::Tensor& tensor, int from) override {
    if (tensor.numel() == 0) return absl::OkStatus();
    return Trying(from, [&] {
      const torch::Tensor here = tensor.is_cpu() ? tensor : torch::empty_like(tensor, torch::kCPU);
      std::vector<torch::Tensor> message = {BytesOf(here)};
      work_->recv(message, from, next_from_[from]++)->wait(kForever);
      if (!tensor.is_cpu()) tensor.copy_(here);
    });
  }
  absl::Status Flush() override {
    for (const Sent& sent : sent_) RETURN_IF_ERROR(Trying(sent.to, [&] { sent.work->wait(kForever); }));
    sent_.clear();
    return absl::OkStatus();
  }
  void Leave(bool failed) override {
    if (left_) return;
    left_ = true;
    watch_.Leave(failed);
  }

 private:
  struct Sent {
    torch::Tensor tensor;
    c10::intrusive_ptr<c10d::Work> work;
    int to;
  };

  template <typename Action>
  absl::Status Trying(int other, const Action& action) {
    try {
      action();
      return absl::OkStatus();
    } catch (const std::exception& e) {
      absl::SleepFor(kForTheWatch);
      return absl::UnavailableError(absl::StrCat("the connection to ", meeting_.ranks[other], " is lost (",
                                                 std::string(*absl::StrSplit(e.what(), '\n').begin()), ")"));
    }
  }

  const Place place_;
  const Meeting meeting_;
  const Work work_;
  Watch watch_;
  std::vector<int> next_to_, next_from_;  // numbers of messages, which are their tags
  std::vector<Sent> sent_;
  int64_t bytes_sent_ = 0;
  bool left_ = false;
};

class GroupOfOne : public JoinedGroup {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  absl::Status Send(const torch::Tensor& tensor, int to) override { return Alone().Send(tensor, to); }
  absl::Status Receive(const torch::Tensor& tensor, int from) override { return Alone().Receive(tensor, from); }
  absl::Status Flush() override { return absl::OkStatus(); }
  int64_t bytes_sent() const override { return 0; }
  void Leave(bool) override {}
};

}  // namespace

absl::StatusOr<std::unique_ptr<JoinedGroup>> Join(const JoinOptions& options) {
  if (options.place.size == 1) return std::make_unique<GroupOfOne>();
  ASSIGN_OR_RETURN(Meeting meeting, Meet(options));
  try {
    return std::make_unique<GlooGroup>(options, std::move(meeting));
  } catch (const std::exception& e) {
    return absl::UnavailableError(
        absl::StrCat("rank ", options.place.rank, " of ", options.place.size,
                     ": a connection to another rank cannot be made; GLOO_SOCKET_IFNAME names the network interface (",
                     std::string(*absl::StrSplit(e.what(), '\n').begin()), ")"));
  }
}

}  // namespace training
