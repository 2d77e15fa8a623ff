// What a graph may hold beside data and arms: several evaluations, models behind servers; and how responses
// end.
#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/graph_testing.h"
#include "lm/endpoint/testing/fake_endpoint.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class GraphNodesTest : public GraphTest {};

std::string Demonstrations() {
  std::string rows;
  for (int i = 0; i < 8; ++i) {
    absl::StrAppend(&rows, "{\"prompt\": \"What is ", i, "?\", \"completion\": \" It is ", i, ".\"}\n");
  }
  return rows;
}

// Two evaluations, one of them of two arms alone; a further comparison judges nothing again.
TEST_F(GraphNodesTest, SeveralEvaluations) {
  const std::string spec = absl::StrCat(
      kModel, "data { name: \"shown\" demonstrations { file: \"", Write("shown.jsonl", Demonstrations()), "\" } }\n",
      "arms { name: \"a\" parent: \"base\" data: \"shown\" sft { ", Training(), " } }\n",
      "arms { name: \"b\" parent: \"a\" data: \"shown\" sft { ", Training(), " } }\n",
      "queries { name: \"q\" embedded { split: TEST } take: 8 } constitutions { name: \"c\" }\n",
      "evaluations { name: \"all\" queries: \"q\" constitutions: \"c\" settings: [POSITIVE, STEERING] judges: "
      "PRINCIPLE\n",
      "  sampling { max_new_tokens: 16 } comparisons { arm: \"a\" baseline: \"base\" } }\n",
      "evaluations { name: \"two\" arms: [\"b\", \"base\"] queries: \"q\" constitutions: \"c\" settings: POSITIVE\n",
      "  judges: CONTENT sampling { max_new_tokens: 24 } comparisons { arm: \"b\" baseline: \"base\" } }\n");
  const Outcome outcome = Run("run", spec);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  for (const char* file :
       {"answers/all/positive/a.jsonl", "answers/all/steering/a.jsonl", "answers/two/positive/b.jsonl",
        "questions/two.jsonl", "judgments/two/b_vs_base/content_positive_pair.jsonl", "tables/all/win_rates.csv",
        "tables/two/arms.csv", "figures/win_rates_positive_principle_all.svg"}) {
    EXPECT_TRUE(base::FileExists(Path(absl::StrCat("run/", file)))) << file;
  }
  EXPECT_FALSE(base::FileExists(Path("run/answers/two/positive/a.jsonl")));  // it is not among those that are asked
  ASSERT_OK_AND_ASSIGN(const std::string page, base::ReadFile(Path("run/report.html")));
  EXPECT_THAT(page, AllOf(HasSubstr("judge principle, positive, all"), HasSubstr("judge content, positive, two")));
  const Outcome more = Run("more", spec,
                           {"--set=evaluations[all].comparisons=[{ arm: \"a\" baseline: \"base\" }, "
                            "{ arm: \"b\" baseline: \"base\" }]"});
  ASSERT_EQ(more.exit_code, 0) << more.errors;
  EXPECT_EQ(Started(more),
            (std::set<std::string>{"judgments_all.principle.b_vs_base", "tables_all", "tables_two", "claims", "page"}));
  EXPECT_THAT(Run("bad", spec, {"--set=evaluations[two].comparisons[0].arm=a"}).errors,
              HasSubstr("it must be one of b, base"));
  EXPECT_THAT(Run("bad", spec, {"--set=evaluations[two].arms=[\"b\", \"base\", \"b\"]"}).errors,
              HasSubstr("is b again"));
}

