"""Bugs that are planted into a copy of the gate, and the checks that must notice them."""

from tests.robustness.seeded.bugs import SeededResult
from tests.robustness.seeded.page import render_section
from tests.robustness.seeded.run import run_all, run_bugs

__all__ = ["SeededResult", "render_section", "run_all", "run_bugs"]
