"""The panels of the user's own rows and stretches, through Streamlit's AppTest."""

import csv

import keras
import pandas
import pytest
import streamlit
from made_sets import a_series, record, tabulate
from opening import button, html, open_page, words

from aecore.compute.calls import Calls
from aecore.compute.training import train
from aecore.dashboard.parts.giving_rows import UPLOADS
from aecore.dashboard.parts.giving_stretch import UPLOADS as STRETCHES
from aecore.environment import runs_directory
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment


@pytest.fixture
def answered(monkeypatch):
    """Calls about a model are answered here."""

    def analyse(self, model, function, *arguments):
        return function(keras.models.load_model(model, compile=False), *arguments)

    monkeypatch.setattr("aecore.dashboard.frame.page.wake_workers", lambda: None)
    monkeypatch.setattr(Calls, "analyse", analyse)


def a_run(key: str, dataset: str) -> Run:
    run = RunStore(runs_directory()).create(Experiment.of(key, dataset=dataset, epochs=2))
    assert train(run).state == "finished"
    return run


def tab_of(run: Run, **state):
    app = open_page(run.key, view="Your data", run=run.id)
    for key, value in state.items():
        app.session_state[key.replace("_", ".")] = value
    app.run()
    assert not app.exception and not app.error, [each.value for each in app.error]
    return app


def test_rows_are_edited_uploaded_and_pasted(answered):
    run = a_run("undercomplete", tabulate())
    app = tab_of(run)
    assert "Reconstructed" in html(app) and "Errors compared with the test rows" in words(app)

    button(app, f"{run.key}.share").click().run()
    assert not app.exception and "these settings." in words(app)

    content = (
        "Größe,weight,town,day,note\n1.5,,Köln,2024-01-05,<b>\n-1,x,Rome,2024-01-06,y\n,inf,,,\n"
    )
    app.session_state[UPLOADS] = (("new.csv", content.encode()),)
    app.button_group(key=f"{run.key}.rows.way").set_value("upload").run()
    assert not app.exception and not app.error
    told = " ".join(each.value for each in app.warning)
    assert "row 2\\: 'x'" in told and "row 2\\: 'Rome'" in told
    shown = words(app)
    assert "5 missing cells filled." in shown and "proposes for 5 missing cells." in shown
    assert "1 row without a known cell" in shown and html(app).count("cannot be used") == 2

    app.button_group(key=f"{run.key}.rows.way").set_value("paste").run()
    assert "Columns that the model takes: Größe, weight, town, day" in words(app)
    app.text_area[0].set_value("1.5\t3\tKöln\t2024-01-05").run()
    assert not app.exception and not app.error
    assert "No cell is missing." in words(app)
    app.text_area[0].set_value("a\tb\n1\t2").run()
    assert "need 4 cells, in this order" in app.error[0].value


def test_rows_typed_into_the_grid_are_there_again_after_another_source_and_tab(
    answered, monkeypatch
):
    edit, begun, changed = streamlit.data_editor, [], [True]

    def edited(frame, **rest):  # as the browser sends it: a cell, a row gone, a row added
        begun.append(frame)
        given = edit(frame, **rest)
        if not changed:
            return given
        row = dict.fromkeys(given) | {"1": 777.0}
        return pandas.concat([given.drop(index=[0]), pandas.DataFrame([row])])

    monkeypatch.setattr(streamlit, "data_editor", edited)
    run = a_run("undercomplete", tabulate())
    app = tab_of(run)
    first = begun[0]
    changed.clear()  # which the browser forgets with the grid
    app.button_group(key=f"{run.key}.rows.way").set_value("paste").run()
    app.button_group(key=f"{run.key}.rows.way").set_value("edit").run()
    assert not app.exception and not app.error
    assert begun[-1]["1"].tolist()[-1] == 777 and len(begun[-1]) == len(first)
    assert begun[-1]["0"].tolist()[:-1] == first["0"].tolist()[1:]
    assert begun[-1].dtypes.equals(first.dtypes) and begun[-1].index.equals(first.index)
    app.session_state["view"] = "Guide"
    app.run()
    app.session_state["view"] = "Your data"
    app.run()
    assert begun[-1]["1"].tolist()[-1] == 777 and not app.exception


def test_a_stretch_is_shown_from_its_worst_window(answered):
    run = a_run("undercomplete", record())
    app = tab_of(run)
    assert "load, heat" in app.info[0].value
    lines = a_series(200).decode().splitlines()
    lines[150] = lines[150].replace(next(csv.reader([lines[150]]))[1], "9")
    app.session_state[STRETCHES] = (("new.csv", "\n".join(lines).encode()),)
    app.run()
    assert not app.exception and not app.error
    shown = words(app)
    assert "windows of 24 steps" in shown and "Errors compared with the test windows" in shown
    assert "2024-01-0" in shown  # when the worst begins