// A server's model writes data and answers as an arm; what it said is asked once, and can be replayed without it.
TEST_F(GraphNodesTest, AServersModelWritesAndAnswers) {
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start({}));
  const std::string spec = absl::StrCat(
      kModel, "models { name: \"far\" endpoint { model: \"m\" } } arms { name: \"far\" model: \"far\" }\n",
      "queries { name: \"q\" embedded { split: TRAIN } take: 4 } constitutions { name: \"c\" }\n",
      "data { name: \"d\" queries: \"q\" constitutions: \"c\" generator: \"far\" sampling { temperature: 1 "
      "max_new_tokens: 24 }\n",
      "  filters { unfinished: false equal_responses: false } }\n",
      "arms { name: \"sft\" parent: \"base\" data: \"d\" sft { ", Training(), " } }\n",
      "evaluations { name: \"e\" queries: \"q\" constitutions: \"c\" settings: POSITIVE judges: PRINCIPLE\n",
      "  sampling { max_new_tokens: 16 } comparisons { arm: \"sft\" baseline: \"far\" } }\n");
  EXPECT_THAT(Run("run", spec).errors,
              HasSubstr("models \"far\" is an endpoint, and the deployment has no model_access"));
  // Of two servers one is not there.
  const std::string deployment =
      Write("d.textproto", absl::StrCat("model_access { model: \"far\" access { base_url: [\"http://127.0.0.1:1\", \"",
                                        server->url(), "\"] } }"));
  const Outcome outcome = Run("run", spec, {"--deployment=" + deployment});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("server http://127.0.0.1:1/v1 is left out for now, 1 other serves"));
  ASSERT_OK_AND_ASSIGN(const std::string servers, base::ReadFile(Path("run/exchanges/data/d.servers.jsonl")));
  EXPECT_THAT(servers, AllOf(HasSubstr(server->url()), Not(HasSubstr("127.0.0.1:1/v1"))));
  EXPECT_EQ(server->seen().requests, 4 * 2 + 4);
  ASSERT_OK_AND_ASSIGN(const std::string answers, base::ReadFile(Path("run/answers/e/positive/far.jsonl")));
  EXPECT_THAT(answers, HasSubstr("\"model_id\":\"far\""));
  const std::string recording = Path("run/exchanges/data/d.jsonl");
  EXPECT_TRUE(base::FileExists(recording));
  // Without the server, from what it said.
  const std::string replay = absl::StrCat("--set=models[far]={ name: \"far\" replay { file: \"", recording, "\" } }");
  const Outcome replayed = Run("replayed", spec, {replay, "--node=sft"});
  ASSERT_EQ(replayed.exit_code, 0) << replayed.errors;
  EXPECT_EQ(server->seen().requests, 4 * 2 + 4);
  ASSERT_OK_AND_ASSIGN(const std::string asked, base::ReadFile(Path("run/data/d/contrastive.jsonl")));
  ASSERT_OK_AND_ASSIGN(const std::string read, base::ReadFile(Path("replayed/data/d/contrastive.jsonl")));
  EXPECT_EQ(asked, read);
  // Which model's replies are meant is part of the data's key.
  const std::string other =
      absl::StrCat("--set=models[far]={ name: \"far\" replay { file: \"", recording, "\" model: \"other\" } }");
  EXPECT_THAT(Run("other", spec, {other, "--node=sft"}).errors, HasSubstr("texts could not be had"));
  // What needs weights is refused.
  EXPECT_THAT(Run("bad", spec, {"--set=arms[sft].parent=far"}).errors, HasSubstr("whose weights are not here"));
  EXPECT_THAT(Run("bad", spec + "information { name: \"mi\" queries: \"q\" constitutions: \"c\" }").errors,
              HasSubstr("which tells no log-probabilities"));
}

// A server's model that is asked for principles writes those, and then texts.
std::string Principles(const std::string& prompt) {
  if (!absl::StrContains(prompt, "principles that its answers could follow")) return "It is so.";
  std::string list;
  for (int i = 0; i < 4; ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ",", "{\"principle\":\"Say ", i, ".\",\"antithesis\":\"Never say ", i, ".\"}");
  }
  return absl::StrCat("[", list, "]");
}

