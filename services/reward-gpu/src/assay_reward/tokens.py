"""Conversations as token ids, so that no text of a prompt or response is ever read as a special token."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import jinja2.ext
import jinja2.nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from .types import Response

Truncation = Literal["refuse", "response"]

#: Templates by name. Line breaks are expressions: Jinja would drop those that follow a tag.
PRESETS: Mapping[str, str] = {
    "llama3": (
        "{{ '<|begin_of_text|>' }}{% for message in messages %}"
        "{{ '<|start_header_id|>' + message.role + '<|end_header_id|>\n\n' + message.content | trim + '<|eot_id|>' }}"
        "{% endfor %}"
    ),
    "chatml": (
        "{% for message in messages %}"
        "{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}"
        "{% endfor %}"
    ),
    "plain": (
        "{% for message in messages %}"
        "{{ message.content if loop.last else message.content + '\n\n' }}"
        "{% endfor %}"
    ),
}

#: What presets need of a tokenizer: without them, their texts would be read as plain text.
_PRESET_TOKENS = {
    "llama3": ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
    "chatml": ("<|im_start|>", "<|im_end|>"),
    "plain": (),
}

#: Templates may write the date of today into a system prompt; the same candidate must get the same score tomorrow.
#: It is the one that Llama's templates fall back to.
_TODAY = datetime(2024, 7, 26)

#: Conversations that show what a template writes.
_USUAL_ROLES = (
    ("user", "assistant"),
    ("system", "user", "assistant"),
    ("user", "assistant", "user", "assistant"),
)

_ROLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
_BLANK_LINE = re.compile(r"\n\s*\n")

#: A text longer than this, or than so many characters for each token that the model reads, is refused unread: one token
#: can take a hundred bytes while it is made.
_MOST_CHARACTERS = 1 << 20
_CHARACTERS_A_TOKEN = 64


class BadModel(ValueError):
    """The model's folder, or what was asked for with it, cannot be used. Says how to mend it."""


class BadConversation(ValueError):
    """The model's template does not take this conversation."""


class TooLong(ValueError):
    """More tokens than the model reads."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: str
    content: str


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """A conversation up to the response's own first token."""

    ids: Sequence[int]
    #: The template's text after the response.
    closing: Sequence[int]
    #: What the template strips off the response: characters, None: all white space; left and right.
    strips: tuple[str | None, str | None]
    #: Position of the token that ArmoRM's gate reads.
    gate: int | None
    #: Equal for equal conversations.
    key: bytes


