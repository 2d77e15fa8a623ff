#include "training/processes/rank_record.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/status.h"

namespace training {

using ::sami_harness::MicrobatchRecord;
using ::sami_harness::RankRecord;

void SetStatus(const absl::Status& status, MicrobatchRecord* record) {
  record->set_code(static_cast<int>(status.code()));
  record->set_message(std::string(status.message()));
}

absl::StatusOr<std::vector<MicrobatchRecord>> GatherRecords(Group& group, RankRecord own) {
  RankRecord all;
  if (group.size() == 1) {
    all = std::move(own);
  } else {
    ASSIGN_OR_RETURN(const std::vector<std::string> texts, GatherTexts(group, own.SerializeAsString()));
    for (const std::string& text : texts) {
      RankRecord one;
      SAMI_CHECK(one.ParseFromString(text));
      all.MergeFrom(one);
    }
  }
  std::vector<MicrobatchRecord> records(all.microbatches().begin(), all.microbatches().end());
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.index() < b.index(); });
  for (const MicrobatchRecord& record : records) {
    const auto code = static_cast<absl::StatusCode>(record.code());
    if (code != absl::StatusCode::kOk) return absl::Status(code, record.message());
  }
  return records;
}

}  // namespace training
