"""The Sweeps page through Streamlit's own test harness."""

import csv
import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from opening import button, open_page, words
from small import small_experiment
from streamlit.runtime.scriptrunner import get_script_run_ctx

from aecore.compute.jobs import Jobs
from aecore.compute.points import start_missing
from aecore.compute.training import train
from aecore.dashboard.sweeps.plot import best_of, figures_at_hand, plot, sweep_csv, to_come
from aecore.runs.control import enqueue
from aecore.runs.owner import Visitor
from aecore.runs.series import Point, find_points
from aecore.runs.store import RunStore
from aecore.runs.sweeps import keep_sweep, kept_sweeps
from aecore.training.sweep import Sweep

GRID = Sweep(
    "A *grid*",
    small_experiment("undercomplete"),
    {"latent_size": (2, 32), "activation": ("relu", "tanh")},
)
TRAINED = ("2 · relu", "32 · relu", "32 · tanh")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> RunStore:
    """Runs of three of the four points; not to change."""
    store = RunStore(tmp_path_factory.mktemp("made"))
    for label in TRAINED:
        run = store.create(GRID.series.points[label])
        run.write_status(dataclasses.replace(run.status(), created=1e9))  # all in one minute
        train(run)
    return store


@pytest.fixture
def store(made, tmp_path, monkeypatch) -> RunStore:
    """The same runs, where the page looks for them; what is queued there stays in the queue."""
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: enqueue(run))
    shutil.copytree(made.directory, tmp_path / "runs")
    return RunStore(tmp_path / "runs")


def well(app) -> None:
    assert not app.exception and not app.error


def test_a_sweep_is_made_started_and_shown(tmp_path, monkeypatch):
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: enqueue(run))
    app = open_page("sweeps", type="undercomplete")
    well(app)
    assert app.selectbox(key="sweeps.type").value == "undercomplete"
    app.selectbox(key="undercomplete.set.dataset").set_value("digits")
    app.number_input(key="undercomplete.set.epochs").set_value(3)
    app.text_input(key="sweeps.undercomplete.title").set_value("How small?")
    app.text_input(key="sweeps.undercomplete.values.latent_size").set_value("2..8 x 3").run()
    assert "**3 training runs** with 3 epochs on Digits 8×8" in words(app)
    assert "Latent size: 2, 4, 8" in words(app)
    button(app, "sweeps.start").click().run()
    app.run()
    well(app)
    store = RunStore(tmp_path / "runs")
    (file,) = kept_sweeps(store)
    assert dict(app.query_params)["sweep"] == file.id and "How small?" in app.title[0].value
    sweep = file.read()
    assert sweep.axes == {"latent_size": (2, 4, 8)} and sweep.base.dataset == "digits"
    made = [run.experiment for run in store.runs()]
    assert len(made) == 3 and all(each in made for each in sweep.series.points.values())
    assert all(run.status().state == "queued" for run in store.runs())
    assert list(app.dataframe[0].value["State"]) == ["queued"] * 3

    button(app, f"points.pause.{file.id}").click().run()
    app.run()
    assert [run.status().state for run in store.runs()] == ["paused"] * 3
    button(app, f"points.resume.{file.id}").click().run()
    app.run()
    assert [run.status().state for run in store.runs()] == ["queued"] * 3
    button(app, f"points.stop.{file.id}").click().run()
    app.run()
    assert [run.status().state for run in store.runs()] == ["stopped"] * 3
    well(app)


def test_leaving_while_trainings_are_created_leaves_none_unqueued(tmp_path, monkeypatch):
    queued = []
    monkeypatch.setattr(Jobs, "submit", lambda self, run, *_: queued.append(run.id))

    def leave():
        raise AssertionError("Streamlit would end the script here.")

    def while_leaving(*given):
        session = get_script_run_ctx().session_state
        with monkeypatch.context() as patch:
            patch.setitem(vars(session), "_yield_callback", leave)
            return start_missing(*given)

    monkeypatch.setattr("aecore.dashboard.sweeps.form.start_missing", while_leaving)
    app = open_page("sweeps", type="undercomplete")
    app.text_input(key="sweeps.undercomplete.values.latent_size").set_value("101, 103").run()
    button(app, "sweeps.start").click().run()
    well(app)
    assert sorted(queued) == sorted(run.id for run in RunStore(tmp_path / "runs").runs())
    assert len(queued) == 2


