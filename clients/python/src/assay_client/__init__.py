"""Client of Assay: candidates in, verdicts out. See the README."""

from . import forking as _forking  # First: it says how gRPC is loaded.
from .aio import AsyncClient
from .child import Assay, start
from .client import Client
from .errors import AssayError
from .values import (
    Candidate,
    Part,
    Problem,
    Progress,
    Run,
    Source,
    Status,
    Verdict,
    VerifierStatus,
    custom_problem,
    math_problem,
    problem_digest,
    program_problem,
    scoring_problem,
    theorem_problem,
)
from .wire import TLS

__version__ = "0.1.0"

__all__ = [
    "TLS",
    "Assay",
    "AssayError",
    "AsyncClient",
    "Candidate",
    "Client",
    "Part",
    "Problem",
    "Progress",
    "Run",
    "Source",
    "Status",
    "Verdict",
    "VerifierStatus",
    "custom_problem",
    "math_problem",
    "problem_digest",
    "program_problem",
    "scoring_problem",
    "start",
    "theorem_problem",
]

del _forking
