from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.deploy.manifest import ROOT

RECORDER = """#!/bin/sh
echo "$CI $1 $(pwd)" >> "$RECORD"
if read -r line; then echo "was given input: $line" >> "$RECORD"; fi
test "$1" != "$FAIL_AT"
"""


def run_ci(folder: Path, *, fail_at: str = "", answer: str = "yes\n") -> tuple[int, list[str]]:
    """Run .ci/run with a `make` that writes down how it was called; give the exit code and what it wrote."""
    make = folder / "make"
    make.write_text(RECORDER)
    make.chmod(0o755)
    record = folder / "record"
    env = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "RECORD": str(record), "FAIL_AT": fail_at}
    env.pop("CI", None)
    done = subprocess.run(
        [ROOT / ".ci" / "run"], cwd=folder, env=env, input=answer, capture_output=True, text=True, check=False
    )
    return done.returncode, record.read_text().splitlines()


def test_ci_sets_up_then_checks_then_tests_from_the_root_without_asking(tmp_path: Path) -> None:
    code, calls = run_ci(tmp_path)
    assert code == 0
    assert calls == [f"true {target} {ROOT}" for target in ("install", "checks", "test")]


def test_ci_fails_at_the_first_step_that_fails(tmp_path: Path) -> None:
    code, calls = run_ci(tmp_path, fail_at="checks")
    assert code != 0
    assert [call.split()[1] for call in calls] == ["install", "checks"]


def test_the_checks_are_all_that_the_project_promises() -> None:
    dry_run = ["make", "-n", "checks"]
    done = subprocess.run(dry_run, cwd=ROOT, capture_output=True, text=True, check=True)
    for check in (
        "ruff check",
        "ruff format --check",
        "mypy",
        "lint-imports",
        "buf lint",
        "scripts/check-generated",
        "hadolint Dockerfile",
        "kubernetes-validate --strict deploy/kubernetes.yaml",
    ):
        assert check in done.stdout