@pytest.mark.parametrize(
    "text, said", [("2, many", "“many”"), ("0, 2", "between 1 and"), ("1..300 by 1", "at most")]
)
def test_values_that_cannot_be_are_told_and_nothing_starts(text, said):
    app = open_page("sweeps", type="deep")
    app.text_input(key="sweeps.deep.values.latent_size").set_value(text).run()
    assert said in app.error[0].value and not app.exception
    assert not [each for each in app.button if each.key == "sweeps.start"]


def test_choices_are_chosen_and_a_second_setting_makes_a_grid():
    app = open_page("sweeps", type="sparse")
    app.selectbox(key="sweeps.sparse.vary.0").set_value("penalty").run()
    app.selectbox(key="sweeps.sparse.vary.1").set_value("seed").run()
    app.text_input(key="sweeps.sparse.values.seed").set_value("5, 6").run()
    well(app)
    assert "**6 training runs**" in words(app) and "kl · 5, kl · 6, l1 · 5" in words(app)
    app.multiselect(key="sweeps.sparse.values.penalty").set_value(["kl"]).run()
    assert "**2 training runs**" in words(app)
    app.multiselect(key="sweeps.sparse.values.penalty").set_value([]).run()
    assert "at least one value" in app.error[0].value


def test_the_settings_of_a_run_can_stay(store):
    run = find_points(GRID.series, store)["32 · relu"].run
    app = open_page("sweeps", type="undercomplete")
    app.selectbox(key="sweeps.undercomplete.from").set_value(run.id).run()
    assert app.selectbox(key="undercomplete.set.dataset").value == "digits"
    app.text_input(key="sweeps.undercomplete.values.latent_size").set_value("2, 32, 5").run()
    assert "2 are already trained" in words(app)
    assert " each, judging by earlier runs" in words(app)
    assert button(app, "sweeps.start").label == "Start 1 training run"
    button(app, "sweeps.undercomplete.defaults").click().run()
    assert app.selectbox(key="undercomplete.set.dataset").value == "mnist"
    well(app)


def test_what_was_set_comes_along_from_page_to_page():
    app = open_page("undercomplete", view="Train")
    app.selectbox(key="undercomplete.set.dataset").set_value("digits")
    app.number_input(key="undercomplete.set.epochs").set_value(7).run()
    app.switch_page("pages/sweeps.py")
    app.query_params["type"] = "undercomplete"
    app.run()
    assert "with 7 epochs on Digits 8×8" in words(app)
    app.number_input(key="undercomplete.set.epochs").set_value(9).run()
    app.switch_page("pages/undercomplete.py")
    app.query_params["view"] = "Train"
    app.run()
    assert app.number_input(key="undercomplete.set.epochs").value == 9
    assert app.number_input(key="undercomplete.set.batch_size").value == 256
    assert app.selectbox(key="undercomplete.set.dataset").value == "digits"


def test_a_grid_is_shown_with_its_best_point_and_what_is_missing(store):
    file = keep_sweep(GRID, store)
    app = open_page("sweeps", sweep=file.id)
    well(app)
    assert r"A \*grid\*" in app.title[0].value
    points = find_points(GRID.series, store)
    assert set(points) == set(TRAINED)
    best = min(TRAINED, key=lambda label: points[label].figures["sse"])
    size = best.split(" · ")[0]
    assert f"**Best: Latent size {size}, Activation" in words(app)
    assert f"**{points[best].figures['sse']:.2f}**" in words(app)
    table = app.dataframe[0].value
    assert list(table["State"]) == ["finished", "–", "finished", "finished"]
    assert table["Run"][0].endswith(f"/undercomplete?run={points['2 · relu'].run.id}")
    app.selectbox(key=f"sweep.figure.{file.id}").set_value("parameters").run()
    low, high = points["2 · relu"].figures["parameters"], points["32 · relu"].figures["parameters"]
    assert f"from **{low:,}**" in words(app) and f"to **{high:,}**" in words(app)
    app.segmented_control(key=f"sweep.drawn.{file.id}").set_value("Heat map").run()
    well(app)
    button(app, f"points.train.{file.id}").click().run()
    app.run()
    assert find_points(GRID.series, store)["2 · tanh"].state == "queued"


def test_runs_of_one_minute_can_be_told_apart_where_one_is_chosen(store):
    for label, point in find_points(GRID.series, store).items():
        app = open_page("undercomplete", run=point.run.id)
        app.run()  # the browser sends back the label that it shows
        chosen = app.selectbox(key="undercomplete.run")
        assert chosen.value == point.run.id
        assert len(set(chosen.options)) == len(chosen.options)
        assert ("tanh" in chosen.options[chosen.index]) is ("tanh" in label)


