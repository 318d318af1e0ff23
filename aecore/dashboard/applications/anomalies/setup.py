"""Panel: choose data, what is normal in it, and the types that learn it; then train."""

import streamlit as st

from aecore.dashboard.applications.anomalies.stretch import Stretch, choose_stretch
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.form import gpu_box
from aecore.dashboard.parts.into_view import TOP, scroll_to
from aecore.dashboard.parts.labels import dataset_labels
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.starting import is_under_way, start
from aecore.dashboard.parts.text import escaped, plain, sentence_of
from aecore.dashboard.session import lasting, watch_run
from aecore.data.arrays import describe_shape
from aecore.data.datasets import SOURCES, source
from aecore.data.learnt import learnt_size
from aecore.data.names import shortened, told_apart
from aecore.data.own import own_keys
from aecore.data.series.learning import learning_from
from aecore.data.splits import DataUnavailable, Source
from aecore.models import AUTOENCODERS, SettingError
from aecore.training.experiment import Experiment
from aecore.training.link import to_link
from aecore.training.steps import suited

PLACE = "anomalies"  # whose trainings are watched, and what keys of the session begin with
DATA = "anomalies.data"
USUAL = {"image": "convolutional", "table": "undercomplete", "series": "undercomplete"}
DENSE_PIXELS = 400  # images with fewer pixels are learnt as well without convolutions
NORMAL_WORDS = ("good", "normal", "ok", "okay", "benign", "healthy", "regular", "pass")
LONGEST_CLASS = 24  # characters


def choose_data(key: str) -> None:
    """Sets the widget of the data set, before it is drawn."""
    st.session_state[DATA] = key


def set_up() -> None:
    """The form, from the data set to the button that trains."""
    st.markdown("##### 1. Data, and what is normal")
    known = _data()
    if known is None:
        return
    key, described = known
    normal, stretch = _normal(key, described), None
    learnt = learnt_size(key, described, normal)
    if described.in_time:
        stretch, windows = choose_stretch(key, described)
        learnt = min(learnt, windows)
    st.markdown("##### 2. Autoencoder")
    experiments = _experiments(key, described, normal, learnt) if learnt else []
    gpu = gpu_box(PLACE)
    row = st.container(horizontal=True, vertical_alignment="center")
    words = f"Train {len(experiments)} detectors" if len(experiments) > 1 else "Train"
    if row.button(
        words, type="primary", icon=icons.START, key="anomalies.train", disabled=not experiments
    ):
        _start(experiments, gpu, stretch)
    if len(experiments) == 1 and stretch is None:
        experiment = experiments[0]
        with row:
            st.page_link(
                f"pages/{experiment.autoencoder.key}.py",
                label="All settings…",
                icon=icons.SETTINGS,
                query_params={"view": "Train", **to_link(experiment)},
                help="Opens the type's form with these settings. What is trained there can be "
                "opened here as a detector.",
            )


def _data() -> tuple[str, Source] | None:
    keys = (*own_keys(), *SOURCES)
    if st.session_state.get(DATA, keys[0]) not in keys:
        st.session_state.pop(DATA, None)  # a set that has been deleted since
        st.warning("That data set does not exist on this server.", icon=icons.DATA)
    choice, beside = st.columns([3, 2], vertical_alignment="bottom")
    usual = {} if DATA in st.session_state else {"index": keys.index("mnist")}
    key = choice.selectbox(
        "Data set",
        keys,
        format_func=dataset_labels(keys).__getitem__,
        **usual,
        **lasting(DATA),
    )
    beside.page_link(
        "pages/data.py",
        label="Add your own images, table or series",
        icon=icons.CREATE,
    )
    try:
        known = source(key)
    except DataUnavailable as problem:
        st.error(sentence_of(problem), icon=icons.DAMAGED)
        return None
    later = " Downloaded when first used." if known.downloaded else ""
    st.caption(
        f"{known.training_size:,} training {known.kind.samples}, {describe_shape(known.shape)}. "
        f"{escaped(known.credit)}.{later}"
    )
    return key, known


