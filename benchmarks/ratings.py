"""Ratings of films, five folds: an autoencoder beside biases alone and a truncated SVD.

    python -m benchmarks.ratings FILE [--folds 5]

FILE lists user, item and rating, separated by tabs, in its first three columns: `u.data` of
MovieLens 100K (grouplens.org, whose terms forbid that it is passed on), or `ml-100k.inter` as
RecBole has it. A row of the table is a user, a column a film, as `data add --wide` makes it (the
user-based AutoRec of Sedhain et al. 2015). All contestants see ratings less the biases of user and
film, fitted on the training folds. The rank of the SVD and the strength of the decay are chosen on
a tenth of the first training folds.
Published for five folds: biases .944, SVD++ .919, nearest neighbours with baseline .931 (Surprise).
"""

import argparse
from pathlib import Path

from aecore.compute.preload import import_keras

import_keras()

import numpy as np  # noqa: E402

from aecore.analysis.reconstruction import reconstruct  # noqa: E402
from aecore.data.splits import Dataset, Split  # noqa: E402
from aecore.models.base import for_use  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402
from aecore.training.fit import build, fit  # noqa: E402
from aecore.training.observer import NoObserver  # noqa: E402

DECAYS = (0.3, 1.0, 3.0)
RANKS = (5, 10, 15, 20)
PULL = (5.0, 10.0)  # ratings that pull the bias of a film and of a user towards 0


def read(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Users, films (places) and ratings, each (n,)."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t")[:3] for line in lines if line[:1].isdigit()]
    users, films, ratings = zip(*rows, strict=True)
    places = [np.unique(names, return_inverse=True)[1] for names in (users, films)]
    return *places, np.array(ratings, np.float64)


class Biases:
    """The mean, and the means of film and user beyond it, pulled towards 0 where few rated."""

    def __init__(self, users, films, ratings, size):
        self.mean, (count_users, count_films) = ratings.mean(), size
        self.films, self.users = np.zeros(count_films), np.zeros(count_users)
        for _ in range(10):
            rest = ratings - self.mean - self.users[users]
            self.films = _pulled(films, rest, count_films, PULL[0])
            rest = ratings - self.mean - self.films[films]
            self.users = _pulled(users, rest, count_users, PULL[1])

    def __call__(self, users, films):
        return self.mean + self.users[users] + self.films[films]


def _pulled(places, rest, count, pull):
    return np.bincount(places, rest, count) / (np.bincount(places, minlength=count) + pull)


def truncated(table: np.ndarray, rank: int) -> np.ndarray:
    """The table's best approximation of a rank, missing cells counting as 0."""
    u, s, v = np.linalg.svd(np.nan_to_num(table), full_matrices=False)
    return (u[:, :rank] * s[:rank]) @ v[:rank]


def learnt(table: np.ndarray, decay: float, seed: int = 0) -> np.ndarray:
    """What an autoencoder of 300 sigmoid units makes of the table's rows."""
    users, films = table.shape
    experiment = Experiment.of(
        "overcomplete",
        {"latent_size": 300, "latent_activation": "sigmoid", "regularizer": "weight decay",
         "strength": decay},
        dataset=f"own-ratings-{films}-table-00000000", loss="mse", batch_size=64, epochs=60,
        learning_rate=1e-3, corruption="masking", corruption_strength=0.3, seed=seed,
    )  # fmt: skip
    values = table.astype(np.float32)
    rows = Split(values, np.zeros(users, np.int32))
    few = Split(values[:100], np.zeros(100, np.int32))
    model = build(experiment, values)
    fit(model, experiment, Dataset(rows, few, few), NoObserver())
    return reconstruct(for_use(model), np.nan_to_num(values))


def errors(known, asked, size, ways) -> dict[str, float]:
    """The root mean squared error of each way to fill the table, on the ratings asked for."""
    users, films, ratings = known
    biases = Biases(users, films, ratings, size)
    table = np.full(size, np.nan)
    table[users, films] = ratings - biases(users, films)
    found = {}
    for name, way in ways.items():
        guess = biases(asked[0], asked[1])
        if way is not None:
            guess = guess + way(table)[asked[0], asked[1]]
        found[name] = float(np.sqrt(np.square(np.clip(guess, 1, 5) - asked[2]).mean()))
    return found


def part(data, where):
    return tuple(values[where] for values in data)


def chosen(data, known: np.ndarray, size) -> tuple[int, float]:
    """Rank and decay that do best on a tenth of the known ratings."""
    order = np.random.default_rng(1).permutation(np.flatnonzero(known))
    held, rest = order[: len(order) // 10], order[len(order) // 10 :]
    ways = {("rank", rank): lambda table, rank=rank: truncated(table, rank) for rank in RANKS}
    ways |= {("decay", d): lambda table, d=d: learnt(table, d) for d in DECAYS}
    found = errors(part(data, rest), part(data, held), size, ways)
    print({f"{name} {value:g}": round(error, 4) for (name, value), error in found.items()})
    best = {name: min((error, value) for (n, value), error in found.items() if n == name)[1]
            for name in ("rank", "decay")}  # fmt: skip
    return best["rank"], best["decay"]


def main() -> None:
    """Prints the error of each fold and contestant, and their means."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--folds", type=int, default=5, help="how many of five are measured")
    options = parser.parse_args()
    data = read(options.file)
    size = (data[0].max() + 1, data[1].max() + 1)
    folds = np.random.default_rng(0).permutation(len(data[2])) % 5
    rank, decay = chosen(data, folds != 0, size)
    ways = {
        "biases": None,
        f"SVD of rank {rank}": lambda table: truncated(table, rank),
        f"autoencoder, decay {decay:g}": lambda table: learnt(table, decay),
    }
    all_errors = []
    for fold in range(options.folds):
        found = errors(part(data, folds != fold), part(data, folds == fold), size, ways)
        all_errors.append(found)
        told = ", ".join(f"{name} {error:.4f}" for name, error in found.items())
        print(f"fold {fold + 1}: {told}", flush=True)
    for name in ways:
        print(f"{name:28} {np.mean([found[name] for found in all_errors]):.4f}")


if __name__ == "__main__":
    main()
