"""Conversations as ids: golden forms, and texts that would be special tokens."""

from __future__ import annotations

import json

import pytest
from assay_reward.tokens import PRESETS, BadConversation, BadModel, Encoder, Message, TooLong, token_id
from fakes import LLAMA3, QWEN, ids_of, llama3, qwen, save_tokenizer, words
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

#: As Qwen3's: a system prompt of its own, and reasoning before the last answer.
OWN = """{%- if messages[0].role != 'system' %}{{ '<|im_start|>system\\nBe right.<|im_end|>\\n' }}{% endif %}
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' }}
    {%- if message.role == 'assistant' %}{{ '<think>\\n\\n</think>\\n\\n' + message.content.lstrip('\\n') }}
    {%- else %}{{ message.content }}{% endif %}
    {{- '<|im_end|>\\n' }}
{%- endfor %}"""

BOS, START, END, EOT = range(4)


def user(text: str) -> list[Message]:
    return [Message("user", text)]


def encoder(tokenizer=None, **options) -> Encoder:
    return Encoder(tokenizer or llama3(), **{"max_tokens": 4096, **options})


def whole(of: Encoder, messages: list[Message], text: str) -> list[int]:
    prompt = of.prompt(messages)
    return [*prompt.ids, *of.response(prompt, text).response.ids]


def test_llama3_is_armorms_form() -> None:
    text = (
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nWhat is two?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nIt is four.<|eot_id|>"
    )
    of = encoder(template="llama3")
    assert whole(of, user("  What is two?\n"), "\tIt is four. ") == ids_of(llama3(), text)


def test_what_belongs_to_prompt_and_response() -> None:
    of = encoder(
        template="llama3",
        gate_pattern=ids_of(llama3(), "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"),
    )
    prompt = of.prompt(user("two"))
    encoded = of.response(prompt, "four")
    assert list(encoded.response.ids) == ids_of(llama3(), "four<|eot_id|>")
    assert prompt.ids[prompt.gate] == EOT
    assert (encoded.tokens, encoded.truncated) == (len(prompt.ids) + len(encoded.response.ids), 0)


def test_a_prompt_that_lacks_the_gates_tokens_is_refused_at_once() -> None:
    with pytest.raises(BadModel, match="gate"):
        encoder(template="plain", gate_pattern=[EOT, START])


@pytest.mark.parametrize(
    ("name", "tokenizer", "source"),
    [("chatml", qwen(), None), ("own", qwen(), OWN), ("llama3", llama3(), None)],
)
def test_equals_transformers_for_ordinary_text(name: str, tokenizer: dict, source: str | None) -> None:
    of = encoder(tokenizer, template=name, own_template=source)
    reference = PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(tokenizer)))
    reference.chat_template = source or PRESETS[name]
    messages = [
        Message("system", "Be brief."),
        *user("the sum?"),
        Message("assistant", "two"),
        *user("and now?"),
    ]
    chat = [{"role": each.role, "content": each.content} for each in messages]
    text = reference.apply_chat_template([*chat, {"role": "assistant", "content": "four"}], tokenize=False)
    assert whole(of, messages, "four") == reference(text, add_special_tokens=False)["input_ids"]


@pytest.mark.parametrize(
    ("source", "given", "kept"),
    [
        ("{{ message.content }}", " \n x \n ", " \n x \n "),
        ("{{ message.content | trim }}", " \n x\u00a0\n ", "x"),
        ("{{ message.content.lstrip('\\n') }}", "\n\n x\n", " x\n"),
        ("{{ message.content.rstrip(' ') }}", " x\n  ", " x\n"),
    ],
)
def test_contents_are_stripped_as_the_template_strips(source: str, given: str, kept: str) -> None:
    template = "{% for message in messages %}<{{ message.role }}>" + source + "{% endfor %}"
    of = encoder(own_template=template)
    expected = [BOS, *ids_of(llama3(), "<user>"), *ids_of(llama3(), kept), *ids_of(llama3(), "<assistant>")]
    assert whole(of, user(given), given) == [*expected, *ids_of(llama3(), kept)]


@pytest.mark.parametrize("template", ["llama3", "plain"])
def test_one_bos_whether_or_not_the_template_writes_it(template: str) -> None:
    ids = whole(encoder(template=template), user("two"), "four")
    assert ids[0] == BOS
    assert ids.count(BOS) == 1


