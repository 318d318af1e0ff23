"""Detection of anomalies: a network by the recipe of its kind beside detectors without one.

    python -m benchmarks.anomalies DATA_FOLDER [--quick] [--only cancer holes odds skab nab …]

The recipe (`aecore/detection/recipes.py`) and the score (`usual` in `aecore/detection/scores.py`)
follow from the kind of data alone; labels are looked at when all scores are fixed. Beside it stand
the baselines of `aecore/detection/baselines.py` on the same prepared data, and published figures.

DATA_FOLDER holds, with the protocols used here:
odds/*.mat: 17 tables of ODDS (odds.cs.stonybrook.edu), 60% to train on, anomalies among them;
skab/valve1/*.csv: github.com/waico/SKAB, of each file the first 400 rows to train on;
nab/: github.com/numenta/NAB, each series learnt from and judged as a whole;
mnist.npz: as `keras.datasets` has it, one digit normal at a time;
elpv-mono.zip: monocrystalline cells of github.com/zae-bayern/elpv-dataset in the folders good and
defective, 60% of the good to train on. Breast cancer comes with scikit-learn.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from aecore.compute.preload import import_keras

import_keras()

import numpy as np  # noqa: E402

from aecore.data.kinds import kind_of  # noqa: E402
from aecore.data.splits import Dataset, Split, cut_validation  # noqa: E402
from aecore.detection.baselines import baselines  # noqa: E402
from aecore.detection.evaluation import precision_at, roc_auc  # noqa: E402
from aecore.detection.features import features, rounds_of  # noqa: E402
from aecore.detection.over_time import step_scores, vus_pr  # noqa: E402
from aecore.detection.recipes import recipe  # noqa: E402
from aecore.detection.scores import SCORES, usual  # noqa: E402
from aecore.detection.verdict import sentence, verdict  # noqa: E402
from aecore.models.base import for_use  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402
from aecore.training.fit import build, fit  # noqa: E402
from aecore.training.observer import NoObserver  # noqa: E402
from benchmarks import anomaly_data as data  # noqa: E402

Judge = Callable[[np.ndarray], np.ndarray]  # samples (n, ...) → scores (n,)
NETWORK = "network"
TITLES = {"pca": "PCA", "forest": "isolation forest", "neighbours": "nearest neighbours",
          "normalised": "nearest, normalised", "svm": "one-class SVM"}  # fmt: skip
BATCH = 2000  # samples judged at a time
FALSE_ALARMS, MARGIN = 0.001, 4 / 3  # of SKAB's threshold, as those who published have it


def detectors(normal: np.ndarray, seed: int = 0) -> dict[str, Judge]:
    """The network and the baselines, trained on samples (n, ...), by their names."""
    kind, shape = kind_of(normal.shape[1:]), normal.shape[1:]
    chosen = recipe(shape)
    training, validation = (normal[part] for part in cut_validation(len(normal)))
    experiment = Experiment.of(
        chosen.key, chosen.hyperparameters, dataset=data.key_of(shape), seed=seed,
        **{"corruption": "none", **chosen.on(len(training))},
    )  # fmt: skip
    model = build(experiment, training)
    parts = (_split(part) for part in (training, validation, validation))
    fit(model, experiment, Dataset(*parts, layout=_layout(shape)), NoObserver())
    network = for_use(model, _layout(shape))
    score = SCORES[usual(kind, chosen.key)]
    rounds = rounds_of(network, training, validation, _layout(shape))
    parts = (features(network, part, rounds) for part in (training[:10_000], validation))
    state = score.fit(*parts)

    def judge(samples: np.ndarray) -> np.ndarray:
        parts = [samples[start : start + BATCH] for start in range(0, len(samples), BATCH)]
        return np.concatenate([score.of(state, features(network, part, rounds)) for part in parts])

    return {NETWORK: judge} | {each.key: each.fit(normal, kind).of for each in baselines(kind)}


def _split(samples: np.ndarray) -> Split:
    return Split(samples, np.zeros(len(samples), np.int32))


def _layout(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (1,) * shape[0] if len(shape) == 1 else ()


def table(title: str, rows: dict[str, list[float]], columns: list[str], published: str) -> None:
    """Prints the figures of each contestant, the network first."""
    print(f"\n{title}\n  published: {published}")
    print(f"  {'':22}" + "".join(f"{column:>16}" for column in columns))
    for name, figures in rows.items():
        print(f"  {TITLES.get(name, name):22}" + "".join(f"{each:16.3f}" for each in figures))


def gathered(found: Iterator[dict[str, tuple[float, ...]]]) -> dict[str, np.ndarray]:
    """Figures by contestant, (sets, figures), of one set after another."""
    all_found = list(found)
    return {name: np.array([each[name] for each in all_found]) for name in all_found[0]}


def odds(folder: Path, quick: bool) -> None:
    """Tables of ODDS: mean ROC AUC and precision@n over sets and seeds."""
    names = data.ODDS[::4] if quick else data.ODDS

    def each():
        for name in names:
            runs = []
            for seed in range(1 if quick else 5):
                training, test, truth = data.odds(folder, name, seed)
                began = time.monotonic()
                scores = {who: judge(test) for who, judge in detectors(training, seed).items()}
                longest.append(time.monotonic() - began)
                runs.append({who: (roc_auc(truth, s), precision_at(truth, s))
                             for who, s in scores.items()})  # fmt: skip
            means = {who: np.mean([run[who] for run in runs], axis=0) for who in runs[0]}
            line = " ".join(f"{TITLES.get(k, k)} {v[0]:.3f}/{v[1]:.3f}" for k, v in means.items())
            print(f"  {name}: {line}", flush=True)
            yield means

    longest: list[float] = []
    rows = {who: list(values.mean(axis=0)) for who, values in gathered(each()).items()}
    table(
        f"ODDS, {len(names)} tables, the longest took {max(longest):.0f} s", rows,
        ["ROC AUC", "precision@n"], "INNE .827 / OCSVM .481; autoencoder .800 / .393",
    )  # fmt: skip


def skab(folder: Path, quick: bool) -> None:
    """SKAB: F1 and false alarm rate over the points of all files, nothing adjusted."""
    files = data.skab(folder)[: 4 if quick else None]
    flagged: dict[str, list[np.ndarray]] = {}
    truths = []
    for values, truth in files:
        windows, starts = data.windows(values, data.SKAB_WINDOW, 1)
        normal = starts + data.SKAB_WINDOW <= data.SKAB_NORMAL
        for who, judge in detectors(windows[normal]).items():
            scores = judge(windows)
            threshold = MARGIN * np.quantile(scores[normal], 1 - FALSE_ALARMS)
            steps = step_scores(scores, starts, data.SKAB_WINDOW, len(values), "least")
            flagged.setdefault(who, []).append((steps > threshold)[data.SKAB_NORMAL :])
        truths.append(truth[data.SKAB_NORMAL :])
    truth = np.concatenate(truths)
    rows = {who: data.points(truth, np.concatenate(flags)) for who, flags in flagged.items()}
    table(f"SKAB valve1, {len(files)} files", rows, ["F1", "false alarms"],
          "convolutional autoencoder .78 at .136, PCA .76 (34 files)")  # fmt: skip


def nab(folder: Path, quick: bool) -> None:
    """NAB: mean VUS-PR over series."""

    def each():
        for name, values, truth in data.nab(folder)[: 3 if quick else None]:
            length, stride = data.cut_of(values)
            windows, starts = data.windows(values, length, stride)
            judged = {who: judge(windows) for who, judge in detectors(windows).items()}
            steps = {who: step_scores(s, starts, length, len(values)) for who, s in judged.items()}
            found = {who: (vus_pr(truth, np.nan_to_num(s, nan=np.nanmin(s)), length),)
                     for who, s in steps.items()}  # fmt: skip
            line = " ".join(f"{TITLES.get(k, k)} {v[0]:.3f}" for k, v in found.items())
            print(f"  {name}: {line}", flush=True)
            yield found

    rows = {who: list(values.mean(axis=0)) for who, values in gathered(each()).items()}
    table("NAB, series given", rows, ["VUS-PR"], "window PCA .436, autoencoder .317 (23 series)")


def mnist(folder: Path, quick: bool) -> None:
    """MNIST: each digit as what is normal, ROC AUC over all test images."""

    def each():
        for digit in (8, 1) if quick else range(10):
            training, test, truth = data.mnist(folder, digit, 1500 if quick else None)
            found = {who: (roc_auc(truth, judge(test)),)
                     for who, judge in detectors(training).items()}  # fmt: skip
            line = " ".join(f"{TITLES.get(k, k)} {v[0]:.3f}" for k, v in found.items())
            print(f"  {digit}: {line}", flush=True)
            yield found

    rows = {who: [v.mean(), v.min()] for who, v in gathered(each()).items()}
    table("MNIST, one digit normal", rows, ["mean ROC AUC", "worst digit"],
          "Deep SVDD .948, OCGAN .975 (mean)")  # fmt: skip


def elpv(folder: Path, quick: bool) -> None:
    """Solar cells: ROC AUC with its interval, and the verdict."""
    compared("ELPV, good cells only", *data.elpv(folder), "none unsupervised found")


def cancer(folder: Path, quick: bool) -> None:
    """Breast cancer: benign is normal."""
    compared("Breast cancer, benign normal", *data.cancer(), "baselines alongside")


def holes(folder: Path, quick: bool) -> None:
    """Breast cancer with a third of each row's cells missing, threshold for 5% of whole rows."""
    training, test, truth = data.cancer()
    rank = np.argsort(np.random.default_rng(0).random(test.shape), axis=1)
    given = np.where(rank < test.shape[1] // 3, np.nan, test).astype(np.float32)
    judges = detectors(training)
    network = judges[NETWORK]
    judges["network, means"] = lambda samples: network(np.nan_to_num(samples))
    rows = {}
    for who, judge in judges.items():
        whole, some = judge(test), judge(given)
        alarms = some[truth == 0] > np.quantile(whole[truth == 0], 0.95)
        rows[who] = [roc_auc(truth, whole), roc_auc(truth, some), alarms.mean()]
    columns = ["AUC, whole rows", "AUC, holes", "false alarms"]
    table("Breast cancer, a third of the cells missing", rows, columns, "none found")


def compared(title: str, training, test, truth, published: str) -> None:
    """Prints the areas of one set, and the verdict with its interval."""
    scores = {who: judge(test) for who, judge in detectors(training).items()}
    rows = {who: [roc_auc(truth, s), precision_at(truth, s)] for who, s in scores.items()}
    table(title, rows, ["ROC AUC", "precision@n"], published)
    found = verdict(truth, scores.pop(NETWORK), scores)
    low, high = found.network.low, found.network.high
    print(f"  95% interval of the network: {low:.3f} to {high:.3f}")
    print(f"  {sentence(found, 'The network', TITLES[found.baseline])}", flush=True)


MEASURED = {"cancer": cancer, "holes": holes, "odds": odds, "skab": skab, "nab": nab,
            "elpv": elpv, "mnist": mnist}  # fmt: skip


def main() -> None:
    """Prints a table a collection."""
    parser = argparse.ArgumentParser(
        description="Detection of anomalies, with and without a network."
    )
    parser.add_argument("folder", type=Path, help="where the data lies")
    parser.add_argument("--quick", action="store_true", help="few sets, in three minutes")
    parser.add_argument("--only", nargs="+", choices=tuple(MEASURED), default=[*MEASURED])
    options = parser.parse_args()
    for name in options.only:
        began = time.monotonic()
        MEASURED[name](options.folder, options.quick)
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
