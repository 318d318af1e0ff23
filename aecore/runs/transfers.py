"""What a run's code is worth for other tasks, measured and kept with the run."""

import contextlib
from collections.abc import Callable
from typing import Any

from aecore.analysis.study import Study, Watch, unwatched
from aecore.data.datasets import load
from aecore.runs.detectors import beside
from aecore.runs.files import write_arrays
from aecore.runs.run import Run
from aecore.runs.same_model import same_model
from aecore.transfer.few_labels import FewLabels, few_labels
from aecore.transfer.fine_tuning import FineTuned, fine_tuned
from aecore.transfer.labelled import Labelled, labelled
from aecore.transfer.layers import LayerProbes, layer_probes

# name → what measures it, given a model, labelled samples and who is told of the progress
TRANSFERS: dict[str, Callable[[Any, Labelled, Watch], Study]] = {
    FewLabels.name: few_labels,
    FineTuned.name: fine_tuned,
    LayerProbes.name: layer_probes,
}


def measure_transfer(
    run: Run, name: str, model, watch: Watch = unwatched, folder: Run | None = None
) -> Study:
    """Measures one of `TRANSFERS` and saves it, if the folder is writable.

    Args:
        model: of the run, loaded. folder: where it is kept, by default `beside` the run.

    Raises:
        DataUnavailable: the data set is not on this machine.
        ModelReplaced: the run was trained further in the meantime.
        NotClassified: it has no labels, or a single class.
    """
    with same_model(run):
        known = labelled(load(run.dataset), run.source)
        found = TRANSFERS[name](model, known, watch)
    with contextlib.suppress(OSError):
        write_arrays((folder or beside(run)).study_path(name), found.to_arrays())
    return found
