"""The worker's commands: serve, score, check, bench."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import queue
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .run import EXIT_FAILED, EXIT_OK, EXIT_USAGE, log_to_stderr, run
from .tokens import PRESETS, BadConversation, BadModel, Encoder, Message, Prompt, TooLong, token_id

if TYPE_CHECKING:
    from .engine import Engine

_LEVELS = ("critical", "error", "warning", "info", "debug")


class _Usage(Exception):
    """What was asked for cannot be done."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 done, 1 failed, 2 asked for what cannot be done. The parser exits by itself."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["bench"]:
        # It has flags of its own.
        from .bench import main as bench

        bench(arguments[1:])
        return EXIT_OK
    options = _parser().parse_args(arguments)
    log_to_stderr(options.log_level)
    try:
        return options.command(options)
    except (_Usage, BadModel) as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_USAGE
    except (OSError, RuntimeError) as error:
        # A taken address, a device that is missing or too small.
        print(f"error: {error}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_FAILED


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Says defaults, where there are some."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return super()._get_help_string(action) if action.default not in (None, False) else action.help


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assay-reward-worker",
        description="Scores candidates with a reward model: a verifier of Assay on a GPU or CPU.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, function: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, formatter_class=_Help)
        sub.set_defaults(command=function)
        sub.add_argument(
            "--log-level", choices=_LEVELS, default=_from_env("LOG_LEVEL", "info"), help="how much to log"
        )
        return sub

    serve = command("serve", _serve, "Serves a model as a verifier, assay.v1.Verifier over gRPC.")
    _add_model(serve)
    _add_service(serve)
    score = command(
        "score", _score, "Scores candidates of one prompt: JSON lines in, JSON lines out, in the same order."
    )
    _add_model(score)
    prompt = score.add_mutually_exclusive_group(required=True)
    prompt.add_argument("--prompt", metavar="TEXT", help="what the candidates answer")
    prompt.add_argument("--prompt-file", metavar="FILE", help="the same, from a file")
    score.add_argument("--system", metavar="TEXT", default="", help="a system prompt")
    score.add_argument(
        "file", metavar="FILE", help='candidates, each line a JSON text or {"text": …}; -: stdin'
    )
    check = command("check", _check, "Compares each way to compute with scoring one by one, on this device.")
    check.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N")
    commands.add_parser("bench", help="Measures speed and accuracy on this device.", add_help=False)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("model").add_argument
    parser.add_argument("model", metavar="MODEL", help="folder of the model, as transformers saves it")
    add("--revision", help="which edition of the model it is; by default a hash of its files")
    add("--device", default="auto", help="auto, cpu, cuda, cuda:N")
    add(
        "--dtype",
        default="auto",
        choices=("auto", "bfloat16", "float16", "float32"),
        help="type of the decoder",
    )
    add("--attention", default="auto", help="auto, cascade, flex, segments")
    add("--compile", default="auto", choices=("auto", "on", "off"), help="compile the layers; auto: on a GPU")
    add("--fp8", metavar="FILE", help="FP8, if it ranks these as without: JSON lines of {prompt, responses}")
    add("--budget-tokens", type=_whole(1), default=32768, metavar="N", help="most tokens of a pack")
    add("--template", help=f"own, {', '.join(PRESETS)}, or a file; by default the model's own, else plain")
    add(
        "--truncation",
        default="refuse",
        choices=("refuse", "response"),
        help="what becomes of longer candidates: no score, or their end is cut off",
    )
    add(
        "--max-tokens",
        type=_whole(1),
        metavar="N",
        help="most tokens of prompt and response, up to the model's own",
    )
    add(
        "--aggregate",
        default="last",
        choices=("last", "min", "product", "mean"),
        help="a process model's steps to a score",
    )
    add(
        "--step-tag",
        metavar="TEXT",
        help="token after each step; by default as the process model's files say",
    )


def _add_service(parser: argparse.ArgumentParser) -> None:
    add_to = parser.add_argument_group(
        "service", "Each flag may be set as ASSAY_VERIFIER_FLAG in the environment as well."
    )

    def add(
        flag: str, fallback: Any, text: str, kind: Callable[[str], Any] = str, metavar: str | None = None
    ) -> None:
        default = _from_env(flag.strip("-").replace("-", "_").upper(), fallback)
        add_to.add_argument(flag, type=kind, default=default, help=text, metavar=metavar)

    add("--name", "reward", "name of the verifier")
    add("--host", "127.0.0.1", "address to listen on")
    add("--port", 0, "port to listen on; 0: a free one", _whole(0, 65535), "N")
    add("--metrics-port", None, "serve /metrics and /healthz; 0: a free port", _whole(0, 65535), "N")
    add("--slots", 512, "candidates judged at the same time", _whole(1), "N")
    add("--capacity", 2048, "candidates accepted in total", _whole(1), "N")
    add("--max-batch", 256, "most candidates in one call", _whole(1), "N")
    add("--candidate-timeout-ms", 120_000, "time after which a pack is given up", _whole(1), "MS")
    add("--grace-ms", 25_000, "time for a drain before calls are ended by force", _whole(0), "MS")
    add("--flush-ms", 10, "time that candidates wait for others to share a pack with", _whole(0, 1000), "MS")
    add_to.add_argument(
        "--exit-with-parent",
        action="store_true",
        default=_from_env("EXIT_WITH_PARENT", "") not in ("", "0", "false"),
        help="stop when stdin ends",
    )


def _from_env(name: str, fallback: Any) -> Any:
    return os.environ.get(f"ASSAY_VERIFIER_{name}", fallback)


def _whole(least: int, most: int = 0x7FFFFFFF) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r}: give a whole number from {least} to {most}")

    return parse


