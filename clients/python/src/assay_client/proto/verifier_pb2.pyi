from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Normalization(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NORMALIZATION_EXACT: _ClassVar[Normalization]
    NORMALIZATION_TRIM: _ClassVar[Normalization]

class VerdictStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_STATUS_UNSPECIFIED: _ClassVar[VerdictStatus]
    CORRECT: _ClassVar[VerdictStatus]
    INCORRECT: _ClassVar[VerdictStatus]
    SCORED: _ClassVar[VerdictStatus]
    ERROR: _ClassVar[VerdictStatus]
NORMALIZATION_EXACT: Normalization
NORMALIZATION_TRIM: Normalization
VERDICT_STATUS_UNSPECIFIED: VerdictStatus
CORRECT: VerdictStatus
INCORRECT: VerdictStatus
SCORED: VerdictStatus
ERROR: VerdictStatus

class DescribeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribeResponse(_message.Message):
    __slots__ = ("name", "version", "kinds", "decides", "slots", "capacity", "max_batch", "candidate_timeout_ms", "normalization", "max_message_bytes", "pure")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    DECIDES_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    NORMALIZATION_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    PURE_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    kinds: _containers.RepeatedScalarFieldContainer[str]
    decides: bool
    slots: int
    capacity: int
    max_batch: int
    candidate_timeout_ms: int
    normalization: Normalization
    max_message_bytes: int
    pure: bool
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., kinds: _Optional[_Iterable[str]] = ..., decides: bool = ..., slots: _Optional[int] = ..., capacity: _Optional[int] = ..., max_batch: _Optional[int] = ..., candidate_timeout_ms: _Optional[int] = ..., normalization: _Optional[_Union[Normalization, str]] = ..., max_message_bytes: _Optional[int] = ..., pure: bool = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ("problem_digest", "problem", "candidates")
    PROBLEM_DIGEST_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    problem_digest: str
    problem: Problem
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    def __init__(self, problem_digest: _Optional[str] = ..., problem: _Optional[_Union[Problem, _Mapping]] = ..., candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ("verdicts",)
    VERDICTS_FIELD_NUMBER: _ClassVar[int]
    verdicts: _containers.RepeatedCompositeFieldContainer[Verdict]
    def __init__(self, verdicts: _Optional[_Iterable[_Union[Verdict, _Mapping]]] = ...) -> None: ...

class Problem(_message.Message):
    __slots__ = ("id", "dataset", "prompt", "prompt_tokens", "math_answer", "program_tests", "repository_patch", "theorem", "scoring", "custom")
    ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MATH_ANSWER_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_TESTS_FIELD_NUMBER: _ClassVar[int]
    REPOSITORY_PATCH_FIELD_NUMBER: _ClassVar[int]
    THEOREM_FIELD_NUMBER: _ClassVar[int]
    SCORING_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_FIELD_NUMBER: _ClassVar[int]
    id: str
    dataset: str
    prompt: str
    prompt_tokens: int
    math_answer: MathAnswer
    program_tests: ProgramTests
    repository_patch: RepositoryPatch
    theorem: Theorem
    scoring: Scoring
    custom: Custom
    def __init__(self, id: _Optional[str] = ..., dataset: _Optional[str] = ..., prompt: _Optional[str] = ..., prompt_tokens: _Optional[int] = ..., math_answer: _Optional[_Union[MathAnswer, _Mapping]] = ..., program_tests: _Optional[_Union[ProgramTests, _Mapping]] = ..., repository_patch: _Optional[_Union[RepositoryPatch, _Mapping]] = ..., theorem: _Optional[_Union[Theorem, _Mapping]] = ..., scoring: _Optional[_Union[Scoring, _Mapping]] = ..., custom: _Optional[_Union[Custom, _Mapping]] = ...) -> None: ...

class MathAnswer(_message.Message):
    __slots__ = ("gold", "policy")
    GOLD_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    gold: str
    policy: str
    def __init__(self, gold: _Optional[str] = ..., policy: _Optional[str] = ...) -> None: ...

class ProgramTests(_message.Message):
    __slots__ = ("language", "tests", "time_limit_s", "memory_limit_bytes", "comparer", "prefix", "test_code", "entry_point", "stop_sequences", "all_tests", "wall_limit_s", "output_limit_bytes", "language_factors", "checker", "interactor", "multi_answer", "class_inputs", "unsupported", "files", "fetch_files", "return_bytes", "as_is")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TESTS_FIELD_NUMBER: _ClassVar[int]
    TIME_LIMIT_S_FIELD_NUMBER: _ClassVar[int]
    MEMORY_LIMIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    COMPARER_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    TEST_CODE_FIELD_NUMBER: _ClassVar[int]
    ENTRY_POINT_FIELD_NUMBER: _ClassVar[int]
    STOP_SEQUENCES_FIELD_NUMBER: _ClassVar[int]
    ALL_TESTS_FIELD_NUMBER: _ClassVar[int]
    WALL_LIMIT_S_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_LIMIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FACTORS_FIELD_NUMBER: _ClassVar[int]
    CHECKER_FIELD_NUMBER: _ClassVar[int]
    INTERACTOR_FIELD_NUMBER: _ClassVar[int]
    MULTI_ANSWER_FIELD_NUMBER: _ClassVar[int]
    CLASS_INPUTS_FIELD_NUMBER: _ClassVar[int]
    UNSUPPORTED_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    FETCH_FILES_FIELD_NUMBER: _ClassVar[int]
    RETURN_BYTES_FIELD_NUMBER: _ClassVar[int]
    AS_IS_FIELD_NUMBER: _ClassVar[int]
    language: str
    tests: _containers.RepeatedCompositeFieldContainer[ProgramTest]
    time_limit_s: float
    memory_limit_bytes: int
    comparer: str
    prefix: str
    test_code: str
    entry_point: str
    stop_sequences: _containers.RepeatedScalarFieldContainer[str]
    all_tests: bool
    wall_limit_s: float
    output_limit_bytes: int
    language_factors: _containers.RepeatedCompositeFieldContainer[LanguageFactor]
    checker: JudgeProgram
    interactor: JudgeProgram
    multi_answer: bool
    class_inputs: _containers.RepeatedScalarFieldContainer[bytes]
    unsupported: str
    files: _containers.RepeatedCompositeFieldContainer[SourceFile]
    fetch_files: _containers.RepeatedScalarFieldContainer[str]
    return_bytes: int
    as_is: bool
    def __init__(self, language: _Optional[str] = ..., tests: _Optional[_Iterable[_Union[ProgramTest, _Mapping]]] = ..., time_limit_s: _Optional[float] = ..., memory_limit_bytes: _Optional[int] = ..., comparer: _Optional[str] = ..., prefix: _Optional[str] = ..., test_code: _Optional[str] = ..., entry_point: _Optional[str] = ..., stop_sequences: _Optional[_Iterable[str]] = ..., all_tests: bool = ..., wall_limit_s: _Optional[float] = ..., output_limit_bytes: _Optional[int] = ..., language_factors: _Optional[_Iterable[_Union[LanguageFactor, _Mapping]]] = ..., checker: _Optional[_Union[JudgeProgram, _Mapping]] = ..., interactor: _Optional[_Union[JudgeProgram, _Mapping]] = ..., multi_answer: bool = ..., class_inputs: _Optional[_Iterable[bytes]] = ..., unsupported: _Optional[str] = ..., files: _Optional[_Iterable[_Union[SourceFile, _Mapping]]] = ..., fetch_files: _Optional[_Iterable[str]] = ..., return_bytes: _Optional[int] = ..., as_is: bool = ...) -> None: ...

class ProgramTest(_message.Message):
    __slots__ = ("name", "input", "output", "example")
    NAME_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    name: str
    input: bytes
    output: bytes
    example: bool
    def __init__(self, name: _Optional[str] = ..., input: _Optional[bytes] = ..., output: _Optional[bytes] = ..., example: bool = ...) -> None: ...

class LanguageFactor(_message.Message):
    __slots__ = ("language", "time")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    language: str
    time: float
    def __init__(self, language: _Optional[str] = ..., time: _Optional[float] = ...) -> None: ...

class JudgeProgram(_message.Message):
    __slots__ = ("protocol", "language", "source", "files", "arguments")
    PROTOCOL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    protocol: str
    language: str
    source: str
    files: _containers.RepeatedCompositeFieldContainer[SourceFile]
    arguments: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, protocol: _Optional[str] = ..., language: _Optional[str] = ..., source: _Optional[str] = ..., files: _Optional[_Iterable[_Union[SourceFile, _Mapping]]] = ..., arguments: _Optional[_Iterable[str]] = ...) -> None: ...

class SourceFile(_message.Message):
    __slots__ = ("name", "content")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    content: bytes
    def __init__(self, name: _Optional[str] = ..., content: _Optional[bytes] = ...) -> None: ...

class RepositoryPatch(_message.Message):
    __slots__ = ("instance_id", "repo", "base_commit", "version", "test_patch", "fail_to_pass", "pass_to_pass", "image", "eval_script", "log_parser", "eval_type", "test_command", "install", "eval_commands", "setup_commands", "workdir", "timeout_s", "memory_limit_bytes", "network", "mode", "flaky")
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    REPO_FIELD_NUMBER: _ClassVar[int]
    BASE_COMMIT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TEST_PATCH_FIELD_NUMBER: _ClassVar[int]
    FAIL_TO_PASS_FIELD_NUMBER: _ClassVar[int]
    PASS_TO_PASS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    EVAL_SCRIPT_FIELD_NUMBER: _ClassVar[int]
    LOG_PARSER_FIELD_NUMBER: _ClassVar[int]
    EVAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    TEST_COMMAND_FIELD_NUMBER: _ClassVar[int]
    INSTALL_FIELD_NUMBER: _ClassVar[int]
    EVAL_COMMANDS_FIELD_NUMBER: _ClassVar[int]
    SETUP_COMMANDS_FIELD_NUMBER: _ClassVar[int]
    WORKDIR_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_S_FIELD_NUMBER: _ClassVar[int]
    MEMORY_LIMIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    NETWORK_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    FLAKY_FIELD_NUMBER: _ClassVar[int]
    instance_id: str
    repo: str
    base_commit: str
    version: str
    test_patch: str
    fail_to_pass: _containers.RepeatedScalarFieldContainer[str]
    pass_to_pass: _containers.RepeatedScalarFieldContainer[str]
    image: str
    eval_script: str
    log_parser: str
    eval_type: str
    test_command: str
    install: str
    eval_commands: _containers.RepeatedScalarFieldContainer[str]
    setup_commands: _containers.RepeatedScalarFieldContainer[str]
    workdir: str
    timeout_s: float
    memory_limit_bytes: int
    network: bool
    mode: str
    flaky: bool
    def __init__(self, instance_id: _Optional[str] = ..., repo: _Optional[str] = ..., base_commit: _Optional[str] = ..., version: _Optional[str] = ..., test_patch: _Optional[str] = ..., fail_to_pass: _Optional[_Iterable[str]] = ..., pass_to_pass: _Optional[_Iterable[str]] = ..., image: _Optional[str] = ..., eval_script: _Optional[str] = ..., log_parser: _Optional[str] = ..., eval_type: _Optional[str] = ..., test_command: _Optional[str] = ..., install: _Optional[str] = ..., eval_commands: _Optional[_Iterable[str]] = ..., setup_commands: _Optional[_Iterable[str]] = ..., workdir: _Optional[str] = ..., timeout_s: _Optional[float] = ..., memory_limit_bytes: _Optional[int] = ..., network: bool = ..., mode: _Optional[str] = ..., flaky: bool = ...) -> None: ...

class Theorem(_message.Message):
    __slots__ = ("name", "header", "statement", "toolchain", "set", "sha256", "time_limit_s", "memory_limit_bytes", "max_heartbeats", "independent", "axioms")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    TOOLCHAIN_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    TIME_LIMIT_S_FIELD_NUMBER: _ClassVar[int]
    MEMORY_LIMIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_HEARTBEATS_FIELD_NUMBER: _ClassVar[int]
    INDEPENDENT_FIELD_NUMBER: _ClassVar[int]
    AXIOMS_FIELD_NUMBER: _ClassVar[int]
    name: str
    header: str
    statement: str
    toolchain: str
    set: str
    sha256: str
    time_limit_s: float
    memory_limit_bytes: int
    max_heartbeats: int
    independent: str
    axioms: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., header: _Optional[str] = ..., statement: _Optional[str] = ..., toolchain: _Optional[str] = ..., set: _Optional[str] = ..., sha256: _Optional[str] = ..., time_limit_s: _Optional[float] = ..., memory_limit_bytes: _Optional[int] = ..., max_heartbeats: _Optional[int] = ..., independent: _Optional[str] = ..., axioms: _Optional[_Iterable[str]] = ...) -> None: ...

