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
inline constexpr char kPageFile[] = "report.html";
inline constexpr char kFiguresFolder[] = "figures";
inline constexpr char kOverlap[] = "tables/overlap";  // stem of tables
inline constexpr char kClaimsFile[] = "tables/claims.json";
inline constexpr char kResults[] = "tables/results";              // stem of tables
inline constexpr char kGiven[] = "tables/given";                  // stem of tables
inline constexpr char kGrid[] = "tables/grid";                    // stem of tables
inline constexpr char kFirstScreenFile[] = "tables/summary.txt";  // what a run prints at its end

// Of one evaluation. Of tables the stems; TableFiles() has their endings.
std::string QuestionsFile(const std::string& evaluation);
// A folder for each setting ("positive", "steering"), as FastChat's readers keep one answer a question and file.
std::string AnswersFolder(const std::string& evaluation);
std::string AnswersFile(const std::string& evaluation, const std::string& arm, const std::string& setting);
// comparison: nodes.h's ComparisonName.
std::string JudgmentsFile(const std::string& evaluation, const std::string& comparison, const std::string& judge,
                          const std::string& setting);
// The judge in such a path with this setting.
std::string JudgeOfFile(const std::string& judgments_file, const std::string& setting);
std::string ExchangesFile(const std::string& evaluation, const std::string& judge);
std::string WinRatesStem(const std::string& evaluation);
std::string ArmsStem(const std::string& evaluation);
std::string JudgeAgreementStem(const std::string& evaluation);  // where a language model judges beside others
std::string SummaryFile(const std::string& evaluation);
std::string ScoresFile(const std::string& evaluation);

// Of one estimate of the information.
std::string InformationFile(const std::string& information, const std::string& arm);
std::string MutualInformationStem(const std::string& information);
std::string PrincipleInformationStem(const std::string& information);

// Of one evaluation on problems with known answers.
std::string AttemptsFile(const std::string& accuracy, const std::string& arm);
std::string AccuracyFolder(const std::string& accuracy);
std::string AccuracyStem(const std::string& accuracy);
std::string AccuracySummaryStem(const std::string& accuracy);
std::string AccuracySummaryFile(const std::string& accuracy);
std::string ExtractionStem(const std::string& accuracy);
std::string AttemptsCurveStem(const std::string& accuracy);
std::string DifferencesCurveStem(const std::string& accuracy);

// A table's rows for programs, and all its files: JSON, CSV, Markdown, LaTeX.
std::string RowsFile(const std::string& stem);
std::vector<std::string> TableFiles(const std::string& stem);
// The table as people see it on a terminal.
std::string TextFile(const std::string& stem);

std::string StageFile(const std::string& stage);
// The stage that makes a run's own report, which does not say of itself what it wrote.
inline constexpr char kPageStage[] = "page";

// Of one data set; the last two are stems of tables.
std::string PrinciplesFile(const std::string& constitutions);  // of those that a model writes
std::string ContrastiveFile(const std::string& data);
std::string FiltersFile(const std::string& data);
std::string LeakAudit(const std::string& data);
std::string LeakAuditArms(const std::string& data);

// One file or folder an arm.
std::string ModelFolder(const std::string& arm);
std::string AdapterFolder(const std::string& arm);
// With a folder step-<number> for each saved step.
std::string CheckpointsFolder(const std::string& arm);
std::string MetricsFile(const std::string& arm);
std::string EventsFile(const std::string& arm);
std::string TrainingCostFile(const std::string& arm);

// lm-eval's tasks of an arm's attempts: the one at temperature 0, or the sampled ones.
enum class LmEvalTask { kGreedy, kSamples };
std::string LmEvalTaskName(const std::string& accuracy, LmEvalTask task);
std::string LmEvalFolder(const std::string& accuracy);
// lm-eval's readers take what is behind the last "_" of a file's name for its date, and what is before for the task's:
// "_" of an arm's name is "-" there. The folder has the arm's own name.
std::string LmEvalSamplesFile(const std::string& accuracy, LmEvalTask task, const std::string& arm);
std::string LmEvalResultsFile(const std::string& accuracy, const std::string& arm);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_LAYOUT_H_
