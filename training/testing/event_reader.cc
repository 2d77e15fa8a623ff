#include "training/testing/event_reader.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "training/tensorboard/events.pb.h"

namespace training {
namespace {

constexpr char kVersion[] = "brain.Event:2";
constexpr size_t kHeader = 12;  // length and its CRC
constexpr size_t kFooter = 4;

uint32_t Masked(absl::string_view bytes) {
  const uint32_t crc = Crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

uint64_t ReadNumber(absl::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes.size(); ++i) number |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return number;
}

// The data of the record at the start of `bytes`; `at` is for messages.
absl::StatusOr<absl::string_view> ReadRecord(absl::string_view bytes, size_t at) {
  const auto error = [&](absl::string_view problem) {
    return absl::InvalidArgumentError(absl::StrCat("event file, record at byte ", at, ": ", problem));
  };
  if (bytes.size() < kHeader) return error("is cut off");
  const absl::string_view length = bytes.substr(0, 8);
  if (ReadNumber(bytes.substr(8, 4)) != Masked(length)) return error("the length's checksum is wrong");
  const uint64_t size = ReadNumber(length);
  if (size > bytes.size() - kHeader || bytes.size() - kHeader - size < kFooter) return error("is cut off");
  const absl::string_view data = bytes.substr(kHeader, size);
  if (ReadNumber(bytes.substr(kHeader + size, kFooter)) != Masked(data)) return error("the data's checksum is wrong");
  return data;
}

}  // namespace

absl::StatusOr<std::vector<StepScalars>> ParseEventFile(absl::string_view bytes) {
  std::vector<StepScalars> steps;
  for (size_t at = 0; at < bytes.size();) {
    ASSIGN_OR_RETURN(const absl::string_view data, ReadRecord(bytes.substr(at), at));
    sami_harness::ScalarEvent event;
    if (!event.ParseFromArray(data.data(), static_cast<int>(data.size()))) {
      return absl::InvalidArgumentError(absl::StrCat("event file, record at byte ", at, ": is no event"));
    }
    if (at == 0 && event.file_version() != kVersion) {
      return absl::InvalidArgumentError(absl::StrCat("event file: does not begin with version ", kVersion));
    }
    at += kHeader + data.size() + kFooter;
    if (!event.has_summary()) continue;
    StepScalars step{event.step(), {}};
    for (const sami_harness::ScalarSummary::Value& value : event.summary().value()) {
      if (value.has_simple_value()) step.scalars.emplace_back(value.tag(), value.simple_value());
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace training
