"""Imports go one way, and the web server never loads TensorFlow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {  # room → rooms of aecore it may import
    "data": set(),
    "models": {"data"},
    "training": {"data", "models"},
    "runs": {"data", "models", "training"},
    "analysis": {"data", "models"},
    "figures": {"data", "analysis"},
    "compute": {"data", "models", "training", "runs", "analysis"},
    "dashboard": {"data", "models", "training", "runs", "analysis", "figures", "compute"},
    "arguments": {"models", "training", "runs"},
    "commands": {"data", "models", "training", "runs", "analysis", "compute"},
    "__main__": {
        *("data", "models", "training", "runs", "analysis", "compute"),
        *("arguments", "commands"),
    },
    "__init__": set(),
}
FILES = sorted((ROOT / "aecore").rglob("*.py"))


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(ROOT / "aecore").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    names = imports(path)
    rooms = {name.split(".")[1] for name in names if name.startswith("aecore.")}
    assert rooms - {room(path)} <= MAY_IMPORT[room(path)]
    outside = {name.split(".")[0] for name in names}
    if room(path) != "dashboard":
        assert "streamlit" not in outside
    if room(path) in ("figures", "dashboard"):
        assert not outside & {"keras", "tensorflow"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 260


@pytest.mark.parametrize(
    "module",
    [
        "aecore.models",
        "aecore.training.experiment",
        "aecore.runs.store",
        "aecore.compute.jobs",
        "aecore.compute.calls",
        "aecore.runs.anatomy",
        "aecore.runs.bundle",
        "aecore.dashboard.type_page",
        "aecore.dashboard.home",
        "aecore.dashboard.data",
        "aecore.dashboard.runs",
        "aecore.dashboard.sweeps",
        "aecore.__main__",
    ],
)
def test_what_the_server_imports_loads_no_tensorflow(module):
    heavy = "{'keras', 'tensorflow', 'sklearn', 'openTSNE'}"
    code = f"import {module}, sys; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_every_type_has_its_page():
    from aecore.models import AUTOENCODERS

    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {
        *("data", "runs", "sweeps"),
        *AUTOENCODERS,
    }
    for key in AUTOENCODERS:
        assert f'type_page("{key}", ABOUT' in (ROOT / "pages" / f"{key}.py").read_text("utf-8")
