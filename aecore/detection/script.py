"""The script of an exported detector: Keras and NumPy alone, with the same verdicts as here."""

import inspect
from types import ModuleType

from aecore.detection import features, formulas
from aecore.detection.formulas import FORMULAS

HEAD = '''\
"""Flags anomalies: python detect.py FILE...

{reads}
Prints name, score and verdict as CSV. The exit status is 1 if anything is flagged, else 0.
Needs keras, a backend such as tensorflow, and numpy{more}; and the files beside this one.
"""

import csv
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
{imports}
HERE = Path(__file__).parent
TOLD = json.loads((HERE / "detector.json").read_text("utf-8"))
MODEL = keras.models.load_model(HERE / "model.keras", compile=False)
with np.load(HERE / "detector.npz") as file:
    STATE = {{n[7:].replace("__", "."): file[n] for n in file.files if n[:7] == "state__"}}

'''

IMAGES = '''
def read(path):
    """An image as the model takes it, resized where its size is another."""
    height, width, channels = TOLD["shape"]
    image = Image.open(path).convert("L" if channels == 1 else "RGB")
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    pixels = np.asarray(image, np.float32).reshape(1, height, width, channels)
    return pixels / np.float32(255), [path]
'''

CELLS = '''
def cells_of(path):
    """The cells of a CSV file, row by row; the first line tells the delimiter."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        delimiter = max(",;\\t|", key=file.readline().count)
        file.seek(0)
        return [row for row in csv.reader(file, delimiter=delimiter) if row]

'''

TABLE = '''
def read(path):
    """The rows of a CSV file, prepared; NaN where a cell is missing."""
    header, *rows = cells_of(path)
    rows = [dict(zip(header, row)) for row in rows]
    columns = []
    for part in TOLD["table"]["preparation"]["parts"]:
        column = TOLD["table"]["columns"][part["column"]]
        cells = [row[column["of"] or column["name"]].strip() for row in rows]
        columns.append(prepared(part, column, cells))
    return np.concatenate(columns, axis=1).astype(np.float32), [
        f"row {n}" for n in range(1, len(rows) + 1)
    ]


def prepared(part, column, cells):
    if part["places"]:  # of a category one value for each of its values, and one for all others
        at = [column["categories"].index(c) if c in column["categories"] else -1 for c in cells]
        at = np.array(at)
        found = at[:, None] == np.array(part["places"])
        known = np.array([bool(cell) for cell in cells])
        if part["other"]:
            found = np.column_stack([found, ~found.any(axis=1) & known])
        return np.where(found.any(axis=1, keepdims=True), found.astype(float), np.nan)
    values = np.array([number(cell, column) for cell in cells])
    if not part["knots"]:
        return ((values - part["mean"]) / part["scale"])[:, None]
    ranks = np.clip(np.linspace(0, 1, len(part["knots"])), 1e-3, 1 - 1e-3)
    ranks = np.interp(values, part["knots"], ranks)
    normal = [np.nan if np.isnan(v) else NormalDist().inv_cdf(r) for v, r in zip(values, ranks)]
    return np.array(normal)[:, None]


def number(cell, column):
    """A number, or a date such as 2024-01-31 12:00:00 in seconds, its hour or its weekday."""
    try:
        if column["kind"] != "date" and not column["of"]:
            return float(cell)
        seconds = np.datetime64(cell.replace(" ", "T"), "ms").astype(np.int64) / 1e3
    except ValueError:
        return np.nan
    if column["part"] == "hour":
        return seconds % 86400 / 3600
    return (seconds // 86400 + 3) % 7 if column["part"] else seconds
'''

SERIES = '''
def read(path):
    """The channels of a CSV file, a row a step; NaN where a cell is missing."""
    header, *rows = cells_of(path)
    rows = [dict(zip(header, row)) for row in rows]
    told = TOLD["series"]
    values = [[float(row[c] or "nan") for c in told["channels"]] for row in rows]
    values = (np.array(values) - np.array(told["mean"])) / np.array(told["scale"])
    return values.astype(np.float32), [f"step {n}" for n in range(1, len(rows) + 1)]


def windows(values):
    """Where windows begin that cover all steps, and these windows."""
    length, stride = TOLD["series"]["length"], TOLD["series"]["stride"]
    starts = np.arange(0, len(values) - length + 1, stride)
    if starts[-1] + length < len(values):
        starts = np.append(starts, len(values) - length)
    cut = np.stack([values[start : start + length] for start in starts])
    some = ~np.isnan(cut).all(axis=(1, 2))
    return starts[some], cut[some]
'''

APART = '''
def read(path):
    """The rows of a CSV file with one short series each; NaN where a cell is missing."""
    header, *rows = cells_of(path)
    told, count = TOLD["series"], TOLD["series"]["length"]
    kept = [place for place, name in enumerate(header) if name != told["label"]][:count]
    values = np.array([[float(row[place] or "nan") for place in kept] for row in rows])
    values = (values[..., None] - np.array(told["mean"])) / np.array(told["scale"])
    return values.astype(np.float32), [f"row {n}" for n in range(1, len(rows) + 1)]
'''

