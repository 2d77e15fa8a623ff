#include "training/method/method.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "google/protobuf/text_format.h"

namespace training {

absl::Status RefuseUnused(const google::protobuf::Message& config, const std::string& field, absl::string_view with,
                          const std::string& path, const base::FieldLocations& locations) {
  const google::protobuf::FieldDescriptor* found = config.GetDescriptor()->FindFieldByName(field);
  SAMI_CHECK(found != nullptr && !found->is_repeated()) << field;
  if (!config.GetReflection()->HasField(config, found)) return absl::OkStatus();
  // A default that is written out says nothing: canonical specs write all of them. Fields without one are off when
  // absent.
  std::string value, unset;
  google::protobuf::TextFormat::PrintFieldValueToString(config, found, -1, &value);
  const std::unique_ptr<google::protobuf::Message> defaults(config.New());
  google::protobuf::TextFormat::PrintFieldValueToString(*defaults, found, -1, &unset);
  if (found->has_default_value() && value == unset) return absl::OkStatus();
  return locations.Error(base::Below(path, field),
                         absl::StrCat("is ", value, ", which has no effect with ", with, "; leave it out"));
}

double ForwardPasses(const MethodCost& each, const sami_harness::TrainingConfig& training, double examples,
                     double distinct) {
  const double of_text = (training.has_lora() ? 2 : 3) + (training.recompute_activations() ? 1 : 0);
  return examples * (each.trained * of_text + each.forward) + distinct * each.reference;
}

}  // namespace training
