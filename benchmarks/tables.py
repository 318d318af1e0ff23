"""Filling of cells removed at random: autoencoders beside scikit-learn's imputers.

    python -m benchmarks.tables [--odds FOLDER] [--seeds 3] [--share 0.2]

A fifth of all cells of a table is removed; each contestant sees the rest and fills them. The
figure is the root mean squared error over the removed cells, each column standardised by the
cells that are left: 1 is about what the mean of the column gives. Medians over the seeds.

Autoencoders stop early by the validation rows. "chosen" is the one that fills best a further
tenth of the cells, removed from what is known: the others were not known to be better or worse
beforehand.

Tables: breast cancer, wine and diabetes of scikit-learn; with `--odds`, cardio, ionosphere and
letter of the ODDS collection (odds.cs.stonybrook.edu) as .mat files, `X` in them.
"""

import argparse
import statistics
from collections.abc import Callable
from pathlib import Path

from aecore.compute.preload import import_keras

import_keras()

import numpy as np  # noqa: E402

from aecore.analysis.reconstruction import reconstruct  # noqa: E402
from aecore.data.splits import Dataset, Split, cut_validation  # noqa: E402
from aecore.models.base import for_use  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402
from aecore.training.fit import build, fit  # noqa: E402
from aecore.training.observer import NoObserver  # noqa: E402

ODDS = ("cardio", "ionosphere", "letter")
HELD = 0.1  # of the cells, to choose by
STEPS = 3000
HIDDEN = {"corruption": "masking", "corruption_strength": 0.2}
CONTESTANTS = {  # name → type, hyperparameters by the number of columns, settings
    "linear": ("linear", lambda n: {"latent_size": max(2, n // 4)}, {}),
    "linear, cells hidden": ("linear", lambda n: {"latent_size": max(2, n // 3)}, HIDDEN),
    "denoising": (
        "denoising",
        lambda n: {"hidden_layers": (128,), "latent_size": max(4, n // 2)},
        HIDDEN,
    ),
    "overcomplete, cells hidden": (
        "overcomplete",
        lambda n: {"latent_size": 4 * n, "latent_activation": "tanh"},
        HIDDEN,
    ),
}


def removed(shape: tuple[int, ...], share: float, generator) -> np.ndarray:
    """Which cells are removed: a share of all, but in no column all of them."""
    gone = generator.random(shape) < share
    gone[:2] = False
    return gone


def filled(name: str, values: np.ndarray, seed: int) -> np.ndarray:
    """What an autoencoder makes of a standardised table whose missing cells are NaN."""
    key, sizes, settings = CONTESTANTS[name]
    values = values.astype(np.float32)
    rows, columns = values.shape
    batch = 2 ** int(np.clip(np.log2(rows) - 3, 4, 7))
    experiment = Experiment.of(
        key, sizes(columns), dataset=f"own-filling-{columns}-table-00000000", seed=seed,
        loss="mse", batch_size=batch, epochs=max(10, round(STEPS * batch / rows)),
        learning_rate=3e-3, patience=40, **settings,
    )  # fmt: skip
    training, validation = (_split(values[part]) for part in cut_validation(rows))
    model = build(experiment, training.images)
    fit(model, experiment, Dataset(training, validation, validation), NoObserver())
    return reconstruct(for_use(model), np.nan_to_num(values))


def _split(values: np.ndarray) -> Split:
    return Split(values, np.zeros(len(values), np.int32))


def imputers(seed: int) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """What people use instead, name → function of a table with holes."""
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

    return {
        "mean": SimpleImputer().fit_transform,
        "5 nearest neighbours": KNNImputer().fit_transform,
        "iterative": IterativeImputer(random_state=seed).fit_transform,
    }


def tables(odds: Path | None) -> dict[str, np.ndarray]:
    """The tables by their names, numbers without holes; constant columns are left out."""
    from sklearn import datasets

    found = {
        "breast cancer": datasets.load_breast_cancer(),
        "wine": datasets.load_wine(),
        "diabetes": datasets.load_diabetes(),
    }
    arrays = {name: np.asarray(bunch["data"], np.float64) for name, bunch in found.items()}
    if odds is not None:
        from scipy.io import loadmat

        arrays |= {name: loadmat(odds / f"{name}.mat")["X"].astype(np.float64) for name in ODDS}
    return {name: values[:, values.std(axis=0) > 0] for name, values in arrays.items()}


def measured(values: np.ndarray, share: float, seed: int, types: list[str]) -> dict[str, float]:
    """The error of each contestant on one table, and of the chosen type."""
    generator = np.random.default_rng(seed)
    gone = removed(values.shape, share, generator)
    seen = np.where(gone, np.nan, values)
    mean, scale = np.nanmean(seen, axis=0), np.nanstd(seen, axis=0)
    known = (seen - mean) / np.where(scale > 0, scale, 1)
    truth = (values - mean) / np.where(scale > 0, scale, 1)
    held = removed(values.shape, HELD, generator) & ~gone
    errors, inner = {}, {}
    for name, fill in imputers(seed).items():
        errors[name] = _rmse(fill(known), truth, gone)
    for name in types:
        inner[name] = _rmse(filled(name, np.where(held, np.nan, known), seed), truth, held)
        errors[name] = _rmse(filled(name, known, seed), truth, gone)
    return errors | {"chosen": errors[min(inner, key=lambda name: inner[name])]}


def _rmse(found: np.ndarray, truth: np.ndarray, where: np.ndarray) -> float:
    return float(np.sqrt(np.square(found - truth)[where].mean()))


def main() -> None:
    """Prints a row a table: the median error of each contestant."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--odds", type=Path, help="folder of .mat files of the ODDS collection")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.2, help="of the cells that are removed")
    parser.add_argument("--types", nargs="+", choices=tuple(CONTESTANTS), default=[*CONTESTANTS])
    options = parser.parse_args()
    for name, values in tables(options.odds).items():
        runs = [measured(values, options.share, s, options.types) for s in range(options.seeds)]
        medians = {who: statistics.median(run[who] for run in runs) for who in runs[0]}
        best = min(medians, key=lambda who: medians[who])
        print(f"{name}: {values.shape[0]:,} rows × {values.shape[1]} columns")
        for who, error in medians.items():
            print(f"  {who:28} {error:.3f}{'  best' if who == best else ''}", flush=True)


if __name__ == "__main__":
    main()