def test_why_points_failed_is_told_once(store):
    file = keep_sweep(GRID, store)
    for point in list(find_points(GRID.series, store).values())[:2]:
        failed = dataclasses.replace(point.status, state="failed", message="No *memory*.")
        point.run.write_status(failed)
    app = open_page("sweeps", sweep=file.id)
    (told,) = app.warning
    assert r"Latent size 2, Activation ReLU and 1 more failed\: No \*memory\*." in told.value
    assert "**1 of 4** finished" in app.get("progress")[0].proto.text
    well(app)


def test_delete_leaves_the_runs_and_can_be_undone(store):
    file = keep_sweep(GRID, store)
    app = open_page("sweeps", sweep=file.id)
    button(app, f"sweep.delete.{file.id}").click().run()
    app.run()
    assert kept_sweeps(store) == [] and len(store.runs()) == 3 and "Deleted" in app.info[0].value
    button(app, "sweeps.undo").click().run()
    assert [each.read() for each in kept_sweeps(store)] == [GRID] and not app.info
    well(app)


def test_undo_restores_the_very_file_even_without_its_data_set(store, monkeypatch):
    file = keep_sweep(GRID, RunStore(store.directory, Visitor("Ada", "Ada")))
    older = file.path.rename(file.path.with_stem("20260101-000000-abcd"))
    content = older.read_bytes()
    app = open_page("sweeps", sweep=older.stem)
    button(app, f"sweep.delete.{older.stem}").click().run()
    app.run()
    with monkeypatch.context() as patch:
        patch.setattr("aecore.runs.sweeps.source", lambda _: 1 / 0)  # no look at the data set
        patch.setattr(Path, "replace", refuse)
        button(app, "sweeps.undo").click().run()
    assert kept_sweeps(store) == [] and "Deleted" in app.info[0].value and "full" in told(app)
    button(app, "sweeps.undo").click().run()
    assert [each.path for each in kept_sweeps(store)] == [older] and not app.info
    assert older.read_bytes() == content and b"Ada" in content
    well(app)


def refuse(*_):
    raise OSError("The disk is full.")


def told(app) -> str:
    return " ".join(each.value for each in app.toast)


def test_a_damaged_sweep_harms_no_other(store):
    keep_sweep(GRID, store)
    broken = keep_sweep(GRID, store)
    broken.path.write_text("{")
    app = open_page("sweeps")
    assert len(app.error) == 1 and "cannot be read" in app.error[0].value
    assert r"**A \*grid\***" in words(app) and not app.exception
    one = open_page("sweeps", sweep=broken.id)
    assert "cannot be read" in one.error[0].value
    button(one, f"sweep.delete.{broken.id}").click().run()
    assert len(kept_sweeps(store)) == 1


def test_a_link_to_no_sweep_says_so():
    app = open_page("sweeps", sweep="20260101-000000-abcd")
    assert "does not exist" in app.warning[0].value
    assert "sweep" not in app.query_params and not app.exception


def test_a_type_page_looks_at_few_of_many_that_wait(tmp_path):
    store = RunStore(tmp_path / "runs")
    for seed in range(11):
        enqueue(store.create(small_experiment("linear", seed=seed)))
    first = store.runs("linear")[0]
    first.write_status(dataclasses.replace(first.status(), state="training", stage="Training"))
    app = open_page("linear", view="Train")
    assert "3 more are queued, paused or interrupted." in words(app) and not app.exception
    shown = [each.key for each in app.button if each.key.startswith("linear.pause.")]
    assert len(shown) == 8 and shown[0] == f"linear.pause.{first.id}"


# what is drawn


def with_figures(sweep: Sweep, **figures) -> dict[str, Point]:
    """Made-up points: a list of numbers for each figure, in the order of the points."""
    rows = zip(*figures.values(), strict=True)
    named = [dict(zip(figures, row, strict=True)) for row in rows]
    return dict(zip(sweep.combinations, map(Point, named), strict=True))


def over(axes: dict, **settings) -> Sweep:
    return Sweep("", small_experiment("sparse", **settings), axes)


