"""The page of all runs through Streamlit's own test harness, without workers."""

import io
import json
import os
import shutil
import threading
import zipfile

import pytest
from made_runs import made_run
from made_sets import collect
from opening import button, html, open_page, words
from waiting import wait_until

from aecore.__main__ import main
from aecore.compute.jobs import Jobs
from aecore.dashboard import services
from aecore.dashboard.runs import actions as run_actions
from aecore.dashboard.session import Deletion
from aecore.data.own import put_aside
from aecore.exchange.bundle import is_bundle, pack_all
from aecore.runs.checkpoints import LAST, has_checkpoint
from aecore.runs.control import RequestRefused
from aecore.runs.label import Label, read_label, write_label
from aecore.runs.owner import Visitor, share
from aecore.runs.requests import PAUSE, STOP, requested
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.runs.summary import summaries


@pytest.fixture
def store() -> RunStore:
    return RunStore(os.environ["AUTOENCODER_STUDIO_RUNS"])


def named(store: RunStore, name: str, *tags: str, **made) -> Run:
    run = made_run(store, **made)
    write_label(run.path, Label(name, "", tags))
    return run


def names(app) -> list[str]:
    return list(app.dataframe[0].value["name"])


def choose(app, *chosen: str):
    """Ticks the rows of these names, as the browser would tell it."""
    key, _ = app.session_state["runs.drawn"]
    rows = [names(app).index(name) for name in chosen]
    app.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return app.run()


def chosen(app) -> list[str]:
    return [id for id, _ in app.session_state["runs.chosen"]]


def has_button(app, key: str) -> bool:
    return any(each.key == key for each in app.button)


def open_runs():
    app = open_page("runs")
    assert not app.exception and not app.error and not app.warning
    return app


def test_without_runs_it_says_what_to_do_next():
    app = open_runs()
    assert "train one" in app.info[0].value and not app.dataframe


def test_every_run_is_a_row_also_a_damaged_one(store):
    made = {"first": {}, "second": {"key": "sparse"}, "third": {"state": "interrupted"}}
    runs = {name: named(store, name, "t", **how) for name, how in made.items()}
    damaged = made_run(store, "deep")
    (damaged.path / "experiment.json").unlink()
    table = open_runs().dataframe[0].value.set_index("name")
    assert set(table.index) == {*runs, f"{damaged.id} (damaged)"}
    assert table.loc["second", "type"].endswith("Sparse") and table.loc["first", "error"] == 1.5
    assert "interrupted" in table.loc["third", "state"]
    assert "damaged" in table.loc[f"{damaged.id} (damaged)", "state"]
    assert table.loc["first", "settings"] == "Latent size 8 · Batch size 64 · Epochs 1"
    assert list(table.loc["first", "losses"]) == [0.5, 0.25, 0.125]
    assert list(table.loc["first", "tags"]) == ["t"]


def test_search_and_filters(store):
    oak = named(store, "Oak", "tree", hyperparameters={"latent_size": 31})
    named(store, "Rose", "flower", key="sparse")
    named(store, "Elm", "tree", "old", state="paused")
    app = open_runs()
    searches = {
        "rose": {"Rose"},
        "TREE paused": {"Elm"},
        "latent size 31": {"Oak"},
        "latent_size 31": {"Oak"},
        "linear digits": {"Oak", "Elm"},
        oak.id: {"Oak"},
    }
    for text, expected in searches.items():
        app.text_input(key="runs.search").set_value(text).run()
        assert set(names(app)) == expected, text
    for text in ("nothing at all", oak.id.split("-")[1]):  # dates in ids are not words
        app.text_input(key="runs.search").set_value(text).run()
        assert not app.dataframe and "No run matches" in app.info[0].value
    app.text_input(key="runs.search").set_value("").run()
    app.multiselect(key="runs.filter.tag").set_value(["tree"]).run()
    assert set(names(app)) == {"Oak", "Elm"}
    app.multiselect(key="runs.filter.state").set_value(["finished"]).run()
    assert names(app) == ["Oak"]
    app.multiselect(key="runs.filter.type").set_value(["sparse"]).run()
    assert not app.dataframe and not app.exception