def _load(options: argparse.Namespace) -> tuple[Engine, Encoder]:
    """Raises BadModel, _Usage."""
    from .engine import Engine

    step_tag = None if options.step_tag is None else token_id(options.model, options.step_tag)

    def engine(**more: Any) -> Engine:
        try:
            return Engine.load(
                options.model,
                device=options.device,
                dtype=options.dtype,
                attention=options.attention,
                compile={"auto": "auto", "on": True, "off": False}[options.compile],
                budget_tokens=options.budget_tokens,
                aggregate=options.aggregate,
                revision=options.revision,
                step_tag=step_tag,
                **more,
            )
        except ValueError as error:
            raise _Usage(str(error)) from error

    def encoder(of: Engine) -> Encoder:
        if of.identity.head == "process" and of.step_tag is None:
            raise _Usage("the model's files do not say which token ends a step; name it with --step-tag")
        return Encoder.load(
            options.model,
            max_tokens=min(of.max_tokens, options.max_tokens or of.max_tokens),
            template=options.template,
            truncation=options.truncation,
            step_tag=of.step_tag,
            gate_pattern=of.gate_pattern,
        )

    loaded = engine()
    encodes = encoder(loaded)
    if options.fp8 is not None:
        # What encodes the samples is known once the model is.
        samples = list(_samples(options.fp8, encodes))
        del loaded
        loaded = engine(fp8=True, gate=samples)
    loaded.warm_up()
    return loaded, encodes


def _samples(path: str, encoder: Encoder) -> Iterator[Any]:
    from .types import Group

    for number, line in enumerate(_lines(path), start=1):
        try:
            sample = json.loads(line)
            prompt = encoder.prompt([Message("user", sample["prompt"])])
            responses = [encoder.response(prompt, text).response for text in sample["responses"]]
        except (ValueError, TypeError, KeyError) as error:
            raise _Usage(f"{path}, line {number}: {error!r}; give {{prompt, responses}}") from error
        yield Group(prompt.ids, responses, prompt.gate)


