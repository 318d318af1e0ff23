"""Where runs lie."""

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
from aecore.runs.owner import NotYours, Visitor, check_change, give, may_see
from aecore.runs.run import SHIPPED_MODELS, Run, RunDamaged
from aecore.runs.status import Status
from aecore.training.experiment import Experiment

TRASH = re.compile(r"\.trash-[0-9a-f]{8}")
UNDO_SECONDS = 3600
MADE_OF = ("status.json", "experiment.json", "origin.json")  # at least one of them is in a run
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}")


class NotFound(Refusal):
    """There is no such run or sweep; the text names it."""


class RunKept(Refusal):
    """A run cannot be deleted, or no longer be put back; the text says why."""


@dataclass(frozen=True)
class Aside:
    """A deleted run that can be put back: its id, and the hidden folder it lies in."""

    id: str
    folder: str


class RunStore:
    """The runs beneath a directory, made when it is first written to.

    Args:
        directory: one folder a run.
        visitor: who sees it, where visitors log in: their own runs, and what others share.
    """

    def __init__(self, directory: Path | str, visitor: Visitor | None = None):
        self.directory = Path(directory).expanduser().resolve()
        self.visitor = visitor

    def create(self, experiment: Experiment) -> Run:
        """A new run, queued.

        Raises:
            DataUnavailable: it would learn from images that are not on this machine.
        """
        learnt = source(experiment.dataset)
        run = Run(self.new_path(experiment.autoencoder.key))
        run.path.mkdir(parents=True)
        give(run, self.visitor)
        write_json(run.path / "experiment.json", experiment.to_dict())
        if is_own(experiment.dataset):
            write_json(run.path / "data.json", learnt.to_dict())
        run.write_status(Status(created=time.time(), epochs=experiment.epochs))
        return run

    @contextlib.contextmanager
    def making(self, id: str) -> Iterator[Run]:
        """A run out of sight, to be filled with files; what is not adopted leaves nothing behind.

        Args:
            id: the id that is wished for.
        """
        with unfinished(self.directory) as hidden:
            run = Run(hidden / (id if _ID.fullmatch(id) else "run"))
            run.path.mkdir()
            give(run, self.visitor)
            yield run

    def adopt(self, run: Run) -> Run:
        """Puts a run that was made out of sight in its place, under its id if that is free."""
        wished = self.directory / run.id
        free = run.id.startswith(f"{run.key}-") and not wished.exists()
        target = wished if free else self.new_path(run.key)
        run.path.rename(target)
        return Run(target)

    def new_path(self, key: str) -> Path:
        """A folder for a new run of a type, which is not there yet."""
        while True:
            stamp = time.strftime("%Y%m%d-%H%M%S")
            path = self.directory / f"{key}-{stamp}-{secrets.token_hex(2)}"
            if not path.exists():  # of hundreds made in a second, two would share their last part
                return path

    def runs(self, key: str | None = None) -> list[Run]:
        """All runs, newest first, damaged ones too; those of one type if `key` is given."""
        if not self.directory.is_dir():
            return []
        found = [Run(path) for path in self.directory.iterdir() if is_run(path)]
        if key is not None:
            found = [run for run in found if run.id.startswith(f"{key}-")]
        found = [run for run in found if may_see(run, self.visitor)]
        return sorted(found, key=lambda run: run.id.split("-", 1)[-1], reverse=True)

    def get(self, id: str) -> Run:
        """A run by its id, a shipped one by its type's key.

        Raises:
            NotFound: there is none.
        """
        if _ID.fullmatch(id or ""):
            for path in (self.directory / id, SHIPPED_MODELS / id):
                if is_run(path) and may_see(Run(path), self.visitor):
                    return Run(path)
        raise NotFound("There is no run {!r:.80}.", id)

    def delete(self, run: Run) -> None:
        """Removes a run's folder for good.

        Raises:
            RunKept: it came with the program.
            NotYours: it is somebody else's.
        """
        self._check_own(run)
        shutil.rmtree(run.path)

    def put_aside(self, run: Run) -> Aside:
        """Takes a run out of sight; for an hour at least it can be put back.

        Raises:
            RunKept: it came with the program, is in training, or is gone already.
            NotYours: it is somebody else's.
        """
        self._check_own(run)
        with contextlib.suppress(RunDamaged):  # whatever is wrong with it, it can go
            if run.status().active:
                raise RunKept("A run in training cannot be deleted: stop it first.")
        return self.cancel(run)

    def cancel(self, run: Run) -> Aside:
        """Takes a run out of sight even in training, which ends then; it can be put back.

        Raises:
            RunKept: it came with the program, is gone already, or cannot be moved.
            NotYours: it is somebody else's.
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
                raise RunKept("{} is not here any more.", run.id) from None
            raise RunKept(
                "{} cannot be deleted: {}.", run.id, problem.strerror or problem
            ) from problem
        return aside

    def put_back(self, aside: Aside) -> Run:
        """Undoes `put_aside`; the run has its id again, or a new one if that was taken since.

        Raises:
            RunKept: it is gone for good.
        """
        hidden = self.directory / aside.folder
        if not (hidden / aside.id).is_dir():
            raise RunKept("It was deleted too long ago to be put back.")
        free = not (self.directory / aside.id).exists()
        target = self.directory / aside.id if free else self.new_path(type_of(aside.id))
        try:
            (hidden / aside.id).rename(target)
        except OSError as problem:
            raise RunKept(
                "{} cannot be put back: {}.", aside.id, problem.strerror or problem
            ) from problem
        with contextlib.suppress(OSError):
            hidden.rmdir()
        return Run(target)

    def trash(self) -> list[Path]:
        """Hidden folders, each with a run that was put aside and that the visitor may change."""
        found = []
        for hidden in self._trash():
            with contextlib.suppress(FileNotFoundError):  # put back this moment
                if all(self.may_change(Run(path)) for path in hidden.iterdir()):
                    found.append(hidden)
        return found

    def _trash(self) -> Iterator[Path]:
        """Hidden folders with runs that were put aside; nobody else's, whatever they are called."""
        for hidden in self.directory.glob(".trash-*"):
            with contextlib.suppress(FileNotFoundError):
                if TRASH.fullmatch(hidden.name) and all(map(is_run, hidden.iterdir())):
                    yield hidden

    def empty_trash(self) -> None:
        """Removes runs that were put aside more than an hour ago."""
        for hidden in self._trash():
            with contextlib.suppress(OSError):  # another visitor's deletion was quicker
                if time.time() - hidden.stat().st_mtime > UNDO_SECONDS:
                    shutil.rmtree(hidden, ignore_errors=True)

    def tidy(self) -> None:
        """Empties the trash, and removes what killed processes left unfinished."""
        self.empty_trash()
        for folder in (self.directory, *(run.path for run in self.runs())):
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
            raise RunKept("Only runs of this directory can be deleted.")
        check_change(run, self.visitor)


def is_run(path: Path) -> bool:
    """Whether a folder is a run's, by its name and its files: no other is listed or removed."""
    return (
        _ID.fullmatch(path.name) is not None
        and type_of(path.name) in AUTOENCODERS
        and not path.is_symlink()
        and any((path / name).is_file() for name in MADE_OF)
    )


def type_of(id: str) -> str:
    """The key of a run's type by its id, which begins with it."""
    return id.split("-", 1)[0]


def shipped(key: str) -> Run:
    """The run of a type that comes with the program."""
    return Run(SHIPPED_MODELS / key)


def shipped_variants(key: str) -> list[Run]:
    """Further runs of a type that come with the program: folders `<key>-<variant>`."""
    return [Run(path) for path in sorted(SHIPPED_MODELS.glob(f"{key}-*"))]
