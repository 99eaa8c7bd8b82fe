"""docs/architecture.md against the tree and the contracts of import-linter."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tests.docs import pages

PAGE = "architecture.md"
LAYERS = pages.table(PAGE, "layer", "folder")


def top_level_imports(folder: Path) -> set[str]:
    """Give the layers of gate_service, and the other packages, that the files of a folder import anywhere."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            found |= {name.split(".")[1] if name.startswith("gate_service.") else name.split(".")[0] for name in names}
    return found


def test_the_layers_are_those_that_the_linter_enforces_in_that_order() -> None:
    contracts = tomllib.loads((pages.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (enforced,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    assert [pages.plain(row["layer"]) for row in LAYERS] == [part for line in enforced for part in line.split(" | ")]


@pytest.mark.parametrize("row", LAYERS, ids=lambda row: pages.plain(row["layer"]))
def test_a_layer_imports_no_layer_that_its_row_does_not_name(row: pages.Row) -> None:
    layers = {pages.plain(each["layer"]) for each in LAYERS}
    folder = pages.ROOT / pages.plain(row["folder"])
    allowed = set(pages.code(row["may import"])) | {pages.plain(row["layer"])}
    if "everything below" in row["may import"]:
        allowed = {pages.plain(each["layer"]) for each in LAYERS[LAYERS.index(row) :]}
    assert top_level_imports(folder) & layers <= allowed


def test_every_folder_of_the_service_is_a_layer() -> None:
    folders = {path.name for path in (pages.ROOT / "gate_service").iterdir() if (path / "__init__.py").exists()}
    assert folders == {pages.plain(row["layer"]) for row in LAYERS}
