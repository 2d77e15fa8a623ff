#include "analysis/figures/table.h"

#include <cmath>

#include "base/file.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::IsOkAnd;
using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;

Table Small() {
  Table table;
  table.caption = "Rates & more";
  table.columns = {{"name", "name"}, {"count", "n"}, {"rate", "rate %", NumberFormat::kPercent, 1}};
  table.rows = {{"sami_vs_sft", int64_t{7}, 0.125}, {"a, \"b\"|c", int64_t{1200}, std::nan("")}, {"x", {}, -0.0001}};
  table.notes = {"A note."};
  return table;
}

TEST(TableTest, TextIsAligned) {
  EXPECT_EQ(ToText(Small()),
            "Rates & more\n"
            "name            n  rate %\n"
            "-----------  ----  ------\n"
            "sami_vs_sft     7    12.5\n"
            "a, \"b\"|c     1200       –\n"
            "x               –     0.0\n"
            "A note.\n");
}

TEST(TableTest, Markdown) {
  EXPECT_EQ(ToMarkdown(Small()),
            "**Rates & more**\n\n"
            "| name | n | rate % |\n"
            "| --- | ---: | ---: |\n"
            "| sami_vs_sft | 7 | 12.5 |\n"
            "| a, \"b\"\\|c | 1200 | – |\n"
            "| x | – | 0.0 |\n"
            "\nA note.\n");
}

TEST(TableTest, CsvQuotesAndKeepsFullPrecision) {
  Table table = Small();
  table.rows[0][2] = 0.1 + 0.2;
  table.rows[2][0] = "two\nlines";
  EXPECT_EQ(ToCsv(table),
            "name,count,rate\r\n"
            "sami_vs_sft,7,0.30000000000000004\r\n"
            "\"a, \"\"b\"\"|c\",1200,\r\n"
            "\"two\nlines\",,-0.0001\r\n");
}

TEST(TableTest, LatexEscapes) {
  Table table;
  table.columns = {{"a", "50% & more"}, {"b", "b"}};
  table.rows = {{"[x]_{y}\\z ~^#$ <", int64_t{3}}};
  EXPECT_EQ(ToLatex(table),
            "% Needs \\usepackage{booktabs}.\n"
            "\\begin{table}\n\\centering\n\\begin{tabular}{lr}\n\\toprule\n"
            "50\\% \\& more & b \\\\\n\\midrule\n"
            "{[}x]\\_\\{y\\}\\textbackslash{}z \\textasciitilde{}\\textasciicircum{}\\#\\$ \\textless{} & 3 \\\\\n"
            "\\bottomrule\n\\end{tabular}\n\\end{table}\n");
}

TEST(TableTest, JsonKeepsOrderTypesAndAbsence) {
  EXPECT_EQ(ToJson(Small()).dump(), R"([{"name":"sami_vs_sft","count":7,"rate":0.125},)"
                                    R"({"name":"a, \"b\"|c","count":1200,"rate":null},)"
                                    R"({"name":"x","count":null,"rate":-0.0001}])");
}

TEST(TableTest, GeneralNumbers) {
  Table table;
  table.columns = {{"a", "a", NumberFormat::kGeneral}};
  table.rows = {{19663.0}, {9.625e-7}, {0.4}, {std::nan("")}};
  EXPECT_EQ(ToText(table), "        a\n---------\n    19663\n9.625e-07\n      0.4\n        –\n");
}

TEST(TableTest, EmptyTable) {
  Table table;
  table.columns = {{"a", "a"}};
  EXPECT_EQ(ToText(table), "a\n-\n");
  EXPECT_EQ(ToCsv(table), "a\r\n");
  EXPECT_EQ(ToJson(table).dump(), "[]");
  EXPECT_THAT(ToLatex(table), HasSubstr("\\midrule\n\\bottomrule"));
}

TEST(TableTest, InvalidUtf8BecomesAReplacement) {
  Table table;
  table.columns = {{"a", "a"}};
  table.rows = {{"\xff"}};
  EXPECT_EQ(JsonText(ToJson(table)), "[\n  {\n    \"a\": \"\xEF\xBF\xBD\"\n  }\n]\n");
}