def _serve(options: argparse.Namespace) -> int:
    from .service import Limits, Worker

    try:
        limits = Limits(
            slots=options.slots,
            capacity=options.capacity,
            max_batch=options.max_batch,
            candidate_timeout_ms=options.candidate_timeout_ms,
            grace_ms=options.grace_ms,
            flush_ms=options.flush_ms,
        )
    except ValueError as error:
        raise _Usage(str(error)) from error
    engine, encoder = _load(options)

    async def serve() -> int:
        try:
            worker = Worker(
                engine,
                encoder,
                name=options.name,
                limits=limits,
                budget_tokens=options.budget_tokens,
                peak_flops=_peak(engine, options),
                # The engine's thread cannot be ended otherwise.
                on_stuck=lambda _: os._exit(EXIT_FAILED),
            )
        except ValueError as error:
            raise _Usage(str(error)) from error
        return await run(
            worker,
            host=options.host,
            port=options.port,
            metrics_port=options.metrics_port,
            exit_with_parent=options.exit_with_parent,
        )

    return asyncio.run(serve())


def _peak(engine: Engine, options: argparse.Namespace) -> float | None:
    """Operations per second of the device's largest matrix products, for the MFU; None: nobody asks, or on a CPU."""
    import torch

    if options.metrics_port is None or options.device == "cpu" or not torch.cuda.is_available():
        return None
    from .bench import gemm_peak

    device = "cuda" if options.device == "auto" else options.device
    return gemm_peak(torch.device(device), getattr(torch, engine.identity.dtype))


def _score(options: argparse.Namespace) -> int:
    from .scheduler import Failure, Result, Scheduler, Ticket

    texts = list(_candidates(options.file))
    question = options.prompt if options.prompt_file is None else _read(options.prompt_file)
    engine, encoder = _load(options)
    system = [Message("system", options.system)] if options.system else []
    try:
        prompt = encoder.prompt([*system, Message("user", question)])
    except (BadConversation, TooLong) as error:
        raise _Usage(str(error)) from error

    arrived: queue.Queue[Sequence[Result]] = queue.Queue()

    class Lines(Ticket):
        def deliver(self, results: Sequence[Result]) -> None:
            arrived.put(results)

    lines: dict[int, dict[str, Any]] = {}
    items = list(_encoded(encoder, prompt, texts, lines))
    scheduler = Scheduler(engine, budget_tokens=options.budget_tokens, flush_s=0)
    scheduler.start()
    scheduler.submit(Lines(), items)
    tokens = {index: item.tokens for index, item in items}
    at = 0
    while at < len(texts):
        while at in lines:
            print(json.dumps(lines[at]), flush=True)
            at += 1
        if at == len(texts):
            break
        for index, outcome in ((result.index, result.outcome) for result in arrived.get()):
            if isinstance(outcome, Failure):
                lines[index] = {"index": index, "error": outcome.reason, "message": outcome.message}
                continue
            lines[index] = {"index": index, "score": outcome.logit, "tokens": tokens[index]}
            more = {
                "steps": outcome.steps,
                "objectives": outcome.objectives,
                "coefficients": outcome.coefficients,
            }
            lines[index].update((name, list(values)) for name, values in more.items() if values)
    scheduler.close()
    return EXIT_FAILED if any("error" in line for line in lines.values()) else EXIT_OK


def _encoded(
    encoder: Encoder, prompt: Prompt, texts: Sequence[str], lines: dict[int, dict[str, Any]]
) -> Iterator[Any]:
    """Items; what has too many tokens is a line at once."""
    for index, text in enumerate(texts):
        try:
            yield index, encoder.response(prompt, text)
        except TooLong as error:
            lines[index] = {"index": index, "error": "too_large", "message": str(error)}


def _candidates(path: str) -> Iterator[str]:
    for number, line in enumerate(_lines(path), start=1):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise _Usage(
                f"{path}, line {number}: no JSON ({error}); give a JSON text or an object with text"
            ) from error
        text = value.get("text") if isinstance(value, dict) else value
        if not isinstance(text, str):
            raise _Usage(f"{path}, line {number}: no text; give a JSON text or an object with text")
        yield text


def _lines(path: str) -> list[str]:
    """Not `splitlines`: U+2028 and the like may stand in a JSON text."""
    lines = _read(path).split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _read(path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _Usage(f"{path} cannot be read: {error}") from error


def _check(options: argparse.Namespace) -> int:
    from .check import check

    return EXIT_OK if check(options.device, print) else EXIT_FAILED
