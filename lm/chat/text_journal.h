// The results of a run that may be interrupted: each is kept as soon as it is there, and the output appears under its
// name when all are.
//
// "<path>.partial" holds one JSON line a result, after a first line with the run's settings. A run that was killed,
// even within a line, goes on from there.
#ifndef LM_CHAT_TEXT_JOURNAL_H_
#define LM_CHAT_TEXT_JOURNAL_H_

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/jsonl.h"

namespace lm {

class TextJournal {
 public:
  // Which prompt, counted from 0, and which of its samples.
  using Key = std::pair<int64_t, int64_t>;

  // `settings`: an object of all that changes results. kFailedPrecondition when the output is there already, or when a
  // partial one was made with other settings (names them); kUnavailable when it cannot be read or written.
  static absl::StatusOr<TextJournal> Open(const std::string& path, const base::OrderedJson& settings);

  // What is there already, by key.
  bool Has(const Key& key) const { return results_.count(key) > 0; }
  int64_t size() const { return results_.size(); }

  // Not thread-safe. The line is with the system when this returns.
  absl::Status Add(const Key& key, const base::OrderedJson& result);

  // Publishes the results, ordered by key, and removes the partial output.
  absl::Status Finish();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  explicit TextJournal(const std::string& path) : path_(path), partial_(path + ".partial") {}
  absl::Status Restore(const base::OrderedJson& settings);

  std::string path_, partial_;
  std::map<Key, base::OrderedJson> results_;
  std::unique_ptr<std::FILE, CloseFile> file_;
};

}  // namespace lm

#endif  // LM_CHAT_TEXT_JOURNAL_H_