// Principles are written before anything else, once for both sets that take a part of them each; what cannot be used is
// an error before any training; the arm is also asked without them.
TEST_F(GraphNodesTest, AModelWritesThePrinciples) {
  lm::FakeEndpointOptions options;
  options.responder = [](const lm::FakeRequest& request) { return lm::FakeReply{Principles(request.prompt)}; };
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(options));
  const std::string writer = "written_by { model: \"far\" task: \"Questions.\" count: 4 }";
  const std::string spec = absl::StrCat(
      kModel, "models { name: \"far\" endpoint { model: \"m\" } }\n",
      "queries { name: \"q\" embedded { split: TRAIN } take: 4 }\n", "constitutions { name: \"learned\" ", writer,
      " take: 2 principles_per_constitution: 1 }\n", "constitutions { name: \"others\" ", writer,
      " skip: 2 principles_per_constitution: 1 }\n",
      "prompts { name: \"p\" without_constitution: \"Say: {query} Now:\" }\n",
      "data { name: \"d\" queries: \"q\" constitutions: \"learned\" generator: \"base\" sampling { temperature: 1 "
      "max_new_tokens: 24 }\n",
      "  filters { unfinished: false equal_responses: false } }\n",
      "arms { name: \"sft\" parent: \"base\" data: \"d\" sft { ", Training(), " } }\n",
      "evaluations { name: \"e\" queries: \"q\" constitutions: \"others\" prompts: \"p\" settings: [POSITIVE, "
      "UNPROMPTED]\n",
      "  language_model_judges { name: \"far\" judge { endpoint { model: \"m\" } } }\n",
      "  sampling { max_new_tokens: 16 } comparisons { arm: \"sft\" baseline: \"base\" } }\n");
  const std::string access = absl::StrCat("access { base_url: \"", server->url(), "\" }");
  const std::string deployment = Write("d.textproto", absl::StrCat("model_access { model: \"far\" ", access,
                                                                   " }\njudge_access { judge: \"far\" ", access, " }"));
  const Outcome outcome = Run("run", spec, {"--deployment=" + deployment, "--node=answers_e.sft"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(server->seen().requests, 1);
  EXPECT_EQ(Started(outcome).count("principles_learned") + Started(outcome).count("principles_others"), 1);
  ASSERT_OK_AND_ASSIGN(const std::string data, base::ReadFile(Path("run/data/d/contrastive.jsonl")));
  EXPECT_THAT(data, AllOf(HasSubstr("Say 0."), Not(HasSubstr("Say 2."))));
  ASSERT_OK_AND_ASSIGN(const std::string answers, base::ReadFile(Path("run/answers/e/unprompted/sft.jsonl")));
  EXPECT_THAT(answers, AllOf(HasSubstr("\"unprompted\""), HasSubstr("Say 2."), Not(HasSubstr("Say 0."))));
  // The wording without principles is part of the answers alone.
  const Outcome other =
      Run("other", spec,
          {"--deployment=" + deployment, "--node=answers_e.sft", "--set=prompts[p].without_constitution={query}"});
  ASSERT_EQ(other.exit_code, 0) << other.errors;
  EXPECT_EQ(Started(other), std::set<std::string>{"answers_e.sft"});
  // A judge of rules does not know such principles, which is found once they are there.
  const Outcome rules = Run("rules", spec, {"--deployment=" + deployment, "--set=evaluations[e].judges=PRINCIPLE"});
  EXPECT_EQ(rules.exit_code, 2) << rules.errors;
  EXPECT_THAT(rules.errors, HasSubstr("evaluations \"e\": "));
  EXPECT_EQ(Started(rules).count("train_sft"), 0);
  // Asked for kinds of which the queries are others, and for more than it writes.
  EXPECT_THAT(Run("bad", spec, {"--set=constitutions[learned].written_by.categories=[\"none\"]"}).errors,
              HasSubstr("written_by.categories lacks"));
  EXPECT_THAT(Run("bad", spec,
                  {"--deployment=" + deployment, "--set=constitutions[learned].written_by.count=5",
                   "--set=constitutions[learned].written_by.replies=1"})
                  .errors,
              HasSubstr("wrote 4 usable principles of 5 in 1 reply"));
}

// The small model with a chat template of this text.
std::string ChatFolder(const std::string& name, const std::string& chat_template) {
  namespace fs = std::filesystem;
  const std::string folder = absl::StrCat(base::TestFolder(), "/", name);
  const fs::path base = fs::path(base::Runfile("datasets/embedded/models/base/config.json")).parent_path();
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator(base)) {
    fs::copy_file(fs::canonical(entry.path()), fs::path(folder) / entry.path().filename());
  }
  EXPECT_OK(base::WriteFileAtomically(folder + "/chat_template.jinja", chat_template));
  return folder;
}

constexpr char kTurns[] =
    "{% for m in messages %}{{ m.role }}: {{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}assistant: "
    "{% endif %}";