def test_a_filter_whose_last_run_has_gone_is_off(store):
    run = named(store, "Oak", "tree")
    named(store, "Rose")
    app = open_runs()
    app.multiselect(key="runs.filter.tag").set_value(["tree"]).run()
    store.delete(run)
    assert names(app.run()) == ["Rose"] and not app.exception


def test_the_choice_follows_its_runs_when_rows_change(store):
    runs = {name: named(store, name) for name in ("kiwi1", "kiwi2", "b")}
    app = choose(open_runs(), "kiwi1", "b")
    assert set(chosen(app)) == {runs["kiwi1"].id, runs["b"].id}
    named(store, "new")
    app.run()
    assert set(chosen(app)) == {runs["kiwi1"].id, runs["b"].id} and len(names(app)) == 4
    store.delete(runs["b"])
    app.run()
    assert chosen(app) == [runs["kiwi1"].id]
    app.text_input(key="runs.search").set_value("kiwi").run()
    assert set(names(app)) == {"kiwi1", "kiwi2"} and chosen(app) == [runs["kiwi1"].id]
    app.text_input(key="runs.search").set_value("kiwi2").run()
    assert chosen(app) == []  # what cannot be seen is not dealt with


def test_a_click_on_rows_that_have_changed_since_means_what_it_showed(store):
    old = [named(store, name) for name in ("a", "b")]
    app = open_runs()
    key, ids = app.session_state["runs.drawn"]
    named(store, "c")
    row = ids.index(old[0].id)
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run()
    assert chosen(app) == [old[0].id] and app.session_state["runs.drawn"][0] != key


def test_rows_that_the_browser_showed_before_a_filter_choose_no_other_run(store):
    runs = {name: named(store, name) for name in ("kiwi1", "kiwi2", "b")}
    app = choose(open_runs(), "kiwi1")
    key, ids = app.session_state["runs.drawn"]
    late = {"rows": [ids.index(runs["kiwi1"].id)], "columns": [], "cells": []}
    for search, shown in (("kiwi", {"kiwi1", "kiwi2"}), ("kiwi1", {"kiwi1"})):
        app.text_input(key="runs.search").set_value(search).run()
        app.session_state[key] = {"selection": late}  # by a request that was on its way
        app.run()
        assert set(names(app)) == shown and chosen(app) == [runs["kiwi1"].id]


def test_a_whole_page_tells_the_browser_what_is_chosen(store):
    """A run of the script that told it may have been ended before the browser heard."""
    named(store, "a"), named(store, "b")
    app = choose(open_runs(), "b").run()
    told = json.loads(app.dataframe[0].proto.selection_state)
    assert told["selection"]["rows"] == [names(app).index("b")]


def test_rename_note_and_tags(store):
    run = named(store, "Oak")
    app = choose(open_runs(), "Oak")
    field = next(f for f in app.text_input if f.label == "Name")
    base = field.key.removesuffix(".name")
    field.set_value("Big *oak*")
    app.text_area(key=f"{base}.note").set_value("Planted\nlast year")
    app.text_input(key=f"{base}.tags").set_value("tree, old")
    button(app, f"{base}.save").click().run()
    assert read_label(run.path) == Label("Big *oak*", "Planted\nlast year", ("tree", "old"))
    assert names(app) == ["Big *oak*"] and chosen(app) == [run.id]
    assert r"**Big \*oak\***" in words(app) and "#tree #old" in words(app)
    field = next(f for f in app.text_input if f.label == "Tags")
    field.set_value("x" * 31)
    button(app, field.key.replace(".tags", ".save")).click().run()
    assert "at most 30" in app.error[0].value and not app.exception


def test_tags_are_added_to_several(store):
    for name in ("a", "b", "c"):
        named(store, name, "old")
    app = choose(open_runs(), "a", "b")
    field = next(f for f in app.text_input if f.label == "Tags for 2 runs")
    field.set_value("new")
    button(app, field.key.replace(".tags", ".save")).click().run()
    tags = {each.label.name: each.label.tags for each in summaries(store)}
    assert tags == {"a": ("old", "new"), "b": ("old", "new"), "c": ("old",)}


