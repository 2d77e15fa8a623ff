#include "training/tensorboard/event_file.h"

#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "training/tensorboard/events.pb.h"

namespace training {
namespace {

constexpr char kVersion[] = "brain.Event:2";

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

void AppendRecord(const sami_harness::ScalarEvent& event, std::string* out) {
  const std::string data = event.SerializeAsString();
  std::string length;
  AppendNumber(data.size(), 8, &length);
  absl::StrAppend(out, length);
  AppendNumber(Masked(length), 4, out);
  absl::StrAppend(out, data);
  AppendNumber(Masked(data), 4, out);
}

}  // namespace

uint32_t Crc32c(absl::string_view bytes) {
  static const std::array<uint32_t, 256> table = MakeTable();
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~crc;
}

StepScalars ScalarsOf(const StepMetrics& metrics) {
  StepScalars scalars{metrics.step, {}};
  const auto add = [&](absl::string_view name, double value) {
    if (std::isfinite(value))
      scalars.scalars.emplace_back(absl::StrCat(metrics.held_out ? "eval/" : "train/", name), value);
  };
  add("loss", metrics.loss);
  add("grad_norm", metrics.grad_norm);
  add("learning_rate", metrics.learning_rate);
  add("epoch", metrics.epoch);
  add("examples", metrics.examples);
  add("tokens", metrics.tokens);
  for (const auto& [name, value] : metrics.metrics) {
    if (name != "loss") add(name, value);
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

}  // namespace training
