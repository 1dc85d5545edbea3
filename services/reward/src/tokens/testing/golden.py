"""
Makes the golden vectors beside it: small tokenizers of each family, and what Python's `tokenizers` makes of texts.

Needs tokenizers 0.23: python golden.py
"""

import json
import random
from base64 import b64decode
from functools import cache
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent

CORPUS = r"""Let x be the number of apples. Then 2x + 3 = 11, so x = 4. The answer is 4.
We're told that it's 12,345 metres long; they've measured 67.89 of them. I'll say it'd work.
def add(a, b):
    return a + b
Les élèves étudient l'algèbre à l'école. Größer als ein Häuschen. Привет, мир! 你好，世界。 🙂 👍🏽
The system, user and assistant take turns. [brackets] {{ braces }} <|angles|>
\frac{1}{2} + \sqrt{3} = \boxed{5}   therefore   we are done.
""".splitlines(keepends=True) * 4

#: As in the tokenizers of Llama 3 and of Qwen 2.
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
QWEN = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")

SENTENCE_PIECE = ["<unk>", "<s>", "</s>"]

#: Rules for a few characters, as SentencePiece 0.2 compiles them from a normalization_rule_tsv of ours.
CHARSMAP = b64decode(
    "AAQAAAAMAAAAAACAAQ0AAMwcAgABAACAgQ0AAAoAAICAEAIAiyUAAAo1AAAJOQAAoB0AAAMAAICAJQAAgAwCAIFUAgCgUQAAi4AD"
    "AOMMAgCCfAIADQAAgJkFAACR9AIAgT0AAAcAAIChDQAABQAAgJEkAgDwjAIArXEAAJ9QAgCNzAMAnzgCAI/4AgC9GQAArNQCABEA"
    "AIAnAAAAJAAAACUAAAAqAAAAKwAAACgAAAApAAAALgAAAC8AAAAsAAAALQAAADIAAAAzAAAAMAAAALwsAgA2AAAANwAAADQAAAA1"
    "AAAAOgAAADsAAAA4AAAAOQAAAD4AAAA/AAAAPAAAAD0AAABCAAAAQwAAAEAAAABBAAAARgAAAEcAAABEAAAARQAAAEoAAABLAAAA"
    "SAAAAEkAAABOAAAATwAAAEwAAABNAAAAUgAAAFMAAABQAAAAUQAAAFYAAABXAAAAVAAAAFUAAABaAAAAWwAAAFgAAABZAAAAXgAA"
    "AF8AAABcAAAAXQAAAGIAAABjAAAAYAAAAGEAAABmAAAAZwAAAGWkAgBlAAAAagAAAGsAAABoAAAAaQAAAG4AAABvAAAAbAAAAG0A"
    "AAByAAAAcwAAAHAAAABxAAAAdgAAAHcAAAB0AAAAdQAAAHoAAAB7AAAAeAAAAHkAAAB+AAAAfwAAAHwAAAB9AAAAggAAAIMAAACA"
    "AAAAgQAAAIYAAACHAAAAhAAAAIUAAACKAAAAiwAAAIgAAACJAAAAjgAAAI8AAACMAAAAjQAAAJIAAACTAAAAkAAAAJEAAACWAAAA"
    "lwAAAJQAAACVAAAAmgAAAJsAAACYAAAAmQAAAJ4AAACfAAAAnAAAAJ0AAACiAAAAowAAAKAAAAChAAAApgAAAKcAAACkAAAApQAA"
    "AKoAAACrAAAAqAAAAKkAAACuAAAArwAAAKwAAACtAAAAsgAAALMAAACwAAAAsQAAALYAAAC3AAAAtAAAALUAAAC6AAAAuwAAALgA"
    "AAC5AAAAvgAAAL8AAAC8AAAAvQAAAMIAAADCxAEAwAAAAMEAAADGAAAAxwAAAMQAAADFAAAAygAAAMsAAADIAAAAyQAAAM4AAADP"
    "AAAAzAAAAM0AAADSAAAA0wAAANAAAADRAAAA1gAAANcAAADUAAAA1QAAANoAAADbAAAA2AAAANkAAADeAAAA3wAAANwAAADdAAAA"
    "47gBAOKYAQDgAAAA4QAAAOYAAADnAAAA5AAAAOUAAADqAAAA6wAAAOgAAADpAAAA74wBAO8AAADsAAAA7QAAAPIAAADzAAAA8AAA"
    "APDIAQD2AAAA9wAAAPQAAAD1AAAA+gAAAPsAAAD4AAAA+QAAAP4AAAD/AAAA/AAAAP0AAAAAIAAxAEEAZmkAw6kA44GMAPCfkY0A"
)

