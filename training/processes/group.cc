#include "training/processes/group.h"

#include <torch/types.h>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"

namespace training {
namespace {

class OneProcess : public Group {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  absl::Status Send(const torch::Tensor&, int) override { return Impossible(); }
  absl::Status Receive(const torch::Tensor&, int) override { return Impossible(); }
  absl::Status Flush() override { return absl::OkStatus(); }
  int64_t bytes_sent() const override { return 0; }

 private:
  static absl::Status Impossible() {
    SAMI_CHECK(false) << "one process sends to itself";
    return absl::OkStatus();
  }
};

// Shares the text's memory.
torch::Tensor BytesOf(const std::string& text) {
  return torch::from_blob(const_cast<char*>(text.data()), {static_cast<int64_t>(text.size())}, torch::kUInt8);
}

absl::StatusOr<std::string> ReceiveText(Group& group, int from) {
  const torch::Tensor length = torch::zeros({1}, torch::kInt64);
  RETURN_IF_ERROR(group.Receive(length, from));
  std::string text(length.item<int64_t>(), '\0');
  RETURN_IF_ERROR(group.Receive(BytesOf(text), from));
  return text;
}

absl::Status SendText(Group& group, const torch::Tensor& length, const std::string& text, int to) {
  RETURN_IF_ERROR(group.Send(length, to));
  return group.Send(BytesOf(text), to);
}

}  // namespace

Group& Alone() {
  static Group* const alone = new OneProcess;
  return *alone;
}

absl::StatusOr<std::vector<std::string>> GatherTexts(Group& group, const std::string& own) {
  const torch::Tensor length = torch::full({1}, static_cast<int64_t>(own.size()), torch::kInt64);
  for (int rank = 0; rank < group.size(); ++rank) {
    if (rank != group.rank()) RETURN_IF_ERROR(SendText(group, length, own, rank));
  }
  std::vector<std::string> texts(group.size());
  for (int rank = 0; rank < group.size(); ++rank) {
    if (rank == group.rank()) {
      texts[rank] = own;
    } else {
      ASSIGN_OR_RETURN(texts[rank], ReceiveText(group, rank));
    }
  }
  RETURN_IF_ERROR(group.Flush());
  return texts;
}

absl::StatusOr<std::vector<std::string>> CollectTexts(Group& group, const std::string& own) {
  if (!group.leads()) {
    const torch::Tensor length = torch::full({1}, static_cast<int64_t>(own.size()), torch::kInt64);
    RETURN_IF_ERROR(SendText(group, length, own, 0));
    RETURN_IF_ERROR(group.Flush());
    return std::vector<std::string>();
  }
  std::vector<std::string> texts = {own};
  for (int rank = 1; rank < group.size(); ++rank) {
    ASSIGN_OR_RETURN(std::string text, ReceiveText(group, rank));
    texts.push_back(std::move(text));
  }
  return texts;
}

absl::StatusOr<std::string> LeadersText(Group& group, const std::string& own) {
  if (!group.leads()) return ReceiveText(group, 0);
  const torch::Tensor length = torch::full({1}, static_cast<int64_t>(own.size()), torch::kInt64);
  for (int rank = 1; rank < group.size(); ++rank) RETURN_IF_ERROR(SendText(group, length, own, rank));
  RETURN_IF_ERROR(group.Flush());
  return own;
}

absl::Status ShareFrom(Group& group, int from, const torch::Tensor& tensor) {
  if (group.rank() != from) return group.Receive(tensor, from);
  for (int rank = 0; rank < group.size(); ++rank) {
    if (rank != from) RETURN_IF_ERROR(group.Send(tensor, rank));
  }
  return absl::OkStatus();
}

absl::Status Agreed(Group& group, const absl::Status& own) {
  if (group.size() == 1) return own;
  // The code's number, then the message.
  const std::string text = absl::StrCat(std::string(1, static_cast<char>(own.code())), std::string(own.message()));
  ASSIGN_OR_RETURN(const std::vector<std::string> all, GatherTexts(group, text));
  for (const std::string& one : all) {
    SAMI_CHECK(!one.empty());
    const absl::Status status(static_cast<absl::StatusCode>(one[0]), one.substr(1));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace training
