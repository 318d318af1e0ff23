"""Panel: samples that are drawn and decoded, each beside the nearest training sample."""

import numpy as np
import streamlit as st

from aecore.dashboard.applications.generation.takeaway import download
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.parts_shown import choose_parts
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import lasting, remembered
from aecore.data.names import shortened, told_apart
from aecore.figures.gallery import Row, gallery
from aecore.figures.numbers import significant
from aecore.figures.samples import drawing_of
from aecore.generation.codes import MIXTURE, PLAIN
from aecore.generation.decoding import Drawn, beside_training
from aecore.generation.study import Generation
from aecore.runs.run import Run
from aecore.runs.same_model import model_version
from aecore.runs.studies import learnt

SHOWN = {"image": 20, "table": 8, "series": 6}  # samples, by the kind of data
A_ROW = 10  # images
HOTTEST = 1.5
LONGEST_CLASS = 12  # characters


def samples_panel(run: Run, found: Generation) -> None:
    """The panel; drawing and decoding takes a call to a worker."""
    fragment(_samples, run, found)


def source_words(found: Generation) -> dict[str, str]:
    """What the two distributions of a run are called."""
    usual = "Prior N(0, I)" if found.prior else "Independent Gaussians"
    return {MIXTURE: "Gaussian mixture", PLAIN: usual}


def _samples(run: Run, found: Generation) -> None:
    kind, words = run.source.kind, source_words(found)
    row = st.container(horizontal=True, gap="medium", vertical_alignment="bottom")
    source = row.segmented_control(
        "Draw codes from",
        list(words),
        default=MIXTURE,
        required=True,
        format_func=words.__getitem__,
        **lasting(f"generation.drawn from.{run.key}"),
        help="The mixture was fitted to the codes of the training data, class by class. "
        + (
            "The prior is the distribution that training pulled the codes to."
            if found.prior
            else "Independent Gaussians have the mean and standard deviation of each latent "
            "dimension, and know nothing of how these go together."
        ),
    )
    temperature = row.slider(
        "Temperature", 0.0, HOTTEST, 1.0, 0.05, **lasting("generation.temperature"), width=260,
        help="Multiplies the standard deviations. Below 1, samples are more typical and less "
        "varied.",
    )  # fmt: skip
    seed = st.session_state.setdefault("generation.seed", 0)
    if row.button("Draw again", icon=icons.DRAW_AGAIN, key="generation.draw", type="primary"):
        seed = st.session_state["generation.seed"] = seed + 1
    label = _class(run, found) if source == MIXTURE else None

    def codes(count: int) -> np.ndarray:
        return found.distributions.draw(source, count, seed, temperature, label)

    with st.spinner("Decoding…"):
        drawn: Drawn = remembered(
            "generation.drawn",
            (model_version(run), source, seed, temperature, label),
            lambda: calls().analyse(
                run.model_path, beside_training, codes(SHOWN[kind.key]), run.dataset, *learnt(run)
            ),
        )
    DRAWN[kind.key](run, drawn)
    st.caption(
        f"Each sample with the nearest of the {drawn.searched:,} training {kind.samples} that the "
        "model learnt from, and the Euclidean distance to it. Whether samples are copies is tested "
        "under *Quality*."
    )
    download(run, drawn.samples, codes)


def _class(run: Run, found: Generation) -> int | None:
    known = np.unique(found.distributions.mixture.classes).tolist()
    if len(known) < 2:
        return None
    names = told_apart(plain(shortened(name, LONGEST_CLASS)) for name in run.source.classes)
    return st.pills(
        "Class",
        known,
        format_func=names.__getitem__,
        **lasting(f"generation.drawn class.{run.dataset}"),
        help="Draws from the components of one class; no choice draws from all.",
    )


def _images(run: Run, drawn: Drawn) -> None:
    several = len(run.source.classes) > 1
    for start in range(0, len(drawn.samples), A_ROW):
        part = slice(start, start + A_ROW)
        captions = [significant(float(d)) for d in drawn.distances[part]]
        if several:
            names = [run.source.classes[label] for label in drawn.labels[part]]
            pairs = zip(names, captions, strict=True)
            captions = [f"{shortened(name, LONGEST_CLASS)} · {far}" for name, far in pairs]
        rows = [Row("original", "Sample", drawn.samples[part]),
                Row("input", "Nearest", drawn.nearest[part])]  # fmt: skip
        numbers = [str(start + number) for number in range(1, len(captions) + 1)]
        st.html(gallery(rows, numbers, captions))


def _values(run: Run, drawn: Drawn) -> None:
    """Rows or windows, each followed by the one that is nearest to it."""
    samples = np.stack([drawn.samples, drawn.nearest], axis=1)
    captions = []
    for number, far in enumerate(drawn.distances, 1):
        captions += [f"Sample {number}", f"nearest to {number} · {significant(float(far))}"]
    flat = samples.reshape(-1, *drawn.samples.shape[1:])
    shown = choose_parts(run, report(run))
    st.html(drawing_of(run.source).alone(run.source, flat, captions, shown))


DRAWN = {"image": _images, "table": _values, "series": _values}
