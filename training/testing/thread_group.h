// Groups whose ranks are threads of the test, for what does not need processes.
#ifndef TRAINING_TESTING_THREAD_GROUP_H_
#define TRAINING_TESTING_THREAD_GROUP_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "training/processes/group.h"

namespace training {

class ThreadGroup : public Group {
 public:
  // Messages under way, by sender and receiver.
  struct Post {
    std::mutex mutex;
    std::condition_variable arrived;
    std::map<std::pair<int, int>, std::deque<torch::Tensor>> under_way;
  };

  ThreadGroup(int rank, int size, Post& post) : rank_(rank), size_(size), post_(post) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  int64_t bytes_sent() const override { return bytes_sent_; }

  absl::Status Send(const torch::Tensor& tensor, int to) override {
    SAMI_CHECK(to != rank_ && tensor.is_contiguous());
    if (tensor.numel() == 0) return absl::OkStatus();
    bytes_sent_ += tensor.nbytes();
    const std::lock_guard<std::mutex> lock(post_.mutex);
    // As late as it may be: what changes it before Flush is a mistake that shows.
    post_.under_way[{rank_, to}].push_back(tensor);
    post_.arrived.notify_all();
    return absl::OkStatus();
  }
  absl::Status Receive(const torch::Tensor& tensor, int from) override {
    if (tensor.numel() == 0) return absl::OkStatus();
    std::unique_lock<std::mutex> lock(post_.mutex);
    auto& messages = post_.under_way[{from, rank_}];
    post_.arrived.wait(lock, [&] { return !messages.empty(); });
    SAMI_CHECK_EQ(messages.front().nbytes(), tensor.nbytes());
    tensor.copy_(messages.front().view(tensor.sizes()));
    messages.pop_front();
    post_.arrived.notify_all();
    return absl::OkStatus();
  }
  absl::Status Flush() override {
    std::unique_lock<std::mutex> lock(post_.mutex);
    post_.arrived.wait(lock, [&] {
      for (int to = 0; to < size_; ++to) {
        if (!post_.under_way[{rank_, to}].empty()) return false;
      }
      return true;
    });
    return absl::OkStatus();
  }

 private:
  const int rank_, size_;
  Post& post_;
  int64_t bytes_sent_ = 0;
};

// Calls work(group) on a thread of its own for each of so many ranks.
inline void ForEachRank(int size, const std::function<void(Group&)>& work) {
  ThreadGroup::Post post;
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back([&post, &work, rank, size] {
      ThreadGroup group(rank, size, post);
      work(group);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace training

#endif  // TRAINING_TESTING_THREAD_GROUP_H_
