"""How a script loads the data of an experiment, and the file that goes with it where it needs one.

The parts are those of the experiment: the same test samples, and the same twelfth for validation.
"""

import io

import numpy as np

from aecore.data.datasets import FEWEST_VALIDATED, load, source
from aecore.data.splits import SPLIT_SEED, Source
from aecore.exchange.script.lines import written
from aecore.training.experiment import Experiment

DOWNLOADED = ("mnist", "fashion_mnist", "cifar10")  # by `keras.datasets`
KERAS = """
(x_train, {y_train}), (x_test, _) = keras.datasets.{name}.load_data()
x_train = x_train{axis}.astype("float32") / 255  # {shape}
x_test = x_test{axis}.astype("float32") / 255
{column}{cut}
"""
COLUMN = "y_train = y_train[:, 0]  # (n, 1) → (n,)\n"
DIGITS = """
digits = load_digits()
pixels = digits.images[..., None].astype("float32") / 16  # (1797, 8, 8, 1)
order = np.random.default_rng({seed}).permutation(len(pixels))
x_test, x_train = pixels[order[:360]], pixels[order[360:]]
{y_train}{cut}
"""
DIGIT_LABELS = "y_train = digits.target[order[360:]]\n"
CUT = """
# a twelfth of all but the test {samples} is for validation
order = np.random.default_rng({seed}).permutation(len(x_train))
val, train = np.split(order, [len(order) // 12])
x_val, x_train = x_train[val], x_train[train]
"""
LABELS = "y_val, y_train = y_train[val], y_train[train]\n"
FILE = """
with np.load("{file}") as file:
    x_train, x_val, x_test = file["x_train"], file["x_val"], file["x_test"]{more}
"""
FILE_LABELS = '\n    y_train, y_val = file["y_train"], file["y_val"]'
BYTES = """\
x_train, x_val, x_test = (x.astype("float32") / 255 for x in (x_train, x_val, x_test))
"""
NORMAL = """
# learn from some classes alone
learnt = {classes}
train, val = np.isin(y_train, learnt), np.isin(y_val, learnt)
x_train, x_val = x_train[train], x_val[val]
"""
FEWER = """
# a part of the training {samples}, and as large a part for validation
share = {count} / len(x_train)
x_train, x_val = x_train[:{count}], x_val[: max({fewest}, round(share * len(x_val)))]
"""
MORE = {  # kind → what its file has beside the samples
    "image": "",
    "table": '\n    names, widths = file["names"], file["widths"]  # of columns',
    "series": ('\n    channels, center, scale = file["channels"], file["mean"], file["scale"]'),
}
HOLES = {
    "image": "",
    "table": """
The rows are prepared: a number is `(value - mean) / scale`, a category a 1 among 0s, and a missing
cell NaN, which goes into the network as 0, the mean.""",
    "series": """
The windows are prepared: each channel is `(value - mean) / scale`, and a missing value NaN, which
goes into the network as 0, the mean.""",
}
BESIDE = """
They are in the file `{file}`, which comes with this script: run the script in its folder."""


def needs_file(dataset: str) -> bool:
    """Whether a script needs the file of `data_file` beside it."""
    return dataset not in (*DOWNLOADED, "digits")


def file_name(dataset: str) -> str:
    """The name of that file."""
    return f"{dataset}.npz"


def data_file(dataset: str) -> bytes:
    """The three parts of a data set, prepared, as a compressed .npz file.

    Raises:
        DataUnavailable: it is not on this machine.
    """
    data, described, arrays = load(dataset), source(dataset), {}
    for name, part in (("train", data.training), ("val", data.validation), ("test", data.test)):
        arrays[f"x_{name}"] = described.kind.keep(part.images)
        arrays[f"y_{name}"] = part.labels
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays, **_further(described))
    return file.getvalue()


def _further(described: Source) -> dict[str, np.ndarray]:
    """What tells the values of a table or a series."""
    if described.table is not None:
        names = []
        columns = zip(described.table.learnt, described.table.preparation.parts, strict=True)
        for column, part in columns:
            values = [column.categories[at] for at in part.places] + ["(other)"] * part.other
            names += [f"{column.name}: {value}" for value in values] or [column.name]
        return {"names": np.array(names), "widths": np.array(described.layout)}
    if (series := described.series) is not None:
        return {
            "channels": np.array(series.channels),
            "mean": np.array(series.mean),
            "scale": np.array(series.scale),
        }
    return {}


def loading(experiment: Experiment, described: Source) -> tuple[str, str]:
    """The text and the code of a script's first section."""
    kind, key, chosen = described.kind, experiment.dataset, bool(experiment.normal)
    cut = CUT.format(samples=kind.samples, seed=SPLIT_SEED) + LABELS * chosen
    text = f"{kind.samples.capitalize()} have the shape {written(described.shape)}."
    if key in DOWNLOADED:
        shape = written(described.shape)
        axis = "[..., None]" if described.shape[-1] == 1 else ""
        code = KERAS.format(
            name=key,
            y_train="y_train" if experiment.normal else "_",
            axis=axis,
            shape=shape,
            column=COLUMN * (chosen and key == "cifar10"),
            cut=cut,
        )
        text += f" Keras downloads {described.title} when it is first used."
    elif key == "digits":
        code = DIGITS.format(
            seed=SPLIT_SEED,
            cut=cut,
            y_train=DIGIT_LABELS * chosen,
        )
        text += " scikit-learn brings the digits."
    else:
        code = FILE.format(file=file_name(key), more=MORE[kind.key] + FILE_LABELS * chosen)
        code += BYTES if kind.bounded else ""
        text += BESIDE.format(file=file_name(key)) + HOLES[kind.key]
    if chosen:
        code = code.rstrip() + "\n" + NORMAL.format(classes=list(experiment.normal))
    if experiment.samples:
        code = code.rstrip() + "\n"
        count = experiment.samples
        code += FEWER.format(samples=kind.samples, count=count, fewest=FEWEST_VALIDATED)
    return text, code
