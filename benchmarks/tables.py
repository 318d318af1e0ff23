"""Filling of cells removed at random: autoencoders beside scikit-learn's imputers.

    python -m benchmarks.tables [--odds FOLDER] [--seeds 3] [--share 0.2]

Two ways to ask. "new rows": everybody learns from 70% of the rows, which are whole, and fills a
fifth of the cells of the others, as the tab Your data and `fill` do. "holes everywhere": a fifth of
all cells is removed, and everybody learns from the rest. The figure is the root mean squared error
over the removed cells, each column standardised by what is known: 1 is about what the mean of the
column gives. Medians over the seeds.

Autoencoders stop early by the validation rows, which also choose the rounds of filling, and the
type: "chosen" is the one that fills best what is hidden in them. "one round" is the same with a
single pass.

Tables: breast cancer, wine and diabetes of scikit-learn; with `--odds`, cardio, ionosphere and
letter of the ODDS collection (odds.cs.stonybrook.edu) as .mat files, `X` in them.
"""

import argparse
import statistics
from pathlib import Path

from aecore.compute.preload import import_keras

import_keras()

import numpy as np  # noqa: E402

from aecore.analysis.filling import fill_in_rounds  # noqa: E402
from aecore.analysis.reconstruction import reconstruct  # noqa: E402
from aecore.data.splits import Dataset, Split, cut_validation  # noqa: E402
from aecore.models.base import for_use  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402
from aecore.training.fit import build, fit  # noqa: E402
from aecore.training.observer import NoObserver  # noqa: E402

ODDS = ("cardio", "ionosphere", "letter")
NEW = 0.3  # of the rows, if others are learnt from
STEPS = 3000
HIDDEN = {"corruption": "masking", "corruption_strength": 0.2}
CONTESTANTS = {  # name → type, hyperparameters by the number of columns, settings
    "linear": ("linear", lambda n: {"latent_size": max(2, n // 4)}, {}),
    "linear, cells hidden": ("linear", lambda n: {"latent_size": max(2, n // 3)}, HIDDEN),
    "undercomplete": (
        "undercomplete",
        lambda n: {
            "encoder_layers": (128,),
            "latent_size": max(2, n // 3),
            "activation": "gelu",
            "decoder_layers": (128,),
            "latent_activation": "linear",
        },
        {},
    ),
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


def trained(name: str, rows: np.ndarray, seed: int):
    """A contestant that learnt from standardised rows, NaN where missing, and validation rows."""
    key, sizes, settings = CONTESTANTS[name]
    count, columns = rows.shape
    batch = 2 ** int(np.clip(np.log2(count) - 3, 4, 7))
    experiment = Experiment.of(
        key, sizes(columns), dataset=f"own-filling-{columns}-table-00000000", seed=seed,
        loss="mse", batch_size=batch, epochs=max(10, round(STEPS * batch / count)),
        learning_rate=3e-3, patience=40, **settings,
    )  # fmt: skip
    training, validation = (_split(rows[part]) for part in cut_validation(count))
    model = build(experiment, training.images)
    fit(model, experiment, Dataset(training, validation, validation), NoObserver())
    return for_use(model), validation.images


def _split(values: np.ndarray) -> Split:
    return Split(values, np.zeros(len(values), np.int32))


def imputers(seed: int) -> dict:
    """What people use instead, by name."""
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

    return {
        "mean": SimpleImputer(),
        "5 nearest neighbours": KNNImputer(),
        "iterative": IterativeImputer(random_state=seed),
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


def measured(
    values: np.ndarray, share: float, seed: int, types: list[str], new: bool
) -> dict[str, float]:
    """The error of each contestant on one table, and of the chosen type."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(values))
    cut = round(NEW * len(values)) if new else 0
    gone = removed(values.shape, share, generator)
    gone[order[cut:]] &= not new
    seen = np.where(gone, np.nan, values)
    learnt = seen[order[cut:]] if new else seen
    mean, scale = np.nanmean(learnt, axis=0), np.nanstd(learnt, axis=0)
    scale = np.where(scale > 0, scale, 1)
    learnt, known, truth = (
        ((part - mean) / scale).astype(np.float32) for part in (learnt, seen, values)
    )
    errors, inner, layout = {}, {}, (1,) * values.shape[1]
    for name, imputer in imputers(seed).items():
        errors[name] = _rmse(imputer.fit(learnt).transform(known), truth, gone)
    for name in types:
        model, validation = trained(name, learnt, seed)
        errors[f"{name}, one round"] = _rmse(reconstruct(model, np.nan_to_num(known)), truth, gone)
        errors[name] = _rmse(fill_in_rounds(model, known, validation, layout), truth, gone)
        hidden = removed(validation.shape, share, np.random.default_rng(seed + 1))
        hidden &= ~np.isnan(validation)
        tried = fill_in_rounds(model, np.where(hidden, np.nan, validation), validation, layout)
        inner[name] = _rmse(tried, validation, hidden)
    return errors | {"chosen": errors[min(inner, key=lambda name: inner[name])]}


def _rmse(found: np.ndarray, truth: np.ndarray, where: np.ndarray) -> float:
    return float(np.sqrt(np.square(found - truth)[where].mean()))


def main() -> None:
    """Prints a row a table: the median error of each contestant."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--odds", type=Path, help="folder of .mat files of the ODDS collection")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.2, help="of the cells that are removed")
    parser.add_argument("--types", nargs="+", choices=tuple(CONTESTANTS), default=[*CONTESTANTS])
    options = parser.parse_args()
    for name, values in tables(options.odds).items():
        for new in (True, False):
            runs = [
                measured(values, options.share, seed, options.types, new)
                for seed in range(options.seeds)
            ]
            medians = {who: statistics.median(run[who] for run in runs) for who in runs[0]}
            best = min(medians, key=lambda who: medians[who])
            asked = "new rows" if new else "holes everywhere"
            print(f"{name}: {values.shape[0]:,} rows × {values.shape[1]} columns, {asked}")
            for who, error in medians.items():
                print(f"  {who:38} {error:.3f}{'  best' if who == best else ''}", flush=True)


if __name__ == "__main__":
    main()
