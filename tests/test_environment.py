"""What the environment sets is used, told to be wrong, or not set; never dropped."""

import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore import environment
from aecore.__main__ import main
from aecore.compute.workers import Workers
from aecore.data import own
from aecore.environment import ALL_GPUS, DATA, MEMORY, NAMES, RUNS, SCHEDULER, SLOTS
from aecore.runs.space import drop_trash
from aecore.runs.store import NotFound, RunStore
from aecore.training.experiment import Experiment

ROOT = Path(__file__).parents[1]
ALL = (RUNS, DATA, SLOTS, MEMORY, SCHEDULER, ALL_GPUS, NAMES)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ALL:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("text", ["", "  "])
def test_empty_counts_as_not_set(text, monkeypatch):
    for name in ALL:
        monkeypatch.setenv(name, text)
    assert environment.problems() == []
    assert environment.runs_directory() == Path("runs")
    assert environment.data_directory() == Path("datasets") == own.own_directory()
    assert environment.slots() == 1 and environment.memory() is None
    assert environment.scheduler() is None and Workers().address is None
    assert not environment.all_gpus() and not environment.names_shown()


@pytest.mark.parametrize(
    "name, text, read, value",
    [
        (RUNS, "~/runs", environment.runs_directory, Path.home() / "runs"),
        (DATA, "~/sets", environment.data_directory, Path.home() / "sets"),
        (SLOTS, " 3 ", environment.slots, 3),
        (MEMORY, "0.5", environment.memory, 500_000_000),
        (SCHEDULER, "tcp://host:8786", environment.scheduler, "tcp://host:8786"),
        (SCHEDULER, "10.0.0.1:8786", environment.scheduler, "10.0.0.1:8786"),
        (SCHEDULER, "tls://[::1]:8786", environment.scheduler, "tls://[::1]:8786"),
        (ALL_GPUS, "1", environment.all_gpus, True),
        (NAMES, "0", environment.names_shown, False),
    ],
)
def test_what_is_set_is_used(name, text, read, value, monkeypatch):
    monkeypatch.setenv(name, text)
    assert read() == value and environment.problems() == []


WRONG = [
    (RUNS, __file__),
    (DATA, __file__),
    *((SLOTS, text) for text in ("two", "0", "-1", "1.5", "65", "²", "1 2")),
    *((MEMORY, text) for text in ("2GB", "2 GB", "0", "-1", "nan", "inf", "1,5", "all")),
    *((SCHEDULER, text) for text in ("HOST", "tcp://HOST", "http://a b:1", "8786")),
    *((name, text) for name in (ALL_GPUS, NAMES) for text in ("yes", "true", "2")),
]


@pytest.mark.parametrize("name, text", WRONG)
def test_a_wrong_value_is_told_by_the_command_line(name, text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, text)
    (problem,) = environment.problems()
    assert main(["runs"]) == 2
    printed = capsys.readouterr()
    assert printed.err == f"{problem}\n" and printed.out == ""
    assert name in str(problem) and repr(text) in str(problem)


def test_wrong_values_are_told_by_every_page_instead_of_its_content(tmp_path, monkeypatch):
    monkeypatch.setenv(RUNS, str(tmp_path))
    monkeypatch.setenv(MEMORY, "2GB")
    monkeypatch.setenv(SLOTS, "many")
    for page in ("app.py", "pages/runs.py", "pages/deep.py"):
        app = AppTest.from_file(str(ROOT / page), default_timeout=PATIENCE).run()
        slots, memory = [error.value for error in app.error]
        assert "many" in slots and "2GB" in memory
        assert not app.exception and not app.title


def test_one_file_reads_the_environment():
    """Another place would have its own idea of empty and wrong values."""
    for path in (ROOT / "aecore").rglob("*.py"):
        if path.name != "environment.py":
            assert '"AUTOENCODER_STUDIO_' not in path.read_text("utf-8"), path


def test_readme_describes_every_variable():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in ALL if name not in readme] == []


# folders that are none of ours


@pytest.fixture
def mixed(tmp_path) -> RunStore:
    """A folder that holds a run, and much that is none."""
    RunStore(tmp_path).create(Experiment.of("linear", dataset="digits", epochs=1))
    for name in ("aecore", "linear", "deep", "deep-notes", "sparse-matrices", "photos-2024"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("mine")
    for name in ("thesis", "my-deep-net"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "experiment.json").write_text("{}")
    (tmp_path / "deep-link").symlink_to(next(tmp_path.glob("linear-*")))
    for name in (".trash-1000", ".trash-0123abcd", ".trash-", ".deleted-0123abcd", ".deleted-x"):
        (tmp_path / name / "deep-notes").mkdir(parents=True)
        (tmp_path / name / "deep-notes" / "mine.txt").write_text("mine")
        os.utime(tmp_path / name, (0, 0))  # put aside long ago, if it were ours
    return RunStore(tmp_path)


def test_only_run_folders_are_listed(mixed):
    (run,) = mixed.runs()
    assert run.experiment.dataset == "digits"
    for folder in mixed.directory.iterdir():
        if folder.name in ("deep", "linear"):
            assert mixed.get(folder.name).shipped
        elif folder != run.path:
            with pytest.raises(NotFound):
                mixed.get(folder.name)


def test_only_run_folders_are_removed(mixed, monkeypatch):
    monkeypatch.setenv(DATA, str(mixed.directory))
    (run,) = mixed.runs()
    kept = {path for path in mixed.directory.rglob("*") if run.path not in (path, *path.parents)}
    assert mixed.trash() == []
    mixed.cancel(run)
    assert drop_trash(mixed) > 0
    key = "own-mine-28-grey-01234567"
    (mixed.directory / key).mkdir()
    own.put_back(own.put_aside(key))  # clears what was put aside an hour ago, too
    (mixed.directory / key).rmdir()
    assert set(mixed.directory.rglob("*")) == kept


def test_an_empty_variable_lists_none_of_the_programs_own_folders(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(RUNS, "")
    assert environment.runs_directory().resolve() == ROOT / "runs"
    assert RunStore(ROOT).runs() == []
