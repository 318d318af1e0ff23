"""Generation on MNIST: samples of every type, from a mixture and from the prior or Gaussians.

    python -m benchmarks.generation [NAME ...]

For each model that ships and gives something from a code alone: the Fréchet distance in the
features of our small MNIST classifier (not FID), precision and recall (Kynkäänniemi et al. 2019) of
5,000 samples beside 5,000 test images, and the test for copies. All settings were fixed beforehand;
how many components a mixture has is chosen by the likelihood of validation codes.
"""

import argparse

from aecore.compute.preload import import_keras

import_keras()

import keras  # noqa: E402

from aecore.data.datasets import load  # noqa: E402
from aecore.generation.codes import MIXTURE, PLAIN  # noqa: E402
from aecore.generation.features import CLASSIFIED, features_for  # noqa: E402
from aecore.generation.study import NotGenerated, study_generation  # noqa: E402
from aecore.runs.run import SHIPPED_MODELS, Run  # noqa: E402
from aecore.shipped.recipes import RECIPES  # noqa: E402

TIMES_REAL, RECALL = 10.0, 0.6  # what the best type is to reach


def main() -> None:
    """Measures the models and tells which of the figures are reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of shipped models; default: all")
    names = parser.parse_args().names
    known = [name for name, (_, _, more) in RECIPES.items() if "dataset" not in more]
    data = load(CLASSIFIED)
    features = features_for(CLASSIFIED, data.training.images)
    print(
        f"{'model':26}{'real':>7}{'plain':>9}{'mixture':>9}{'precision':>11}{'recall':>8}  copies"
    )
    found = {}
    for name in names or known:
        run = Run(SHIPPED_MODELS / name)
        model = keras.models.load_model(run.model_path, compile=False)
        try:
            made = study_generation(model, data, data.test, features, run.key == "variational")
        except NotGenerated:
            print(f"{name:26}gives nothing from a code alone")
            continue
        found[name] = made
        mixture, test = made.likeness(MIXTURE), made.memorising(MIXTURE)
        print(
            f"{name:26}{made.likeness('real').frechet:7.2f}{made.likeness(PLAIN).frechet:9.2f}"
            f"{mixture.frechet:9.2f}{mixture.precision:11.3f}{mixture.recall:8.3f}  "
            f"{test.copies:.1%} ± {test.doubt:.1%}, {'passed' if test.passed else 'NOT passed'}",
            flush=True,
        )
    if not found:
        return
    better = [
        n for n, m in found.items() if m.likeness(MIXTURE).frechet < m.likeness(PLAIN).frechet
    ]
    best = min(found, key=lambda name: found[name].likeness(MIXTURE).frechet)
    likeness = found[best].likeness(MIXTURE)
    times = likeness.frechet / found[best].likeness("real").frechet
    print(f"The mixture is better for {better} of {len(found)} models.")
    print(
        f"Best: {best}, {times:.1f} times the distance of two halves of the test images (at most "
        f"{TIMES_REAL:.0f} wanted), recall {likeness.recall:.3f} (at least {RECALL} wanted), test "
        f"for copies {'passed' if found[best].memorising(MIXTURE).passed else 'not passed'}."
    )


if __name__ == "__main__":
    main()
