"""Panel: the most unusual samples in order, with their reasons, and verdicts to correct."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.applications.anomalies.reasons import Explained, in_brief, in_full
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import guarded
from aecore.dashboard.parts.text import plain
from aecore.dashboard.session import lasting
from aecore.data.names import visible
from aecore.data.splits import Source
from aecore.detection.judgement import ANOMALY, NORMAL
from aecore.figures.numbers import significant

A_PAGE = 10  # samples
TRUTH_WORDS = {ANOMALY: "anomaly", NORMAL: "normal"}
Mark = Callable[[int, int | None], None]  # given a place in the list, and the truth


def ranked_list(
    source: Source, found: Explained, threshold: float, key: str, mark: Mark | None = None
) -> None:
    """A page of the list, and one of its samples in full.

    Args:
        threshold: above which a score is flagged.
        key: what the keys of the widgets begin with.
        mark: corrects what is known of a sample; None where there is nothing to correct.
    """
    total, first = len(found.scores), 0
    if total > A_PAGE:
        pages = -(-total // A_PAGE)
        first = A_PAGE * st.select_slider(
            "Ranks",
            range(pages),
            format_func=lambda page: f"{page * A_PAGE + 1} to {min(total, (page + 1) * A_PAGE)}",
            **lasting(f"{key}.page.{total}"),
        )
    shown = found.part(slice(first, first + A_PAGE))
    ranks = range(first + 1, first + 1 + len(shown.scores))
    scores = [significant(float(score)) for score in shown.scores]
    short = zip(ranks, shown.short or shown.names, scores, strict=True)
    in_brief(source, shown, [f"{rank} · {name} · {score}" for rank, name, score in short])
    st.caption("Rank, name and score.")
    full = zip(ranks, shown.names, scores, map(known_words, shown.truth), strict=True)
    captions = [f"{rank} · {name} · {score}{known}" for rank, name, score, known in full]
    row = st.container(horizontal=True, vertical_alignment="bottom")
    at = row.selectbox(
        f"Reasons for one {source.kind.sample}",
        range(len(shown.scores)),
        format_func=lambda place: visible(captions[place]),
        key=f"{key}.one.{first}.{total}",
    )
    if mark is not None:
        _correct(row, shown, at, key, mark, first)
    flagged = shown.scores[at] > threshold
    over = significant(float(shown.scores[at])), significant(threshold)
    st.markdown(
        f"**{plain(shown.names[at])}**: score {over[0]}, {'above' if flagged else 'not above'} the "
        f"threshold {over[1]}: **{'flagged' if flagged else 'not flagged'}**."
    )
    in_full(source, shown, at, f"{key}.full")


def known_words(truth: int) -> str:
    """' (anomaly)', or nothing where it is not known."""
    known = TRUTH_WORDS.get(int(truth))
    return f" ({known})" if known else ""


def _correct(row, found: Explained, at: int, key: str, mark: Mark, first: int) -> None:
    """Buttons that say what a sample is after all."""
    truth = int(found.truth[at])
    for value, icon in ((NORMAL, icons.FINISHED), (ANOMALY, icons.WARNING)):
        row.button(
            f"Mark as {TRUTH_WORDS[value] if value == NORMAL else 'an anomaly'}",
            icon=icon,
            key=f"{key}.mark.{value}",
            disabled=truth == value,
            on_click=guarded(mark),
            args=(first + at, value),
            help="Changes its label; the results above are updated at once.",
        )
