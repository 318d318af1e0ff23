"""What the codes of shipped models are worth on MNIST: few labels, fine-tuning, search.

    python -m benchmarks.features [--models NAME ...] [--only probe|tuning|search]

Few labels: the best code for a linear classifier with 100 labels is chosen on validation images,
then judged on test images beside raw pixels and PCA with as many components. Regularisation is
chosen by cross-validation within each draw of labels. Fine-tuning: the learning rate was chosen on
validation images. All models of MNIST that ship are compared, unless some are named.
Search: a million random codes, and the training images of a model, as a warm worker does it.
"""

import argparse
import time

from aecore.compute.preload import import_keras

import_keras()

import keras  # noqa: E402
import numpy as np  # noqa: E402

from aecore.compute.searching import alike  # noqa: E402
from aecore.data.datasets import load  # noqa: E402
from aecore.data.splits import Dataset  # noqa: E402
from aecore.runs.run import SHIPPED_MODELS, Run  # noqa: E402
from aecore.shipped.recipes import RECIPES  # noqa: E402
from aecore.transfer.classifiers import linear  # noqa: E402
from aecore.transfer.comparing import difference, mean  # noqa: E402
from aecore.transfer.draws import DRAWS, labelled_draw  # noqa: E402
from aecore.transfer.fine_tuning import PRETRAINED, SCRATCH, fine_tuned  # noqa: E402
from aecore.transfer.index import Index  # noqa: E402
from aecore.transfer.labelled import Labelled, labelled  # noqa: E402
from aecore.transfer.representations import BASELINES, CODE, represent  # noqa: E402

LABELS, POOL, JUDGED = 100, 5000, 2000
MILLION, SIZE, QUERIES = 1_000_000, 32, 50
SEARCHED = "convolutional"


def probed(model, known: Labelled) -> dict[str, list[float]]:
    """Representation → accuracy of a linear classifier with 100 labels, of each draw."""
    found = {}
    for name, (training, test) in represent(model, known).items():
        draws = (labelled_draw(known.labels, LABELS, seed) for seed in range(DRAWS))
        found[name] = [
            float(linear(training[at], known.labels[at]).score(test, known.truth)) for at in draws
        ]
    return found


def best_code(names: list[str], data: Dataset, source) -> str:
    """The model whose code is best on validation images."""
    shares = {}
    seen = Dataset(data.training, data.validation, data.validation)
    known = labelled(seen, source, POOL, JUDGED)
    for name in names:
        shares[name] = mean(probed(_model(name), known)[CODE]).value
        print(f"  validation, {LABELS} labels, {name:28} {shares[name]:.3f}", flush=True)
    return max(shares, key=lambda name: shares[name])


def judged(name: str, data: Dataset, source) -> None:
    """Prints the accuracies on test images."""
    found = probed(_model(name), labelled(data, source, POOL))
    print(f"{name}, {LABELS} labels, 10,000 test images, linear classifier:")
    for each, drawn in found.items():
        told = mean(drawn)
        print(f"  {each:6} {100 * told.value:.1f} ± {100 * told.half:.1f}%")
    for each in BASELINES:
        by = difference(found[CODE], found[each])
        print(
            f"  code less {each:4} {100 * by.value:+.1f} ± {100 * by.half:.1f} points", flush=True
        )


def tuned(name: str, data: Dataset, source) -> None:
    """Prints the accuracies of a fine-tuned encoder and of the same network from scratch."""
    found = fine_tuned(_model(name), labelled(data, source, POOL))
    print(f"{name}, fine-tuned, {found.judged:,} test images, {found.steps} steps:")
    pairs = zip(found.accuracies[PRETRAINED], found.accuracies[SCRATCH], strict=True)
    for count, (ours, others) in zip(found.counts, pairs, strict=True):
        by, told, scratch = difference(ours, others), mean(ours), mean(others)
        print(
            f"  {count:5,} labels {100 * told.value:.1f}%, from scratch {100 * scratch.value:.1f}"
            f" %, difference {100 * by.value:+.1f} ± {100 * by.half:.1f} points",
            flush=True,
        )


def searched(name: str, data: Dataset) -> None:
    """Prints how long a search takes."""
    rng = np.random.default_rng(0)
    index = Index.of(rng.standard_normal((MILLION, SIZE), np.float32))
    queries = rng.standard_normal((QUERIES, SIZE), np.float32)
    _print_times(f"{MILLION:,} codes of {SIZE} numbers", [lambda q=q: index.nearest(q, 12)
                                                          for q in queries])  # fmt: skip
    path, images = str(SHIPPED_MODELS / name), data.test.images[:QUERIES]
    began = time.perf_counter()
    alike(path, images[0], 12, patient=True)
    print(f"  {name}: first search, with the encoding {time.perf_counter() - began:.1f} s")
    _print_times(
        f"{name}: a test image among {len(data.training):,} training images, encoder included",
        [lambda image=image: alike(path, image, 12, patient=True) for image in images],
    )


def _print_times(told: str, searches: list) -> None:
    times = []
    for search in searches:
        began = time.perf_counter()
        search()
        times.append(1000 * (time.perf_counter() - began))
    middle, high = np.median(times), np.quantile(times, 0.95)
    print(f"  {told}: median {middle:.0f} ms, 95% below {high:.0f} ms", flush=True)


def _model(name: str):
    return keras.models.load_model(SHIPPED_MODELS / name / "model.keras", compile=False)


def main() -> None:
    """Prints the figures."""
    known = [name for name in RECIPES if Run(SHIPPED_MODELS / name).dataset == "mnist"]
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--models", nargs="+", default=known, choices=known, metavar="NAME")
    parser.add_argument("--only", choices=("probe", "tuning", "search"))
    options = parser.parse_args()
    data, source = load("mnist"), Run(SHIPPED_MODELS / "linear").source
    best = options.models[0]
    if options.only in (None, "probe"):
        best = best_code(options.models, data, source) if len(options.models) > 1 else best
        judged(best, data, source)
    if options.only in (None, "tuning"):
        tuned(best, data, source)
    if options.only in (None, "search"):
        print("search:")
        searched(SEARCHED, data)


if __name__ == "__main__":
    main()
