"""A verifier of our own: is the last number of the candidate within a tolerance of the wanted one?

A problem is {"custom": {"kind": "tolerance", "json": "{\"value\": 9.81, \"within\": 0.01}"}}. Run it with
`python examples/tolerance.py --port 7001`.
"""

from __future__ import annotations

import json
import math
import re

from assay_client.verifier import Context, Definition, correct, incorrect, run_verifier

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?")


def check(problem) -> str | None:  # type: ignore[no-untyped-def]
    value = json.loads(problem.custom.json)
    for name in ("value", "within"):
        number = value.get(name) if isinstance(value, dict) else None
        if not isinstance(number, (int, float)) or not math.isfinite(number):
            return f"{name} is no number"
    return None if value["within"] >= 0 else "within is negative"


def verify(problem, candidate, context: Context):  # type: ignore[no-untyped-def]
    wanted = json.loads(problem.custom.json)
    # The last 10,000 characters: an answer stands at the end, and what is longer is no number.
    numbers = NUMBER.findall(candidate.text[-10_000:])
    if not numbers:
        return incorrect("no_answer")
    answer = float(numbers[-1])
    off = abs(answer - wanted["value"])
    if off <= wanted["within"]:
        return correct(answer=numbers[-1], answer_class=f"{answer:.12g}")
    return incorrect(
        "wrong_answer", message=f"off by {off:.3g}", answer=numbers[-1], answer_class=f"{answer:.12g}"
    )


definition = Definition(
    name="tolerance",
    version="1",
    kinds=["tolerance"],
    verify=verify,
    check_problem=check,
    trims=True,
    pure=True,
)

if __name__ == "__main__":
    run_verifier(definition)
