"""What a run generates from, measured and kept with the run."""

import contextlib
import dataclasses

from aecore.analysis.study import Watch, unwatched
from aecore.data.datasets import load
from aecore.generation.features import features_for
from aecore.generation.study import Generation, study_generation
from aecore.runs.detectors import beside
from aecore.runs.files import write_arrays
from aecore.runs.run import Run
from aecore.runs.same_model import same_model
from aecore.runs.studies import learnt


def measure_generation(
    run: Run, model, watch: Watch = unwatched, folder: Run | None = None
) -> Generation:
    """Measures a run as a generator and saves that, if the folder is writable.

    Beside the data that it learnt stand test data of the same classes.

    Args:
        model: of the run, loaded. folder: where it is kept, by default `beside` the run.

    Raises:
        DataUnavailable: the data set is not on this machine.
        ModelReplaced: the run was trained further in the meantime.
        NotGenerated: the run gives nothing from a code alone.
    """
    samples, normal = learnt(run)
    prior = run.key == "variational"
    with same_model(run):
        data = load(run.dataset, samples, normal)
        if normal:  # the model knows no others
            data = dataclasses.replace(data, test=data.test.of(normal))
        features = features_for(run.dataset, load(run.dataset).training.images)
        found = study_generation(model, data, data.test, features, prior, watch)
    with contextlib.suppress(OSError):
        write_arrays((folder or beside(run)).study_path(Generation.name), found.to_arrays())
    return found
