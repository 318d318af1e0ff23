"""Which samples the map of codes shows: those of the report, all test samples, or all there are."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from aecore.analysis.latent import FEWEST
from aecore.analysis.report import Report
from aecore.analysis.wide_map import WIDE, Mapped, Neighbours, stamp, tsne_seconds
from aecore.dashboard.parts.map import pack
from aecore.dashboard.parts.measured import measured_or_asked
from aecore.dashboard.parts.text import duration
from aecore.dashboard.services import calls, kept_study, measured
from aecore.dashboard.session import lasting, remembered
from aecore.figures.atlas import atlas
from aecore.figures.values import part_values, value_lines
from aecore.runs.maps import columns_path, pictures_path
from aecore.runs.run import Run

TSNE = "t-SNE"


@dataclass(frozen=True)
class MapSamples:
    """The samples of a map.

    part: of `WIDE`; empty for those of the report.
    """

    run: Run
    report: Report
    part: str = ""

    @property
    def mapped(self) -> np.ndarray:
        """Their numbers among test, validation and training samples, in this order; (n,)."""
        return np.arange(len(self._wide.labels)) if self.part else self.report.mapped

    @property
    def labels(self) -> np.ndarray:
        """Their classes, (n,)."""
        return self._wide.labels if self.part else self.report.labels[self.report.mapped]

    @property
    def errors(self) -> np.ndarray:
        """Their errors as pages show them, (n,)."""
        if not self.part:
            return self.report.sample_errors[self.report.mapped]
        return self._wide.errors * self.report.kind.error.factor(self.run.shape)

    @property
    def starts(self) -> np.ndarray:
        """Of the windows of a series the steps at which they begin, (n,); else empty."""
        if self.part:
            return self._wide.starts
        return self.report.starts[self.report.mapped] if len(self.report.starts) else np.zeros(0)

    def take(self, ids: list[int]) -> np.ndarray:
        """Some of the samples (m, ...), which a worker reads where the report has not all."""
        if not self.part:
            return self.report.pictures[ids]
        return remembered(
            "map.taken",
            (self.run.path, tuple(ids)),
            lambda: calls().samples(self.run.dataset, self.mapped[ids]),
        )

    def packed(self) -> bytes:
        """Where they lie, packed once for all visitors."""
        near = self._near
        key = ("map", str(self.run.path), self.part, self._changed, near is None)
        return measured.get(key, lambda: self._packed(near))

    def pictures(self) -> bytes:
        """What is shown of each, packed once for all visitors."""
        if self.part:
            path = pictures_path(self.run.dataset, self.part)
            key = ("map pictures", str(path), path.stat().st_mtime_ns)
            return measured.get(key, path.read_bytes)
        key = ("map pictures", str(self.run.path), self._changed)
        return measured.get(key, self._drawn)

    def columns(self) -> np.ndarray:
        """The values of columns or channels in the user's units, (n, columns)."""
        if self.part:  # of which only what is used is read
            return np.load(columns_path(self.run.dataset, self.part), mmap_mode="r").T
        return part_values(self.run.source, self.report.pictures)

    @property
    def _wide(self) -> Mapped:
        found = kept_study(self.run, WIDE[self.part][0])
        assert found is not None  # or the part would not have been chosen
        return found

    @property
    def _near(self) -> np.ndarray | None:
        """Their places by t-SNE, if it was computed."""
        if not self.part:
            return self.report.latent.neighbours
        found = kept_study(self.run, WIDE[self.part][1])
        return found.positions if found is not None and _current(self.report, found) else None

    @property
    def _changed(self) -> int:
        return (self.run.path / "report.npz").stat().st_mtime_ns

    def _packed(self, near: np.ndarray | None) -> bytes:
        places = self._wide.places if self.part else self.report.latent.places
        flat = [name for name in projections(self.report) if not name.endswith("3-D")]
        return pack(
            {
                name: places_on(self.report, name, places, near)[0]
                for name in flat
                if name != TSNE or near is not None
            },
            self.errors,
            self.labels,
            self.run.source.classes,
            self.report.kind.error.short,
        )

    def _drawn(self) -> bytes:
        source, pictures = self.run.source, self.report.pictures
        return atlas(
            self.report.kind.key, pictures, value_lines(source, pictures) if source.parts else ()
        )