TEST(TableTest, NoTextOfAFileCommandsATerminal) {
  Table table;
  table.columns = {{"a", "a"}};
  table.rows = {{"\x1b[31mred\x1b]0;x\x07\nb"}};
  for (const std::string& text : {ToText(table), ToMarkdown(table), ToLatex(table), ToCsv(table)}) {
    EXPECT_EQ(text.find_first_of("\x1b\x07"), std::string::npos) << text;
  }
  EXPECT_THAT(ToCsv(table), HasSubstr("\"\\x1b[31mred\\x1b]0;x\\x07\nb\""));
}

// A spreadsheet computes "=1+1", and a Markdown page fetches an image.
TEST(TableTest, NoTextOfAFileIsAFormulaOrALink) {
  Table table;
  table.columns = {{"a", "a"}, {"n", "n"}};
  for (const char* text : {"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"}) {
    table.rows = {{std::string(text), -2.5}};
    EXPECT_THAT(ToCsv(table), AnyOf(HasSubstr("\n'"), HasSubstr("\n\"'"))) << text;
    EXPECT_THAT(ToCsv(table), HasSubstr(",-2.5\r\n"));
  }
  table.rows = {{std::string("![x](http://example.org/x.png)"), int64_t{1}}};
  EXPECT_THAT(ToMarkdown(table), HasSubstr("!\\[x]("));
}

TEST(TableTest, RowsComeBackFromJson) {
  Table table = Small();
  table.rows.push_back(std::vector<Cell>(table.columns.size()));
  Table back = table;
  back.rows.clear();
  const base::OrderedJson json = base::OrderedJson::parse(JsonText(ToJson(table)));
  AppendJsonRows({json.begin(), json.end()}, &back);
  EXPECT_EQ(ToText(back), ToText(table));
  EXPECT_EQ(ToCsv(back), ToCsv(table));
  // What is not there, or of no kind of cell, is absent.
  back.rows.clear();
  AppendJsonRows({base::Json{{table.columns[0].key, {1, 2}}}}, &back);
  ASSERT_EQ(back.rows.size(), 1);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(back.rows[0][0]));
}

TEST(TableTest, DigitsThatADoubleHasNotAreNotShown) {
  Table table;
  table.columns = {{"a", "a"}};
  table.rows = {{1e300}, {-1e15}, {999.5}};
  EXPECT_EQ(ToText(table), "      a\n-------\n 1e+300\n -1e+15\n999.500\n");
}

TEST(TableTest, PeopleDoNotSeeColumnsForPrograms) {
  Table table;
  table.columns = {{"a", "a"}, {"b", "b", NumberFormat::kFixed, 3, false, true}};
  table.rows = {{int64_t{1}, 0.25}};
  EXPECT_EQ(ToText(table), "a\n-\n1\n");
  EXPECT_EQ(ToCsv(table), "a,b\r\n1,0.25\r\n");
}

TEST(TableTest, WritesFourFiles) {
  const std::string stem = base::TestFolder() + "/tables/small";
  ASSERT_OK(WriteTable(Small(), stem));
  EXPECT_THAT(base::ReadFile(stem + ".json"), IsOkAnd(Eq(JsonText(ToJson(Small())))));
  EXPECT_THAT(base::ReadFile(stem + ".csv"), IsOkAnd(Eq(ToCsv(Small()))));
  EXPECT_THAT(base::ReadFile(stem + ".md"), IsOkAnd(Eq(ToMarkdown(Small()))));
  EXPECT_THAT(base::ReadFile(stem + ".tex"), IsOkAnd(Eq(ToLatex(Small()))));
}

TEST(TableDeathTest, RaggedRowsAreOurBug) {
  Table table = Small();
  table.rows[1].pop_back();
  EXPECT_DEATH(ToText(table), "2 vs 3");
}

}  // namespace
}  // namespace analysis
