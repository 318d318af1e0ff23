"""The map of codes with more samples than a report keeps."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.analysis.latent import FEWEST, PERPLEXITY, SEED, LatentMap
from aecore.analysis.reconstruction import encode, reconstruct, squared_errors
from aecore.analysis.report import CORRUPTION_SEED
from aecore.analysis.study import Study, Watch
from aecore.data.corruption import corrupt
from aecore.data.splits import Dataset, Split

MOST = 100_000  # samples
CHUNK = 2000  # of them at a time
EXAGGERATED, FURTHER, EVERY = 250, 500, 5  # iterations of t-SNE; it tells of every fifth
ALONE = 10_000  # samples, fewer than which one core works on
NEIGHBOURS_SHARE = 0.25  # of the time of t-SNE, about, goes into finding neighbours
NEAREST = 10  # samples, in whose middle a new one is placed


@dataclass(frozen=True)
class Mapped(Study):
    """Where samples lie along the axes of a report's map, those of the test part first.

    places (n, d); errors (n,): mean squared error per pixel or known value; labels (n,); starts
    (n,) of the windows of a series, else empty. tested: how many are of the test part. of: the
    `stamp` of the report's map.
    """

    places: np.ndarray
    errors: np.ndarray
    labels: np.ndarray
    starts: np.ndarray
    tested: int
    of: int


@dataclass(frozen=True)
class Neighbours(Study):
    """Where the same samples lie by t-SNE, (n, 2)."""

    positions: np.ndarray
    of: int


@dataclass(frozen=True)
class MappedTest(Mapped):
    """All test samples, at most 100,000."""

    name = "map-test"


@dataclass(frozen=True)
class MappedAll(Mapped):
    """All test, validation and training samples, at most 100,000."""

    name = "map-all"


@dataclass(frozen=True)
class NeighboursTest(Neighbours):
    """Of all test samples."""

    name = "tsne-test"


@dataclass(frozen=True)
class NeighboursAll(Neighbours):
    """Of all test, validation and training samples."""

    name = "tsne-all"


WIDE: dict[str, tuple[type[Mapped], type[Neighbours]]] = {
    "test": (MappedTest, NeighboursTest),
    "all": (MappedAll, NeighboursAll),
}


def parts_on(part: str, data: Dataset) -> list[Split]:
    """The samples of a map, "test" or "all", in their order, at most 100,000 together."""
    parts, left = [data.test] if part == "test" else list(data.in_order), MOST
    found = []
    for each in parts:
        found.append(each.at(slice(left)))
        left -= len(found[-1])
    return [each for each in found if len(each)]


def map_samples(
    part: str,
    model,
    data: Dataset,
    latent: LatentMap,
    corruption: tuple[str, float],
    watch: Watch,
) -> Mapped:
    """Encodes and reconstructs the samples of a map.

    Args:
        part: key of `WIDE`. corruption: kind and strength, applied to the samples first.
        watch: told of the progress; it may raise to end this.
    """
    parts = parts_on(part, data)
    count = sum(map(len, parts))
    places, errors = [], []
    for done, clean, inputs in _chunks(parts, corruption, data.layout):
        watch(f"Encoding {count:,} samples", done / count)
        codes = encode(model.get_layer("encoder"), inputs)[0].reshape(len(inputs), -1)
        places.append(latent.project(codes).astype(np.float32))
        errors.append(squared_errors(clean, reconstruct(model, inputs)))
    return WIDE[part][0](
        np.concatenate(places),
        np.concatenate(errors),
        np.concatenate([each.labels for each in parts]),
        np.concatenate([each.starts for each in parts]),
        len(parts[0]),
        stamp(latent),
    )


def stamp(latent: LatentMap) -> int:
    """What tells the axes of one map from another's, since a run may get a new model."""
    return zlib.crc32(latent.axes.tobytes() + latent.centre.tobytes())


def _chunks(
    parts: list[Split], corruption: tuple[str, float], layout: tuple[int, ...]
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """How many samples went before, some samples, and what the model is given of them.

    The noise of test samples is that of the report.
    """
    done = 0
    for number, part in enumerate(parts):
        inputs = np.asarray(corrupt(part.images, *corruption, CORRUPTION_SEED + number, layout))
        for start in range(0, len(part), CHUNK):
            rows = slice(start, start + CHUNK)
            yield done + start, part.images[rows], inputs[rows]
        done += len(part)


def neighbour_map(part: str, known: Mapped, watch: Watch) -> Neighbours:
    """t-SNE of encoded samples, with approximate neighbours (openTSNE: Poličar et al. 2024)."""
    from openTSNE import TSNE

    places = known.places
    if len(places) < FEWEST or places.shape[1] < 2 or not places.any():
        positions = np.pad(places[:, :2], ((0, 0), (0, max(0, 2 - places.shape[1]))))
        return WIDE[part][1](positions, known.of)
    watch("Finding neighbours", 0.0)
    told = 0

    def tell(iteration: int, error: float, embedding) -> None:
        nonlocal told
        told += EVERY
        share = min(1.0, told / (EXAGGERATED + FURTHER))
        watch("t-SNE", NEIGHBOURS_SHARE + (1 - NEIGHBOURS_SHARE) * share)

    perplexity: Any = min(PERPLEXITY, (len(places) - 1) / 3)  # it declares a whole number
    tsne = TSNE(
        perplexity=perplexity,
        early_exaggeration_iter=EXAGGERATED,
        n_iter=FURTHER,
        n_jobs=1 if len(places) < ALONE else -1,
        random_state=SEED,
        callbacks=tell,
        callbacks_every_iters=EVERY,
    )
    found = np.asarray(tsne.fit(places.astype(np.float64)), np.float32)
    return WIDE[part][1](found, known.of)


def among(places: np.ndarray, known: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Positions (m, 2) of new places (m, d): the medians of those of their nearest known ones.

    Args:
        known (n, d), positions (n, 2): of the samples of the map, which stay where they are.
    """
    norms = np.square(known).sum(axis=1)
    found = np.empty((len(places), 2), np.float32)
    for at, place in enumerate(places):
        distances = norms - 2 * known @ place
        count = min(NEAREST, len(known))
        nearest = np.argpartition(distances, count - 1)[:count]
        found[at] = np.median(positions[nearest], axis=0)
    return found


def tsne_seconds(count: int) -> float:
    """About how long t-SNE of so many samples takes on two cores."""
    return 3 + 3.5e-3 * count
