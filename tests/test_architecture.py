"""The layers hold: imports run one way, rules stay pure, views reach rows through one door."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ["organizations", "courses", "assessments", "certificates", "tracking", "training_site"]
"""From the lowest to the highest: each imports only itself and those before it."""

MODULES = sorted(
    path for layer in LAYERS for path in (ROOT / layer).rglob("*.py") if "migrations" not in path.parts
)
MEASUREMENT = [path for path in MODULES if "measurement" in path.parts]
PURE = [path for path in MODULES if path.name == "rules.py"] + [
    ROOT / "certificates" / name for name in ("numbers.py", "lifecycle.py", "schema.py")
]
VIEWS = [path for path in MODULES if path.name == "views.py" or path.parent.name == "views"]
DOORS = {
    "visible_to",
    "public",
    "live",
    "granting",
    "tracked_by",
    "reviewable_by",
    "revocable_by",
    "of",
    "with_login",
}
"""QuerySet methods that say who may see which rows."""


def imports(path: Path) -> list[tuple[ast.AST, str]]:
    """Every import statement of a module with the full name of what it imports."""
    package = list(path.relative_to(ROOT).parent.parts)
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            found.append((node, ".".join([*base, *([node.module] if node.module else [])])))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_layer_imports_only_itself_and_those_below(path):
    layer = LAYERS.index(path.relative_to(ROOT).parts[0])
    above = {*LAYERS[layer + 1 :], "bench", "tests"}

    assert [name for _, name in imports(path) if name.partition(".")[0] in above] == []


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_know_no_database(path):
    own = path.relative_to(ROOT).parent.as_posix().replace("/", ".")
    # Measurement is pure as a whole, so its modules may build on each other.
    pure = own + "." if "measurement" in path.parts else own + ".rules"
    foreign = [
        name
        for _, name in imports(path)
        if name.partition(".")[0] in {"django", "wagtail", *LAYERS} and not name.startswith(pure)
    ]

    assert foreign == []


@pytest.mark.parametrize("path", MEASUREMENT, ids=lambda path: str(path.relative_to(ROOT)))
def test_measurement_imports_numpy_scipy_and_itself(path):
    allowed = {"numpy", "scipy", *sys.stdlib_module_names}
    foreign = [
        name
        for _, name in imports(path)
        if name.partition(".")[0] not in allowed and not f"{name}.".startswith("assessments.measurement.")
    ]

    assert foreign == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_imported_inside_a_function(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "ready"
    ]
    inside = [
        f"{function.name}:{node.lineno}"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_views_reach_rows_through_a_door(path):
    """`Model.objects` in a view is followed at once by a method that says who may see the rows."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    bypassed = [
        f"{path.name}:{node.lineno} {ast.unparse(parents[node])}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "objects"
        and not (isinstance(parents[node], ast.Attribute) and parents[node].attr in DOORS)
    ]

    assert bypassed == []


def test_no_file_is_too_long():
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in MODULES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]

    assert long == []
