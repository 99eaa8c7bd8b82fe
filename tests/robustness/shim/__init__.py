"""Disks that lose power, fill up, fail and stall: a preloaded library, and stores that run under it."""

from tests.robustness.shim.compiled import NoCompilerError, compiled_shim
from tests.robustness.shim.disk import Disk
from tests.robustness.shim.store import ShimmedStore

__all__ = ["Disk", "NoCompilerError", "ShimmedStore", "compiled_shim"]
