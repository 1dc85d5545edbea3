"""Math-Verify as one warm process: JSON lines in, JSON lines out, times taken around its three calls.

In:  {"gold", "answer", "wrap": bool, "keep_gold": bool, "options": {"match", "boxed_priority", "float_rounding", "strict",
     "allow_set_relation_comp"}}, all options optional.
Out: {"equal": bool, "gold": bool, "answer": bool, "ms": float}; `gold` and `answer`: something was parsed of it.
"""

import json
import logging
import re
import sys
import time

from math_verify import (
    ExprExtractionConfig,
    LatexExtractionConfig,
    StringExtractionConfig,
    parse,
    verify,
)

logging.disable(logging.CRITICAL)

DELIMITED = re.compile(r"\$|\\\(|\\\[|\\boxed|\\fbox|\\begin\{(?:align|equation)")
COMMAND = re.compile(r"\\[A-Za-z]+")
WORD = re.compile(r"[A-Za-z]{3,}")


def wrapped(text):
    """Bare LaTeX between dollars, as its users are told to; prose stays as it is."""
    if DELIMITED.search(text) or "\n" in text.strip() or len(WORD.findall(COMMAND.sub(" ", text))) > 3:
        return text
    return f"${text}$"


def config_of(options):
    boxed = options.get("boxed_priority", 50)
    kinds = {
        "latex": LatexExtractionConfig(boxed_match_priority=boxed),
        "expr": ExprExtractionConfig(),
        "letters": StringExtractionConfig(strings=("A", "B", "C", "D", "E")),
    }
    return [kinds[name] for name in options.get("match", ["latex", "expr"])]


last = {"gold": None, "parsed": []}


def judge(row):
    options = row.get("options", {})
    gold, answer = row["gold"], row["answer"]
    if row.get("wrap", False):
        gold, answer = wrapped(gold), wrapped(answer)
    config = config_of(options)
    settings = {key: options[key] for key in ("float_rounding", "strict", "allow_set_relation_comp") if key in options}
    start = time.perf_counter()
    if not (row.get("keep_gold", False) and last["gold"] == gold):
        last["gold"], last["parsed"] = gold, parse(gold, extraction_config=config)
    parsed_gold = last["parsed"]
    parsed_answer = parse(answer, extraction_config=config)
    equal = verify(parsed_gold, parsed_answer, **settings)
    ms = (time.perf_counter() - start) * 1000
    return {"equal": equal, "gold": len(parsed_gold) > 0, "answer": len(parsed_answer) > 0, "ms": ms}


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    print(json.dumps(judge(json.loads(line))), flush=True)
