"""What strangers wrote is shown as they wrote it: on no page it is Markdown, HTML or hidden.

Every text that somebody else may have written is the same one here. All that the pages send to a
browser is looked through: whatever Streamlit takes for Markdown must have it escaped.
"""

import dataclasses
import json
import re
import shutil
import time

import numpy as np
import pytest
import streamlit
from google.protobuf.message import Message
from opening import VIEWS, button, open_page
from PIL import Image
from small import small_experiment
from streamlit.testing.v1 import AppTest
from ugly import encoded

from aecore import environment
from aecore.compute.calls import Calls
from aecore.data.own import own_directory
from aecore.data.refusal import Refusal
from aecore.data.tables.making import Plan, make_table
from aecore.data.tables.uploads import look_at
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import Found
from aecore.exchange.keras_file.anatomy import Anatomy, Layer
from aecore.runs.label import Label, write_label
from aecore.runs.owner import Visitor, set_owner, share
from aecore.runs.run import Run
from aecore.runs.status import Status
from aecore.runs.store import RunStore, shipped
from aecore.runs.sweeps import keep_sweep
from aecore.training.experiment import Experiment
from aecore.training.sweep import Sweep

TEXT = "![p](//e.x)**x**:red[q]$1$<b>\u202e"  # as long as the shortest of them, a tag, may be
MARKDOWN = re.compile(r"(?<!\\)(!\[|\[p|\*\*x|:red\[|\$1|<b>)")
PLAIN = {  # fields of what is sent that Streamlit shows as plain text, or does not show
    "Selectbox.options", "Selectbox.raw_value", "MultiSelect.options", "MultiSelect.raw_values",
    "TextInput.default", "TextInput.value", "TextArea.default", "TextArea.value", "Code.code_text",
    "PlotlyChart.alt",
}  # fmt: skip
KEY = "own-strange-28-grey-0123abcd"
UNKNOWN = {"type": "undercomplete", "hyperparameters": {TEXT: 1}}  # an experiment that is none


def texts(message: Message, within: str = ""):
    """Every text in a message, and what it is: 'Markdown.body'."""
    for field, value in message.ListFields():
        name = f"{message.DESCRIPTOR.name}.{field.name}"
        for each in value if field.is_repeated and not hasattr(value, "items") else [value]:
            if isinstance(each, Message):
                yield from texts(each)
            elif isinstance(each, str) and field.name not in ("id", "element_id", "url"):
                yield name, each


def strings(value):
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def shown(app: AppTest) -> tuple[int, list[tuple[str, str]]]:
    """How often the text is on a page, and all places where it is not shown as it is."""
    times, wrong = 0, []
    for node in app._tree:
        if not isinstance(getattr(node, "proto", None), Message):
            continue
        for name, text in texts(node.proto):
            if name == "PlotlyChart.spec":
                found = [each for each in strings(json.loads(text)) if "//e.x" in each]
                bad = [each for each in found if "<b>" in each or "\u202e" in each]
            else:
                found = [text] if "e.x" in text else []
                risky = re.compile("<b>") if name == "Html.body" else MARKDOWN
                bad = [each for each in found if name not in PLAIN and risky.search(each)]
                bad += [text] if "\u202e" in text and not name.startswith("Text") else []
            times += len(found)
            wrong += [(name, each[:200]) for each in bad]
    assert not app.exception
    return times, wrong


def holds(app: AppTest, least: int = 1) -> None:
    times, wrong = shown(app)
    assert wrong == []
    assert times >= least, "the text is not on the page: this tests nothing"


@pytest.fixture
def store() -> RunStore:
    return RunStore(environment.runs_directory())


@pytest.fixture
def own_set(no_workers) -> str:
    """A data set whose title, classes and credit are the text; its images are noise."""
    folder = own_directory() / KEY
    folder.mkdir(parents=True)
    pixels = np.random.default_rng(0).integers(0, 256, (30, 28, 28, 1), np.uint8)
    pixels.tofile(folder / "images.bin")
    (np.arange(30) % 10).astype(np.int32).tofile(folder / "labels.bin")
    (folder / "data.json").write_text(json.dumps(description()))
    return KEY


def description() -> dict:
    classes = [f"{TEXT}{number}" for number in range(10)]
    shape = {"shape": [28, 28, 1], "training_size": 23, "ink": True}
    return {"title": TEXT, "credit": TEXT, "classes": classes, **shape}


