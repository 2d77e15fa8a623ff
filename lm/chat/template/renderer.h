// The text of renderer.py.
#ifndef LM_CHAT_TEMPLATE_RENDERER_H_
#define LM_CHAT_TEMPLATE_RENDERER_H_

namespace lm {

extern const char kRenderer[];

}  // namespace lm

#endif  // LM_CHAT_TEMPLATE_RENDERER_H_
