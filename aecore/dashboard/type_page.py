"""The skeleton that the pages of all types share."""

from collections.abc import Callable

import streamlit as st

from aecore.analysis.report import Report, ReportError
from aecore.dashboard.chooser import choose_run, figures_row
from aecore.dashboard.errors import errors_panel
from aecore.dashboard.latent import latent_space
from aecore.dashboard.own import own_images
from aecore.dashboard.reconstructions import reconstructions
from aecore.dashboard.services import report
from aecore.dashboard.shell import page, sentences
from aecore.dashboard.training import training_panel
from aecore.dashboard.trials import Trial, trials_panel
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run, RunDamaged

Panel = Callable[[Run, Report], None]


def type_page(
    key: str,
    about: str,
    trials: tuple[Trial, ...] = (),
    own: tuple[str, Panel] | None = None,
) -> None:
    """Shows a type: a model at hand, and a panel a tab.

    Args:
        key: the type's key in the registry.
        about: Markdown that explains the type.
        trials: experiments to try.
        own: title and panel of the tab that only this type has.
    """
    kind = AUTOENCODERS[key]
    with page(kind.title, kind.icon):
        heading, chooser = st.columns([3, 2], gap="large", vertical_alignment="bottom")
        with heading:
            st.title(f"{kind.icon} {kind.title}")
            st.markdown(kind.summary)
        with chooser:
            run = choose_run(key)
        measured = _measured(run) if run is not None else None
        if measured is not None:
            figures_row(measured)
        shown = {
            "Reconstructions": reconstructions,
            **dict([own] if own else []),
            "Latent space": latent_space,
            "Errors": errors_panel,
            "Your images": own_images,
        }
        titles = (*shown, "Train", "Why")
        tabs = dict(
            zip(
                titles,
                st.tabs(titles, key="view", on_change="rerun", bind="query-params"),
                strict=True,
            )
        )
        for title, panel in shown.items():
            if tabs[title].open:
                with tabs[title], sentences():
                    if measured is None:
                        st.info("There is no model to show yet: train one under *Train*.")
                    else:
                        panel(run, measured)
        if tabs["Train"].open:
            with tabs["Train"], sentences():
                training_panel(key, run if measured is not None else None)
        if tabs["Why"].open:
            with tabs["Why"]:
                st.markdown(about)
                st.markdown(f"**Source:** {kind.reference}")
                if trials:
                    trials_panel(key, trials)


def _measured(run: Run) -> Report | None:
    """The report of a run, or a sentence about why it cannot be had."""
    try:
        if run.usable:
            _ = run.status(), run.experiment, run.source
            return report(run)
        problem = run.problem()
    except (RunDamaged, ReportError) as damage:
        problem = str(damage)
    if problem:
        st.error(f"This run is damaged: {problem}. The others are not affected.", icon="🧩")
    return None