def test_open_goes_to_the_page_of_the_type(trained, store):
    store.directory.mkdir()
    run = Run(store.directory / trained("linear").id)
    shutil.copytree(trained("linear").path, run.path)
    write_label(run.path, Label("My line"))
    named(store, "waits", key="sparse", state="paused")
    app = choose(open_runs(), "My line")
    button(app, "runs.open").click().run()
    assert app.title[0].value.endswith("Linear") and not app.exception
    assert app.selectbox(key="linear.run").value == run.id
    shown = app.selectbox(key="linear.run").options
    assert (
        any(each.startswith("My line · code 8") for each in shown)
        and dict(app.query_params)["run"] == run.id
    )
    app = choose(open_runs(), "waits")
    button(app, "runs.open").click().run()
    assert app.title[0].value.endswith("Sparse") and dict(app.query_params)["view"] == "Train"


def test_duplicate_fills_the_form(store):
    named(store, "Oak", key="deep", hyperparameters={"latent_size": 5}, seed=9)
    app = choose(open_runs(), "Oak")
    button(app, "runs.duplicate").click().run()
    assert app.title[0].value.endswith("Deep") and not app.exception
    assert app.number_input(key="deep.set.latent_size").value == 5
    assert app.number_input(key="deep.set.seed").value == 9
    assert app.selectbox(key="deep.set.dataset").value == "digits" and not app.warning


def test_duplicate_says_that_its_data_are_gone(store):
    key = collect()
    named(store, "Screws", dataset=key, epochs=7)
    put_aside(key)
    app = choose(open_runs(), "Screws")
    button(app, "runs.duplicate").click().run()
    assert f"The data set {key} does not exist on this server" in app.warning[0].value.replace(
        "\\", ""
    )
    assert app.number_input(key="linear.set.epochs").value == 7 and not app.exception
    assert app.selectbox(key="linear.set.dataset").value == "mnist"


def test_compare(trained, store):
    store.directory.mkdir()
    for key, name in (("linear", "Line"), ("undercomplete", "Bend")):
        target = store.directory / trained(key).id
        shutil.copytree(trained(key).path, target)
        write_label(target, Label(name))
    named(store, "Bare", state="paused")
    app = choose(open_runs(), "Line", "Bend", "Bare")
    app.toggle(key="runs.compare").set_value(True).run()
    assert not app.exception and not app.error
    table = app.dataframe[1].value
    assert set(table.columns) == {"Line", "Bend", "Bare"}
    assert table.loc["Type", "Bend"] == "Undercomplete" and table.loc["State", "Bare"] == "paused"
    assert table.loc["Loss", "Line"] == "mse" and table.loc["Loss", "Bend"] == "bce"
    assert table.loc["Error (SSE)", "Bare"] == "" and float(table.loc["Error (SSE)", "Line"]) > 0
    assert "Batch size" not in table.index  # all have the same
    assert len(app.get("plotly_chart")) == 2
    assert html(app).count("<img") == 10 * 3
    assert "minimise different losses" in words(app)
    assert "<strong>Bend</strong>: Undercomplete instead of Linear" in html(app)
    app.button_group[-1].set_value(["Undercomplete: Shipped model"]).run()
    assert not app.exception and not app.error
    table = app.dataframe[1].value
    assert set(table.columns) == {"Undercomplete: Shipped model", "Line", "Bend", "Bare"}
    assert (
        "<strong>Line</strong>: Linear instead of Undercomplete, Digits 8×8 instead of MNIST"
        in html(app)
    )
    choose(app, "Line")
    assert "#### Comparison" not in words(app)


def test_a_single_run_is_compared_with_the_shipped_model_of_its_type(store):
    named(store, "Oak")
    app = choose(open_runs(), "Oak")
    app.toggle(key="runs.compare.one").set_value(True).run()
    assert not app.exception and not app.error
    assert list(app.dataframe[1].value.columns) == ["Shipped model", "Oak"]
    told = "<strong>Oak</strong>: Digits 8×8 instead of MNIST, latent size 8 instead of 32"
    assert told in html(app)


def test_delete_and_undo_several(store):
    runs = {name: named(store, name) for name in ("a", "b", "c")}
    busy = named(store, "busy", state="training")
    app = choose(open_runs(), "a", "b", "busy")
    button(app, "runs.delete").click().run()
    assert set(names(app)) == {"c", "busy"} and busy.path.exists()
    assert "Deleted: 2 runs" in app.info[0].value and chosen(app) == [busy.id]
    button(app, "runs.undo").click().run()
    assert set(names(app)) == {*runs, "busy"} and not app.info
    app = choose(app, "busy")
    assert not has_button(app, "runs.delete")
    button(app, "runs.cancel").click().run()
    assert not busy.path.exists()
    assert (
        app.info[0].value.startswith("Deleted: busy · code 8") and "training" in app.info[0].value
    )
    button(app, "runs.undo.close").click().run()
    assert not app.info and set(names(app)) == set(runs)


