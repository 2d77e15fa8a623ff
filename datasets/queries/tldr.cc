#include "datasets/queries/tldr.h"

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"
#include "datasets/records/text_file.h"
#include "datasets/released/released.h"

namespace datasets {
namespace {

using ::base::JsonLine;

struct Post {
  std::string id;
  std::string subreddit, title;  // may be empty
  std::string text;              // empty: the row has none
  std::string summary;           // may be empty
};

std::string Stripped(absl::string_view text) { return std::string(absl::StripAsciiWhitespace(text)); }

// Takes "<name>: value" off the front of what is left of a prompt: up to the line that begins with `next`, or to the
// end.
std::string TakePart(absl::string_view name, absl::string_view next, absl::string_view& rest) {
  if (!absl::ConsumePrefix(&rest, absl::StrCat(name, ":"))) return "";
  const size_t end = next.empty() ? absl::string_view::npos : rest.find(absl::StrCat("\n", next, ":"));
  const std::string part = Stripped(rest.substr(0, end));
  rest = end == absl::string_view::npos ? "" : rest.substr(end + 1);
  return part;
}

Post ParsePrompt(absl::string_view prompt) {
  absl::string_view rest = absl::StripAsciiWhitespace(prompt);
  absl::ConsumeSuffix(&rest, "TL;DR:");
  Post post;
  post.subreddit = TakePart("SUBREDDIT", absl::StrContains(rest, "\nTITLE:") ? "TITLE" : "POST", rest);
  post.title = TakePart("TITLE", "POST", rest);
  post.text = TakePart("POST", "", rest);
  return post;
}

// A member that may be absent, null or empty.
absl::StatusOr<std::string> Optional(const JsonLine& line, const char* key) {
  if (!Has(line, key)) return std::string();
  ASSIGN_OR_RETURN(const std::string text, GetAnyText(line, key));
  return Stripped(text);
}

absl::StatusOr<Post> ParseParts(const JsonLine& line) {
  Post post;
  if (Has(line, "id")) {
    ASSIGN_OR_RETURN(post.id, GetId(line, "id"));
  }
  ASSIGN_OR_RETURN(post.subreddit, Optional(line, "subreddit"));
  ASSIGN_OR_RETURN(post.title, Optional(line, "title"));
  ASSIGN_OR_RETURN(post.text, Optional(line, "post"));
  return post;
}

absl::StatusOr<Post> ParsePost(const JsonLine& line) {
  Post post;
  if (Has(line, "info") && line.value["info"].is_object()) {
    ASSIGN_OR_RETURN(post, ParseParts({line.value["info"], absl::StrCat(line.where, ": info")}));
  } else if (Has(line, "prompt")) {
    ASSIGN_OR_RETURN(const std::string prompt, GetText(line, "prompt"));
    post = ParsePrompt(prompt);
    if (post.text.empty()) {
      return InvalidAt(line.where,
                       "\"prompt\" must be SUBREDDIT: ..., TITLE: ..., POST: ... and TL;DR:, each on a line");
    }
  } else if (Has(line, "post")) {
    ASSIGN_OR_RETURN(post, ParseParts(line));
  } else {
    return InvalidAt(line.where, "a row of TL;DR has \"prompt\", \"post\" or \"info\" with a post");
  }
  for (const char* key : {"completion", "label", "summary"}) {
    if (!post.summary.empty() || !Has(line, key) || !line.value[key].is_string()) continue;
    ASSIGN_OR_RETURN(post.summary, Optional(line, key));
  }
  if (post.id.empty()) post.id = LineNumber(line);
  return post;
}

std::string TextIn(TldrForm form, const Post& post) {
  std::string text;
  if (form == TldrForm::kAllParts && !post.subreddit.empty()) {
    absl::StrAppend(&text, "SUBREDDIT: ", absl::StartsWith(post.subreddit, "r/") ? "" : "r/", post.subreddit, "\n\n");
  }
  if (form == TldrForm::kAllParts && !post.title.empty()) absl::StrAppend(&text, "TITLE: ", post.title, "\n\n");
  return absl::StrCat(text, "POST: ", post.text);
}

// Adds posts as queries, each text once.
class Posts {
 public:
  Posts(TldrForm form, Notes& notes) : form_(form), notes_(notes) {}

  absl::Status Add(const Post& post, const std::string& where) {
    if (post.text.empty()) {
      notes_.Add("rows left out: they have no post", where);
      return absl::OkStatus();
    }
    Query query;
    query.id = post.id;
    query.messages = {{"user", TextIn(form_, post)}};
    if (!post.summary.empty()) query.reference = {post.summary};
    if (!seen_.insert(query.messages[0].content).second) {
      notes_.Add("rows left out: the same post was there before", where);
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(ids_.Add(absl::StrCat("the id \"", query.id, "\", of another post,"), where));
    queries_.push_back(std::move(query));
    return absl::OkStatus();
  }

  std::vector<Query>& queries() { return queries_; }

 private:
  const TldrForm form_;
  Notes& notes_;
  std::set<std::string> seen_;
  UniqueIds ids_;
  std::vector<Query> queries_;
};

// Whether it is one object with columns, and not a line of its own for each row.
bool IsReleased(const std::string& text) {
  const auto document = base::ParseJson(text, "");
  return document.ok() && document->is_object() && document->contains("question") && document->contains("response");
}

absl::Status AddReleased(const std::string& path, Posts& posts) {
  ASSIGN_OR_RETURN(const std::vector<ReleasedAnswer> answers, ReadReleasedAnswers(path));
  for (size_t i = 0; i < answers.size(); ++i) {
    Post post = ParsePrompt(answers[i].question);
    const std::string where = absl::StrCat(path, ": question ", i);
    if (post.text.empty()) return InvalidAt(where, "must begin with \"POST: \"");
    post.id = absl::StrCat(i);
    RETURN_IF_ERROR(posts.Add(post, where));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Query>> ReadTldrQueries(const std::string& path, TldrForm form, Notes& notes) {
  ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  Posts posts(form, notes);
  if (IsReleased(text)) {
    RETURN_IF_ERROR(AddReleased(path, posts));
  } else {
    ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
    for (const JsonLine& line : lines) {
      ASSIGN_OR_RETURN(const Post post, ParsePost(line));
      RETURN_IF_ERROR(posts.Add(post, line.where));
    }
  }
  if (posts.queries().empty()) return InvalidAt(path, "no row has a post");
  return std::move(posts.queries());
}

}  // namespace datasets