def test_no_bos_where_the_tokenizer_adds_none() -> None:
    assert whole(encoder(qwen(), template="plain"), user("two"), "four") == ids_of(
        qwen(), "two\n\n"
    ) + ids_of(qwen(), "four")


def test_what_a_tokenizer_puts_after_a_text_is_no_bos() -> None:
    tokenizer = llama3()
    tokenizer["post_processor"]["single"].reverse()
    ids = whole(encoder(tokenizer, template="plain"), user("two"), "four")
    assert ids[0] != BOS
    assert ids[-1] == BOS


_SHARED = encoder(template="llama3")
_BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
_DECODER = Tokenizer.from_str(json.dumps({**llama3(), "decoder": _BYTES}))
_PARTS = st.one_of(st.sampled_from((*LLAMA3, "\n\n", "assistant", "<|", "|>")), st.text(max_size=5))


@given(st.lists(_PARTS, max_size=12).map("".join))
@settings(max_examples=100)
def test_no_text_is_a_special_token(text: str) -> None:
    prompt = _SHARED.prompt(user(text))
    response = _SHARED.response(prompt, text).response.ids
    special = [id for id in (*prompt.ids, *response) if id < len(LLAMA3)]
    # As many special tokens as without any text, and the text is all there.
    assert special == [BOS, START, END, EOT, START, END, EOT]
    assert _DECODER.decode(list(response[:-1])) == text.strip()


def test_a_special_token_that_is_a_word_of_the_vocabulary_is_no_special_token_in_a_text() -> None:
    tokenizer = words(["two", "four"], ["[UNK]", "[EOT]"])
    of = encoder(
        tokenizer, own_template="{% for message in messages %}{{ message.content }} [EOT] {% endfor %}"
    )
    assert whole(of, user("two [EOT]"), "[EOT] four") == [2, 0, 1, 0, 3, 1]


def test_tokens_that_the_template_consists_of_are_special_whatever_the_tokenizer_says() -> None:
    tokenizer = llama3()
    for token in tokenizer["added_tokens"]:
        token["special"] = False
    ids = whole(encoder(tokenizer, template="llama3"), user("<|eot_id|>"), "<|eot_id|>")
    assert ids.count(EOT) == 2


def test_added_tokens_that_are_not_special_stay_tokens() -> None:
    tokenizer = llama3()
    tokenizer["added_tokens"].append(
        {**tokenizer["added_tokens"][0], "id": 300, "content": "<tool>", "special": False}
    )
    assert 300 in whole(encoder(tokenizer, template="llama3"), user("<tool>"), "x")


def test_steps() -> None:
    tag = QWEN.index("<extra_0>")
    of = encoder(qwen(), template="chatml", step_tag=tag)
    prompt = of.prompt(user("two"))
    response = of.response(prompt, "\nfirst <extra_0>\n \n\nsecond\nline\n\n").response
    parts = [
        ids_of(qwen(), "first "),
        [tag],
        ids_of(qwen(), "second\nline"),
        [tag],
        ids_of(qwen(), "<|im_end|>\n"),
    ]
    plain = list(response.ids)
    assert [plain[at] for at in response.steps] == [tag, tag]
    assert plain.count(tag) == 2
    assert plain[: len(parts[0])] == parts[0]
    assert plain[response.steps[0] + 1 :] == [*parts[2], *parts[3], *parts[4]]


def test_a_response_without_text_is_one_step() -> None:
    of = encoder(qwen(), template="chatml", step_tag=3)
    assert list(of.response(of.prompt(user("two")), "").response.steps) == [0]


def test_too_long() -> None:
    of = encoder(template="llama3", max_tokens=24)
    prompt = of.prompt(user("a"))
    room = 24 - len(prompt.ids) - 1
    assert of.response(prompt, "1" * room).tokens == 24
    with pytest.raises(TooLong, match="25 tokens; the model reads 24"):
        of.response(prompt, "1" * (room + 1))
    with pytest.raises(TooLong, match="prompt"):
        of.prompt(user("1" * 30))


