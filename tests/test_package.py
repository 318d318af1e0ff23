"""`pip install .` gives the whole program: package, pages, settings, and its command."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REQUIREMENTS = [
    line.partition("#")[0].strip()
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    if line.partition("#")[0].strip()
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-build-isolation", "--no-deps", "--no-index", "-q", "-w", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as file:
        yield file


def metadata(wheel: zipfile.ZipFile, name: str) -> str:
    (path,) = [each for each in wheel.namelist() if each.endswith(f".dist-info/{name}")]
    return wheel.read(path).decode()


def test_the_wheel_holds_all_that_runs(wheel):
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(
        ["git", "ls-files", "aecore"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    pages = {f"aecore/app/pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    beside = {"aecore/app/app.py", "aecore/app/.streamlit/config.toml", *pages}
    assert set(tracked) | beside <= names
    assert {name.split("/")[0] for name in names} == {"aecore"}
    settings = wheel.read("aecore/app/.streamlit/config.toml").decode()
    assert tomllib.loads(settings)["server"]["address"] == "127.0.0.1"


def test_the_wheel_has_its_command_and_needs_what_is_pinned(wheel):
    assert "autoencoder-studio = aecore.__main__:main" in metadata(wheel, "entry_points.txt")
    lines = metadata(wheel, "METADATA").splitlines()
    assert {line for line in lines if line.startswith("Requires-Python: ")} == {
        "Requires-Python: <3.14,>=3.11"
    }
    needed = {line.removeprefix("Requires-Dist: ") for line in lines if "Requires-Dist" in line}
    assert {each.lower() for each in needed} == {
        each.lower() for each in REQUIREMENTS if " @ " not in each
    }


def test_what_is_imported_is_required():
    required = {re.split("[=@ ]", each)[0].lower() for each in REQUIREMENTS}
    known = packages_distributions()
    for path in (*(ROOT / "aecore").rglob("*.py"), *(ROOT / "pages").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names:
                distributions = {each.lower() for each in known.get(name, [])}
                assert name == "aecore" or distributions & required, f"{path} imports {name}"


def test_a_gpu_needs_the_same_tensorflow():
    lines = (ROOT / "requirements-gpu.txt").read_text("utf-8").splitlines()
    _, whole, cuda = lines
    assert whole == "-r requirements.txt"
    assert cuda.replace("[and-cuda]", "") in REQUIREMENTS


@pytest.mark.parametrize("version", ["3.10", "3.14"])
def test_another_python_is_told_in_a_sentence(version):
    """pip names the file of a requirement that is not there."""
    from urllib.parse import unquote

    from packaging.requirements import Requirement

    (line,) = [each for each in REQUIREMENTS if " @ " in each]
    requirement = Requirement(line)
    assert requirement.marker.evaluate({"python_version": version})
    assert not requirement.marker.evaluate({"python_version": "3.11"})
    assert not requirement.marker.evaluate({"python_version": "3.13"})
    assert unquote(requirement.url).endswith("/Autoencoder Studio needs Python 3.11, 3.12 or 3.13")


def test_the_dashboard_is_opened_from_any_folder(tmp_path, monkeypatch):
    from aecore.__main__ import main

    given = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.execv", lambda path, arguments: given.append(arguments))
    assert main(["dashboard", "--", "--server.port", "8600"]) == 0
    ((python, safe, *arguments),) = given
    assert (python, safe) == (sys.executable, "-P")
    assert arguments == ["-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", "8600"]
