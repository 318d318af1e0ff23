"""The form that a type's declared settings generate, and the experiment it describes."""

import contextlib
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.choices import choices_of, is_there, shape_if_there
from aecore.dashboard.parts.into_view import place_to_scroll_to, scroll_to
from aecore.dashboard.parts.labels import dataset_labels, dataset_title
from aecore.dashboard.parts.setting_widgets import (
    choose_classes,
    in_widget,
    read_sizes,
    start_of,
    type_number,
)
from aecore.dashboard.parts.text import escaped, sentence_of
from aecore.dashboard.private.streamlit import page_shown
from aecore.dashboard.services import has_gpus
from aecore.dashboard.session import lasting
from aecore.data.arrays import describe_shape
from aecore.data.datasets import DataUnavailable, shape_of, source
from aecore.data.kinds import kind_of
from aecore.data.learnt import learnt_size
from aecore.data.splits import Source
from aecore.models import AUTOENCODERS, SettingError
from aecore.models.settings import Setting, Settings
from aecore.training.experiment import Experiment
from aecore.training.normal import normal_in_words
from aecore.training.sweep import written
from aecore.training.words import choice_title

DATA = ("dataset", "normal", "samples", "corruption", "corruption_strength")
TRAINING = (
    "loss", "optimizer", "learning_rate", "schedule", "weight_decay",
    "batch_size", "epochs", "patience", "seed", "precision",
)  # fmt: skip


def experiment_form(key: str) -> tuple[Experiment | None, list[SettingError]]:
    """Widgets for everything that determines a result, each with what is wrong with its value.

    Returns:
        The experiment, or None and what keeps the settings from being one.
    """
    kind = AUTOENCODERS[key]
    _take_along(key)
    if not is_there(st.session_state.get(f"{key}.set.dataset", Experiment.default("dataset"))):
        st.warning("The data set chosen here no longer exists. Choose another.", icon=icons.DATA)
        choose_dataset(key, Experiment.default("dataset"))
    fields: dict[str, DeltaGenerator] = {}  # each with its widget, and room for a sentence
    form = st.container()
    left, right = form.columns(2, gap="medium")
    with left:
        st.markdown("##### Network")
        hyperparameters = _widgets(key, kind, tuple(kind.declared()), {}, fields)
    with right:
        st.markdown("##### Data")
        values = _widgets(key, Experiment, DATA, kind.recipe, fields)
        data = source(values["dataset"])
        st.caption(
            f"{_size_words(values['dataset'], data, values['normal'])}, "
            f"{describe_shape(data.shape)}. "
            f"{escaped(data.credit)}." + (" Downloaded when first used." if data.downloaded else "")
        )
    with form:
        st.markdown("##### Training")
        values |= _widgets(key, Experiment, TRAINING, kind.recipe, fields, columns=4)
    problems = [*_problems(kind, hyperparameters), *_problems(Experiment, values)]
    experiment = None
    if not problems:
        try:
            experiment = Experiment.of(key, hyperparameters, **values)
        except SettingError as problem:  # with how they go together
            problems.append(problem)
    told = [problem.field for problem in problems]
    if new := [field for field in told if field not in st.session_state.get(f"{key}.told", ())]:
        scroll_to(f"problem.{new[0]}")
    st.session_state[f"{key}.told"] = told
    for problem in problems:
        with fields.get(problem.field, form):
            st.error(sentence_of(problem), icon=icons.INVALID)
            place_to_scroll_to(f"problem.{problem.field}", "nearest")
    return experiment, problems


def _size_words(key: str, data: Source, normal: Any) -> str:
    """How many training samples there are, and about how many of them are learnt."""
    words = f"{data.training_size:,} training {data.kind.samples}"
    if not isinstance(normal, tuple) or not normal or max(normal) >= len(data.classes):
        return words
    return f"about {learnt_size(key, data, normal):,} of {words} are learnt"


def _problems(settings: type[Settings], values: dict) -> Iterator[SettingError]:
    """What is wrong with each value by itself."""
    for name, value in values.items():
        try:
            if isinstance(value, SettingError):
                raise value
            settings.checked(name, value)
        except SettingError as problem:
            yield problem


def gpu_box(key: str) -> bool:
    """Whether a training is to have a GPU; asked only where a cluster's worker has one."""
    words = "Waits for a worker of the cluster with a GPU."
    return has_gpus() and st.checkbox("Train on a GPU", key=f"{key}.gpu", help=words)


def _take_along(key: str) -> None:
    """Keeps what was set when the visitor comes from another page that has this form, too.

    To Streamlit its widgets are others, of the same keys: each would begin at its least value.
    """
    page, seen = page_shown(), f"{key}.set"
    if st.session_state.get(seen) == page:
        return
    st.session_state[seen] = page
    for name in (*AUTOENCODERS[key].declared(), *Experiment.declared()):
        widget = f"{key}.set.{name}"
        if widget in st.session_state:
            st.session_state[widget] = st.session_state[widget]


