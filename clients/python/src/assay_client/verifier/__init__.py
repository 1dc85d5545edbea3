"""A verifier of your own: one function becomes a service. Needs `pip install assay-client[verifier]`.

from assay_client.verifier import Definition, correct, incorrect, run_verifier

def verify(problem, candidate, context):
    return correct() if candidate.text.isupper() else incorrect("wrong_answer", message="not loud enough")

if __name__ == "__main__":
    run_verifier(Definition(name="shout", version="1", kinds=["shout"], verify=verify))
"""

from .definition import Context, Definition, correct, error, incorrect, scored
from .main import run_verifier

__all__ = ["Context", "Definition", "correct", "error", "incorrect", "run_verifier", "scored"]