class Scoring(_message.Message):
    __slots__ = ("turns", "system")
    TURNS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    turns: _containers.RepeatedCompositeFieldContainer[Turn]
    system: str
    def __init__(self, turns: _Optional[_Iterable[_Union[Turn, _Mapping]]] = ..., system: _Optional[str] = ...) -> None: ...

class Turn(_message.Message):
    __slots__ = ("role", "content")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    role: str
    content: str
    def __init__(self, role: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class Custom(_message.Message):
    __slots__ = ("kind", "json")
    KIND_FIELD_NUMBER: _ClassVar[int]
    JSON_FIELD_NUMBER: _ClassVar[int]
    kind: str
    json: str
    def __init__(self, kind: _Optional[str] = ..., json: _Optional[str] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("index", "text", "tokens")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    index: int
    text: str
    tokens: int
    def __init__(self, index: _Optional[int] = ..., text: _Optional[str] = ..., tokens: _Optional[int] = ...) -> None: ...

class Verdict(_message.Message):
    __slots__ = ("index", "status", "reason", "message", "score", "answer", "answer_class", "parts", "times", "retryable")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    ANSWER_CLASS_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    index: int
    status: VerdictStatus
    reason: str
    message: str
    score: float
    answer: str
    answer_class: str
    parts: _containers.RepeatedCompositeFieldContainer[Part]
    times: Times
    retryable: bool
    def __init__(self, index: _Optional[int] = ..., status: _Optional[_Union[VerdictStatus, str]] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., score: _Optional[float] = ..., answer: _Optional[str] = ..., answer_class: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[Part, _Mapping]]] = ..., times: _Optional[_Union[Times, _Mapping]] = ..., retryable: bool = ...) -> None: ...

