"""The directory of runs."""

import contextlib
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aecore.data.datasets import source
from aecore.data.own import is_own
from aecore.data.refusal import Refusal
from aecore.data.unfinished import sweep_up, unfinished
from aecore.models import AUTOENCODERS
from aecore.runs.files import write_json
from aecore.runs.owner import NotYours, Visitor, check_change, may_see, set_owner
from aecore.runs.run import SHIPPED_MODELS, Run, RunDamaged
from aecore.runs.status import Status
from aecore.training.experiment import Experiment

TRASH = re.compile(r"\.trash-[0-9a-f]{8}")
UNDO_SECONDS = 3600
BESIDE = (".maps", ".sweeps", ".shipped/*")  # folders beside the runs in which files are written
MADE_OF = ("status.json", "experiment.json", "origin.json")  # at least one of them is in a run
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}")


class NotFound(Refusal):
    """There is no such run or sweep; the text names it."""


class DeletionRefused(Refusal):
    """A run cannot be deleted or restored; the text says why."""


@dataclass(frozen=True)
class Aside:
    """A deleted run that can be restored: its id, and its hidden folder."""

    id: str
    folder: str


class RunStore:
    """The runs in a directory, which is created when it is first written to.

    Args:
        directory: with one folder per run.
        visitor: where visitors log in: the store shows their own runs and shared ones.
    """

    def __init__(self, directory: Path | str, visitor: Visitor | None = None):
        self.directory = Path(directory).expanduser().resolve()
        self.visitor = visitor

    def create(self, experiment: Experiment) -> Run:
        """A new run, queued; others see it once it is complete.

        Raises:
            DataUnavailable: its data set is not on this machine.
        """
        learnt = source(experiment.dataset)
        with self.making(self.new_path(experiment.autoencoder.key).name) as run:
            write_json(run.path / "experiment.json", experiment.to_dict())
            if is_own(experiment.dataset):
                write_json(run.path / "data.json", learnt.to_dict())
            run.write_status(Status(created=time.time(), epochs=experiment.epochs))
            return self.adopt(run)

    @contextlib.contextmanager
    def making(self, id: str) -> Iterator[Run]:
        """A hidden run to be filled with files; it is deleted unless it is adopted.

        Args:
            id: the preferred id.
        """
        with unfinished(self.directory) as hidden:
            run = Run(hidden / (id if _ID.fullmatch(id) else "run"))
            run.path.mkdir()
            set_owner(run, self.visitor)
            yield run

    def adopt(self, run: Run) -> Run:
        """Moves a hidden run into the store, under its id if no other has that, or ships."""
        preferred = self.directory / run.id
        taken = preferred.exists() or (SHIPPED_MODELS / run.id).exists()
        free = run.id.startswith(f"{run.key}-") and not taken
        target = preferred if free else self.new_path(run.key)
        run.path.rename(target)
        return Run(target)

    def new_path(self, key: str) -> Path:
        """An unused path for a new run of a type."""
        while True:
            stamp = time.strftime("%Y%m%d-%H%M%S")
            path = self.directory / f"{key}-{stamp}-{secrets.token_hex(2)}"
            if not path.exists():  # of hundreds in a second, two may share their last part
                return path

    def runs(self, key: str | None = None) -> list[Run]:
        """All runs, newest first, including damaged ones; with `key` only those of one type."""
        if not self.directory.is_dir():
            return []
        found = [Run(path) for path in self.directory.iterdir() if is_run(path)]
        if key is not None:
            found = [run for run in found if run.id.startswith(f"{key}-")]
        found = [run for run in found if may_see(run, self.visitor)]
        return sorted(found, key=lambda run: run.id.split("-", 1)[-1], reverse=True)

    def get(self, id: str) -> Run:
        """A run by its id, or a shipped one by the key of its type.

        Raises:
            NotFound: there is none.
        """
        if _ID.fullmatch(id or ""):
            for path in (self.directory / id, SHIPPED_MODELS / id):
                if is_run(path) and may_see(Run(path), self.visitor):
                    return Run(path)
        raise NotFound("There is no run {!r:.80}.", id)

    def delete(self, run: Run) -> None:
        """Permanently deletes a run, even in training, which then ends.

        Raises:
            DeletionRefused, NotYours: as of `cancel`.
        """
        aside = self.cancel(run)  # in its own place a training might write while it is deleted
        shutil.rmtree(self.directory / aside.folder, ignore_errors=True)

    def put_aside(self, run: Run) -> Aside:
        """Moves a run to the trash; it can be restored for at least an hour.

        Raises:
            DeletionRefused: it ships with the program, is in training, or no longer exists.
            NotYours: it belongs to another visitor.
        """
        self._check_own(run)
        with contextlib.suppress(RunDamaged):  # a damaged run can be deleted
            if run.status().active:
                raise DeletionRefused("A run in training cannot be deleted: stop it first.")
        return self.cancel(run)

    def cancel(self, run: Run) -> Aside:
        """Moves a run to the trash even in training, which then ends; it can be restored.

        Raises:
            DeletionRefused: it ships with the program, no longer exists, or cannot be moved.
            NotYours: it belongs to another visitor.
        """
        self._check_own(run)
        self.empty_trash()
        aside = Aside(run.id, f".trash-{secrets.token_hex(4)}")
        hidden = self.directory / aside.folder
        try:
            hidden.mkdir()
            run.path.rename(hidden / run.id)
        except OSError as problem:
            with contextlib.suppress(OSError):
                hidden.rmdir()
            if not run.path.exists():  # another visitor was quicker
                raise DeletionRefused("{} no longer exists.", run.id) from None
            raise DeletionRefused(
                "{} cannot be deleted: {}.", run.id, problem.strerror or problem
            ) from problem
        return aside

    def put_back(self, aside: Aside) -> Run:
        """Restores a deleted run, under its id or a new one if that is taken.

        Raises:
            DeletionRefused: it was permanently deleted, or cannot be moved.
        """
        hidden = self.directory / aside.folder
        if not (hidden / aside.id).is_dir():
            raise DeletionRefused("It was deleted too long ago to be restored.")
        free = not (self.directory / aside.id).exists()
        target = self.directory / aside.id if free else self.new_path(type_of(aside.id))
        try:
            (hidden / aside.id).rename(target)
        except OSError as problem:
            raise DeletionRefused(
                "{} cannot be restored: {}.", aside.id, problem.strerror or problem
            ) from problem
        with contextlib.suppress(OSError):
            hidden.rmdir()
        return Run(target)

    def trash(self) -> list[Path]:
        """The folders of the trash, each with a deleted run that the visitor may change."""
        found = []
        for hidden in self._trash():
            with contextlib.suppress(FileNotFoundError):  # being restored
                if all(self.may_change(Run(path)) for path in hidden.iterdir()):
                    found.append(hidden)
        return found

    def _trash(self) -> Iterator[Path]:
        """The folders of the trash; no other folder, whatever its name."""
        for hidden in self.directory.glob(".trash-*"):
            with contextlib.suppress(FileNotFoundError):
                if TRASH.fullmatch(hidden.name) and all(map(is_run, hidden.iterdir())):
                    yield hidden

    def empty_trash(self) -> None:
        """Permanently deletes runs that have been in the trash for more than an hour."""
        for hidden in self._trash():
            with contextlib.suppress(OSError):  # another visitor's deletion was quicker
                if time.time() - hidden.stat().st_mtime > UNDO_SECONDS:
                    shutil.rmtree(hidden, ignore_errors=True)

    def tidy(self) -> None:
        """Empties the trash, and deletes what killed processes left unfinished."""
        self.empty_trash()
        beside = (path for each in BESIDE for path in self.directory.glob(each))
        for folder in (self.directory, *beside, *(run.path for run in self.runs())):
            sweep_up(folder)

    def may_change(self, run: Run) -> bool:
        """Whether the visitor may stop, change or delete a run."""
        try:
            check_change(run, self.visitor)
        except (NotYours, RunDamaged):
            return False
        return True

    def _check_own(self, run: Run) -> None:
        elsewhere = run.path.parent != self.directory
        if elsewhere or (run.path.exists() and not is_run(run.path)):
            raise DeletionRefused("Only runs of this folder can be deleted.")
        check_change(run, self.visitor)


def is_run(path: Path) -> bool:
    """Whether a folder is a run, by its name and files; no other is ever listed or deleted."""
    return (
        _ID.fullmatch(path.name) is not None
        and type_of(path.name) in AUTOENCODERS
        and not path.is_symlink()
        and any((path / name).is_file() for name in MADE_OF)
    )


def type_of(id: str) -> str:
    """The key of the type in a run's id, which begins with it."""
    return id.split("-", 1)[0]


def shipped(key: str) -> Run:
    """The shipped run of a type."""
    return Run(SHIPPED_MODELS / key)


def shipped_variants(key: str) -> list[Run]:
    """Further shipped runs of a type: folders `<key>-<variant>`."""
    return [Run(path) for path in sorted(SHIPPED_MODELS.glob(f"{key}-*"))]
