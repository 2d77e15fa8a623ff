// Any bytes as a journal of exchanges that a killed process left: refused in one line that names the place and kept as
// it is, or gone on with, so that the journal afterwards replays all that was asked.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/file.h"
#include "base/fuzz/memory_file.h"
#include "base/fuzz/one_line_error.h"
#include "lm/chat/recording.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace lm {
namespace {

class Echo : public ChatModel {
 public:
  std::string name() const override { return "m"; }
  void Complete(absl::Span<const ChatRequest> requests,
                absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) override {
    for (size_t i = 0; i < requests.size(); ++i) {
      ChatReply reply;
      reply.text = requests[i].prompt;
      reply.finish_reason = "stop";
      if (!done(i, std::move(reply))) return;
    }
  }
};

std::vector<Inquiry> Inquiries() {
  std::vector<Inquiry> inquiries(2);
  inquiries[0].request.prompt = "p";
  inquiries[1].request.prompt = "q\xff\xc2\x9b";
  return inquiries;
}

// The texts of the journal, which must answer all inquiries.
std::vector<std::string> Texts(Recording& recording) {
  const auto replies = recording.Ask(Inquiries());
  SAMI_CHECK(replies.ok()) << replies.status().ToString();
  std::vector<std::string> texts;
  for (const auto& reply : *replies) {
    SAMI_CHECK(reply.ok()) << reply.status().ToString();
    texts.push_back(reply->text);
  }
  return texts;
}

void TestJournal(absl::string_view text) {
  const std::string path = base::MemoryFile(text);
  Echo model;
  std::vector<std::string> texts;
  {
    const auto recording = Recording::Open(path, &model);
    if (!recording.ok()) {
      base::CheckOneLineError(recording.status(), path);
      SAMI_CHECK(*base::ReadFile(path) == text);
      return;
    }
    texts = Texts(**recording);
    (void)(*recording)->CheckHoldsOnly(Inquiries());
  }
  const std::string whole = *base::ReadFile(path);
  SAMI_CHECK(absl::EndsWith(whole, "\n"));
  // Nothing but a last line that was broken off is lost.
  const absl::string_view lines = text.substr(0, text.rfind('\n') + 1);
  SAMI_CHECK(absl::StartsWith(whole, lines));
  const auto replay = Recording::Replay(path, "m");
  SAMI_CHECK(replay.ok()) << replay.status().ToString();
  SAMI_CHECK(Texts(**replay) == texts);
}

// What inputs that are too short to be a journal are replaced by: a whole one, or one of another request, too.
std::string Example(unsigned seed) {
  ChatReply reply;
  reply.text = "r";
  reply.finish_reason = "stop";
  std::vector<Inquiry> inquiries = Inquiries();
  if (seed % 2 == 1) inquiries[1].request.messages = {{"user", "u"}};
  std::string journal;
  for (const Inquiry& inquiry : inquiries) journal += FormatExchange("m", inquiry, reply);
  return journal;
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::TestJournal(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  if (size < 8 || seed % 64 == 0) {
    const std::string example = lm::Example(seed / 64);
    size = std::min(example.size(), max_size);
    std::memcpy(data, example.data(), size);
  }
  return LLVMFuzzerMutate(data, size, max_size);
}
