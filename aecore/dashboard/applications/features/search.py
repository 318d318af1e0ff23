"""Panel: the training samples whose codes are nearest to that of a sample."""

from collections import Counter

import numpy as np
import streamlit as st

from aecore.compute.searching import Alike
from aecore.dashboard.applications.features.query import choose_query, choose_way_of_query
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import remembered
from aecore.data.splits import Source
from aecore.figures.numbers import significant
from aecore.figures.samples import drawing_of, names_of
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

SHOWN = 12  # nearest samples
MOST_PARTS = 8  # columns or channels in the drawings
A_ROW = 6  # images
SIDE, QUERY_SIDE = 92, 180  # CSS pixels of an image


def search_panel(run: Run) -> None:
    """A sample to search for, and what is nearest to it."""
    fragment(_search, run)


def _search(run: Run) -> None:
    source = run.source
    samples, pictures = source.kind.samples, source.kind.bounded
    st.markdown(f"##### Search for {_article(source.kind.sample)}")
    way = choose_way_of_query(run)
    left, right = st.columns([2, 3], gap="large") if pictures else (st.container(),) * 2
    with left:
        query = choose_query(run, report(run), way)
        if query is not None:
            told = [""] if pictures else ["searched for"]
            st.html(_drawn(source, query[None], told, QUERY_SIDE))
    with right:
        st.markdown(f"##### Nearest training {samples}")
        if query is None:
            st.caption(
                f"The training {samples} with the nearest codes appear here once you have "
                f"chosen {_article(source.kind.sample)}."
            )
            return
        with st.spinner(f"Searching… The first search encodes the training {samples}."):
            token = (model_version(run), query.tobytes())
            found: Alike = remembered(
                "features.found", token, lambda: calls().alike(run.path, query, SHOWN)
            )
        captions = _captions(source, found)
        a_row = A_ROW if pictures else SHOWN
        for start in range(0, len(captions), a_row):
            part = slice(start, start + a_row)
            st.html(_drawn(source, found.samples[part], captions[part], SIDE))
        st.caption(_told(source, found))


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _drawn(source: Source, samples: np.ndarray, captions: list[str], side: int) -> str:
    chosen = list(range(min(MOST_PARTS, len(source.parts))))
    return drawing_of(source).alone(source, samples, captions, chosen, side)


def _captions(source: Source, found: Alike) -> list[str]:
    """The class of each sample or when it begins, and its distance."""
    everything = np.arange(len(found.places))
    names = names_of(source, found.labels, everything, found.starts)
    if len(source.classes) < 2 and not len(found.starts):
        names = [f"{source.kind.sample} {place + 1:,}" for place in found.places]
    return [
        f"{name} · {significant(float(distance))}"
        for name, distance in zip(names, found.distances, strict=True)
    ]


def _told(source: Source, found: Alike) -> str:
    of_class = "Class and distance" if len(source.classes) > 1 else "Distance"
    words = (
        f"{of_class} between the codes (Euclidean), the nearest first, among {found.searched:,} "
        f"training {source.kind.samples}."
    )
    if len(source.classes) > 1 and len(found.labels):
        label, times = Counter(found.labels.tolist()).most_common(1)[0]
        belong = "belongs" if times == 1 else "belong"
        words += f" {times} of these {len(found.labels)} {belong} to class "
        words += f"{plain(source.classes[label])}."
    if source.in_time:
        words += " Of overlapping windows only the nearest is shown."
    return words
