"""The data of `benchmarks.anomalies`, read and cut by the protocols that others have published."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from aecore.data.series.windows import gather, proposed
from aecore.detection.evaluation import confusion

ODDS = ("arrhythmia", "cardio", "glass", "ionosphere", "letter", "lympho", "mnist", "musk",
        "optdigits", "pendigits", "pima", "satellite", "satimage-2", "shuttle", "vertebral",
        "vowels", "wbc")  # fmt: skip
SKAB_NORMAL = 400  # rows of a file, at its beginning
SKAB_WINDOW = 16
MOST_WINDOWS = 6000  # of a series of NAB

Parts = tuple[np.ndarray, np.ndarray, np.ndarray]  # normal samples, test samples, their truth


def key_of(shape: tuple[int, ...]) -> str:
    """The key of a data set whose samples have a shape, which is nowhere kept."""
    kind = {1: "table", 2: "series", 3: "grey"}[len(shape)]
    square = len(shape) == 3 and shape[0] == shape[1]  # of which the side is named once
    sides = "x".join(map(str, shape[: 1 if square else 2]))
    return f"own-measured-{sides}-{kind}-00000000"


def standardised(training: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Rows in units of the training rows' mean and spread, float32."""
    mean, scale = training.mean(axis=0), training.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1)
    return [((part - mean) / scale).astype(np.float32) for part in (training, *others)]


def odds(folder: Path, name: str, seed: int) -> Parts:
    """PyOD's protocol: 60% to train on, anomalies among them."""
    from scipy.io import loadmat
    from sklearn.model_selection import train_test_split

    content = loadmat(folder / "odds" / f"{name}.mat")
    values, truth = content["X"].astype(np.float64), content["y"].ravel().astype(int)
    training, test, _, truth = train_test_split(values, truth, test_size=0.4, random_state=seed)
    return (*standardised(training, test), truth)  # type: ignore[return-value]


def cancer() -> Parts:
    """60% of the benign to train on; the rest and all malignant to be judged."""
    from sklearn.datasets import load_breast_cancer

    bunch: Any = load_breast_cancer()
    values, normal = np.asarray(bunch.data), np.asarray(bunch.target) == 1
    good, bad = values[normal], values[~normal]
    training, test, truth = _one_class(good, bad)
    return (*standardised(training, test), truth)  # type: ignore[return-value]


def elpv(folder: Path) -> Parts:
    """60% of the good cells to train on; the rest and all defective ones to be judged."""
    found: dict[str, list[np.ndarray]] = {"good": [], "defective": []}
    with zipfile.ZipFile(folder / "elpv-mono.zip") as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".png"):
                image = Image.open(io.BytesIO(archive.read(name))).convert("L")
                found[name.split("/")[0]].append(np.asarray(image, np.float32)[..., None] / 255)
    return _one_class(np.stack(found["good"]), np.stack(found["defective"]))


def _one_class(good: np.ndarray, bad: np.ndarray) -> Parts:
    order, cut = np.random.default_rng(0).permutation(len(good)), int(0.6 * len(good))
    test = np.concatenate([good[order[cut:]], bad])
    truth = np.concatenate([np.zeros(len(good) - cut, int), np.ones(len(bad), int)])
    return good[order[:cut]], test, truth


def mnist(folder: Path, digit: int, most: int | None) -> Parts:
    """A digit's training images, and all test images or the first `most` of them."""
    with np.load(folder / "mnist.npz") as content:
        arrays = dict(content)
    training = arrays["x_train"][arrays["y_train"] == digit]
    images, truth = arrays["x_test"][:most], (arrays["y_test"][:most] != digit).astype(int)
    return _pixels(training), _pixels(images), truth


def _pixels(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32)[..., None] / 255


def skab(folder: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """(values (steps, 8) standardised by the first 400, truth (steps,)) of each file."""
    found = []
    for path in sorted((folder / "skab" / "valve1").glob("*.csv"), key=lambda path: int(path.stem)):
        table = np.genfromtxt(path, delimiter=";", skip_header=1, usecols=range(1, 10))
        _, values = standardised(table[:SKAB_NORMAL, :8], table[:, :8])
        found.append((values, table[:, 8].astype(int)))
    return found


def nab(folder: Path) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """(name, values (steps, 1) standardised, truth (steps,)) of each series with an anomaly."""
    windows = json.loads((folder / "nab" / "combined_windows.json").read_text("utf-8"))
    found = []
    for path in sorted((folder / "nab").glob("*/*.csv")):
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        times = [row["timestamp"] for row in rows]  # of one format, so that they sort as texts
        values = np.array([[float(row["value"])] for row in rows])
        truth = np.zeros(len(times), int)
        for first, last in windows[f"{path.parent.name}/{path.name}"]:
            truth |= np.array([first[:19] <= at <= last[:19] for at in times])
        if truth.any():
            found.append((path.stem, standardised(values)[0], truth))
    return found


def windows(values: np.ndarray, length: int, stride: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows (n, length, channels) of a series, and the steps at which they begin."""
    last = len(values) - length
    starts = np.unique([*range(0, last, stride), last])
    return gather(values, starts, length), starts


def cut_of(values: np.ndarray) -> tuple[int, int]:
    """Length and stride of the windows of a series: a period, if it has one."""
    length, _ = proposed(values)
    return length, max(1, len(values) // MOST_WINDOWS)


def points(truth: np.ndarray, flags: np.ndarray) -> list[float]:
    """F1 and the false alarm rate over points."""
    found = confusion(truth, flags, 0.5)
    return [found.f1, found.false_alarm_rate]
