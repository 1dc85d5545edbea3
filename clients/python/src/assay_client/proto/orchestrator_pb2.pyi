from . import verifier_pb2 as _verifier_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RunState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RUN_STATE_UNSPECIFIED: _ClassVar[RunState]
    OPEN: _ClassVar[RunState]
    COMPLETE: _ClassVar[RunState]
    CANCELLED: _ClassVar[RunState]

class VerdictSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_SOURCE_UNSPECIFIED: _ClassVar[VerdictSource]
    JUDGED: _ClassVar[VerdictSource]
    SHARED: _ClassVar[VerdictSource]
    STORED: _ClassVar[VerdictSource]
    SKIPPED: _ClassVar[VerdictSource]

class ReplicaState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPLICA_STATE_UNSPECIFIED: _ClassVar[ReplicaState]
    CONNECTING: _ClassVar[ReplicaState]
    READY: _ClassVar[ReplicaState]
    EJECTED: _ClassVar[ReplicaState]
    DRAINING: _ClassVar[ReplicaState]
RUN_STATE_UNSPECIFIED: RunState
OPEN: RunState
COMPLETE: RunState
CANCELLED: RunState
VERDICT_SOURCE_UNSPECIFIED: VerdictSource
JUDGED: VerdictSource
SHARED: VerdictSource
STORED: VerdictSource
SKIPPED: VerdictSource
REPLICA_STATE_UNSPECIFIED: ReplicaState
CONNECTING: ReplicaState
READY: ReplicaState
EJECTED: ReplicaState
DRAINING: ReplicaState

class CreateRunRequest(_message.Message):
    __slots__ = ("id", "verifiers", "early_stop", "max_attempts", "labels", "uncached", "priority", "weight", "max_in_flight")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    VERIFIERS_FIELD_NUMBER: _ClassVar[int]
    EARLY_STOP_FIELD_NUMBER: _ClassVar[int]
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    UNCACHED_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    id: str
    verifiers: _containers.RepeatedScalarFieldContainer[str]
    early_stop: bool
    max_attempts: int
    labels: _containers.ScalarMap[str, str]
    uncached: bool
    priority: int
    weight: float
    max_in_flight: int
    def __init__(self, id: _Optional[str] = ..., verifiers: _Optional[_Iterable[str]] = ..., early_stop: bool = ..., max_attempts: _Optional[int] = ..., labels: _Optional[_Mapping[str, str]] = ..., uncached: bool = ..., priority: _Optional[int] = ..., weight: _Optional[float] = ..., max_in_flight: _Optional[int] = ...) -> None: ...

class Run(_message.Message):
    __slots__ = ("id", "verifiers", "early_stop", "max_attempts", "labels", "state", "created_ms", "uncached", "priority", "weight", "max_in_flight", "tenant")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    VERIFIERS_FIELD_NUMBER: _ClassVar[int]
    EARLY_STOP_FIELD_NUMBER: _ClassVar[int]
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CREATED_MS_FIELD_NUMBER: _ClassVar[int]
    UNCACHED_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    id: str
    verifiers: _containers.RepeatedScalarFieldContainer[str]
    early_stop: bool
    max_attempts: int
    labels: _containers.ScalarMap[str, str]
    state: RunState
    created_ms: float
    uncached: bool
    priority: int
    weight: float
    max_in_flight: int
    tenant: str
    def __init__(self, id: _Optional[str] = ..., verifiers: _Optional[_Iterable[str]] = ..., early_stop: bool = ..., max_attempts: _Optional[int] = ..., labels: _Optional[_Mapping[str, str]] = ..., state: _Optional[_Union[RunState, str]] = ..., created_ms: _Optional[float] = ..., uncached: bool = ..., priority: _Optional[int] = ..., weight: _Optional[float] = ..., max_in_flight: _Optional[int] = ..., tenant: _Optional[str] = ...) -> None: ...

class SubmitRequest(_message.Message):
    __slots__ = ("run", "problems", "candidates", "complete", "input_share")
    RUN_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    INPUT_SHARE_FIELD_NUMBER: _ClassVar[int]
    run: str
    problems: _containers.RepeatedCompositeFieldContainer[_verifier_pb2.Problem]
    candidates: _containers.RepeatedCompositeFieldContainer[SubmittedCandidates]
    complete: bool
    input_share: float
    def __init__(self, run: _Optional[str] = ..., problems: _Optional[_Iterable[_Union[_verifier_pb2.Problem, _Mapping]]] = ..., candidates: _Optional[_Iterable[_Union[SubmittedCandidates, _Mapping]]] = ..., complete: bool = ..., input_share: _Optional[float] = ...) -> None: ...

class SubmittedCandidates(_message.Message):
    __slots__ = ("problem", "candidates")
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    problem: str
    candidates: _containers.RepeatedCompositeFieldContainer[_verifier_pb2.Candidate]
    def __init__(self, problem: _Optional[str] = ..., candidates: _Optional[_Iterable[_Union[_verifier_pb2.Candidate, _Mapping]]] = ...) -> None: ...

class SubmitResponse(_message.Message):
    __slots__ = ("verdicts",)
    VERDICTS_FIELD_NUMBER: _ClassVar[int]
    verdicts: _containers.RepeatedCompositeFieldContainer[RunVerdict]
    def __init__(self, verdicts: _Optional[_Iterable[_Union[RunVerdict, _Mapping]]] = ...) -> None: ...