FOUND = '''

def batched(network, inputs):
    """All outputs of a network, a batch at a time."""
    size = TOLD["batch"]
    parts = [network(inputs[at : at + size]) for at in range(0, len(inputs), size)]
    parts = [part if isinstance(part, list | tuple) else [part] for part in parts]
    return [np.concatenate([np.asarray(a) for a in same]) for same in zip(*parts)]


def scores(samples):
    inputs = np.nan_to_num(samples)  # what is missing goes in as the mean, 0
    found = SimpleNamespace(samples=samples, outputs=batched(MODEL, inputs)[0])
'''
CODES = """\
    codes, *more = batched(MODEL.get_layer("encoder"), inputs)
    found.codes = codes.reshape(len(codes), -1)
"""
SPREAD = "    found.spread = np.exp(more[0] / 2)\n"
MAPS = """\
    encoder = MODEL.get_layer("encoder")
    layers = [encoder.get_layer(name).output for name in TOLD["maps"]]
    found.maps = together(batched(keras.Model(encoder.inputs[0], layers), inputs))
"""
EACH = """\
    return np.asarray({formula}(STATE, found), np.float64)


def main(paths):
    read_all = [read(path) for path in paths]
    samples = np.concatenate([part for part, _ in read_all])
    names = [name for _, each in read_all for name in each]
    return names, scores(samples)
"""
STEPS = """\
    return np.asarray({formula}(STATE, found), np.float64)


def main(paths):
    values, names = read(*paths)
    starts, cut = windows(values)
    least = np.full(len(values), np.inf)  # of the scores of the windows that a step is in
    for start, score in zip(starts, scores(cut)):
        window = least[start : start + TOLD["series"]["length"]]
        np.minimum(window, score, out=window)
    return names, np.where(np.isinf(least), np.nan, least)
"""
TAIL = """

if __name__ == "__main__":
    names, found = main(sys.argv[1:])
    flagged = found > TOLD["threshold"]["value"]
    writer = csv.writer(sys.stdout)
    writer.writerow(["name", "score", "flagged"])
    for row in zip(names, found.tolist(), flagged.astype(int).tolist()):
        writer.writerow(row)
    sys.exit(int(flagged.any()))
"""

PILLOW = "from PIL import Image\n"
NORMAL = "from statistics import NormalDist\n"
READERS = {  # how samples are read → what it needs beside, lines, what is told of it, what judges
    "image": (
        PILLOW, IMAGES, "FILE: images as the model sees them: drawings light on dark, cropped and "
        "centred.", EACH,
    ),
    "table": (
        NORMAL, CELLS + TABLE, "FILE: a CSV file with decimal points and the columns learnt.", EACH,
    ),
    "series": (
        "", CELLS + SERIES,
        "FILE: a CSV file with the channels that were learnt, a row a step.", STEPS,
    ),
    "apart": ("", CELLS + APART, "FILE: a CSV file with one short series a row.", EACH),
}  # fmt: skip


def script(reads: str, score: str, parts: tuple[str, ...] = ()) -> str:
    """The script of a detector.

    Args:
        reads: a key of `READERS`. score: a key of `SCORES`; parts: those that it combines.
    """
    imports, reader, words, judges = READERS[reads]
    needed = _reachable(formulas, [FORMULAS[key].__name__ for key in (score, *parts)])
    code = "\n\n\n".join(inspect.getsource(getattr(formulas, name)).rstrip() for name in needed)
    text = HEAD.format(reads=words, imports=imports, more=", pillow" if imports == PILLOW else "")
    text += f"{reader}\n\n{code}\n"
    if parts:
        listed = ", ".join(f'"{key}": {FORMULAS[key].__name__}' for key in parts)
        text += f"\n\nFORMULAS = {{{listed}}}\n"
    maps = "found.maps" in code
    if maps:
        needed = _reachable(features, ["together"])
        code_of_maps = [inspect.getsource(getattr(features, name)).rstrip() for name in needed]
        text += f"\n\nLARGEST = {features.LARGEST}\n\n\n" + "\n\n\n".join(code_of_maps) + "\n"
    text += FOUND
    text += CODES if "found.codes" in code or "found.spread" in code else ""
    text += SPREAD if "found.spread" in code else ""
    text += MAPS if maps else ""
    return text + judges.format(formula=FORMULAS[score].__name__) + TAIL


def _reachable(module: ModuleType, names: list[str]) -> list[str]:
    """The functions of a module that these use, and they themselves, in the order of the file."""
    known = {
        name: each
        for name, each in vars(module).items()
        if inspect.isfunction(each) and each.__module__ == module.__name__
    }
    found, left = set(), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [used for used in _names(known[name].__code__) if used in known]
    return sorted(found, key=lambda name: known[name].__code__.co_firstlineno)


def _names(code) -> set[str]:
    """The global names that a function uses, those of its inner functions included."""
    inner = [each for each in code.co_consts if inspect.iscode(each)]
    return set(code.co_names).union(*map(_names, inner))
