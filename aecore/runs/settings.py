"""The settings with which a run was trained, those of a continued training included."""

from aecore.runs.run import Run
from aecore.training.differences import MOST_TOLD, differences
from aecore.training.experiment import Experiment


def as_trained(run: Run) -> Experiment | None:
    """The experiment, with all epochs that its training was continued to; None if imported.

    Raises:
        RunDamaged: a file that tells it is missing or unreadable.
    """
    lengths = [change.epochs for change in run.changes() if change.epochs is not None]
    if run.experiment is None or not lengths:
        return run.experiment
    return run.experiment.replace(epochs=lengths[-1])


def differences_of(run: Run, most: int = MOST_TOLD) -> str:
    """How it differs from its type's defaults, in words; empty for an imported model.

    Raises:
        RunDamaged: a file that tells it is missing or unreadable.
    """
    trained = as_trained(run)
    return "" if trained is None else differences(trained, run.source, most)