ATOMS = [
    *"a the answer Number THE é e\u0301 n\u0303 ß İ Σ ΟΔΟΣ ǅ ſ ﬁ ① が か\u3099 각 你好 漢 𠀀 हिन्दी العربية".split(" "),
    *"Zażółć x ² ½ Ⅷ 23 4567 ١٢ 🙂 👍🏽 👨‍👩‍👧 🇩🇪 's 'S 'll don't ’s _ - ... $ \\frac{1}{2} {{ }} {% < | >".split(" "),
    *"= # ##ing ▁ ▁▁ Ġ ~ ～ <|eot_id|> <|im_end|> <s> </s> <unk> [SEP] [CLS] [PAD] [UNK]".split(" "),
    *["<extra_0>", "<0x0A>", "<pad>", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", "\0", "\x07", "\x1c", "\x7f", "\x85"],
    *["\u00a0", "\u200b", "\u200d", "\u2028", "\u3000", "\ufeff", "\ufffd", "\u00ad", "\ue000", "\U0010ffff"],
]


def texts() -> list[str]:
    source = random.Random(11)
    made = ["".join(source.choice(ATOMS) for _ in range(source.randrange(2, 9))) for _ in range(60)]
    return ["", *ATOMS, *made]


def byte_level(splitter, specials, *, nfc=False, ignore_merges=False, opening=None, others=()):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if nfc:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = splitter
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=380, initial_alphabet=alphabet, show_progress=False)
    )
    tokenizer.add_special_tokens(list(specials))
    tokenizer.add_tokens(list(others))
    steps = [processors.ByteLevel(trim_offsets=False)]
    if opening:
        ids = [(opening, tokenizer.token_to_id(opening))]
        steps.append(processors.TemplateProcessing(single=f"{opening} $A", special_tokens=ids))
    tokenizer.post_processor = processors.Sequence(steps)
    return tokenizer


def split_bytes(pattern):
    bytes_only = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), bytes_only])


@cache
def sentence_piece_model():
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    names = [*SENTENCE_PIECE, *(f"<0x{byte:02X}>" for byte in range(256))]
    trained.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=380, special_tokens=names, limit_alphabet=50, show_progress=False)
    )
    return json.loads(trained.to_str())["model"]


def sentence_piece(scheme):
    """As Llama 2's (`scheme` None: by its normalizer) and Mistral's."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    if scheme:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
    else:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    plain = json.loads(tokenizer.to_str())
    model = sentence_piece_model()
    plain["model"].update(vocab=model["vocab"], merges=model["merges"])
    tokenizer = Tokenizer.from_str(json.dumps(plain))
    tokenizer.add_special_tokens(SENTENCE_PIECE)
    return tokenizer


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(
        CORPUS, trainers.WordPieceTrainer(vocab_size=330, special_tokens=specials, show_progress=False)
    )
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(CHARSMAP), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(
        CORPUS, trainers.UnigramTrainer(vocab_size=250, special_tokens=specials, unk_token="<unk>", show_progress=False)
    )
    ends = [("<s>", 0), ("</s>", 2)]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    return tokenizer


def without_special(plain: dict) -> Tokenizer:
    """Finds no special token in a text."""
    names = [token["content"] for token in plain["added_tokens"]]
    model = dict(plain["model"])
    if isinstance(model["vocab"], list):
        vocab = enumerate(model["vocab"])
        model["vocab"] = [[f"\ue010{at}" if word in names else word, score] for at, (word, score) in vocab]
    return Tokenizer.from_str(json.dumps({**plain, "added_tokens": [], "post_processor": None, "model": model}))


def conversation(name: str) -> str | None:
    """What a template writes for two messages. No token spans the border of a content here, so that ids are the same."""
    prompt, response = "What is 2 + 3?", "We're told x = 4.\n\nThe answer is 5."
    if name == "llama3":
        turns = [f"<|start_header_id|>{role}<|end_header_id|>\n\n{text}<|eot_id|>" for role, text in turn(prompt, response)]
        return "<|begin_of_text|>" + "".join(turns)
    if name == "qwen":
        return "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in turn(prompt, response))
    return f"<s>{prompt}</s>{response}</s>" if name == "mistral" else None


def turn(prompt, response):
    return ("user", prompt), ("assistant", response)


def main() -> None:
    llama3 = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    qwen = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<extra_0>"]
    families = {
        "llama3": byte_level(split_bytes(LLAMA3), llama3, ignore_merges=True, opening=llama3[0]),
        "qwen": byte_level(split_bytes(QWEN), qwen, nfc=True, others=["<think>", "</think>"]),
        "gpt2": byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False), ["<|endoftext|>"]),
        "llama2": sentence_piece(None),
        "mistral": sentence_piece("first"),
        "bert": word_piece(),
        "unigram": unigram(),
    }
    rows = texts()
    for name, tokenizer in families.items():
        plain = json.loads(tokenizer.to_str())
        bare = without_special(plain)
        whole = conversation(name)
        spoken = None if whole is None else tokenizer.encode(whole, add_special_tokens=False).ids
        lines = [{"tokenizer": plain, "conversation": spoken}]
        lines += [[text, bare.encode(text, add_special_tokens=False).ids] for text in rows]
        made = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        (HERE / f"{name}.jsonl").write_text(made)


main()
