#include "benchmarks/published/python_decoder.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/jsonl.h"
#include "base/status.h"

namespace benchmarks {

absl::StatusOr<PythonDecoder> PythonDecoder::Start(const std::string& environment, bool with_llama_cpp, int threads) {
  std::vector<std::string> packages = {"torch", "transformers"};
  if (with_llama_cpp) packages.push_back("llama-cpp-python");
  ASSIGN_OR_RETURN(PythonProgram python,
                   PythonProgram::Start(environment, "benchmarks/published/decoder_times.py", packages, threads));
  return PythonDecoder(std::move(python));
}

absl::Status PythonDecoder::LoadFolder(const std::string& folder, const std::string& type) {
  return Load(base::OrderedJson({{"folder", folder}, {"type", type}}).dump());
}

absl::Status PythonDecoder::LoadGguf(const std::string& file) {
  return Load(base::OrderedJson({{"gguf", file}}).dump());
}

absl::Status PythonDecoder::Load(const std::string& question) {
  ASSIGN_OR_RETURN(const std::string answer, python_.Ask(question));
  return answer == "loaded" ? absl::OkStatus() : absl::InternalError(absl::StrCat("decoder_times.py: ", answer));
}

absl::StatusOr<DecodingTimes> PythonDecoder::Time(int64_t sequences, int64_t prompt_tokens, int64_t new_tokens) {
  const base::OrderedJson question = {
      {"sequences", sequences}, {"prompt_tokens", prompt_tokens}, {"new_tokens", new_tokens}};
  ASSIGN_OR_RETURN(const std::string answer, python_.Ask(question.dump()));
  const std::vector<std::string> words = absl::StrSplit(answer, ' ');
  DecodingTimes times;
  if (words.size() != 2 || !absl::SimpleAtod(words[0], &times.prefill_seconds) ||
      !absl::SimpleAtod(words[1], &times.decode_seconds)) {
    return absl::InternalError(absl::StrCat("decoder_times.py answered ", answer));
  }
  return times;
}

}  // namespace benchmarks