class Part(_message.Message):
    __slots__ = ("name", "status", "reason", "message", "score", "times", "example", "run")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    name: str
    status: VerdictStatus
    reason: str
    message: str
    score: float
    times: Times
    example: bool
    run: ProgramRun
    def __init__(self, name: _Optional[str] = ..., status: _Optional[_Union[VerdictStatus, str]] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., score: _Optional[float] = ..., times: _Optional[_Union[Times, _Mapping]] = ..., example: bool = ..., run: _Optional[_Union[ProgramRun, _Mapping]] = ...) -> None: ...

class ProgramRun(_message.Message):
    __slots__ = ("exit_code", "signal", "memory_bytes", "output_bytes", "truncated", "output")
    EXIT_CODE_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_BYTES_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    exit_code: int
    signal: int
    memory_bytes: int
    output_bytes: int
    truncated: bool
    output: ProgramOutput
    def __init__(self, exit_code: _Optional[int] = ..., signal: _Optional[int] = ..., memory_bytes: _Optional[int] = ..., output_bytes: _Optional[int] = ..., truncated: bool = ..., output: _Optional[_Union[ProgramOutput, _Mapping]] = ...) -> None: ...

class ProgramOutput(_message.Message):
    __slots__ = ("stdout", "stderr", "files")
    STDOUT_FIELD_NUMBER: _ClassVar[int]
    STDERR_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    stdout: bytes
    stderr: bytes
    files: _containers.RepeatedCompositeFieldContainer[SourceFile]
    def __init__(self, stdout: _Optional[bytes] = ..., stderr: _Optional[bytes] = ..., files: _Optional[_Iterable[_Union[SourceFile, _Mapping]]] = ...) -> None: ...

class Times(_message.Message):
    __slots__ = ("queue_us", "service_us", "cpu_us")
    QUEUE_US_FIELD_NUMBER: _ClassVar[int]
    SERVICE_US_FIELD_NUMBER: _ClassVar[int]
    CPU_US_FIELD_NUMBER: _ClassVar[int]
    queue_us: int
    service_us: int
    cpu_us: int
    def __init__(self, queue_us: _Optional[int] = ..., service_us: _Optional[int] = ..., cpu_us: _Optional[int] = ...) -> None: ...