def proposed_normal(known: Source) -> tuple[int, ...]:
    """The classes that are normal by what is known of a data set; empty where all may be."""
    if known.normal:
        return known.normal
    if len(known.classes) > 1:
        named = [name.strip().lower() for name in known.classes]
        for word in NORMAL_WORDS:
            if word in named:
                return (named.index(word),)
    return ()


def _normal(key: str, known: Source) -> tuple[int, ...]:
    """The classes to learn, empty for all of them."""
    kind = known.kind
    if len(known.classes) < 2:
        st.caption(
            f"This data set has no classes: the model learns from all training {kind.samples}, as "
            "normal."
        )
        return ()
    chosen = st.pills(
        "Normal",
        range(len(known.classes)),
        selection_mode="multi",
        default=proposed_normal(known),
        format_func=told_apart(
            plain(shortened(name, LONGEST_CLASS)) for name in known.classes
        ).__getitem__,
        **lasting(f"anomalies.normal.{key}"),
        help="The classes that the model learns from. All others count as anomalies: they only "
        "measure the detector. If none is chosen, it learns from everything.",
    )
    normal = tuple(sorted(chosen))
    if not normal or len(normal) == len(known.classes):
        st.caption(
            f"Everything is learnt, whatever its class. Choose the normal classes to have the "
            f"other {kind.samples} judged as anomalies."
        )
        return ()
    others = len(known.classes) - len(normal)
    told = ", ".join(plain(known.classes[at]) for at in normal)
    rest = f"the other {others} classes" if others > 1 else "the other class"
    st.caption(f"Learnt as normal: {told}. Anomalies: {rest}.")
    return normal


def proposed_type(known: Source) -> str:
    """The key of the type that suits a data set, by its kind and the size of its samples."""
    kind = known.kind
    if kind.bounded and known.shape[0] * known.shape[1] <= DENSE_PIXELS:
        return "undercomplete"
    return USUAL[kind.key]


def _experiments(key: str, known: Source, normal: tuple[int, ...], learnt: int) -> list[Experiment]:
    """An experiment for each chosen type on so many samples; what is wrong with one is said."""
    types = [name for name, each in AUTOENCODERS.items() if each.takes(known.shape)]
    chosen = st.pills(
        "Types",
        types,
        selection_mode="multi",
        default=[proposed_type(known)],
        format_func=lambda name: AUTOENCODERS[name].title,
        **lasting(f"anomalies.types.{key}"),
        label_visibility="collapsed",
        help="Several are trained one after the other, to be compared.",
    )
    found = []
    for name in chosen:
        try:
            usual = Experiment.of(name, dataset=key, normal=normal)
            found.append(suited(usual, learnt) or usual)  # more steps for few samples
        except SettingError as problem:
            st.error(f"{AUTOENCODERS[name].title}: {sentence_of(problem)}", icon=icons.INVALID)
    if not chosen:
        st.caption("Choose at least one type.")
    elif len(chosen) == 1:
        st.caption(AUTOENCODERS[chosen[0]].summary)
    return found


def _start(experiments: list[Experiment], gpu: bool, stretch: Stretch | None) -> None:
    with sentences():
        begun = []
        if stretch is not None:
            key = learning_from(experiments[0].dataset, *stretch)
            experiments = [each.replace(dataset=key) for each in experiments]
        for experiment in experiments:
            if is_under_way(experiment):  # a double click asks for it twice
                title = AUTOENCODERS[experiment.autoencoder.key].title
                st.info(f"{title}: this exact training is already running.", icon=icons.SAME)
                continue
            begun.append(start(experiment, gpu))
        for run in begun:
            watch_run(PLACE, run.id)
        if begun:
            scroll_to(TOP)
            st.rerun(scope="app")
