// What a model's folder says of texts: its chat template, what stands before a text, what ends it, and from which file
// each is. No torch.
#ifndef LM_CHAT_TEXT_INSPECTION_H_
#define LM_CHAT_TEXT_INSPECTION_H_

#include <string>
#include <vector>

namespace lm {

struct TextInspection {
  std::vector<std::string> lines;  // for people, "template:   ..."; aligned with InspectionText's
  // What keeps the model from being asked, or trained, a line each; that its files cannot be read at all is said by
  // InspectModel.
  std::vector<std::string> problems;
};

// The template is rendered once, on a day of our own.
TextInspection InspectTexts(const std::string& folder);

// What the tokenizer puts behind a text, which is never put behind a prompt here; and where transformers 4 would put
// something else around a text than transformers 5, which is followed. Empty where there is neither, and where files
// are missing or wrong.
std::string AroundTextNote(const std::string& folder);

}  // namespace lm

#endif  // LM_CHAT_TEXT_INSPECTION_H_
