"""The form of a new sweep: varied and fixed settings."""

from functools import partial

import streamlit as st

from aecore.compute.points import resume_unfinished, start_missing
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.choices import choices_of
from aecore.dashboard.parts.form import (
    choice_words,
    experiment_form,
    fill_form,
    gpu_box,
    reset_form,
    shown_value,
)
from aecore.dashboard.parts.labels import run_labels
from aecore.dashboard.parts.sentences import guarded, sentences
from aecore.dashboard.parts.text import duration, escaped, sentence_of
from aecore.dashboard.services import runs_that_are, store, train
from aecore.dashboard.session import lasting
from aecore.data.corruption import CORRUPTIONS
from aecore.models import AUTOENCODERS, SettingError
from aecore.models.settings import Setting
from aecore.runs.series import results
from aecore.runs.sweeps import expected_seconds, keep_sweep
from aecore.training.experiment import Experiment
from aecore.training.sweep import Sweep, declares, may_vary, written
from aecore.training.typed_values import example, read_values

TOLD = 16  # points named in the preview
FIRST = "latent_size"
TYPE = "sweeps.type"


def choose_type(key: str) -> None:
    """Sets the widget of the type, before it is drawn."""
    st.session_state[TYPE] = key


def sweep_form() -> None:
    """Creates and starts a sweep."""
    st.markdown("#### New sweep")
    key = _type_and_start()
    what, values = st.columns(2, gap="medium")
    title = st.text_input(
        "Title",
        **lasting(f"sweeps.{key}.title"),
        placeholder="named after the varied settings",
    )
    preview = st.container()
    with st.expander("Fixed settings", icon=icons.SETTINGS, key=f"sweeps.{key}.base"):
        st.caption("The same for all runs. The varied settings take their values from above.")
        base, problems = experiment_form(key)
    if base is None:
        for problem in problems:  # said again where they are folded away
            preview.error(sentence_of(problem), icon=icons.INVALID)
        return
    with preview:
        try:
            sweep = Sweep(title or "", base, _axes(key, base, what, values))
        except SettingError as wrong:
            st.error(sentence_of(wrong), icon=icons.INVALID)
            return
        with sentences():
            _preview(sweep)


def _type_and_start() -> str:
    """The type, and whose settings to begin with."""
    kind, defaults, run = st.columns([3, 2, 5], vertical_alignment="bottom", gap="medium")
    key = kind.selectbox(
        "Type",
        list(AUTOENCODERS),
        format_func=lambda key: AUTOENCODERS[key].title,
        **lasting(TYPE),
    )
    words = "Resets the fixed settings to the defaults of the type."
    defaults.button(
        "Reset to defaults", icon=icons.RESET, on_click=reset_form, args=(key,), help=words,
        width="stretch", key=f"sweeps.{key}.defaults",
    )  # fmt: skip
    runs = {each.id: each for each in runs_that_are("finished", "stopped", "paused", key=key)[::-1]}
    runs = {id: each for id, each in runs.items() if each.origin is None}
    widget, labels = f"sweeps.{key}.from", run_labels(runs.values())
    run.selectbox(
        "Copy settings from a run",
        list(runs),
        index=None,
        format_func=lambda name: labels[name],
        placeholder="Choose a run" if runs else "No runs yet",
        key=widget,
        disabled=not runs,
        on_change=guarded(lambda: _copy(st.session_state.get(widget))),
    )
    return key


def _copy(id: str | None) -> None:
    if id is not None:
        fill_form(store().get(id).recipe)


def _axes(key: str, base: Experiment, what, values) -> dict[str, tuple]:
    """Widgets for one setting to vary, and a second one if that is wished; their values.

    Raises:
        SettingError: the values of one cannot be read.
    """
    known, axes, problem = may_vary(base), {}, None
    for number, title in enumerate(("Vary", "And vary (grid)")):
        names = [name for name in known if name not in axes and _is_offered(key, name, known[name])]
        with what:
            name = st.selectbox(
                title,
                names,
                index=names.index(FIRST) if number == 0 and FIRST in names else None,
                format_func=lambda name: known[name].label,
                placeholder="none",
                help="With a second setting, every combination is trained.",
                **lasting(f"sweeps.{key}.vary.{number}"),
            )
        if name is None:
            continue
        with values:
            try:
                declared = Experiment.declared_beside(base.corruption).get(name, known[name])
                axes[name] = _values(key, base, name, declared)
            except SettingError as wrong:
                axes[name], problem = (), problem or wrong
    if problem is not None:
        raise problem
    return axes


