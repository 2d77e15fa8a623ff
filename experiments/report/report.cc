#include "experiments/report/report.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/page/page.h"
#include "base/status.h"
#include "experiments/claims/claims.h"
#include "experiments/claims/claims_forms.h"
#include "experiments/claims/given_to_arms.h"
#include "experiments/report/compare_runs.h"
#include "experiments/report/provenance.h"
#include "experiments/report/samples.h"
#include "experiments/report/table_sections.h"
#include "experiments/report/warnings.h"

namespace experiments {
namespace {

using ::analysis::PageSection;
using ::analysis::ParagraphHtml;

// A run with what its sections are made from.
struct Chapter {
  RunFiles files;
  std::string label;  // empty where the run is alone
  std::vector<ScoreSet> scores;
  Findings findings;
  std::vector<NamedFigure> figures;

  // "figures", or "figures-2" of a second run.
  std::string Id(const std::string& name, size_t number) const {
    return number == 0 ? name : absl::StrCat(name, "-", number + 1);
  }
  std::string Heading(const std::string& text) const { return label.empty() ? text : absl::StrCat(text, ": ", label); }
};

std::string List(const std::vector<std::string>& items, const std::string& css_class) {
  std::string html = absl::StrCat("<ul class=\"", css_class, "\">\n");
  for (const std::string& item : items) absl::StrAppend(&html, "<li>", analysis::EscapeHtml(item), "</li>\n");
  return html + "</ul>\n";
}

// The same claims as on the first screen, then all, and what the arms were given.
std::string SummaryHtml(const Chapter& chapter) {
  const std::vector<Claim>& claims = chapter.findings.claims;
  if (claims.empty()) {
    return ParagraphHtml("Nothing was compared: the run has neither answers, samples nor attempts of two arms.",
                         "note");
  }
  std::vector<std::string> main;
  for (const Claim& claim : claims) {
    if (claim.is_main) main.push_back(claim.sentence);
  }
  const analysis::Table given = GivenTable(chapter.files);
  const analysis::Table grid = GridTable(chapter.findings.grid);
  return absl::StrCat(grid.rows.empty() ? List(main, "claims") : analysis::TableHtml(grid),
                      analysis::TableHtml(ClaimsTable(claims)), given.rows.empty() ? "" : analysis::TableHtml(given));
}

std::string WarningsHtml(const Chapter& chapter) {
  std::vector<std::string> warnings = chapter.files.warnings();
  const std::vector<std::string> found = FindWarnings(chapter.files, chapter.findings.claims);
  warnings.insert(warnings.end(), found.begin(), found.end());
  if (warnings.empty()) {
    return ParagraphHtml(
        "None: no verdict is missing or depends on the order, no text was cut off, no comparison "
        "without a significant difference leaves 5 points possible, and the questions are test questions.");
  }
  std::string html;
  for (const std::string& warning : warnings) html += ParagraphHtml(warning, "warning");
  return html;
}

std::string TablesHtml(const Chapter& chapter) {
  const std::string results =
      chapter.findings.results.empty() ? "" : analysis::TableHtml(ResultsTable(chapter.findings.results));
  std::string html;
  for (const analysis::Table& table : RunTables(chapter.files)) html += analysis::TableHtml(table);
  if (html.empty()) return ParagraphHtml("tables/ and accuracy/ are missing.", "note");
  const auto& arms = chapter.files.spec().arms();
  const bool has_seeds = std::any_of(arms.begin(), arms.end(), [](const auto& arm) { return arm.has_replicate_of(); });
  if (!has_seeds) return results + html;
  // A row of one seed is no result: only for who asks.
  return absl::StrCat(results, "<details><summary>Each seed by itself</summary>\n", html, "</details>\n");
}

std::string FiguresHtml(const Chapter& chapter) {
  if (chapter.figures.empty()) return ParagraphHtml("The files that figures are drawn from are missing.", "note");
  std::string html = "<div class=\"figures\">\n";
  for (const NamedFigure& figure : chapter.figures) html += analysis::FigureHtml(figure.svg, figure.title);
  return html + "</div>\n";
}

void AddChapter(const Chapter& chapter, size_t number, std::vector<PageSection>* sections) {
  const auto add = [&](const std::string& id, const std::string& heading, const std::string& html) {
    sections->push_back({chapter.Id(id, number), chapter.Heading(heading), html});
  };
  add("summary", "Summary", SummaryHtml(chapter));
  add("warnings", "Warnings", WarningsHtml(chapter));
  add("figures", "Figures", FiguresHtml(chapter));
  add("tables", "Tables", TablesHtml(chapter));
}

absl::StatusOr<PageSection> ComparisonSection(const Chapter& first, const Chapter& second) {
  const double level = first.files.spec().statistics().confidence_level();
  ASSIGN_OR_RETURN(const analysis::Table table,
                   CompareRuns(first.scores, second.scores, first.label, second.label, level));
  return PageSection{"compare", "Both runs",
                     table.rows.empty() ? ParagraphHtml("The runs have no measure and question in common.", "note")
                                        : analysis::TableHtml(table)};
}

PageSection SampleSection(const std::vector<Chapter>& chapters, analysis::Page* page) {
  std::vector<LabelledRun> runs;
  for (const Chapter& chapter : chapters) runs.push_back({&chapter.files, chapter.label});
  Samples samples = CollectSamples(runs);
  if (samples.empty()) {
    return {"samples", "Samples", ParagraphHtml("answers/, judgments/ and attempts/ are missing.", "note")};
  }
  page->data.push_back({"samples-data", std::move(samples.index)});
  for (size_t i = 0; i < samples.columns.size(); ++i) {
    page->data.push_back({absl::StrCat("column-", i), std::move(samples.columns[i])});
  }
  return {"samples", "Samples", analysis::BrowserHtml()};
}

// The folder's own name: of two runs, what tells them apart best.
std::string LabelOf(const std::string& folder) {
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

absl::StatusOr<std::vector<Chapter>> ReadChapters(const std::vector<std::string>& folders,
                                                  const ReportOptions& options) {
  std::vector<Chapter> chapters;
  for (const std::string& folder : folders) {
    ASSIGN_OR_RETURN(RunFiles files, RunFiles::Open(folder, options.with_record));
    std::vector<ScoreSet> scores = QuestionScores(files);
    ASSIGN_OR_RETURN(Findings findings, FindClaims(files));
    std::vector<NamedFigure> figures = RunFigures(files, findings, chapters.empty() ? options.costs_file : "");
    chapters.push_back({std::move(files), folders.size() > 1 ? LabelOf(folder) : "", std::move(scores),
                        std::move(findings), std::move(figures)});
  }
  if (chapters.size() == 2 && chapters[0].label == chapters[1].label) {
    chapters[0].label += " (1)";
    chapters[1].label += " (2)";
  }
  return chapters;
}

std::string Subtitle(const std::vector<Chapter>& chapters) {
  std::vector<std::string> parts;
  for (const Chapter& chapter : chapters) {
    const std::string& id = chapter.files.run_id();
    parts.push_back(absl::StrCat(chapter.label, chapter.label.empty() ? "" : ": ",
                                 id.empty() ? "run id not known" : absl::StrCat("run ", id.substr(0, 12))));
  }
  return absl::StrJoin(parts, "; ");
}

}  // namespace

absl::StatusOr<Report> MakeReport(const std::vector<std::string>& folders, const ReportOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<Chapter> chapters, ReadChapters(folders, options));
  analysis::Page page;
  const std::string& name = chapters[0].files.spec().name();
  page.title = chapters.size() == 1 ? absl::StrCat(name.empty() ? "A run" : name, ": report")
                                    : absl::StrCat(chapters[0].label, " and ", chapters[1].label);
  page.subtitle = Subtitle(chapters);
  // First, as reading the samples may add warnings.
  PageSection samples = SampleSection(chapters, &page);
  if (chapters.size() == 2) {
    ASSIGN_OR_RETURN(PageSection section, ComparisonSection(chapters[0], chapters[1]));
    page.sections.push_back(std::move(section));
  }
  for (size_t i = 0; i < chapters.size(); ++i) AddChapter(chapters[i], i, &page.sections);
  page.sections.push_back(std::move(samples));
  for (size_t i = 0; i < chapters.size(); ++i) {
    page.sections.push_back(
        {chapters[i].Id("provenance", i), chapters[i].Heading("Provenance"), ProvenanceHtml(chapters[i].files)});
  }
  Report report{analysis::RenderPage(page), chapters[0].figures, {}};
  for (const Chapter& chapter : chapters) {
    if (!options.with_record) RETURN_IF_ERROR(chapter.files.unreadable());
    for (const std::string& warning : chapter.files.warnings()) {
      report.warnings.push_back(absl::StrCat(chapter.files.path(), ": ", warning));
    }
  }
  return report;
}

}  // namespace experiments
