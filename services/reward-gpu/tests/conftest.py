"""For all tests: hypothesis leaves nothing in the repository, and slow machines fail no test."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")
settings.register_profile("assay", database=None, deadline=None)
settings.load_profile("assay")
