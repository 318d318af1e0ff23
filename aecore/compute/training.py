"""The whole life of a run, from the experiment to the report, in the process that calls it."""

from aecore.analysis.report import make_report
from aecore.compute.jobs import NEVER_BEGUN
from aecore.compute.recorder import Recorder
from aecore.data.arrays import ArrayError
from aecore.data.datasets import DataUnavailable, load
from aecore.models import SettingError
from aecore.models.base import for_use
from aecore.runs.files import write_arrays, write_whole
from aecore.runs.run import Run
from aecore.runs.status import Status
from aecore.training.fit import build, fit
from aecore.training.observer import NoObserver, Observer

ENDS = {"finished": "finished", "early": "finished", "stopped": "stopped", "diverged": "diverged"}


def train(run: Run, observer: Observer | None = None) -> Status:
    """Trains and measures a run; whatever happens stands in its status.

    Args:
        run: a run that was created, and nobody else is training.
        observer: a further one, beside the run folder.
    """
    recorder = Recorder(run, observer or NoObserver())
    with recorder.beating():
        try:
            _train(run, recorder)
        except (DataUnavailable, ArrayError, SettingError) as problem:
            recorder.end("failed", str(problem))
        except Exception as problem:
            recorder.end("failed", in_words(problem))
            if run.path.exists():  # or it was deleted, and nobody wants to know
                raise
    return recorder.status


def _train(run: Run, recorder: Recorder) -> None:
    if run.stop_requested:
        recorder.end("stopped", NEVER_BEGUN)
        return
    experiment = run.experiment
    recorder.change(state="training", stage=f"Loading {run.source.title}")
    data = load(experiment.dataset, experiment.samples or None)
    recorder.change(stage="Building the network")
    model = build(experiment, data.training.images)
    recorder.watch(data)
    outcome = fit(model, experiment, data, recorder)
    recorder.change(state="measuring", stage="Measuring on test images", seconds=outcome.seconds)
    final = for_use(model)
    corruption = (experiment.corruption, experiment.corruption_strength)
    key = experiment.autoencoder.key
    report = make_report(key, final, corruption, data.test, outcome.seconds)
    if run.path.exists():  # or it was deleted meanwhile
        write_whole(run.model_path, final.save)
        write_arrays(run.path / "report.npz", report.to_arrays())
    recorder.end(ENDS[outcome.reason], outcome.message)


def in_words(problem: Exception) -> str:
    """What an unforeseen error means to somebody who trains a model."""
    name = type(problem).__name__
    if isinstance(problem, MemoryError) or name == "ResourceExhaustedError":
        return "There was not enough memory. Try fewer units, a smaller batch or fewer images."
    if isinstance(problem, OSError):
        return f"A file could not be written or read: {problem}."
    first, *_ = str(problem).splitlines() or [""]
    return f"Training failed unexpectedly ({name}: {first[:200]})."
