// Paths of a run folder's files, relative to it. No other file spells one.
#ifndef EXPERIMENTS_RUN_LAYOUT_H_
#define EXPERIMENTS_RUN_LAYOUT_H_

#include <string>
#include <vector>

namespace experiments {

inline constexpr char kSpecFile[] = "spec.textproto";      // kRunIdLine with the run id, then the canonical spec
inline constexpr char kRecordFile[] = "record.textproto";  // RunRecord, when all stages are complete
inline constexpr char kRunIdLine[] = "# run id: ";
inline constexpr char kStagesFolder[] = "stages";  // a StageRecord a complete stage
inline constexpr char kQuestionsFile[] = "questions.jsonl";
inline constexpr char kPageFile[] = "report.html";
inline constexpr char kFiguresFolder[] = "figures";
inline constexpr char kAccuracyFolder[] = "accuracy";
inline constexpr char kLmEvalFolder[] = "lm_eval";
inline constexpr char kSummaryFile[] = "tables/summary.txt";
inline constexpr char kAccuracySummaryFile[] = "accuracy/summary.txt";

// Stems of tables; TableFiles() has their endings.
inline constexpr char kWinRates[] = "tables/win_rates";
inline constexpr char kArmsTable[] = "tables/arms";
inline constexpr char kOverlap[] = "tables/overlap";
inline constexpr char kMutualInformation[] = "tables/mutual_information";
inline constexpr char kAccuracy[] = "accuracy/accuracy";
inline constexpr char kAccuracySummary[] = "accuracy/summary";
inline constexpr char kExtraction[] = "accuracy/extraction";
inline constexpr char kAttemptsCurve[] = "accuracy/attempts";
inline constexpr char kDifferencesCurve[] = "accuracy/differences";

// A table's rows for programs, and all its files: JSON, CSV, Markdown, LaTeX.
std::string RowsFile(const std::string& stem);
std::vector<std::string> TableFiles(const std::string& stem);
// The table as people see it on a terminal.
std::string TextFile(const std::string& stem);

std::string StageFile(const std::string& stage);
// The stage that makes a run's own report, which does not say of itself what it wrote.
inline constexpr char kPageStage[] = "page";

// Of one data set; the last two are stems of tables.
std::string ContrastiveFile(const std::string& data);
std::string FiltersFile(const std::string& data);
std::string LeakAudit(const std::string& data);
std::string LeakAuditArms(const std::string& data);

// One file or folder an arm.
using ArmPath = std::string (*)(const std::string& arm);
std::string ModelFolder(const std::string& arm);
std::string AdapterFolder(const std::string& arm);
// With a folder step-<number> for each saved step.
std::string CheckpointsFolder(const std::string& arm);
std::string MetricsFile(const std::string& arm);
std::string EventsFile(const std::string& arm);
std::string AnswersFile(const std::string& arm);
std::string InformationFile(const std::string& arm);
std::string AttemptsFile(const std::string& arm);

// setting: "positive" or "steering".
std::string JudgmentsFile(const std::string& judge, const std::string& setting);
std::string ExchangesFile(const std::string& judge);

// lm-eval's tasks of an arm's attempts: the one at temperature 0, or the sampled ones. run: the spec's name.
enum class LmEvalTask { kGreedy, kSamples };
std::string LmEvalTaskName(const std::string& run, LmEvalTask task);
// lm-eval's readers take what is behind the last "_" of a file's name for its date, and what is before for the task's:
// "_" of an arm's name is "-" there. The folder has the arm's own name.
std::string LmEvalSamplesFile(const std::string& run, LmEvalTask task, const std::string& arm);
std::string LmEvalResultsFile(const std::string& arm);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_LAYOUT_H_