def test_a_notice_above_the_table_does_not_move_it(store):
    """By its place Streamlit knows a fragment: a click on one that has moved since is lost."""

    def place(app) -> int:
        parts = app.main.children.items()
        return next(at for at, part in parts if len(getattr(part, "dataframe", ())))

    named(store, "a"), named(store, "b")
    app = choose(open_runs(), "a")
    before = place(app)
    button(app, "runs.delete").click().run()
    assert "Deleted" in app.info[0].value and place(app) == before


def test_undo_puts_back_what_it_can_and_tells_of_the_rest(store):
    runs = {name: named(store, name) for name in ("a", "b", "c")}
    app = choose(open_runs(), "a", "b", "c")
    button(app, "runs.delete").click().run()
    lost = next(path for path in store.trash() if (path / runs["b"].id).exists())
    shutil.rmtree(lost)  # somebody needed room
    button(app, "runs.undo").click().run()
    assert set(names(app)) == {"a", "c"} and not app.exception
    (told,) = app.toast
    assert told.value.startswith("b") and "too long ago" in told.value
    assert "Deleted: b" in app.info[0].value  # it can be tried again
    button(app, "runs.undo.close").click().run()
    assert not app.info


def test_what_is_gone_already_is_told_in_words(store, monkeypatch):
    for action in ("delete", "pause", "resume"):
        state = {"delete": "finished", "pause": "training", "resume": "paused"}[action]
        run = named(store, "x", state=state)
        app = choose(open_runs(), "x")
        seen = summaries(store)
        monkeypatch.setattr("aecore.dashboard.runs.page.summaries", lambda _, seen=seen: seen)
        shutil.rmtree(run.path)  # in another tab, this moment
        button(app, f"runs.{action}").click().run()
        assert [told.value for told in app.toast] == [f"{run.id} no longer exists."], action
        assert not app.exception and not list(store.directory.glob(".trash-*"))
        monkeypatch.setattr("aecore.dashboard.runs.page.summaries", summaries)


def test_pause_stop_and_resume_several(store, monkeypatch):
    resumed = []
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: resumed.append(run.id))
    a, b = (named(store, name, state="training") for name in "ab")
    left = named(store, "left", state="paused")
    done = named(store, "done")
    app = choose(open_runs(), "a", "b", "done")
    button(app, "runs.pause").click().run()
    assert all(requested(run, PAUSE) for run in (a, b)) and not requested(done, PAUSE)
    button(app, "runs.stop").click().run()
    assert all(requested(run, STOP) for run in (a, b)) and not has_button(app, "runs.resume")
    app = choose(app, "left", "done")
    assert not has_button(app, "runs.pause")
    button(app, "runs.resume").click().run()
    assert resumed == [left.id] and not app.exception


def test_a_wish_that_is_refused_is_told_and_the_others_are_done(store, monkeypatch):
    a, b = (named(store, name, state="training") for name in "ab")
    ask = run_actions.ask_pause

    def ended_this_moment(run):
        if run.id == a.id:
            raise RequestRefused("a is not in training: it is finished.")
        ask(run)

    monkeypatch.setattr(run_actions, "ask_pause", ended_this_moment)
    app = choose(open_runs(), "a", "b")
    button(app, "runs.pause").click().run()
    refused, done = (told.value for told in app.toast)
    assert "not in training" in refused and done == "1 run pausing."
    assert requested(b, PAUSE) and not app.exception


