"""Panel: how good samples are, and whether they are copies of training data."""

import numpy as np
import streamlit as st

from aecore.dashboard.applications.generation.samples import source_words
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.session import lasting
from aecore.figures.lines import line_chart
from aecore.figures.numbers import significant
from aecore.generation.codes import MIXTURE
from aecore.generation.memorising import Memorising
from aecore.generation.study import Generation
from aecore.runs.run import Run

BINS = 50


def quality_panel(run: Run, found: Generation) -> None:
    """The panel, drawn from what is kept with the run."""
    _likeness(run, found)
    st.divider()
    _copies(run, found)


def _likeness(run: Run, found: Generation) -> None:
    kind, words = run.source.kind, source_words(found)
    st.markdown("##### Samples compared with test data")
    names = {"real": f"Other test {kind.samples}", **words}
    rows = {key: found.likeness(key) for key in names}
    st.dataframe(
        {
            "": list(names.values()),
            "Fréchet distance": [significant(row.frechet) for row in rows.values()],
            "precision": [f"{row.precision:.3f}" for row in rows.values()],
            "recall": [f"{row.recall:.3f}" for row in rows.values()],
        },
        hide_index=True,
        key="generation.likeness",
    )
    st.caption(
        f"{found.compared:,} samples beside as many test {kind.samples}, in {found.told}. "
        "Fréchet distance: how far both lie apart, taken as Gaussians; 0 is best. Precision: the "
        f"share of samples that lie among test {kind.samples}. Recall: the share of test "
        f"{kind.samples} that lie among samples. The first line is what real data reach."
    )


def _copies(run: Run, found: Generation) -> None:
    kind, words = run.source.kind, source_words(found)
    st.markdown("##### Are samples copies of training data?")
    source = st.segmented_control(
        "Samples of",
        list(words),
        default=MIXTURE,
        required=True,
        format_func=words.__getitem__,
        **lasting("generation.copies"),
        label_visibility="collapsed",
    )
    test = found.memorising(source)
    told = copies_told(test, kind.sample, kind.samples)
    if test.passed and not test.telling:
        st.info(told, icon=icons.SEARCH)
    elif test.passed:
        st.success(told, icon=icons.FINISHED)
    else:
        st.warning(told, icon=icons.WARNING)
    most = float(np.quantile(np.concatenate([test.made, test.test]), 0.995)) or 1.0
    edges = np.linspace(0, most, BINS + 1)
    centres = (edges[1:] + edges[:-1]) / 2
    shares = {
        "samples": np.histogram(test.made, edges)[0] / len(test.made),
        f"test {kind.samples}": np.histogram(test.test, edges)[0] / len(test.test),
    }
    chart(
        line_chart(
            {name: (centres, values) for name, values in shares.items()},
            f"distance to the nearest training {kind.sample}",
            "share",
        ),
        f"{run.id}-copies",
    )
    st.caption(
        f"Copies would lie at a distance of 0. The median is {significant(np.median(test.made))} "
        f"for samples and {significant(np.median(test.test))} for test {kind.samples}. Decoders "
        f"blur, and blurred samples lie closer to all {kind.samples}. The test therefore asks "
        f"whether training {kind.samples} are nearer than validation {kind.samples}."
    )


def copies_told(test: Memorising, sample: str, samples: str) -> str:
    """The verdict of the test in words."""
    same = (
        f"Nearly identical to a training {sample}: {test.same:.1%} of samples, and "
        f"{test.usual_same:.1%} of test {samples}."
    )
    if test.passed and not test.telling:
        return f"There are too few validation {samples} to tell copies from chance. {same}"
    rest = (
        f"Of training and validation {samples}, the one nearest to a sample is a training {sample} "
        f"in {test.nearer:.1%} of cases; {test.expected:.1%} are expected by chance, the share of "
        f"training {samples} among them. "
        f"A share of copies of {test.copies:.0%} ± {test.doubt:.0%} would explain the difference: "
        f"more than {test.most:.0%} can be ruled out, a smaller share cannot. "
    )
    if test.least > 0 and not test.certain:
        rest += (
            f"The interval, {test.least:.1%} to {test.most:.1%}, lies above 0. That is no proof of "
            f"copies: chance alone puts one interval in forty there, and a decoder that fits its "
            f"training {samples} better than others may bring samples nearer to them, too. "
        )
    return _verdict(test, samples) + rest + same


def _verdict(test: Memorising, samples: str) -> str:
    if test.certain:
        return "Some samples are copies. "
    if not test.passed:
        return f"Samples lie nearer to training {samples} than chance explains. "
    return "Hardly a sign of copies. " if test.least > 0 else "No sign of copies. "
