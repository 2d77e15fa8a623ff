"""Renders chat templates for chat_template.cc, which starts this as a child and says what it may use up.

It says first which Jinja it has, {"jinja2"}. A request is a line of JSON on standard input:
  {"template", "messages", "variables": {...}, "add_generation_prompt", "continue_final_message", "now"}
`variables` are what the template sees beside the messages; `now` is an ISO date or null. A reply is a line on standard
output, {"text", "spans"} with the characters [begin, end) of each {% generation %} block, or {"error", "said_by_template"}.

The environment is that of transformers: Jinja's immutable sandbox, trim_blocks, lstrip_blocks, loop controls, tojson,
raise_exception, strftime_now, {% generation %}. A template is a stranger's program: no loader, no files, limits of memory
and of processor time.
"""
import datetime
import functools
import json
import resource
import signal
import sys

import jinja2
import jinja2.constants  # these two are imported late, when no file can be opened any more
import jinja2.debug
import jinja2.exceptions
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox
import jinja2.utils

MEMORY_BYTES = 1 << 30
SECONDS = 5.0  # of the processor, a request
TAG = "CONTINUE_FINAL_MESSAGE_TAG "


class TemplateSays(jinja2.exceptions.TemplateError):
    """raise_exception of a template."""


class Refused(Exception):
    """What we do not do with a template or its messages."""


def check_attribute(name):
    if str(name).startswith("_"):
        raise jinja2.exceptions.SecurityError("a namespace has no attributes that begin with an underscore")


class Namespace(jinja2.utils.Namespace):
    """Without attributes that are none of a template's business. Its own are the template's, methods cannot be called."""

    def __init__(self, *pairs, **attributes):
        for name in {**dict(*pairs), **attributes}:
            check_attribute(name)
        super().__init__(*pairs, **attributes)

    def __setitem__(self, name, value):
        check_attribute(name)
        super().__setitem__(name, value)


class GenerationBlocks(jinja2.ext.Extension):
    """{% generation %}...{% endgeneration %}: what the assistant says; notes where it stands."""

    tags = {"generation"}

    def __init__(self, environment):
        super().__init__(environment)
        self.begin()

    def begin(self):
        self.rendered = 0  # characters so far
        self.spans = []

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("note"), [], [], body).set_lineno(line)

    def note(self, caller):
        text = caller()
        self.spans.append([self.rendered, self.rendered + len(text)])
        return text


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    """Jinja's own escapes HTML, sorts keys and takes no options."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise TemplateSays(message)


class Renderer:
    def __init__(self):
        self.environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[GenerationBlocks, jinja2.ext.loopcontrols]
        )
        self.environment.filters["tojson"] = to_json
        self.environment.globals.update(
            raise_exception=raise_exception, strftime_now=self.strftime_now, namespace=Namespace
        )
        self.blocks = self.environment.extensions[GenerationBlocks.identifier]
        self.now = None
        self.compiled = functools.lru_cache(maxsize=64)(self.environment.from_string)

    def strftime_now(self, form):
        if self.now is None:
            raise Refused("the template asks for today's date, which changes from day to day: give it one")
        return self.now.strftime(form)

    def render(self, template, variables, now):
        self.now = datetime.datetime.fromisoformat(now) if now else None
        self.blocks.begin()
        pieces = []
        for piece in self.compiled(template).generate(**variables):
            pieces.append(piece)
            self.blocks.rendered += len(piece)
        return "".join(pieces), list(self.blocks.spans)


def normalized(message):
    """As transformers 5: members that are null are absent, and what the model thought has one name."""
    message = {key: value for key, value in message.items() if value is not None}
    thoughts = [message[key] for key in ("reasoning_content", "thinking", "reasoning") if key in message]
    if thoughts:
        message["reasoning_content"] = thoughts[0]
        message.setdefault("thinking", thoughts[0])
    return message


def with_tag(message):
    """The message with TAG behind its text, and that text."""
    content = message.get("content")
    if isinstance(content, str):
        return {**message, "content": content + TAG}, content
    texts = [i for i, part in enumerate(content or []) if isinstance(part, dict) and "text" in part]
    if not texts:
        raise Refused("the final message has no text to continue")
    parts = list(content)
    text = parts[texts[-1]]["text"]
    parts[texts[-1]] = {**parts[texts[-1]], "text": text + TAG}
    return {**message, "content": parts}, text


def cut_at_tag(text, final):
    """What was rendered up to the end of the final message's text."""
    at = text.rfind(TAG.strip())
    if at < 0 or final.strip() not in text:
        raise Refused("the final message cannot be continued: the template does not render its text as it is")
    # A template that strips texts has stripped the tag's space.
    return text[:at] if text[at : at + len(TAG)] == TAG else text[:at].rstrip()


def answer(renderer, request):
    messages = [normalized(message) for message in request["messages"]]
    if not messages:
        raise Refused("a conversation has at least one message")
    final = None
    if request["continue_final_message"]:
        if request["add_generation_prompt"]:
            raise Refused("continue_final_message and add_generation_prompt exclude one another")
        messages[-1], final = with_tag(messages[-1])
    variables = {"tools": None, "documents": None, **request["variables"]}
    variables["messages"] = messages
    variables["add_generation_prompt"] = request["add_generation_prompt"]
    text, spans = renderer.render(request["template"], variables, request["now"])
    if final is not None:
        text = cut_at_tag(text, final)
        spans = [[begin, min(end, len(text))] for begin, end in spans if begin < len(text)]
    return {"text": text, "spans": spans}


def limit():
    """From here on nothing can be opened, and memory is limited."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def main():
    renderer = Renderer()
    renderer.environment.from_string("{{ 'a'|pprint ~ lipsum(n=1) }}").render()  # imports what is imported late
    limit()
    print(json.dumps({"jinja2": jinja2.__version__}), flush=True)
    for line in sys.stdin.buffer:
        # Ends the process, also amid a long operation of the interpreter's own.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            reply = json.dumps(answer(renderer, json.loads(line)), ensure_ascii=False)
        except Exception as error:  # whatever a template does
            said = isinstance(error, TemplateSays)
            message = str(error.message if said else error)
            name = "" if said or isinstance(error, Refused) else type(error).__name__ + ": "
            reply = json.dumps({"error": name + message[:10000], "said_by_template": said}, ensure_ascii=False)
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.buffer.write(reply.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
