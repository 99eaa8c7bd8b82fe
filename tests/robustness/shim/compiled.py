"""Makes the library from its source, once for each process that wants it."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
_COMPILERS = ("cc", "gcc", "clang")
_COMPILE_TIMEOUT_S = 60


class NoCompilerError(Exception):
    """The library cannot be made on this machine. The text says why, for whoever skips a test by it."""


@cache
def compiled_shim() -> Path:
    """Give the library's path; it is removed when this process ends. Raises `NoCompilerError`."""
    if sys.platform != "linux":
        raise NoCompilerError("the disk shim needs Linux: it is preloaded, and reads /proc")
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None:
        raise NoCompilerError(f"the disk shim needs a C compiler, and none of {', '.join(_COMPILERS)} is installed")
    folder = Path(tempfile.mkdtemp(prefix="gate-shim-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = folder / "shim.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(library), str(SOURCE)]
    made = subprocess.run([*command, "-ldl"], capture_output=True, text=True, timeout=_COMPILE_TIMEOUT_S, check=False)
    if made.returncode != 0:
        raise AssertionError(f"{SOURCE.name} does not compile:\n{made.stderr}")
    return library
