"""The settings of the Train form in the address bar: read once, then kept in step."""

from urllib.parse import urlencode

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.choices import is_there
from aecore.dashboard.parts.form import choose_dataset, fill_form, reset_form
from aecore.dashboard.parts.text import sentence_of
from aecore.dashboard.private.streamlit import went_back
from aecore.data.refusal import Refusal
from aecore.runs.run import Run
from aecore.training.experiment import Experiment
from aecore.training.link import link_names, read_link, to_link


def open_link(key: str) -> None:
    """Sets the form to the settings of the link that this page was opened by.

    Once a session, so that nothing a user changes is changed back; and again when the browser
    goes back or forward, for then it is the link that the user asks for.
    """
    back = went_back()
    seen = st.session_state.get(f"{key}.linked", False)
    st.session_state[f"{key}.linked"] = True
    given = {name: st.query_params[name] for name in link_names(key) if name in st.query_params}
    if given and (back or not seen):
        experiment, problems = read_link(key, given)
        fill_with(experiment, list(problems))
    elif back and st.query_params.get("view") == "Train":
        reset_form(key)


def fill_with(experiment: Experiment, problems: list[Refusal]) -> None:
    """Sets the form to an experiment, and has it say what is wrong, a missing data set too."""
    key = experiment.autoencoder.key
    fill_form(experiment)
    if not is_there(experiment.dataset):
        lacking = Refusal("The data set {} does not exist on this server.", experiment.dataset)
        problems = [*problems, lacking]
        choose_dataset(key, Experiment.default("dataset"))
    st.session_state[f"{key}.problems"] = problems


def link_problems(key: str) -> None:
    """Says which settings could not be used, until the form is filled by other means."""
    problems = st.session_state.get(f"{key}.problems")
    if problems:
        lines = "\n".join(f"- {sentence_of(problem)}" for problem in problems)
        st.warning(
            f"Some settings in this link are invalid and were replaced by defaults:\n{lines}",
            icon=icons.LINK,
        )


def forget_link(key: str) -> None:
    """The form shows something else than the link it was opened by."""
    st.session_state.pop(f"{key}.problems", None)


def keep_link(experiment: Experiment) -> None:
    """Has the address bar say what the form says."""
    wanted = to_link(experiment)
    for name in link_names(experiment.autoencoder.key):
        if name in st.query_params and name not in wanted:
            del st.query_params[name]
    changed = {name: text for name, text in wanted.items() if st.query_params.get(name) != text}
    if changed:
        st.query_params.update(changed)


def link_button(experiment: Experiment | None, at_hand: Run | None) -> None:
    """The whole link, to be copied."""
    with st.popover("Link", icon=icons.LINK, disabled=experiment is None):
        if experiment is None:
            return
        parameters = {"view": "Train", **to_link(experiment)}
        if at_hand is not None and not at_hand.shipped:
            parameters["run"] = at_hand.id
        query = urlencode(parameters, safe=",")
        st.code(f"{st.context.url or ''}?{query}", language=None, wrap_lines=True)
        st.caption(
            "Opens this page with these settings and the model selected above, like the address in "
            "the browser. Your own models and data sets are available on this server only."
        )
