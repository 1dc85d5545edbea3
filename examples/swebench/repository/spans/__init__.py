"""Half-open spans of whole numbers."""

from spans.merge import covered, merge

__all__ = ["covered", "merge"]
