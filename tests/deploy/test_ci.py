from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.manifest import ROOT

RECORDER = """#!/bin/sh
echo "$CI $1 $(pwd)" >> "$RECORD"
if read -r line; then echo "was given input: $line" >> "$RECORD"; fi
test "$1" != "$FAIL_AT"
"""


def run_ci(folder: Path, *, fail_at: str = "", answer: str = "yes\n") -> tuple[int, list[str]]:
    """Run .ci/run with a `make` that writes down how it was called; give the exit code and what it wrote."""
    for name, text in (
        ("make", RECORDER),
        ("redis-server", "#!/bin/sh\n"),
    ):  # as if it were installed: nothing is fetched
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
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


@pytest.mark.parametrize("stubs", [{}, {"apt-get": "exit 100"}, {"apt-get": "exit 0", "id": "echo 1000"}])
def test_a_machine_on_which_redis_cannot_be_installed_goes_on_without_it(tmp_path: Path, stubs: dict[str, str]) -> None:
    """The tests on it are then skipped. Only stubs are found, so nothing changes the system."""
    for name in ("bash", "env", "id", "timeout"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    for name, text in ({"sudo": "exit 1", "tee": "exit 0", "chmod": "exit 0", "rm": "exit 0"} | stubs).items():
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    script = ROOT / "scripts" / "install-redis"
    done = subprocess.run([script], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "tests on it will be skipped" in done.stdout
