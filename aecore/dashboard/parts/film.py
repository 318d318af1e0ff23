"""A training as a film, a component of ours: loss, map of codes and samples at each moment."""

import json
import math
from pathlib import Path

import numpy as np
import streamlit as st

from aecore.data.kinds import kind_of
from aecore.data.names import shortened, visible
from aecore.data.splits import Source
from aecore.figures.colours import CLASSES, TRAINING, VALIDATION
from aecore.figures.curves import title_of
from aecore.figures.decoded import DECODED
from aecore.runs.film import Film

# positions are sent as whole numbers, so many to the codes' mean distance; finer on a large map
NOTCH, FINE_NOTCH = 32, 4096
MOST_NAMED = 12  # classes whose names stand on the map
LONGEST_NAME = 14  # characters
MOST_SAMPLES = {"image": 10, "table": 3, "series": 8}  # that are shown
MOST_PARTS = {"image": 0, "table": 8, "series": 3}  # columns or channels
HTML = """
<div class="film">
  <div class="plots">
    <figure class="loss"><figcaption></figcaption><svg role="img"></svg></figure>
    <figure class="map" hidden><figcaption>Codes of validation data</figcaption>
      <canvas role="img" aria-label="Map of the codes of validation data, coloured by class">
      </canvas></figure>
  </div>
  <div class="images"></div>
  <div class="controls">
    <button type="button" class="play">Play</button>
    <input type="range" min="0" value="0" aria-label="Moment of the training">
    <output></output>
  </div>
</div>
"""

_here = Path(__file__).parent
SCRIPTS = tuple(
    _here / name for name in ("film.js", "film_map.js", "film_values.js", "units.js", "numbers.js")
)
_film = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
    "training_film",
    html=HTML,
    css=(_here / "film.css").read_text(encoding="utf-8"),
    js="".join(path.read_text(encoding="utf-8") for path in SCRIPTS),
)


def show_film(
    key: str,
    film: Film,
    history: dict[str, np.ndarray],
    source: Source,
    total: int,
    live: bool,
    alone: bool = False,
) -> None:
    """Shows the latest frame while a training runs, and afterwards a film to play and scrub.

    Args:
        key: of the component.
        history: of the run, may be empty.
        source: of the data set.
        total: epochs that are trained in all.
        live: whether further frames will come.
        alone: whether the map of the codes is all of it, and large.
    """
    _film(key=key, data=packed(film, history, source, total, live, alone))


def packed(
    film: Film,
    history: dict[str, np.ndarray],
    source: Source,
    total: int,
    live: bool,
    alone: bool = False,
) -> bytes:
    """The film as film.js reads it: the length of a JSON text, the text, samples, and places.

    Samples are pixels in 8 bits, or 32-bit floats of the first rows or windows.
    """
    kind, classes = kind_of(film.originals.shape[1:]), source.classes
    shown = slice(0 if alone else MOST_SAMPLES[kind.key])
    frames = slice(-1, None) if live else slice(None)
    corrupted = kind.bounded and not np.array_equal(film.originals, film.inputs)
    labels = film.labels.tolist()
    named = len(classes) <= MOST_NAMED and len(set(labels)) > 1
    words = {
        "live": live,
        "alone": alone,
        "total": max(total, *film.epochs.tolist()),
        "title": title_of("loss", kind),
        "shape": film.originals.shape[1:],
        "images": len(film.originals[shown]),
        "corrupted": corrupted,
        "epochs": _numbers(film.epochs),
        "losses": _numbers(film.losses),
        "history": {
            name: _numbers(history[name])
            for name in ("epoch", "loss", "val_loss")
            if name in history
        },
        "colours": {"training": TRAINING, "validation": VALIDATION},
        "points": [CLASSES[label % len(CLASSES)] for label in labels],
        "labels": labels,
        "names": [visible(shortened(name, LONGEST_NAME)) for name in classes] if named else [],
        "notch": FINE_NOTCH if alone else NOTCH,
        **DECODED[kind.key](source, range(len(source.parts))[: MOST_PARTS[kind.key]]),
    }
    text = json.dumps(words).encode()
    text += b" " * (-len(text) % 4)  # floats must begin at a multiple of four
    samples = [film.originals[shown], *([film.inputs[shown]] if corrupted else [])]
    samples.append(film.outputs[frames, shown])
    whole = np.iinfo(np.int16 if alone else np.int8)
    places = film.places[frames].astype(np.float32) * words["notch"]
    parts = [*samples, np.clip(places.round(), -whole.max, whole.max).astype(whole.dtype)]
    return b"".join((len(text).to_bytes(4, "little"), text, *(part.tobytes() for part in parts)))


def _numbers(values: np.ndarray) -> list[float | None]:
    """Numbers for JSON, which has no NaN."""
    return [float(f"{value:.5g}") if math.isfinite(value) else None for value in values]
