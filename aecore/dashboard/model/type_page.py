"""The page of a type: tabs that all types share, and one of its own."""

from collections.abc import Callable

import streamlit as st

from aecore.analysis.report import Report, ReportError
from aecore.dashboard.frame.page import page
from aecore.dashboard.model.against_shipped import against_shipped
from aecore.dashboard.model.chooser import choose_run, figures_line
from aecore.dashboard.model.errors import errors_panel
from aecore.dashboard.model.export.takeaway import takeaway
from aecore.dashboard.model.import_notice import import_notice
from aecore.dashboard.model.importing import import_button
from aecore.dashboard.model.latent import latent_space
from aecore.dashboard.model.own.tab import own_data
from aecore.dashboard.model.reconstructions import reconstructions
from aecore.dashboard.model.share import open_shared, share_button
from aecore.dashboard.model.trials import Trial, trials_panel
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.faces import faced_title
from aecore.dashboard.parts.lens import lens
from aecore.dashboard.parts.links import open_link
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.tabs import linked_tabs
from aecore.dashboard.parts.text import escaped, sentence_of
from aecore.dashboard.parts.undo import delete_button, undo_notice
from aecore.dashboard.services import report
from aecore.dashboard.session import lecture
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run, RunDamaged

Panel = Callable[[Run, Report], None]


def type_page(
    key: str,
    about: str,
    trials: tuple[Trial, ...],
    own: tuple[str, Panel] | None,
    train: Callable[[str, Run | None], None],
) -> None:
    """Shows a type: the selected model, and one panel per tab.

    Args:
        key: the type's key in the registry.
        about: Markdown that explains the type.
        trials: experiments to try.
        own: title and panel of the tab that only this type has.
        train: the panel of the tab Train, given the key and the model at hand.
    """
    kind = AUTOENCODERS[key]
    with page(kind.title):
        open_link(key)
        with st.container(key="head"):
            run, measured = _top(key)
        shown = {
            "Reconstructions": reconstructions,
            **dict([own] if own else []),
            "Latent space": latent_space,
            "Errors": errors_panel,
            "Your data": own_data,
            "Export": takeaway,
        }
        titles = (*shown, "Train", "Guide")
        tabs = linked_tabs(titles)
        for title, panel in shown.items():
            if tabs[title].open:
                with tabs[title], sentences():
                    if measured is None:
                        st.info("There is no model yet. Train one under *Train*.")
                        if panel is takeaway and run is not None and not run.shipped:
                            delete_button(run)
                    else:
                        panel(run, measured)
        if tabs["Train"].open:
            with tabs["Train"], sentences():
                train(key, run if measured is not None else None)
        if tabs["Guide"].open:
            with tabs["Guide"]:
                st.markdown(about)
                st.markdown(f"**Source:** {kind.reference}")
                if trials:
                    trials_panel(key, trials)


def _top(key: str) -> tuple[Run | None, Report | None]:
    """Heading, chooser and figures; the model at hand and its report, if it can be had."""
    kind = AUTOENCODERS[key]
    heading, chooser = st.columns([4, 5], vertical_alignment="bottom")
    with heading:
        faced_title(key)
    with chooser, st.container(horizontal=True, vertical_alignment="center"):
        place = st.container()
        beside = st.container(width="content")
        import_button(key)
    lens()  # before what waits for workers
    if not lecture():
        st.markdown(kind.summary)
    with place:
        run = choose_run(key, st.container())
    if run is not None:
        with beside:
            share_button(run)
    with st.container():  # its place stays: or what is clicked below it now would be lost
        undo_notice(key, "Can be undone for an hour.")
        import_notice()
    measured = _measured(run) if run is not None else None
    if run is not None and measured is not None:
        figures_line(measured)
        against_shipped(run)
        open_shared(run)
        if run.origin is not None and run.origin.doubtful:
            st.warning(run.origin.doubt, icon=icons.WARNING)
    return run, measured


def _measured(run: Run) -> Report | None:
    """The report of a run, or a sentence about why it cannot be had."""
    try:
        if run.usable:
            _ = run.status(), run.experiment, run.source
            return report(run)
        problem = escaped(run.problem())
    except (RunDamaged, ReportError) as damage:
        problem = sentence_of(damage)
    if problem:
        st.error(
            f"This run is damaged: {problem}. Other runs are not affected.",
            icon=icons.DAMAGED,
        )
    return None