def test_truncation_keeps_the_template_and_says_how_much_was_cut() -> None:
    of = encoder(template="llama3", max_tokens=24, truncation="response")
    prompt = of.prompt(user("a"))
    encoded = of.response(prompt, "1" * 100)
    assert (encoded.tokens, encoded.response.ids[-1]) == (24, EOT)
    assert encoded.truncated == 100 - (24 - len(prompt.ids) - 1)
    assert of.digest != encoder(template="llama3", max_tokens=24).digest


def test_truncated_steps_are_those_whose_tag_is_left() -> None:
    of = encoder(qwen(), template="chatml", step_tag=3, max_tokens=30, truncation="response")
    response = of.response(of.prompt(user("a")), "1\n\n" + "2" * 100).response
    assert list(response.steps) == [1]


def test_a_text_beyond_any_measure_is_refused_unread() -> None:
    of = encoder(template="llama3", truncation="response")
    with pytest.raises(TooLong, match="characters"):
        of.response(of.prompt(user("a")), "1" * (1 << 20) + "1")


def test_an_empty_response_without_template_is_the_prompt_alone() -> None:
    of = encoder(template="plain")
    prompt = of.prompt(user("two"))
    encoded = of.response(prompt, "")
    assert (encoded.prompt, encoded.response.ids, encoded.tokens) == (prompt, [], len(prompt.ids))


def test_a_prompt_without_tokens_is_refused() -> None:
    of = encoder(words(["two"], ["[UNK]"]), template="plain")
    with pytest.raises(BadConversation, match="no tokens"):
        of.prompt(user(" "))


def test_today_is_always_the_same() -> None:
    template = "{{ strftime_now('%d %b %Y') }}{% for message in messages %}{{ message.content }}{% endfor %}"
    of = encoder(qwen(), own_template=template)
    assert whole(of, user("a"), "b") == ids_of(qwen(), "26 Jul 2024") + ids_of(qwen(), "a") + ids_of(
        qwen(), "b"
    )


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{% for", "no Jinja"),
        ("{{ raise_exception('not this') }}", "not this"),
        ("{{ messages[0].content }}", "once"),
        ("{% for message in messages | reverse %}{{ message.content }}{% endfor %}", "once|order"),
        ("{% for message in messages %}{{ message.content[1:] }}{% endfor %}", "once|changes"),
        ("{{ ''.__class__.__mro__ }}", "refuses|once"),
    ],
)
def test_templates_that_cannot_be_used(template: str, fault: str) -> None:
    with pytest.raises(BadModel, match=fault):
        encoder(own_template=template)


def test_a_preset_needs_its_tokens() -> None:
    with pytest.raises(BadModel, match=r"<\|im_start\|>"):
        encoder(llama3(), template="chatml")


@pytest.mark.parametrize("role", ["", "user<|eot_id|>", "a b", "x" * 40])
def test_roles_are_words(role: str) -> None:
    with pytest.raises(BadConversation, match="role"):
        encoder(template="llama3").prompt([Message(role, "x"), *user("y")])


def test_a_system_prompt_that_the_template_refuses() -> None:
    template = (
        "{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        "{{ message.content }}{% endfor %}"
    )
    with pytest.raises(BadConversation, match="no system"):
        encoder(own_template=template).prompt([Message("system", "x"), *user("y")])


def test_folders(tmp_path) -> None:
    with pytest.raises(BadModel, match=r"tokenizer\.json is missing"):
        Encoder.load(tmp_path, max_tokens=10)
    save_tokenizer(
        tmp_path,
        qwen(),
        eos_token={"content": "<|im_end|>"},
        chat_template=[{"name": "default", "template": OWN}],
    )
    assert Encoder.load(tmp_path, max_tokens=100).template == "own"
    (tmp_path / "chat_template.jinja").write_text(
        "{% for m in messages %}{{ m.content + eos_token }}{% endfor %}"
    )
    of = Encoder.load(tmp_path, max_tokens=100)
    assert whole(of, user("a"), "b") == ids_of(qwen(), "a<|im_end|>") + ids_of(qwen(), "b<|im_end|>")
    assert token_id(tmp_path, "<extra_0>") == 3
    with pytest.raises(BadModel, match="no token"):
        token_id(tmp_path, "<extra_9>")
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(BadModel, match="no JSON"):
        Encoder.load(tmp_path, max_tokens=10)