def places_on(
    report: Report, projection: str, places: np.ndarray, neighbours: Any
) -> tuple[Any, Any]:
    """Coordinates and axis titles of codes for one of the projections."""
    if projection == TSNE:
        return neighbours, ("t-SNE 1", "t-SNE 2")
    count = 3 if projection.endswith("3-D") else 2
    if report.architecture.code_size <= count:
        codes = report.latent.lift(places)
        return codes, tuple(f"z{i + 1}" for i in range(codes.shape[1]))
    explained = report.latent.explained
    titles = tuple(f"PC {i + 1} ({explained[i]:.0%})" for i in range(count))
    return places[:, :count], titles


def projections(report: Report) -> list[str]:
    """The maps that a code of this size has."""
    size = report.architecture.code_size
    if size == 1:
        return []
    if size == 2:  # the code itself
        return ["Plane", TSNE]
    linear = ["PCA 2-D", "PCA 3-D"]
    clear = len(report.latent.neighbours) >= FEWEST  # with fewer points there is no t-SNE
    return [TSNE, *linear] if clear else [*linear, TSNE]


@dataclass(frozen=True)
class Numbered:
    """Samples by their number among test, validation and training samples, in this order.

    labels, errors (n,), starts (n,) or (0,): of the first ones, of the test part at least.
    """

    labels: np.ndarray
    errors: np.ndarray
    starts: np.ndarray


def numbered(run: Run, report: Report) -> Numbered:
    """What is known of every sample that a map of the run may show."""
    found = kept_study(run, WIDE["all"][0])
    if found is None or not _current(report, found):
        return Numbered(report.labels, report.sample_errors, report.starts)
    every = MapSamples(run, report, "all")
    return Numbered(every.labels, every.errors, every.starts)


def choose_samples(run: Run, report: Report, place: DeltaGenerator) -> str:
    """Which samples are to be shown; the key of `MapSamples.part`."""
    few, tested = len(report.mapped), len(report.labels)
    names = {"": f"{few:,}", "test": f"{tested:,} test", "all": "All"}
    if few == tested:
        del names["test"]
    samples = report.kind.samples
    chosen = place.segmented_control(
        report.kind.samples.capitalize(),
        list(names),
        default="",
        required=True,
        format_func=names.__getitem__,
        **lasting(f"{run.key}.map samples.{few == tested}"),
        help=f"The first {few:,} test {samples} at once; all test {samples}; or test, validation "
        f"and training {samples} together, up to 100,000.",
    )
    return chosen or ""


def ready_part(run: Run, report: Report, part: str) -> str:
    """The part if its samples are encoded; else none, and a button that has them encoded."""
    if not part:
        return ""
    kind, samples = WIDE[part][0], report.kind.samples
    which = f"all {len(report.labels):,} test {samples}" if part == "test" else f"all {samples}"
    found = measured_or_asked(
        run,
        kind,
        "Compute the codes",
        f"The codes of {which} are computed once and kept with the model. Until then the map shows "
        f"{len(report.mapped):,}.",
        lambda found: _current(report, found) and pictures_path(run.dataset, part).exists(),
    )
    return "" if found is None else part


def _current(report: Report, found: Mapped | Neighbours) -> bool:
    return found.of == stamp(report.latent)


def ready_projection(samples: MapSamples, projection: str) -> str:
    """The projection if it was computed; else another, and a button that has it computed."""
    if projection != TSNE or not samples.part:
        return projection
    count = len(samples.labels)
    kind: type[Neighbours] = WIDE[samples.part][1]
    found = measured_or_asked(
        samples.run,
        kind,
        "Compute t-SNE",
        f"t-SNE of {count:,} {samples.report.kind.samples} takes about "
        f"{duration(tsne_seconds(count))} on two processor cores. Until then the map shows PCA.",
        partial(_current, samples.report),
    )
    if found is not None:
        return TSNE
    return next(name for name in projections(samples.report) if name != TSNE)
