#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"
#include "benchmarks/harness/coprocess.h"
#include "benchmarks/harness/tokenizer_text.h"
#include "lm/tokenizer/tokenizer.h"

ABSL_FLAG(std::string, tokenizer, "", "a tokenizer.json");
ABSL_FLAG(std::string, node_modules, "",
          "the folder node_modules with @anush008/tokenizers; without it only the harness is measured");
ABSL_FLAG(std::string, text, "", "a UTF-8 file to encode, in documents of whole lines; by default text is made up");
ABSL_FLAG(int32_t, kilobytes, 2000, "of text");
ABSL_FLAG(int32_t, document_bytes, 2000, "least size of a document; one call of Encode each");
ABSL_FLAG(int32_t, repetitions, 7, "pairs of runs, after one of each that is reported as the first");

namespace benchmarks {
namespace {

constexpr char kUsage[] =
    "Times Encode on one thread, beside the Rust tokenizers in paired runs.\n\n"
    "Usage: npm install --prefix DIR @anush008/tokenizers@0.6.0\n"
    "       sami bench tokenizer --tokenizer=FILE --node_modules=DIR/node_modules\n\n"
    "Exit code 1: a file cannot be read, or the ids differ.";

struct Pass {
  double seconds = 0;
  int64_t ids = 0;
  uint32_t checksum = 2166136261u;
};

Pass EncodeOnce(const lm::Tokenizer& tokenizer, const std::vector<std::string>& documents) {
  Pass pass;
  std::vector<lm::TokenIds> results;
  results.reserve(documents.size());
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& document : documents) results.push_back(tokenizer.Encode(document));
  pass.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (const lm::TokenIds& ids : results) {
    pass.ids += ids.size();
    for (const int32_t id : ids) pass.checksum = (pass.checksum ^ static_cast<uint32_t>(id)) * 16777619u;
  }
  return pass;
}

absl::StatusOr<Pass> AskOther(Coprocess& other) {
  ASSIGN_OR_RETURN(const std::string line, other.Ask("encode"));
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(line, "rust_tokenizer.mjs"));
  return Pass{json["seconds"].get<double>(), json["ids"].get<int64_t>(), json["checksum"].get<uint32_t>()};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

absl::StatusOr<std::vector<std::string>> Documents() {
  const size_t total = absl::GetFlag(FLAGS_kilobytes) * size_t{1000}, least = absl::GetFlag(FLAGS_document_bytes);
  const std::string file = absl::GetFlag(FLAGS_text);
  if (file.empty()) return MakeDocuments(total, least);
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(base::UserPath(file)));
  std::vector<std::string> documents;
  for (size_t begin = 0; begin < std::min(total, text.size());) {
    const size_t line_end = text.find('\n', std::min(begin + least, text.size()));
    const size_t end = line_end == std::string::npos ? text.size() : line_end + 1;
    documents.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  if (documents.empty()) return absl::InvalidArgumentError(absl::StrCat(file, ": is empty"));
  return documents;
}

// Is gone when it goes out of scope.
struct TemporaryFile {
  ~TemporaryFile() { std::remove(path.c_str()); }
  const std::string path =
      absl::StrCat(std::filesystem::temp_directory_path().string(), "/tokenizer_benchmark.", getpid(), ".json");
};

// Null, after a line that says why, when there is nothing to compare with.
absl::StatusOr<std::unique_ptr<Coprocess>> StartOther(const std::vector<std::string>& documents,
                                                      const std::string& file) {
  const std::string modules = base::UserPath(absl::GetFlag(FLAGS_node_modules));
  if (modules.empty() || !base::FileExists(modules + "/@anush008/tokenizers/package.json")) {
    std::cout << "not compared: --node_modules=" << modules << " has no @anush008/tokenizers (see --help)\n";
    return nullptr;
  }
  RETURN_IF_ERROR(base::WriteFileAtomically(file, base::Json(documents).dump()));
  auto other = Coprocess::Start({"node", base::Runfile("benchmarks/rust_tokenizer.mjs"), modules,
                                 base::UserPath(absl::GetFlag(FLAGS_tokenizer)), file},
                                {"RAYON_NUM_THREADS=1", "TOKENIZERS_PARALLELISM=false"});
  if (!other.ok()) {
    std::cout << "not compared: " << other.status().message() << "\n";
    return nullptr;
  }
  return other;
}

absl::Status Run() {
  if (absl::GetFlag(FLAGS_tokenizer).empty() || absl::GetFlag(FLAGS_repetitions) < 0) {
    return absl::InvalidArgumentError("--tokenizer=FILE is needed; see --help");
  }
  ASSIGN_OR_RETURN(const auto tokenizer, lm::LoadTokenizer(base::UserPath(absl::GetFlag(FLAGS_tokenizer))));
  ASSIGN_OR_RETURN(const std::vector<std::string> documents, Documents());
  double megabytes = 0;
  for (const std::string& document : documents) megabytes += document.size() / 1e6;
  const TemporaryFile file;
  ASSIGN_OR_RETURN(const auto other, StartOther(documents, file.path));
  std::vector<double> ours, theirs, ratios;
  for (int run = 0; run <= absl::GetFlag(FLAGS_repetitions); ++run) {
    const Pass pass = EncodeOnce(*tokenizer, documents);
    Pass reference;
    if (other != nullptr) {
      ASSIGN_OR_RETURN(reference, AskOther(*other));
      if (reference.ids != pass.ids || reference.checksum != pass.checksum) {
        return absl::DataLossError(absl::StrCat("the ids differ: ", pass.ids, " here, ", reference.ids, " there"));
      }
    }
    if (run == 0) {
      std::cout << absl::StrFormat("%d documents, %.2f MB, %d ids\nfirst pass:  %.1f MB/s", documents.size(), megabytes,
                                   pass.ids, megabytes / pass.seconds);
      if (other != nullptr) std::cout << absl::StrFormat(", Rust %.1f MB/s", megabytes / reference.seconds);
      std::cout << std::endl;
      continue;
    }
    ours.push_back(megabytes / pass.seconds);
    theirs.push_back(megabytes / reference.seconds);
    ratios.push_back(reference.seconds / pass.seconds);
  }
  if (ours.empty()) return absl::OkStatus();
  std::cout << absl::StrFormat("median of %d: %.1f MB/s", ours.size(), Median(ours));
  if (other != nullptr) {
    std::cout << absl::StrFormat(", Rust %.1f MB/s; ratio %.2f, least %.2f (the same ids)", Median(theirs),
                                 Median(ratios), *std::min_element(ratios.begin(), ratios.end()));
  }
  std::cout << std::endl;
  return absl::OkStatus();
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) { return base::RunMain(argc, argv, benchmarks::kUsage, benchmarks::Run); }