@dataclass(frozen=True, slots=True)
class Encoded:
    """A response to a prompt."""

    prompt: Prompt
    #: Without tokens where the text has none and the template writes none after it: the prompt's last one is read then.
    response: Response
    #: Of prompt and response together.
    tokens: int
    #: Tokens of the response that were cut off.
    truncated: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a template makes of a sequence of roles: `pieces[i]` stands before content `i`, the last one after all."""

    pieces: Sequence[str]
    strips: Sequence[tuple[str | None, str | None]]


class Encoder:
    """
    Encodes by the tokenizer and the chat template of a model.

    Template text and contents are tokenised apart: the one with special tokens, the other by a second tokenizer that
    knows none. Where a response begins and what the model reads of it is thus recorded, not searched for.
    """

    #: Tells what decides on ids: tokenizer, template, truncation, limits. 12 hex digits.
    digest: str
    #: Name of the template, for people: a preset's, `own`, or a file's.
    template: str

    def __init__(
        self,
        tokenizer: Mapping[str, Any],
        *,
        max_tokens: int,
        config: Mapping[str, Any] | None = None,
        own_template: str | None = None,
        template: str | None = None,
        truncation: Truncation = "refuse",
        step_tag: int | None = None,
        gate_pattern: Sequence[int] | None = None,
    ) -> None:
        """
        `tokenizer` is the content of a tokenizer.json, `config` of a tokenizer_config.json. `template` names a preset,
        `own`, or a file; by default it is the model's own, else `plain`. Raises BadModel.
        """
        self.max_tokens = max_tokens
        self._truncation = truncation
        self._step_tag = step_tag
        self._gate_pattern = None if gate_pattern is None else list(gate_pattern)
        self.template, source = _choose(template, own_template)
        try:
            self._template = _environment().from_string(source)
        except jinja2.TemplateError as cause:
            raise BadModel(
                f"template {self.template} is no Jinja template: {cause}; choose one with --template"
            ) from cause
        self._variables = _special_texts(config or {})
        self.layout = lru_cache(maxsize=256)(self._layout)
        written = [source, *(piece for roles in _USUAL_ROLES for piece in self._pieces(roles))]
        # Some tokenizers do not call special what their template consists of. Line breaks it holds as well.
        control = [
            token["content"]
            for token in tokenizer.get("added_tokens", ())
            if token.get("special")
            or token["id"] == step_tag
            or token["content"] in self._variables.values()
            or (token["content"].strip() and any(token["content"] in text for text in written))
        ]
        try:
            self._marked = _Texts(tokenizer)
            self._plain = _Texts(_without(control, tokenizer))
            self._opening, self._ending = _around(tokenizer)
        except Exception as cause:  # The library raises nothing narrower.
            raise BadModel(f"tokenizer.json cannot be read: {cause}") from cause
        for text in _PRESET_TOKENS.get(self.template, ()):
            if len(self._marked.encode(text, False)) != 1:
                raise BadModel(
                    f"the tokenizer has no token {text}, which template {self.template} needs; choose another one"
                )
        self._prompts: OrderedDict[bytes, Prompt] = OrderedDict()
        self._lock = threading.Lock()
        parts = [tokenizer, source, self._variables, truncation, max_tokens, step_tag, self._gate_pattern]
        self.digest = sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]
        try:
            self.prompt([Message("user", "a")])
        except BadConversation as cause:
            raise BadModel(
                f"template {self.template} cannot be used: {cause}; choose one with --template"
            ) from cause

    @classmethod
    def load(cls, folder: str | Path, **options: Any) -> Encoder:
        """Reads the tokenizer and template of a model's folder. Options as of the constructor. Raises BadModel."""
        folder = Path(folder)
        path = folder / "tokenizer.json"
        if not path.is_file():
            raise BadModel(
                f"{path} is missing: save it there with AutoTokenizer.from_pretrained(...).save_pretrained(...)"
            )
        config = _read_json(folder / "special_tokens_map.json") | _read_json(folder / "tokenizer_config.json")
        return cls(_read_json(path), config=config, own_template=_own_template(folder, config), **options)

    def prompt(self, messages: Sequence[Message]) -> Prompt:
        """Everything before the response. Raises BadConversation, TooLong."""
        key = sha256(json.dumps([[message.role, message.content] for message in messages]).encode()).digest()
        with self._lock:
            known = self._prompts.get(key)
            if known is not None:
                self._prompts.move_to_end(key)
                return known
        prompt = self._encode_prompt(messages, key)
        with self._lock:
            self._prompts[key] = prompt
            while len(self._prompts) > 256:
                self._prompts.popitem(last=False)
        return prompt

    def response(self, prompt: Prompt, text: str) -> Encoded:
        """One response, with the template's text after it. Raises TooLong."""
        content, steps = self._content(_strip(text, prompt.strips))
        room = self.max_tokens - len(prompt.ids) - len(prompt.closing)
        excess = max(0, len(content) - room)
        if excess > 0:
            if self._truncation == "refuse":
                raise self._too_long(self.max_tokens + excess)
            content = content[: max(0, room)]
            steps = [at for at in steps if at < len(content)]
            if not content or (self._step_tag is not None and not steps):
                raise TooLong(f"the prompt leaves no room for a response within {self.max_tokens} tokens")
        ids = [*content, *prompt.closing]
        return Encoded(prompt, Response(ids, steps), len(prompt.ids) + len(ids), excess)

    def _encode_prompt(self, messages: Sequence[Message], key: bytes) -> Prompt:
        layout = self.layout((*(message.role for message in messages), "assistant"))
        ids = self._marked.encode(layout.pieces[0], True)
        if self._opening and self._opening[0] not in ids:
            ids = [*self._opening, *ids]
        first = layout.pieces[0] == ""
        for message, piece, strips in zip(messages, layout.pieces[1:], layout.strips):
            content = _strip(message.content, strips)
            ids += self._encode(content, first)
            first = first and content == ""
            ids += self._marked.encode(piece, first)
            first = first and piece == ""
            if len(ids) > self.max_tokens:
                raise TooLong(
                    f"the prompt alone has more than the {self.max_tokens} tokens that the model reads"
                )
        if not ids:
            raise BadConversation("the prompt has no tokens")
        closing = self._marked.encode(layout.pieces[-1], False)
        if self.template == "plain":
            # Where no template says how a text ends, the tokenizer does: the [SEP] of BERT's kin.
            closing += self._ending
        gate = None
        if self._gate_pattern is not None:
            gate = len(ids) - len(self._gate_pattern)
            if ids[max(0, gate) :] != self._gate_pattern:
                raise BadConversation("the prompt does not end with the tokens that the model's gate is at")
        return Prompt(ids, closing, layout.strips[-1], gate, key)

    def _content(self, text: str) -> tuple[list[int], list[int]]:
        """A response's own ids; of a process model, with the tag after each step, and where the tags are."""
        if self._step_tag is None:
            return self._encode(text, False), []
        ids: list[int] = []
        tags: list[int] = []
        for step in _BLANK_LINE.split(text.strip()):
            # A tag that is an ordinary word of the model's may stand in a text, where it would be one more step.
            ids += (each for each in self._encode(step, False) if each != self._step_tag)
            tags.append(len(ids))
            ids.append(self._step_tag)
        return ids, tags

    def _encode(self, text: str, first: bool) -> list[int]:
        """Plain text."""
        if len(text) > max(_MOST_CHARACTERS, _CHARACTERS_A_TOKEN * self.max_tokens):
            raise TooLong(f"{len(text)} characters are more than {self.max_tokens} tokens")
        return self._plain.encode(text, first)

    def _too_long(self, tokens: int) -> TooLong:
        return TooLong(f"{tokens} tokens; the model reads {self.max_tokens}")

    def _layout(self, roles: tuple[str, ...]) -> _Layout:
        """Finds pieces and strips by rendering marks in the place of contents."""
        for role in roles:
            if not _ROLE.fullmatch(role):
                raise BadConversation(f"role {role[:40]!r} is none: use letters, digits, - and _")
        pieces = self._render(roles, "", "")
        strips = [
            self._strips(pieces, self._render(roles, *pads), *pads) for pads in ((" ", "  "), ("\n", "\n\n"))
        ]
        sides = [tuple(_chars(*side) for side in zip(*each)) for each in zip(*strips)]
        return _Layout(pieces, sides)

    def _pieces(self, roles: tuple[str, ...]) -> Sequence[str]:
        """Nothing where the template refuses the roles: many take no system prompt."""
        try:
            return self.layout(roles).pieces
        except BadConversation:
            return ()

    def _render(self, roles: Sequence[str], left: str, right: str) -> list[str]:
        """What stands between contents that have white space around them."""
        marks = [f"\ue000{at}\ue001" for at in range(len(roles))]
        messages = [{"role": role, "content": left + mark + right} for role, mark in zip(roles, marks)]
        try:
            text = self._template.render(
                messages=messages, tools=None, documents=None, add_generation_prompt=False, **self._variables
            )
        except (jinja2.TemplateError, TypeError, ValueError, KeyError, AttributeError) as cause:
            raise BadConversation(f"the template refuses the roles {', '.join(roles)}: {cause}") from cause
        pieces = []
        for mark in marks:
            if text.count(mark) != 1:
                raise BadConversation(
                    f"the template does not write each content once for the roles {', '.join(roles)}"
                )
            before, text = text.split(mark)
            pieces.append(before)
        if "\ue000" in "".join((*pieces, text)):
            raise BadConversation("the template writes contents in another order")
        return [*pieces, text]

    def _strips(
        self, bare: Sequence[str], padded: Sequence[str], left: str, right: str
    ) -> list[tuple[bool, bool]]:
        """Which pads are gone, left and right of each content."""
        kept: list[list[bool]] = [[False, False] for _ in range(len(bare) - 1)]
        for at, (piece, with_pads) in enumerate(zip(bare, padded)):
            # A right pad is twice as long as a left one: how much longer the piece is tells which are there.
            after, before = divmod((len(with_pads) - len(piece)) // len(left), 2)
            if with_pads != right * after + piece + left * before:
                raise BadConversation("the template changes contents by more than white space around them")
            if at > 0:
                kept[at - 1][1] = after == 1
            if at < len(kept):
                kept[at][0] = before == 1
        return [(not before, not after) for before, after in kept]


def token_id(folder: str | Path, text: str) -> int:
    """Id of a token of a model's folder by its text. Raises BadModel."""
    path = Path(folder) / "tokenizer.json"
    if not path.is_file():
        raise BadModel(f"{path} is missing")
    found = Tokenizer.from_file(str(path)).token_to_id(text)
    if found is None:
        raise BadModel(f"the tokenizer has no token {text!r}")
    return found


def _choose(template: str | None, own: str | None) -> tuple[str, str]:
    """Name and source of the template."""
    if template is None:
        template = "plain" if own is None else "own"
    if template == "own":
        if own is None:
            raise BadModel(f"the model has no template of its own; choose one of {', '.join(PRESETS)}")
        return template, own
    if template in PRESETS:
        return template, PRESETS[template]
    try:
        return Path(template).name, Path(template).read_text(encoding="utf-8")
    except (OSError, ValueError) as cause:
        names = ", ".join(PRESETS)
        raise BadModel(
            f"template {template!r} is neither own, {names}, nor a file that can be read: {cause}"
        ) from cause


def _own_template(folder: Path, config: Mapping[str, Any]) -> str | None:
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    template = config.get("chat_template")
    if isinstance(template, list):
        named = {each["name"]: each["template"] for each in template}
        template = named.get("default")
    return template


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as cause:
        raise BadModel(f"{path} is no JSON: {cause}") from cause


def _special_texts(config: Mapping[str, Any]) -> dict[str, str]:
    """`bos_token` and the like, as templates use them."""
    texts = {}
    for name, value in config.items():
        text = value.get("content") if isinstance(value, Mapping) else value
        if name.endswith("_token") and isinstance(text, str):
            texts[name] = text
    return texts


class _Texts:
    """
    Tokenises pieces of a conversation, without what the tokenizer adds, cuts and fills on its own. Only the beginning
    of the first gets the space that some tokenizers put before a text: elsewhere it would be one that nobody wrote.
    """

    def __init__(self, tokenizer: Mapping[str, Any]) -> None:
        bare = {**tokenizer, "post_processor": None, "truncation": None, "padding": None}
        parts = {name: _without_space(bare.get(name)) for name in ("normalizer", "pre_tokenizer")}
        self._next = Tokenizer.from_str(json.dumps({**bare, **parts}))
        self._first = Tokenizer.from_str(json.dumps({**bare, "added_tokens": []}))
        added = sorted(
            (token["content"] for token in tokenizer.get("added_tokens", ())), key=len, reverse=True
        )
        self._added = re.compile("|".join(map(re.escape, added)) if added else "(?!)")

    def encode(self, text: str, first: bool) -> list[int]:
        """`first`: nothing stands before the text."""
        if not first:
            return self._next.encode(text, add_special_tokens=False).ids
        found = self._added.search(text)
        end = len(text) if found is None else found.start()
        head = self._first.encode(text[:end], add_special_tokens=False).ids if end > 0 else []
        return head + self._next.encode(text[end:], add_special_tokens=False).ids


def _without_space(part: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A normalizer or pre-tokenizer that puts nothing before a text."""
    if part is None or part["type"] == "Prepend":
        return None
    if part["type"] == "Metaspace":
        return {**part, "prepend_scheme": "never", "add_prefix_space": False}
    if part["type"] == "ByteLevel":
        return {**part, "add_prefix_space": False}
    for name in ("normalizers", "pretokenizers"):
        if name in part:
            kept = (_without_space(each) for each in part[name])
            return {**part, name: [each for each in kept if each is not None]}
    return part


def _around(tokenizer: Mapping[str, Any]) -> tuple[list[int], list[int]]:
    """What the tokenizer puts before and after a text on its own: a BOS, an EOS, or nothing."""
    whole = Tokenizer.from_str(json.dumps({**tokenizer, "truncation": None, "padding": None}))
    plain = whole.encode("a", add_special_tokens=False).ids
    ids = whole.encode("a").ids
    for at in range(len(ids) - len(plain) + 1):
        if ids[at : at + len(plain)] == plain:
            return ids[:at], ids[at + len(plain) :]
    raise ValueError("its post-processor changes texts")


def _without(names: Sequence[str], tokenizer: Mapping[str, Any]) -> dict[str, Any]:
    """
    A tokenizer that finds none of these tokens in any text. They get names that nobody can guess, in the list of added
    tokens and in the vocabulary: ids stay what they are, and a model that would find such a text among its own words
    (WordLevel, Unigram) does not either, as it would with the library's `encode_special_tokens`.
    """
    secret = secrets.token_hex(16)
    renamed = {name: f"{secret}-{at}" for at, name in enumerate(names)}
    added = [
        {**token, "content": renamed.get(token["content"], token["content"])}
        for token in tokenizer.get("added_tokens", ())
    ]
    model = dict(tokenizer["model"])
    vocab = model.get("vocab")
    if isinstance(vocab, Mapping):
        model["vocab"] = {renamed.get(word, word): at for word, at in vocab.items()}
        if "merges" in model and not renamed.keys().isdisjoint(vocab):
            merges = [merge.split(" ", 1) if isinstance(merge, str) else merge for merge in model["merges"]]
            model["merges"] = [
                merge for merge in merges if renamed.keys().isdisjoint((*merge, "".join(merge)))
            ]
    elif isinstance(vocab, Sequence):
        model["vocab"] = [[renamed.get(word, word), score] for word, score in vocab]
    if isinstance(model.get("unk_token"), str):
        model["unk_token"] = renamed.get(model["unk_token"], model["unk_token"])
    return {**tokenizer, "added_tokens": added, "model": model}


def _chars(space: bool, line: bool) -> str | None:
    """What is stripped: characters, None: all white space."""
    if space and line:
        return None
    return " " if space else "\n" if line else ""


def _strip(text: str, strips: tuple[str | None, str | None]) -> str:
    return text.lstrip(strips[0]).rstrip(strips[1])


class _Generation(jinja2.ext.Extension):
    """`{% generation %}…{% endgeneration %}` marks what a model would write; its content stands as it is."""

    tags = {"generation"}

    def parse(self, parser: Any) -> Any:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return jinja2.nodes.Scope(body).set_lineno(line)


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    """As transformers renders templates (utils/chat_template_utils.py), but for the date."""

    def refuse(message: str) -> None:
        raise jinja2.TemplateError(message)

    def to_json(value: Any, ensure_ascii: bool = False, **options: Any) -> str:
        return json.dumps(value, ensure_ascii=ensure_ascii, **options)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, jinja2.ext.loopcontrols]
    )
    environment.filters["tojson"] = to_json
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = _TODAY.strftime
    return environment
