"""More samples on the map of codes, in a worker: their places, and what is drawn of them."""

from collections.abc import Callable

import numpy as np

from aecore.analysis.report import Report
from aecore.analysis.wide_map import (
    CHUNK,
    WIDE,
    Mapped,
    Neighbours,
    Watch,
    among,
    map_samples,
    neighbour_map,
    parts_on,
)
from aecore.data.datasets import load
from aecore.data.kinds import kind_of
from aecore.data.own import is_own
from aecore.data.splits import Dataset
from aecore.figures.atlas import atlas
from aecore.figures.values import part_values, value_lines
from aecore.runs.detectors import beside
from aecore.runs.files import write_arrays, write_whole
from aecore.runs.maps import columns_path, pictures_path
from aecore.runs.run import Run, RunDamaged
from aecore.runs.same_model import same_model
from aecore.runs.studies import kept

CODES_SHARE = 0.7  # of the time, about; the pictures take the rest


def measure_map(run: Run, name: str, model, watch: Watch) -> None:
    """Makes one of `MAPS` and keeps it with the run.

    Raises:
        DataUnavailable: the data set is not on this machine.
        ModelReplaced: the run was trained further in the meantime.
        OSError: it cannot be written.
        RunDamaged: t-SNE was asked for before the samples were encoded.
    """
    with same_model(run):
        study = MAPS[name](run, model, watch)
    write_arrays(beside(run).study_path(name), study.to_arrays())


def _maker(part: str) -> Callable[..., Mapped]:
    def make(run: Run, model, watch: Watch) -> Mapped:
        data, latent = load(run.dataset), Report.from_arrays(run.report_arrays()).latent
        share = 1.0 if pictures_path(run.dataset, part).exists() else CODES_SHARE
        found = map_samples(
            part, model, data, latent, run.corruption,
            lambda stage, done: watch(stage, share * done),
        )  # fmt: skip
        if share < 1:
            watch("Drawing the samples", share)
            _draw(run, part, data)
        return found

    return make


def _neighbour_maker(part: str) -> Callable[..., Neighbours]:
    def make(run: Run, model, watch: Watch) -> Neighbours:
        return neighbour_map(part, _known(run, part), watch)

    return make


MAPS: dict[str, Callable[..., Mapped | Neighbours]] = {
    **{mapped.name: _maker(part) for part, (mapped, _) in WIDE.items()},
    **{near.name: _neighbour_maker(part) for part, (_, near) in WIDE.items()},
}


def place_among(run: Run, part: str, places: np.ndarray) -> np.ndarray:
    """Positions (m, 2) of new places (m, d) on the t-SNE map of a part, if there is one."""
    found = kept(run, WIDE[part][1])
    if found is None:
        return places[:, :2]
    return among(places, _known(run, part).places, found.positions)


def samples(dataset: str, places: np.ndarray) -> np.ndarray:
    """See `Calls.samples`."""
    data = load(dataset)
    return kind_of(data.test.images.shape[1:]).keep(data.at(places))


def _known(run: Run, part: str) -> Mapped:
    found = kept(run, WIDE[part][0])
    if found is None:
        raise RunDamaged("The samples of {} are not on its map yet.", run.id)
    return found


def _draw(run: Run, part: str, data: Dataset) -> None:
    """Writes what a map shows of samples, whichever run it is of."""
    source, kind = run.source, run.source.kind
    samples = np.concatenate(
        [
            kind.reduce(each.images[start : start + CHUNK])
            for each in parts_on(part, data)
            for start in range(0, len(each), CHUNK)
        ]
    )
    path = pictures_path(run.dataset, part)
    if not is_own(run.dataset):  # or the folder of a set that was deleted would come back
        path.parent.mkdir(parents=True, exist_ok=True)
    told = value_lines(source, samples) if source.parts else ()
    if source.parts:
        values = np.ascontiguousarray(part_values(source, samples).T, "<f4")
        write_whole(columns_path(run.dataset, part), lambda to: np.save(to, values))
    packed = atlas(kind.key, samples, told)
    write_whole(path, lambda to: to.write_bytes(packed))
