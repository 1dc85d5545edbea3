"""The worker's process: what it prints, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from assay_reward import cli
from assay_reward.check import check
from assay_reward.proto import verifier_pb2 as pb
from fakes import llama3, qwen, save_tokenizer
from tiny import save_classifier

SOURCE = Path(__file__).resolve().parents[1] / "src"
LIMIT_S = 90


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny-rm"
    save_classifier(folder, "llama")
    save_tokenizer(folder, llama3())
    return folder


def score(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> tuple[int, list[dict]]:
    code = cli.main(["score", *arguments, "--device", "cpu", "--log-level", "critical"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_score(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "candidates.jsonl"
    texts = ["four", "fi\u2028ve", "", "four"]
    file.write_text(
        "\n".join(
            [json.dumps(texts[0]), *(json.dumps({"text": text}, ensure_ascii=False) for text in texts[1:])]
        )
    )
    code, lines = score(capsys, [str(model), "--template", "llama3", "--prompt", "two and two?", str(file)])
    assert code == 0
    assert [line["index"] for line in lines] == [0, 1, 2, 3]
    assert lines[0]["score"] == pytest.approx(lines[3]["score"], abs=1e-5)
    assert len({round(line["score"], 4) for line in lines}) == 3

    # Alone it is the same.
    file.write_text(json.dumps(texts[1]) + "\n")
    _, [alone] = score(capsys, [str(model), "--template", "llama3", "--prompt", "two and two?", str(file)])
    assert alone["score"] == pytest.approx(lines[1]["score"], abs=1e-5)


def test_candidates_without_a_score_are_told(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "candidates.jsonl"
    file.write_text(json.dumps("1" * 200) + "\n" + json.dumps("x"))
    arguments = [str(model), "--template", "llama3", "--max-tokens", "100", "--prompt", "a", str(file)]
    code, lines = score(capsys, arguments)
    assert code == 1
    assert lines[0]["error"] == "too_large"
    assert "score" in lines[1]
    code, lines = score(capsys, [*arguments, "--truncation", "response"])
    assert (code, lines[0]["tokens"]) == (0, 100)


def test_process_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_classifier(tmp_path, "qwen2", labels=2, by_token=True)
    save_tokenizer(tmp_path, qwen())
    (tmp_path / "candidates.jsonl").write_text(json.dumps("one\n\ntwo"))
    arguments = [str(tmp_path), "--template", "chatml", "--prompt", "a", str(tmp_path / "candidates.jsonl")]
    code, [line] = score(capsys, [*arguments, "--step-tag", "<extra_0>", "--aggregate", "min"])
    assert code == 0
    assert len(line["steps"]) == 2
    assert line["score"] == pytest.approx(min(line["steps"]))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["score", "MODEL", "--prompt", "x", "/nowhere"], "/nowhere cannot be read"),
        (["score", "/nowhere", "--prompt", "x", "FILE"], "/nowhere"),
        (["score", "MODEL", "--prompt", "x", "--template", "alpaca", "FILE"], "alpaca"),
        (["score", "MODEL", "--prompt", "x", "--template", "chatml", "FILE"], "<|im_start|>"),
        (["score", "MODEL", "--prompt", "x", "--step-tag", "<none>", "FILE"], "<none>"),
        (["serve", "MODEL", "--capacity", "1"], "capacity 1"),
        (["serve", "MODEL", "--name", "No Name"], "No Name"),
    ],
)
def test_what_cannot_be_done_is_told(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    (tmp_path / "file").write_text('"x"\n')
    names = {"MODEL": str(model), "FILE": str(tmp_path / "file")}
    assert cli.main([names.get(each, each) for each in arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("line", ["{", "7", '{"answer": "x"}'])
def test_files_that_hold_no_candidates(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (tmp_path / "file").write_text('"x"\n' + line)
    assert cli.main(["score", str(model), "--prompt", "x", str(tmp_path / "file")]) == 2
    assert "line 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["serve"], ["serve", "x", "--port", "70000"], ["score", "x", "y"], ["dance"]]
)
def test_bad_flags(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("command", ["serve", "score", "check"])
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert "usage" in capsys.readouterr().out


def test_flags_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_VERIFIER_MAX_BATCH", "7")
    monkeypatch.setenv("ASSAY_VERIFIER_EXIT_WITH_PARENT", "1")
    options = cli._parser().parse_args(["serve", "x", "--port", "5"])
    assert (options.max_batch, options.port, options.exit_with_parent) == (7, 5, True)
    monkeypatch.setenv("ASSAY_VERIFIER_MAX_BATCH", "many")
    with pytest.raises(SystemExit):
        cli._parser().parse_args(["serve", "x"])


def test_check_finds_this_device_right() -> None:
    said: list[str] = []
    assert check("cpu", said.append)
    assert any("segments" in line and "ok" in line for line in said)


@contextmanager
def serving(model: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], dict]]:
    """The process and its ready line."""
    command = [
        sys.executable,
        "-m",
        "assay_reward",
        "serve",
        str(model),
        "--template",
        "llama3",
        "--device",
        "cpu",
        *flags,
    ]
    env = {**os.environ, "PYTHONPATH": str(SOURCE), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    watchdog = threading.Timer(LIMIT_S, process.kill)
    watchdog.start()
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield process, json.loads(line)
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


def test_serve_drains_on_sigterm(model: Path) -> None:
    with serving(model) as (process, ready):
        assert ready["ready"] is True
        assert (ready["name"], ready["version"].startswith("tiny-rm@")) == ("reward", True)
        with grpc.insecure_channel(ready["address"]) as channel:
            method = channel.unary_stream(
                "/assay.v1.Verifier/Verify", pb.VerifyRequest.SerializeToString, pb.VerifyResponse.FromString
            )
            request = pb.VerifyRequest(
                problem=pb.Problem(prompt="two?", scoring=pb.Scoring()),
                candidates=[pb.Candidate(index=at, text="x" * at) for at in range(5)],
            )
            verdicts = [
                verdict for response in method(request, timeout=LIMIT_S) for verdict in response.verdicts
            ]
        assert sorted(verdict.index for verdict in verdicts) == [0, 1, 2, 3, 4]
        assert all(verdict.status == pb.SCORED for verdict in verdicts)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
        levels = [json.loads(line)["level"] for line in process.stderr]
        assert set(levels) == {"info"}


def test_serve_ends_with_its_parent(model: Path) -> None:
    with serving(model, "--exit-with-parent") as (process, _):
        process.stdin.close()
        assert process.wait(LIMIT_S) == 0
