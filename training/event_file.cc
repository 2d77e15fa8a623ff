#include "training/event_file.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "training/events.pb.h"

namespace training {
namespace {

constexpr char kVersion[] = "brain.Event:2";
constexpr size_t kHeader = 12;  // length and its CRC
constexpr size_t kFooter = 4;

// The CRC of each byte, for the reflected polynomial.
std::array<uint32_t, 256> MakeTable() {
  constexpr uint32_t kReflected = 0x82F63B78;
  std::array<uint32_t, 256> table;
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kReflected : 0);
    table[byte] = crc;
  }
  return table;
}

uint32_t Masked(absl::string_view bytes) {
  const uint32_t crc = Crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

void AppendNumber(uint64_t number, int bytes, std::string* out) {
  for (int i = 0; i < bytes; ++i) out->push_back(static_cast<char>(number >> (8 * i)));
}

uint64_t ReadNumber(absl::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes.size(); ++i) number |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return number;
}

void AppendRecord(const sami_harness::ScalarEvent& event, std::string* out) {
  const std::string data = event.SerializeAsString();
  std::string length;
  AppendNumber(data.size(), 8, &length);
  absl::StrAppend(out, length);
  AppendNumber(Masked(length), 4, out);
  absl::StrAppend(out, data);
  AppendNumber(Masked(data), 4, out);
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

uint32_t Crc32c(absl::string_view bytes) {
  static const std::array<uint32_t, 256> table = MakeTable();
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~crc;
}

absl::StatusOr<StepScalars> ScalarsOf(const base::OrderedJson& line, absl::string_view where) {
  const auto step = line.find("step");
  if (step == line.end() || !step->is_number_integer()) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": \"step\" must be an integer"));
  }
  StepScalars scalars{step->get<int64_t>(), {}};
  for (const auto& [tag, value] : line.items()) {
    if (tag != "step" && value.is_number()) scalars.scalars.emplace_back(tag, value.get<double>());
  }
  return scalars;
}

std::string EventFile(const std::vector<StepScalars>& steps) {
  std::string file;
  sami_harness::ScalarEvent version;
  version.set_wall_time(0);
  version.set_file_version(kVersion);
  AppendRecord(version, &file);
  for (const StepScalars& step : steps) {
    sami_harness::ScalarEvent event;
    event.set_wall_time(step.step);
    event.set_step(step.step);
    for (const auto& [tag, value] : step.scalars) {
      sami_harness::ScalarSummary::Value* scalar = event.mutable_summary()->add_value();
      scalar->set_tag(tag);
      scalar->set_simple_value(static_cast<float>(value));
    }
    AppendRecord(event, &file);
  }
  return file;
}

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