def imported(store: RunStore, key: str, state: str = "finished", **changes) -> Run:
    """A copy of the shipped run that learnt from the strange set, in a state, with a label."""
    run = Run(store.new_path(key))
    shutil.copytree(shipped(key).path, run.path)
    words = json.loads((run.path / "experiment.json").read_text())
    (run.path / "experiment.json").write_text(json.dumps(words | {"dataset": KEY}))
    (run.path / "data.json").write_text(json.dumps(description()))
    for study in run.path.glob("study-*.npz"):
        if "classes" not in study.name:  # which is what classes are named in
            study.unlink()
    status = Status(state, TEXT, TEXT, created=time.time(), seconds=1.0, warning=TEXT)
    run.write_status(dataclasses.replace(status, **changes))
    write_label(run.path, Label.of(TEXT, f"{TEXT}\n- {TEXT}", [TEXT]))
    return run


@pytest.fixture
def no_studies(monkeypatch):
    def refuse(*_):
        raise Refusal("A study of {} cannot be made here.", TEXT)

    monkeypatch.setattr(Calls, "study", refuse)
    monkeypatch.setattr(Calls, "analyse", refuse)


@pytest.mark.parametrize("view", ["Bottleneck", *VIEWS])
def test_every_tab_of_a_run_that_came_from_elsewhere(own_set, no_studies, store, view):
    run = imported(store, "undercomplete")
    app = open_page("undercomplete", view=view, run=run.id)
    assert app.selectbox(key="undercomplete.run").value == run.id
    holds(app)


def test_every_state_of_a_run_under_train(own_set, no_studies, store):
    beating = {"heartbeat": time.time(), "epoch": 1, "epochs": 2}
    for state in ("failed", "interrupted", "paused", "queued", "training", "measuring"):
        imported(store, "undercomplete", state, **beating)
    for state in ("finished", "stopped", "diverged"):
        run = imported(store, "undercomplete", state)
        app = open_page("undercomplete", view="Train")
        app.session_state["undercomplete.started"] = [run.id]
        holds(app.run(), 7)


def test_a_model_of_a_foreign_file_and_its_layer(own_set, no_studies, store):
    run = imported(store, "undercomplete")
    (run.path / "experiment.json").unlink()
    (run.path / "label.json").unlink()
    origin = {"type": "undercomplete", "dataset": KEY, "file": TEXT, "layer": TEXT}
    (run.path / "origin.json").write_text(json.dumps(origin))
    for view in ("Train", "Export", "Reconstructions"):
        holds(open_page("undercomplete", view=view, run=run.id))
    holds(open_page("runs"))


def test_a_damaged_run_and_a_link_to_one_that_is_gone(own_set, store):
    run = imported(store, "sparse")
    (run.path / "experiment.json").write_text(json.dumps(UNKNOWN))
    holds(open_page("sparse", run=run.id), 2)
    holds(open_page("sparse", run=TEXT))
    holds(open_page("sparse", view="Train", dataset=TEXT, loss=TEXT, latent_size=TEXT), 3)


def test_the_page_of_all_runs(own_set, no_studies, store):
    first, second = imported(store, "undercomplete"), imported(store, "sparse", "failed")
    app = open_page("runs")
    for chosen in ([first], [first, second]):
        key, ids = app.session_state["runs.drawn"]
        rows = [ids.index(run.id) for run in chosen]
        app.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
        holds(app.run(), 2)
    app.toggle(key="runs.compare").set_value(True).run()
    holds(app, 3)
    button(app, "runs.delete").click().run()
    app.run()
    holds(app, 0)


def test_data_sets_here_deleted_and_damaged(own_set):
    app = open_page("data")
    holds(app, 2)
    button(app, f"data.{KEY}.delete").click().run()
    holds(app)
    button(app, "data.undo").click().run()
    holds(app, 2)


def test_sweeps(own_set, store):
    base = Experiment.of("undercomplete", dataset=KEY)
    file = keep_sweep(Sweep(TEXT, base, {"dataset": (KEY, "digits")}), store)
    failed = store.create(Experiment.of("undercomplete", dataset=KEY))
    failed.write_status(Status("failed", TEXT, TEXT, created=1.0))
    holds(open_page("sweeps"))
    holds(open_page("sweeps", sweep=file.id), 2)
    file.path.write_text(json.dumps({"title": TEXT, "base": UNKNOWN, "axes": {}}))
    holds(open_page("sweeps", sweep=file.id))
    holds(open_page("sweeps"))


