"""Where runs lie."""

import os
import re
import secrets
import shutil
import time
from pathlib import Path

from aecore.data.datasets import source
from aecore.data.own import is_own
from aecore.runs.files import write_json
from aecore.runs.run import PRETRAINED, Run
from aecore.runs.status import Status
from aecore.training.experiment import Experiment

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}")


class RunStore:
    """The runs beneath a directory, made when it is first written to."""

    def __init__(self, directory: Path | str):
        self.directory = Path(directory).expanduser().resolve()

    def create(self, experiment: Experiment) -> Run:
        """A new run, queued.

        Raises:
            DataUnavailable: it would learn from images that are not on this machine.
        """
        learnt = source(experiment.dataset)
        run = Run(self.new_path(experiment.autoencoder.key))
        run.path.mkdir(parents=True)
        write_json(run.path / "experiment.json", experiment.to_dict())
        if is_own(experiment.dataset):
            write_json(run.path / "data.json", learnt.to_dict())
        run.write_status(Status(created=time.time(), epochs=experiment.epochs))
        return run

    def new_path(self, key: str) -> Path:
        """A folder for a new run of a type, which is not there yet."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        return self.directory / f"{key}-{stamp}-{secrets.token_hex(2)}"

    def runs(self, key: str | None = None) -> list[Run]:
        """All runs, newest first, damaged ones too; those of one type if `key` is given."""
        if not self.directory.is_dir():
            return []
        found = [
            Run(path)
            for path in self.directory.iterdir()
            if path.is_dir() and not path.is_symlink() and _ID.fullmatch(path.name)
        ]
        if key is not None:
            found = [run for run in found if run.id.startswith(f"{key}-")]
        return sorted(found, key=lambda run: run.id.split("-", 1)[-1], reverse=True)

    def get(self, id: str) -> Run:
        """A run by its id, a shipped one by its type's key.

        Raises:
            KeyError: there is none.
        """
        if _ID.fullmatch(id or ""):
            for path in (self.directory / id, PRETRAINED / id):
                if path.is_dir():
                    return Run(path)
        raise KeyError(f"There is no run {id!r}.")

    def delete(self, run: Run) -> None:
        """Removes a run's folder for good.

        Raises:
            ValueError: it came with the program.
        """
        if run.path.parent != self.directory:
            raise ValueError("Only runs of this directory can be deleted.")
        shutil.rmtree(run.path)


def shipped(key: str) -> Run:
    """The run of a type that comes with the program."""
    return Run(PRETRAINED / key)


def shipped_variants(key: str) -> list[Run]:
    """Further runs of a type that come with the program: folders `<key>-<variant>`."""
    return [Run(path) for path in sorted(PRETRAINED.glob(f"{key}-*"))]


def default_directory() -> Path:
    """Where runs are kept: AUTOENCODER_STUDIO_RUNS, or `runs` in the working directory."""
    return Path(os.environ.get("AUTOENCODER_STUDIO_RUNS", "runs"))