def test_what_another_visitor_shares_is_looked_at_only(store, monkeypatch):
    ada, bob = Visitor("1", "Ada"), Visitor("2", "Bob")
    hers, secret = (named(RunStore(store.directory, ada), name) for name in ("hers", "secret"))
    share(hers, True)
    named(RunStore(store.directory, bob), "his")
    for room in ("services", "runs.actions"):
        monkeypatch.setattr(f"aecore.dashboard.{room}.visitor", lambda: bob)
    app = choose(open_runs(), "hers")
    assert set(names(app)) == {"hers", "his"} and secret.id not in words(app)
    assert "Ada" in words(app) and has_button(app, "runs.duplicate")
    assert not has_button(app, "runs.delete")
    assert not any(field.label == "Name" for field in app.text_input)
    app = choose(app, "hers", "his")
    button(app, "runs.delete").click().run()
    assert hers.path.exists() and names(app) == ["hers"]


def test_export_of_one_and_of_several(store):
    runs = [made_run(store), made_run(store, "sparse")]
    with zipfile.ZipFile(io.BytesIO(pack_all(runs))) as archive:
        assert archive.namelist() == [f"{run.id}.run.zip" for run in runs]
        assert all(is_bundle(archive.read(name)) for name in archive.namelist())
    write_label(runs[0].path, Label("a"))
    write_label(runs[1].path, Label("b"))
    named(store, "c", state="paused")
    app = choose(open_runs(), "a", "b", "c")
    assert [each.label for each in app.get("download_button")] == ["Export 2"]
    app = choose(app, "c")
    assert not app.get("download_button")


def test_disk_space_is_freed_when_it_is_ticked(store):
    ended, left = named(store, "ended"), named(store, "left", state="interrupted")
    (ended.path / LAST).write_bytes(b"x" * 5000)
    gone = named(store, "gone")
    store.put_aside(gone)
    app = open_runs()
    notices = {f"deleted.{place}": [Deletion("gone", list)] for place in ("linear", "anomalies")}
    for notice, deleted in notices.items():
        app.session_state[notice] = deleted
    assert button(app, "runs.free").disabled
    assert "5 kB" in app.checkbox(key="runs.free.checkpoints").label
    app.checkbox(key="runs.free.checkpoints").check().run()
    app.checkbox(key="runs.free.trash").check().run()
    button(app, "runs.free").click().run()
    assert not has_checkpoint(ended.path) and not store.trash() and left.path.exists()
    assert not any(app.session_state[notice] for notice in notices)  # nothing can be undone there
    app.checkbox(key="runs.free.left").check().run()
    button(app, "runs.free").click().run()
    assert not left.path.exists() and names(app) == ["ended"] and not app.exception


def test_the_tray_and_messages_show_the_name(store):
    named(store, "My *run*", state="training")
    app = open_runs()
    labels = [each.proto.label for each in app.get("page_link")]
    assert any(label == r"My \*run\*: training" for label in labels)


def test_all_states_have_a_word():
    from aecore.dashboard.parts.labels import STATE_WORDS
    from aecore.runs.status import STATES

    assert set(STATE_WORDS) == {*STATES, "damaged"}


def test_names_from_the_command_line(store, capsys):
    run = made_run(store)
    where = ("--runs", str(store.directory))
    assert main(["rename", run.id, "A name", "--note", "n", "--tags", "x, y", *where]) == 0
    assert main(["rename", run.id, "--tags", "z", *where]) == 0
    assert read_label(run.path) == Label("A name", "n", ("z",))
    assert main(["rename", run.id, "x" * 99, *where]) == 2
    assert main(["rename", "linear", "Mine", *where]) == 1
    assert "cannot be renamed" in capsys.readouterr().err
    assert main(["runs", *where]) == 0
    assert "A name" in capsys.readouterr().out


def test_the_command_line_cancels_no_run_that_has_ended(store, capsys):
    done, left = named(store, "done"), named(store, "left", state="paused")
    assert main(["cancel", done.id]) == 1 and done.path.exists()
    assert "it is finished" in capsys.readouterr().err
    assert main(["cancel", left.id]) == 0 and not left.path.exists()


def test_the_trash_is_emptied_for_as_long_as_the_server_runs(store, monkeypatch):
    monkeypatch.setattr(services, "TIDY_SECONDS", 0.01)
    ended = threading.Event()
    tidying = threading.Thread(target=services.keep_tidy, args=(ended,))
    tidying.start()
    for _ in range(2):
        hidden = store.directory / store.put_aside(made_run(store)).folder
        os.utime(hidden, (0, 0))
        wait_until(lambda hidden=hidden: not hidden.exists())
    ended.set()
    tidying.join()