def test_uploaded_files_of_ones_own(own_set, store):
    run = imported(store, "undercomplete")
    picture = encoded(Image.new("L", (28, 28), 90))
    files = ((f"{TEXT}.png", picture), (f"2{TEXT}.png", picture), (f"bad{TEXT}", b"?"))
    app = open_page("undercomplete", view="Your data", run=run.id)
    app.session_state["own.way"] = "upload"
    app.session_state["own.uploads"] = files
    app.segmented_control(key="undercomplete.way.draw").set_value("upload").run()
    holds(app, 5)
    app.segmented_control(key="undercomplete.how").set_value("tiles").run()
    holds(app, 2)


@pytest.mark.parametrize("kind", ["refused", "run", "model"])
def test_what_a_file_is_found_to_be(own_set, monkeypatch, kind):
    layers = tuple(Layer(TEXT, TEXT, (784,), 5) for _ in range(3))
    anatomy = Anatomy((784,), (784,), layers, (0, 1), (9, 9), 0)
    metrics = {"sse": 1.0, "psnr": 2.0, "ssim": 0.5}

    def inspect(self, files, reader):
        ((name, _),) = files
        if kind == "refused":
            raise FileRefused("{}: {}", "model.keras", FileRefused("It uses {!r}.", TEXT))
        if kind == "run":
            return Found("run", name, "linear", "Linear", TEXT, None, (KEY,), metrics)
        return Found("model", name, "linear", "Linear", "", anatomy, (KEY,), None)

    monkeypatch.setattr(Calls, "inspect", inspect)
    app = open_page("sparse")
    button(app, "sparse.import").click().run()
    uploader = next(u for u in app.file_uploader if u.key == "importing.file")
    uploader.set_value((f"{TEXT}.keras".replace("/", "_"), b"PK", "application/zip")).run()
    holds(app)


def test_people_who_are_called_so(own_set, monkeypatch, store):
    class User(dict):
        is_logged_in = True

        def to_dict(self):
            return dict(self)

    user = User(is_logged_in=True, iss="i", sub="bob", name=TEXT)
    monkeypatch.setattr(streamlit, "user", user)
    monkeypatch.setenv(environment.NAMES, "1")
    hers = RunStore(store.directory, Visitor("i|ann", TEXT))
    waiting = hers.create(small_experiment("linear"))
    waiting.write_status(dataclasses.replace(waiting.status(), created=time.time()))
    holds(open_page("app"), 2)
    run = imported(hers, "undercomplete")
    set_owner(run, hers.visitor)
    share(run, True)
    for view in ("Export", "Train"):
        holds(open_page("undercomplete", view=view, run=run.id), 3)


def a_strange_table() -> bytes:
    """CSV whose columns, cells and label are called by the text."""
    rows = [f"{i}.5,{TEXT}{i % 2},{TEXT}{i % 3}" for i in range(40)]
    return "\n".join([f"{TEXT}x,{TEXT}y,{TEXT}z", *rows, f"{TEXT},a,b"]).encode()


def test_a_table_of_ones_own_and_its_import():
    content = a_strange_table()
    seen = look_at("t.csv", content)
    columns = tuple(enumerate(seen.columns))
    label = seen.columns[2]
    plan = Plan(TEXT, seen.dialect, columns, label.name, label.categories[0])
    make_table("t.csv", content, plan)
    app = open_page("data")
    holds(app, least=3)
    app.segmented_control(key="data.kind").set_value("table").run()
    place = next(u for u in app.file_uploader if u.key.startswith("data.table.file"))
    place.set_value((f"{TEXT}.csv".replace("/", ""), content, "text/csv")).run()
    holds(app, least=4)
    app.text_input(key="data.table.name").set_value(TEXT).run()
    button(app, "data.table.make").click().run()
    app.run()
    holds(app, least=6)


def test_a_series_of_ones_own_and_its_import():
    rows = [f"{i % 9}.5,{i % 7}.25,{TEXT}{i % 2}" for i in range(400)]
    content = "\n".join([f"{TEXT}x,{TEXT}y,{TEXT}z", *rows]).encode()
    app = open_page("data")
    app.segmented_control(key="data.kind").set_value("series").run()
    place = next(u for u in app.file_uploader if u.key.startswith("data.series.file"))
    place.set_value(("s.csv", content, "text/csv")).run()
    holds(app, least=4)
    app.text_input(key="data.series.name").set_value(TEXT).run()
    button(app, "data.series.make").click().run()
    app.run()
    holds(app, least=3)