def reset_form(key: str) -> None:
    """Sets every widget to the type's default; a value only forgotten would stay on the screen."""
    fill_form(Experiment.of(key))


def fill_form(experiment: Experiment) -> None:
    """Sets the widgets to an experiment, before they are drawn."""
    key = experiment.autoencoder.key
    st.session_state[f"{key}.suits"] = experiment.dataset
    for settings in (experiment.autoencoder, experiment):
        for name in settings.declared():
            st.session_state[f"{key}.set.{name}"] = in_widget(name, getattr(settings, name))


def choose_dataset(key: str, dataset: str) -> None:
    """Sets the widget of the data set, and what suits its kind, before they are drawn."""
    st.session_state[f"{key}.set.dataset"] = dataset
    _suit_dataset(key)


def shown_value(name: str, value, dataset: str = "") -> str:
    """A value of a setting as a page shows it; of a data set that is known, classes by name."""
    if name == "normal" and dataset:
        with contextlib.suppress(DataUnavailable, KeyError):
            return normal_in_words(value, source(dataset).classes)
    if isinstance(value, str):
        return dataset_title(value) if name == "dataset" else choice_title(value)
    return written(value)


def choice_words(name: str, choices: Collection) -> Callable[[Any], str]:
    """What gives each choice of a setting its words, no two the same."""
    return dataset_labels(choices).__getitem__ if name == "dataset" else partial(shown_value, name)


def _widgets(
    key: str,
    settings: type[Settings],
    names: tuple[str, ...],
    recipe: dict,
    fields: dict[str, DeltaGenerator],
    columns: int = 2,
) -> dict:
    """A widget for each setting that matters beside the others; their values."""
    values = {name: recipe.get(name, settings.default(name)) for name in names}
    cells = st.columns(columns)
    shown = 0
    for name in names:
        declared = settings.declared()[name]
        if name == "corruption_strength":
            declared = Experiment.declared_beside(values["corruption"])[name]
        if declared.only_with and values.get(declared.only_with[0]) not in declared.only_with[1]:
            continue
        if name == "normal" and len(source(values["dataset"]).classes) < 2:
            continue
        if name == "precision" and len(choices_of(key, name, declared)) < 2:
            continue
        fields[name] = cells[shown % columns].container(key=f"{key}.field.{name}", gap="xxsmall")
        with fields[name]:
            values[name] = _widget(
                f"{key}.set.{name}", name, declared, settings.type_of(name), values[name], key
            )
        shown += 1
    return values


def _widget(widget: str, name: str, declared: Setting, kind: type, default, key: str):
    words = {**lasting(widget), "help": declared.help}
    if name == "corruption":
        words |= {"on_change": _usual_strength, "args": (key,)}
    if kind is bool:
        return st.toggle(declared.label, **start_of(widget, "value", default), **words)
    if name == "dataset":
        words |= {"on_change": _suit_dataset, "args": (key,)}
    if kind is str:
        shape = shape_if_there(st.session_state.get(f"{key}.set.dataset"))
        choices = choices_of(key, name, declared, shape)
        if st.session_state.get(widget, choices[0]) not in choices:
            del st.session_state[widget]  # of data of another kind
        start = start_of(widget, "index", choices.index(default) if default in choices else 0)
        return st.selectbox(
            declared.label,
            choices,
            format_func=choice_words(name, choices),
            disabled=len(choices) == 1,
            **start,
            **words,
        )
    if name == "normal":
        return choose_classes(widget, declared, st.session_state[f"{key}.set.dataset"], words)
    if kind is int or kind is float:
        return type_number(widget, declared, kind, default, words)
    text = st.text_input(
        declared.label,
        **start_of(widget, "value", in_widget(name, default)),
        placeholder="none",
        **words,
    )
    return read_sizes(name, declared, text or "")


def _usual_strength(key: str) -> None:
    """Another kind of corruption measures its strength otherwise: it begins with its default."""
    chosen = st.session_state[f"{key}.set.corruption"]
    st.session_state[f"{key}.set.corruption_strength"] = Experiment.default_strength(key, chosen)


def _suit_dataset(key: str) -> None:
    """Fills in the recipe of the type on the data set, if that is of another kind than before.

    Of a table or a series it is filled in at every change, for sizes go with its width.
    """
    chosen = st.session_state[f"{key}.set.dataset"]
    before = st.session_state.get(f"{key}.suits", Experiment.default("dataset"))
    if kind_of(shape_of(before)).bounded and kind_of(shape_of(chosen)).bounded:
        return
    with contextlib.suppress(SettingError):  # the form says that they do not go together
        fill_form(Experiment.of(key, dataset=chosen))