def test_a_numeric_axis_is_a_line_in_its_order():
    sweep = over({"latent_size": (64, 2, 8)})
    figure = plot(sweep, with_figures(sweep, sse=[1.0, 3.0, 2.0]), "sse", heat=False)
    (line,) = figure.data
    assert list(line.x) == [2, 8, 64] and list(line.y) == [3, 2, 1]
    assert figure.layout.xaxis.type == "log"
    sweep = over({"epochs": (4, 5, 6)})
    figure = plot(sweep, with_figures(sweep, sse=[1.0, float("nan"), 2.0]), "sse", heat=False)
    assert list(figure.data[0].x) == [4, 6] and figure.layout.xaxis.type != "log"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((4, 8, 16, 32), "log"),
        ((2, 3, 5, 8, 13), "log"),
        ((2, 4, 6, 8), "linear"),
        ((4, 5, 6), "linear"),
        ((2, 5, 9), "linear"),
        ((2, 4), "linear"),
        ((2, 64), "log"),
        ((0, 1, 10, 100), "linear"),
    ],
)
def test_an_axis_is_spaced_like_its_values_which_it_names(values, kind):
    sweep = over({"samples" if 0 in values else "latent_size": values})
    for drawn in (
        plot(sweep, with_figures(sweep, sse=[1.0] * len(values)), "sse", heat=False),
        to_come(sweep),
    ):
        assert drawn.layout.xaxis.type == kind
        assert list(drawn.layout.xaxis.ticktext) == [str(value) for value in values]


def test_a_sweep_without_a_finished_run_shows_where_its_points_will_be(store):
    sweep = Sweep("", small_experiment("undercomplete", seed=5), {"latent_size": (4, 8, 16, 32)})
    file = keep_sweep(sweep, store)
    start_missing(sweep.series, store, enqueue)
    run = find_points(sweep.series, store)["4"].run
    status = dataclasses.replace(run.status(), state="training", stage="Training", fraction=0.5)
    run.write_status(status)
    app = open_page("sweeps", sweep=file.id)
    (bar,) = [each for each in app.get("progress") if "of 4" in each.proto.text]
    assert bar.proto.text == "**0 of 4** finished · 1 training · 3 queued · 12% in total"
    assert bar.proto.value == 12
    assert len(app.get("plotly_chart")) == 1 and list(to_come(sweep).data[0].x) == [4, 8, 16, 32]
    rows = open_page("sweeps").get("progress")
    (row,) = [each for each in rows if "of 4" in each.proto.text]
    assert row.proto.text == bar.proto.text and row.proto.value == 12
    well(app)


def test_choices_and_seeds_are_bars():
    for axes in ({"penalty": ("top-k", "kl")}, {"seed": (7, 3)}):
        sweep = over(axes)
        (bars,) = plot(sweep, with_figures(sweep, psnr=[20.0, 10.0]), "psnr", heat=False).data
        assert bars.type == "bar" and list(bars.y) == [20, 10]


def test_two_axes_are_coloured_lines_or_a_map():
    sweep = over({"penalty": ("kl", "l1"), "epochs": (1, 2, 3)})
    points = with_figures(sweep, psnr=[1.0, 2, 3, 4, 5, 6])
    del points["l1 · 2"]
    lines = plot(sweep, points, "psnr", heat=False).data
    assert [line.name for line in lines] == ["KL divergence", "L1"]
    drawn = plot(sweep, points, "psnr", heat=False).layout
    assert not drawn.showlegend  # each line is named at its end
    assert [each.text.split("> ")[-1] for each in drawn.annotations] == [
        "KL divergence", "L1", "Sparsity penalty",
    ]  # fmt: skip
    assert list(lines[0].y) == [1, 2, 3] and list(lines[1].x) == [1, 3]
    (cells,) = plot(sweep, points, "psnr", heat=True).data
    assert list(cells.x) == ["KL divergence", "L1"] and list(cells.y) == ["1", "2", "3"]
    assert [list(row) for row in cells.z] == [[1, 4], [2, None], [3, 6]]
    assert cells.reversescale  # for PSNR the high end is the good one


def test_the_best_point_is_the_one_that_a_figure_asks_for():
    sweep = over({"epochs": (1, 2, 3)})
    points = with_figures(sweep, sse=[3.0, float("nan"), 1.0], psnr=[5.0, 6.0, 7.0], own=[1, 2, 3])
    assert best_of(points, "sse") == ("3", "1") and best_of(points, "psnr") == ("3", "1")
    assert best_of(points, "own") == ("1", "3") and best_of(points, "nothing") is None
    assert figures_at_hand(points) == ["sse", "psnr", "own"]


def test_the_table_has_every_point_and_figure(store):
    rows = list(csv.DictReader(sweep_csv(GRID, find_points(GRID.series, store)).splitlines()))
    assert [row["state"] for row in rows] == ["finished", "missing", "finished", "finished"]
    metrics = json.loads(str(store.get(rows[0]["run"]).report_arrays()["words"]))["metrics"]
    assert float(rows[0]["sse"]) == metrics["sse"] and rows[0]["activation"] == "relu"
    assert rows[1]["run"] == rows[1]["sse"] == ""