def _is_offered(key: str, name: str, declared: Setting) -> bool:
    """Whether a setting may have more than one value; precision has one on some machines."""
    return name != "precision" or len(choices_of(key, name, declared)) > 1


def _values(key: str, base: Experiment, name: str, declared: Setting) -> tuple:
    kind = declares(base, name).type_of(name)
    widget, label = f"sweeps.{key}.values.{name}", f"Values of {declared.label}"
    words = {**lasting(widget), "help": declared.help}
    if name == "corruption_strength":
        _begin_again(widget, base, declared)
    if kind in (str, bool):
        options = (False, True) if kind is bool else choices_of(key, name, declared)
        chosen = st.multiselect(
            label,
            options,
            options if name != "dataset" else [base.dataset],
            format_func=choice_words(name, options),
            placeholder="two or more",
            **words,
        )
        return tuple(value for value in options if value in chosen)
    words["help"] = f"{declared.help} Type {example(kind)}."
    return read_values(base, name, st.text_input(label, _usual(base, name, declared), **words))


def _begin_again(widget: str, base: Experiment, declared: Setting) -> None:
    """Sets the strengths to those of another kind of corruption, once one was chosen."""
    slot = f"{widget}.of"
    if st.session_state.get(slot, base.corruption) != base.corruption:
        st.session_state[widget] = _usual(base, "corruption_strength", declared)
    st.session_state[slot] = base.corruption


def _usual(base: Experiment, name: str, declared: Setting) -> str:
    """Values around the one at hand, to begin with."""
    settings = declares(base, name)
    value = getattr(base if settings is Experiment else base.autoencoder, name)
    kind = settings.type_of(name)
    if name == "corruption_strength" and CORRUPTIONS[base.corruption].whole:
        return ", ".join(
            map(written, range(round(declared.minimum or 1), round(declared.maximum or 1) + 1))
        )
    if name == FIRST:
        return "2, 4, 8, 16, 32, 64"
    if name == "seed":
        return "0, 1, 2"
    if kind not in (int, float):
        return written(value)
    apart = 10 if declared.logarithmic else 2
    around = [kind(value / apart), value, kind(value * apart)]
    fitting = [v for v in around if declared.minimum <= v <= declared.maximum]
    return ", ".join(map(written, dict.fromkeys(fitting)))


def _preview(sweep: Sweep) -> None:
    points = sweep.series.points
    there = results(sweep.series, store())
    missing = [experiment for label, experiment in points.items() if label not in there]
    seconds = expected_seconds(missing, store()) if missing else None
    words = f"**{_trainings(len(points))}**"
    if "epochs" not in sweep.axes:
        words += f" with {sweep.base.epochs} epochs"
    if "dataset" not in sweep.axes:
        words += f" on {escaped(shown_value('dataset', sweep.base.dataset))}"
    if seconds:
        words += f", about {duration(seconds)} each, judging by earlier runs"
    are = "is" if len(there) == 1 else "are"
    st.markdown(f"{words}. {f'{len(there)} {are} already trained.' if there else ''}")
    told = ", ".join(list(points)[:TOLD]) + (" …" if len(points) > TOLD else "")
    labels = " · ".join(may_vary(sweep.base)[name].label for name in sweep.axes)
    st.caption(f"{labels}: {escaped(told)}")
    words = f"Start {_trainings(len(missing))}" if missing else "Show"
    help = "Each point is a separate run. Training continues when you leave the page."
    queue = partial(train, gpu=gpu_box("sweeps"))
    if st.button(words, type="primary", icon=icons.START, key="sweeps.start", help=help):
        file = keep_sweep(sweep, store())
        resume_unfinished(sweep.series, store(), queue)
        start_missing(sweep.series, store(), queue)
        st.query_params["sweep"] = file.id
        st.rerun(scope="app")


def _trainings(count: int) -> str:
    return f"{count} training run" if count == 1 else f"{count} training runs"
