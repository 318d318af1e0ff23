"""The script of an exported detector: Keras and NumPy alone, with the same verdicts as here."""

from aecore.detection import features, formulas
from aecore.detection.embedding import embedded
from aecore.detection.formulas import FORMULAS
from aecore.detection.script_readers import READERS

HEAD = '''\
"""Flags anomalies: python detect.py FILE...

{reads}
Prints name, score and verdict as CSV, both empty where there is nothing to judge by. The exit
status is 1 if anything is flagged, 2 if a file cannot be judged, else 0.
Needs Python 3.11 and keras, a backend such as tensorflow, and numpy{more}; and the files beside
this one.
"""

import csv
import json
import sys
{standard}from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
{imports}
HERE = Path(__file__).parent
TOLD = json.loads((HERE / "detect.json").read_text("utf-8"))
MODEL = keras.models.load_model(HERE / "model.keras", compile=False)
with np.load(HERE / "detector.npz") as file:
    STATE = {{n[7:].replace("__", "."): file[n] for n in file.files if n[:7] == "state__"}}


def refuse(sentence):
    print(sentence, file=sys.stderr)
    sys.exit(2)


'''

FOUND = '''

def batched(network, inputs):
    """All outputs of a network, a batch at a time."""
    size = TOLD["batch"]
    parts = [network(inputs[at : at + size]) for at in range(0, len(inputs), size)]
    parts = [part if isinstance(part, list | tuple) else [part] for part in parts]
    return [np.concatenate([np.asarray(a) for a in same]) for same in zip(*parts)]


def scores(samples):
    holes, inputs = np.isnan(samples), np.nan_to_num(samples)
    some = holes.any(axis=tuple(range(1, samples.ndim)))
    for _ in range(TOLD["rounds"] if some.any() else 0):  # the model fills what is missing
        given = batched(MODEL, inputs[some])[0]
        inputs[some] = np.where(holes[some], given, samples[some])
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
    judged = np.asarray({formula}(STATE, found), np.float64)
    unknown = np.isnan(samples).all(axis=tuple(range(1, samples.ndim)))
    return np.where(unknown, np.nan, judged)


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
    unknown = np.isinf(least) | np.isnan(values).all(axis=1)
    return names, np.where(unknown, np.nan, least)
"""
TAIL = """

if __name__ == "__main__":
    try:
        names, found = main(sys.argv[1:] or refuse(__doc__))
    except OSError as problem:
        refuse(f"A file cannot be read: {problem}.")
    flagged = found > TOLD["threshold"]
    writer = csv.writer(sys.stdout)
    writer.writerow(["name", "score", "flagged"])
    for name, score, odd in zip(names, found.tolist(), flagged.astype(int).tolist()):
        writer.writerow([name, score, odd] if score == score else [name, "", ""])
    sys.exit(int(flagged.any()))
"""


def script(reads: str, score: str, parts: tuple[str, ...] = ()) -> str:
    """The script of a detector.

    Args:
        reads: a key of `READERS`. score: a key of `SCORES`; parts: those that it combines.
    """
    reader = READERS[reads]
    names = [FORMULAS[key].__name__ for key in (score, *parts)]
    code = embedded(formulas, names)
    text = HEAD.format(
        reads=reader.words, standard=reader.standard, imports=reader.imports, more=reader.needs
    )
    text += f"{reader.source}\n\n{code}"
    if parts:
        listed = ", ".join(f'"{key}": {FORMULAS[key].__name__}' for key in parts)
        text += f"\n\nFORMULAS = {{{listed}}}\n"
    maps = "found.maps" in code
    if maps:
        text += "\n\n" + embedded(features, ["together"])
    text += FOUND
    text += CODES if "found.codes" in code or "found.spread" in code else ""
    text += SPREAD if "found.spread" in code else ""
    text += MAPS if maps else ""
    judges = STEPS if reader.over_time else EACH
    return text + judges.format(formula=FORMULAS[score].__name__) + TAIL
