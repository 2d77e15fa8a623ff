// Stage 0: principles that a model writes. Their texts are inputs of everything after it, and known to the run from
// then on: what else the spec asks of them is checked there, before anything else is computed.
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "datasets/constitutions/constitutions.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/text_writer.h"
#include "experiments/spec/nodes.h"
#include "sami/principles/writer.h"

namespace experiments {
namespace {

using ::sami_harness::Constitutions;
using ::sami_harness::PrincipleWriter;

sami::WriterOptions OptionsOf(const Pipeline& pipeline, const PrincipleWriter& writer) {
  sami::WriterOptions options;
  options.task = writer.task();
  options.count = writer.count();
  options.replies = writer.replies();
  options.limits.categories.assign(writer.categories().begin(), writer.categories().end());
  options.limits.max_characters = writer.max_characters();
  options.temperature = writer.temperature();
  options.max_tokens = writer.max_new_tokens();
  options.seed = static_cast<int64_t>(SeedOf(pipeline.spec, writer));
  return options;
}

absl::Status Write(const Pipeline& pipeline, const Constitutions& set) {
  const sami_harness::Model& model = *FindNode(pipeline.spec.models(), set.written_by().model());
  ASSIGN_OR_RETURN(const AskedModel asked, AskModel(pipeline, model, "constitutions/" + set.name()));
  sami::WriterOptions options = OptionsOf(pipeline, set.written_by());
  options.extra = asked.extra;
  asked.recording->ShowProgress("principles " + set.name(), asked.cost);
  std::vector<std::string> problems;
  auto principles = sami::WritePrinciples(options, *asked.recording, &problems);
  for (const std::string& problem : problems) {
    std::fprintf(stderr, "constitutions %s: a reply was not wholly usable: %s\n", set.name().c_str(), problem.c_str());
  }
  if (!principles.ok()) return base::Annotate(principles.status(), absl::StrCat("constitutions \"", set.name(), "\""));
  return base::WriteFileAtomically(pipeline.run->PathOf(PrinciplesFile(set.name())),
                                   sami::ConstitutionFile(*principles));
}

}  // namespace

absl::Status WritePrinciples(const Constitutions& set, Pipeline* pipeline) {
  const std::string file = PrinciplesFile(set.name());
  PrincipleWriter writer = set.written_by();
  writer.clear_model();  // an input
  RETURN_IF_ERROR(RunPipelineStage(*pipeline, {"principles", set.name()}, SettingsOf(*pipeline, {&writer}),
                                   {ModelInput(*pipeline, set.written_by().model())}, {{file, PrinciplesFile("set")}},
                                   [&](const std::string&) { return Write(*pipeline, set); }));
  const auto all = datasets::ReadPrinciples(pipeline->run->PathOf(file));
  if (!all.ok() && !pipeline->run->IsComplete("principles_" + set.name())) return absl::OkStatus();
  RETURN_IF_ERROR(all.status());
  ASSIGN_OR_RETURN(auto chosen, ChosenPrinciples(set, *all));
  pipeline->input_hashes[absl::StrCat("constitutions/", set.name())] = PrinciplesHash(set, chosen);
  pipeline->principles[set.name()] = std::move(chosen);
  return absl::OkStatus();
}

}  // namespace experiments