class RunVerdict(_message.Message):
    __slots__ = ("problem", "candidate", "verifier", "source", "verdict")
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    problem: str
    candidate: int
    verifier: str
    source: VerdictSource
    verdict: _verifier_pb2.Verdict
    def __init__(self, problem: _Optional[str] = ..., candidate: _Optional[int] = ..., verifier: _Optional[str] = ..., source: _Optional[_Union[VerdictSource, str]] = ..., verdict: _Optional[_Union[_verifier_pb2.Verdict, _Mapping]] = ...) -> None: ...

class WatchRunRequest(_message.Message):
    __slots__ = ("run", "once", "interval_ms")
    RUN_FIELD_NUMBER: _ClassVar[int]
    ONCE_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_MS_FIELD_NUMBER: _ClassVar[int]
    run: str
    once: bool
    interval_ms: int
    def __init__(self, run: _Optional[str] = ..., once: bool = ..., interval_ms: _Optional[int] = ...) -> None: ...

class RunProgress(_message.Message):
    __slots__ = ("run", "problems", "submitted", "done", "judged", "shared", "stored", "skipped", "errors", "correct", "rate", "input_share")
    RUN_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    JUDGED_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    STORED_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    CORRECT_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    INPUT_SHARE_FIELD_NUMBER: _ClassVar[int]
    run: Run
    problems: int
    submitted: int
    done: int
    judged: int
    shared: int
    stored: int
    skipped: int
    errors: int
    correct: int
    rate: float
    input_share: float
    def __init__(self, run: _Optional[_Union[Run, _Mapping]] = ..., problems: _Optional[int] = ..., submitted: _Optional[int] = ..., done: _Optional[int] = ..., judged: _Optional[int] = ..., shared: _Optional[int] = ..., stored: _Optional[int] = ..., skipped: _Optional[int] = ..., errors: _Optional[int] = ..., correct: _Optional[int] = ..., rate: _Optional[float] = ..., input_share: _Optional[float] = ...) -> None: ...

class GetReportRequest(_message.Message):
    __slots__ = ("run", "level")
    RUN_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    run: str
    level: float
    def __init__(self, run: _Optional[str] = ..., level: _Optional[float] = ...) -> None: ...

class GetReportResponse(_message.Message):
    __slots__ = ("json",)
    JSON_FIELD_NUMBER: _ClassVar[int]
    json: str
    def __init__(self, json: _Optional[str] = ...) -> None: ...

class ListRunsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListRunsResponse(_message.Message):
    __slots__ = ("runs",)
    RUNS_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[Run]
    def __init__(self, runs: _Optional[_Iterable[_Union[Run, _Mapping]]] = ...) -> None: ...

class ListVerifiersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListVerifiersResponse(_message.Message):
    __slots__ = ("verifiers",)
    VERIFIERS_FIELD_NUMBER: _ClassVar[int]
    verifiers: _containers.RepeatedCompositeFieldContainer[VerifierStatus]
    def __init__(self, verifiers: _Optional[_Iterable[_Union[VerifierStatus, _Mapping]]] = ...) -> None: ...

class VerifierStatus(_message.Message):
    __slots__ = ("name", "replicas", "queued", "work_s", "slots", "waiting")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    WORK_S_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    name: str
    replicas: _containers.RepeatedCompositeFieldContainer[ReplicaStatus]
    queued: int
    work_s: float
    slots: int
    waiting: int
    def __init__(self, name: _Optional[str] = ..., replicas: _Optional[_Iterable[_Union[ReplicaStatus, _Mapping]]] = ..., queued: _Optional[int] = ..., work_s: _Optional[float] = ..., slots: _Optional[int] = ..., waiting: _Optional[int] = ...) -> None: ...

class ReplicaStatus(_message.Message):
    __slots__ = ("address", "state", "description", "in_flight", "window", "service_ms", "verdicts", "faults", "last_fault", "rate", "occupied")
    class FaultsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    SERVICE_MS_FIELD_NUMBER: _ClassVar[int]
    VERDICTS_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    LAST_FAULT_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    OCCUPIED_FIELD_NUMBER: _ClassVar[int]
    address: str
    state: ReplicaState
    description: _verifier_pb2.DescribeResponse
    in_flight: int
    window: int
    service_ms: float
    verdicts: int
    faults: _containers.ScalarMap[str, int]
    last_fault: str
    rate: float
    occupied: float
    def __init__(self, address: _Optional[str] = ..., state: _Optional[_Union[ReplicaState, str]] = ..., description: _Optional[_Union[_verifier_pb2.DescribeResponse, _Mapping]] = ..., in_flight: _Optional[int] = ..., window: _Optional[int] = ..., service_ms: _Optional[float] = ..., verdicts: _Optional[int] = ..., faults: _Optional[_Mapping[str, int]] = ..., last_fault: _Optional[str] = ..., rate: _Optional[float] = ..., occupied: _Optional[float] = ...) -> None: ...

class CancelRunRequest(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: str
    def __init__(self, run: _Optional[str] = ...) -> None: ...

class RegisterVerifierRequest(_message.Message):
    __slots__ = ("address", "drain")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    address: str
    drain: bool
    def __init__(self, address: _Optional[str] = ..., drain: bool = ...) -> None: ...

class RegisterVerifierResponse(_message.Message):
    __slots__ = ("lease_s",)
    LEASE_S_FIELD_NUMBER: _ClassVar[int]
    lease_s: int
    def __init__(self, lease_s: _Optional[int] = ...) -> None: ...