// A model that is asked in conversation writes data, is trained on them and on messages, and ends its turns as its
// template does.
TEST_F(GraphNodesTest, ChatModels) {
  const std::string folder = ChatFolder("chat", kTurns);
  const auto model = [&](const std::string& chat) {
    return absl::StrCat("models { name: \"base\" folder: \"", folder, "\" ", chat, " }\n",
                        "arms { name: \"base\" model: \"base\" }\n");
  };
  std::string rows;
  for (int i = 0; i < 8; ++i) {
    absl::StrAppend(&rows, R"({"prompt": [{"role": "user", "content": "What is <|end|> )", i,
                    R"(?"}], "chosen": [{"role": "assistant", "content": "It is )", i,
                    R"(."}], "rejected": [{"role": "assistant", "content": "No."}]})", "\n");
  }
  const std::string rest =
      absl::StrCat("data { name: \"pairs\" preferences { file: \"", Write("messages.jsonl", rows), "\" } }\n",
                   "arms { name: \"dpo\" parent: \"base\" data: \"pairs\" dpo { ", Training(), " } }\n",
                   "queries { name: \"q\" embedded { split: TRAIN } take: 4 } constitutions { name: \"c\" }\n",
                   "prompts { name: \"p\" system: \"Be brief.\" }\n",
                   "data { name: \"d\" queries: \"q\" constitutions: \"c\" prompts: \"p\" generator: \"dpo\" sampling "
                   "{ temperature: 1 "
                   "max_new_tokens: 24 }\n",
                   "  filters { unfinished: false equal_responses: false } }\n",
                   "arms { name: \"sami\" parent: \"dpo\" data: \"d\" sami { ", Training(), " } }\n");
  const Outcome outcome = Run("run", model("chat {}") + rest);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_TRUE(base::FileExists(Path("run/models/sami/chat_template.jinja")));
  // How it is asked is part of what it is: under another template all is computed again.
  const Outcome other = Run("other", model("chat { variables: \"{\\\"a\\\": 1}\" }") + rest, {"--node=dpo"});
  ASSERT_EQ(other.exit_code, 0) << other.errors;
  EXPECT_EQ(Started(other), std::set<std::string>{"train_dpo"});
  // Said before anything is computed: messages and a system's text for a model that is asked in plain text, a template
  // that refuses the prompts, or asks for the date.
  const Outcome plain = Run("plain", model("") + rest);
  EXPECT_EQ(plain.exit_code, 2);
  EXPECT_THAT(plain.errors, AllOf(HasSubstr("data \"pairs\": its rows are messages"),
                                  HasSubstr("have a system's message"), HasSubstr("give the model chat {}")));
  EXPECT_TRUE(Started(plain).empty());
  const auto error_of = [&](const std::string& name, const std::string& text, const std::string& chat) {
    std::string spec = model(chat) + rest;
    absl::StrReplaceAll({{folder, ChatFolder(name, text)}}, &spec);
    return Run(name, spec, {"--set=data[d].filters.too_long=false", "--print_graph=text"}).errors;
  };
  EXPECT_THAT(error_of("alternating", "{{ raise_exception('no system here') }}", "chat {}"),
              HasSubstr("data \"d\": " + base::TestFolder() +
                        "/alternating/chat_template.jinja: the template refuses the messages: "
                        "no system here"));
  const std::string dated = absl::StrCat("{{ strftime_now('%Y') }}", kTurns);
  EXPECT_THAT(error_of("dated", dated, "chat {}"), HasSubstr("asks for today's date"));
  EXPECT_EQ(error_of("given", dated, "chat { date: \"2026-01-31\" }"), "");
}

// Responses end where the spec says.
TEST_F(GraphNodesTest, StopStrings) {
  const std::string spec = absl::StrCat(
      kModel, "queries { name: \"q\" embedded { split: TRAIN } take: 4 } constitutions { name: \"c\" }\n",
      "data { name: \"d\" queries: \"q\" constitutions: \"c\" generator: \"base\" sampling { max_new_tokens: 48 }\n",
      "  filters { unfinished: false equal_responses: false } }\n",
      "arms { name: \"sft\" parent: \"base\" data: \"d\" sft {} }\n");
  ASSERT_EQ(Run("run", spec).exit_code, 0);
  ASSERT_OK_AND_ASSIGN(const std::string whole, base::ReadFile(Path("run/data/d/contrastive.jsonl")));
  const Outcome outcome = Run("cut", spec, {"--set=data[d].sampling.stop=[\".\"]", "--node=data_d"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  ASSERT_OK_AND_ASSIGN(const std::string cut, base::ReadFile(Path("cut/data/d/contrastive.jsonl")));
  EXPECT_LT(cut.size(), whole.size());
  EXPECT_THAT(Run("bad", spec, {"--set=data[d].sampling.stop=[\"\"]"}).errors,
              HasSubstr("data[0].sampling.stop[0] is empty"));
}

}  // namespace
}  // namespace experiments
