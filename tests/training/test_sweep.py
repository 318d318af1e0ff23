"""Sweeps: what one is, what people type, where it is kept, its points, the command."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import SMALL, small_experiment

from aecore.__main__ import main
from aecore.compute.jobs import Jobs
from aecore.compute.points import resume_unfinished, start_missing
from aecore.compute.training import train
from aecore.compute.workers import Workers
from aecore.models import AUTOENCODERS, SettingError
from aecore.runs.control import ask_stop, enqueue, may_resume
from aecore.runs.owner import Visitor, share
from aecore.runs.series import find_points, missing, results, unfinished
from aecore.runs.store import NotFound, RunStore
from aecore.runs.sweeps import (
    SweepDamaged,
    delete_sweep,
    expected_seconds,
    find_sweep,
    keep_sweep,
    kept_sweeps,
)
from aecore.training.changes import Change
from aecore.training.comparisons import bottlenecks
from aecore.training.experiment import Experiment
from aecore.training.sweep import MOST_POINTS, Sweep, may_vary, written
from aecore.training.typed_values import read_values

SPARSE = Experiment.of("sparse")


def sizes(*values, **settings) -> Sweep:
    return Sweep("Sizes", small_experiment("undercomplete", **settings), {"latent_size": values})


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


# what one is


def test_a_grid_is_every_pair_of_values():
    sweep = Sweep("", SPARSE, {"penalty": ["kl", "top-k"], "epochs": [3, 5]})
    points = sweep.series.points
    assert list(points) == ["kl · 3", "kl · 5", "top-k · 3", "top-k · 5"]
    for label, (penalty, epochs) in sweep.combinations.items():
        assert points[label].autoencoder.penalty == penalty and points[label].epochs == epochs
        assert points[label].replace(epochs=20, autoencoder=SPARSE.autoencoder) == SPARSE
    assert sweep.title == "Sparsity penalty × Epochs · Sparse on MNIST"


def test_the_bottlenecks_are_a_sweep_and_their_figures_still_ship(tmp_path):
    series = bottlenecks(Experiment.of("undercomplete"))
    assert list(series.points) == ["2", "4", "8", "16", "32", "64", "128"]
    assert list(results(series, RunStore(tmp_path))) == list(series.points)


@pytest.mark.parametrize(
    "axes, field, words",
    [
        ({}, "axes", "one setting or two"),
        ({"seed": [1], "epochs": [1], "k": [1]}, "axes", "one setting or two, not 3"),
        ({"depth": [1]}, "depth", "no setting 'depth'; there are: encoder_layers"),
        ({"latent_size": []}, "latent_size", "at least one value"),
        ({"latent_size": "248"}, "latent_size", "at least one value"),
        ({"latent_size": [2, 0]}, "latent_size", "between 1 and 4096; it was 0"),
        ({"latent_size": [2.5]}, "latent_size", "whole number"),
        ({"latent_size": [2, 2.0]}, "latent_size", "2 is listed twice"),
        ({"encoder_layers": [[8], (8,)]}, "encoder_layers", "8 is listed twice"),
        ({"penalty": ["kl", ["l1"]]}, "penalty", "one of kl"),
        ({"seed": list(range(201))}, "seed", "at most 200 values"),
        ({"seed": list(range(101)), "epochs": [1, 2]}, "seed", "this would be 202"),
        ({"k": [5, 10]}, "k", "only applies if Sparsity penalty is top-k"),
        ({"corruption_strength": [0.1]}, "corruption_strength", "only applies if Corruption is"),
        ({"loss": ["bce", "likelihood"]}, "loss", "takes the loss"),
    ],
)
def test_what_cannot_be_varied_is_told_with_its_field(axes, field, words):
    with pytest.raises(SettingError, match=words) as refused:
        Sweep("", SPARSE, axes)
    assert refused.value.field == field


def test_a_setting_may_matter_in_a_part_of_the_grid():
    assert len(Sweep("", SPARSE, {"k": [5, 10], "penalty": ["kl", "top-k"]}).series.points) == 4


def test_each_corruption_of_a_sweep_has_its_own_strength():
    base = Experiment.of("deep", corruption="masking", corruption_strength=0.2)
    sweep = Sweep("", base, {"corruption": ["masking", "blur", "downscaling", "none"]})
    strengths = [point.corruption_strength for point in sweep.series.points.values()]
    assert strengths == [0.2, 1.0, 2.0, 0.2]
    axes = {"corruption": ["masking", "blur"], "corruption_strength": [0.3, 0.6]}
    strengths = [p.corruption_strength for p in Sweep("", base, axes).series.points.values()]
    assert strengths == [0.3, 0.6, 0.3, 0.6]


@pytest.mark.parametrize(
    "kind, strengths", [("downscaling", [0.5, 2]), ("gaussian", [0, 0.2]), ("blur", [0.01])]
)
def test_a_sweep_of_an_earlier_version_opens_and_no_new_one_like_it_is_made(kind, strengths):
    base = Experiment.of("deep").to_dict()
    old = base | {"corruption": kind, "corruption_strength": 0.5}
    axes = {"corruption_strength": strengths}
    sweep = Sweep.from_dict({"title": "Old", "base": old, "axes": axes})
    first = next(iter(sweep.series.points.values()))
    assert first.corruption == "none" and len(sweep.series.points) == len(strengths)
    with pytest.raises(SettingError, match="Less changes nothing"):
        Sweep("", Experiment.of("deep", corruption=kind), axes)


def test_titles_are_one_short_line():
    assert Sweep(" Two\n lines ", SPARSE, {"seed": [1]}).title == "Two lines"
    with pytest.raises(SettingError, match="at most 100"):
        Sweep("x" * 101, SPARSE, {"seed": [1]})


def test_everything_declared_can_be_varied_and_comes_back_from_json(key):
    base = small_experiment(key)
    for name in may_vary(base):
        own = name in base.autoencoder.declared()
        value = getattr(base.autoencoder if own else base, name)
        try:
            sweep = Sweep("", base, {name: [value]})
        except SettingError as problem:  # a setting that does not matter in this base
            assert "has no effect" in str(problem)
            continue
        again = Sweep.from_dict(json.loads(json.dumps(sweep.to_dict())))
        assert again == sweep and list(again.series.points.values()) == [base]
        assert read_values(base, name, written(value)) == (value,)


# what people type


@pytest.mark.parametrize(
    "name, text, values",
    [
        ("latent_size", "2, 4,8", (2, 4, 8)),
        ("latent_size", "2..128 x 7", (2, 4, 8, 16, 32, 64, 128)),
        ("latent_size", "2..4 × 9", (2, 3, 4)),
        ("latent_size", "10..30 by 10; 7", (10, 20, 30, 7)),
        ("latent_size", "1e3", (1000,)),
        ("learning_rate", "1e-4..1e-1 x 4", (1e-4, 1e-3, 1e-2, 1e-1)),
        ("learning_rate", "1e-3 .. 3e-2 X 3", (0.001, 0.00548, 0.03)),
        ("weight", "0..0.5 by 0.1", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)),
        ("penalty", "KL, top-k", ("kl", "top-k")),
        ("corruption", "none; gaussian", ("none", "gaussian")),
        ("encoder_layers", "512-256; 256, none", ((512, 256), (256,), ())),
    ],
)
def test_values_are_read_as_people_type_them(name, text, values):
    assert read_values(SPARSE, name, text) == values


def test_switches_are_on_and_off():
    linear = Experiment.of("linear")
    name = next(n for n in may_vary(linear) if type(linear.autoencoder).type_of(n) is bool)
    assert read_values(linear, name, "on, False") == (True, False)


@pytest.mark.parametrize(
    "name, text, words",
    [
        ("latent_size", " , ", "needs values"),
        ("latent_size", "many", "cannot be “many”"),
        ("latent_size", "2.5", "whole numbers"),
        ("latent_size", "1..9 x 1", "two values or more"),
        ("latent_size", "1..999 by 1", "999 values; at most 200"),
        ("weight", "0..1 x 3", "must lie above 0"),
        ("weight", "1..0 by 0.1", "at the smaller"),
        ("weight", "0..1 by 1e-300", "at most 200"),
        ("learning_rate", "1e999", "too large"),
        ("encoder_layers", "512-", "cannot be"),
        ("depth", "1", "no setting"),
        ("weight", "1" * 5000, "too long"),
    ],
)
def test_what_cannot_be_read_is_told(name, text, words):
    with pytest.raises(SettingError, match=words) as refused:
        read_values(SPARSE, name, text)
    assert refused.value.field == name


@given(st.lists(st.floats(1e-6, 100), min_size=1, max_size=20, unique=True))
def test_numbers_come_back_as_they_are_written(values):
    assert read_values(SPARSE, "learning_rate", ", ".join(map(written, values))) == tuple(values)


@given(
    st.floats(1e-6, 1), st.floats(2, 1e6), st.integers(2, MOST_POINTS),
)  # fmt: skip
def test_a_range_has_its_ends_and_equal_ratios(first, last, count):
    values = read_values(SPARSE, "weight", f"{first!r}..{last!r} x {count}")
    assert len(values) == count and (values[0], values[-1]) == (first, last)
    expected = np.geomspace(first, last, count)
    np.testing.assert_allclose(values, expected, rtol=6e-3)


@given(
    st.sampled_from(sorted(may_vary(SPARSE))), st.text("0123456789.-+xby;,e kltop×", max_size=30)
)
def test_no_text_does_worse_than_be_refused(name, text):
    try:
        values = read_values(SPARSE, name, text)
    except SettingError as problem:
        assert problem.field == name
    else:
        assert 0 < len(values) <= 30 * MOST_POINTS


# where it is kept


def test_sweeps_are_kept_beside_the_runs_and_are_none(store):
    assert kept_sweeps(store) == []
    file = keep_sweep(sizes(2, 3), store)
    other = keep_sweep(sizes(4), store)
    assert {each.id for each in kept_sweeps(store)} == {file.id, other.id}
    assert store.runs() == [] and find_sweep(file.id, store).read() == sizes(2, 3)
    assert abs(file.made - file.path.stat().st_mtime) < 5
    delete_sweep(file)
    assert kept_sweeps(store) == [other]
    for wrong in (file.id, "", "../x", None):
        with pytest.raises(NotFound):
            find_sweep(wrong, store)


def test_a_sweep_and_its_runs_are_their_owners_where_visitors_log_in(tmp_path):
    hers, his = (RunStore(tmp_path, Visitor(name, name)) for name in ("Ada", "Bob"))
    sweep = sizes(2)
    file = keep_sweep(sweep, hers)
    assert file.read() == sweep and kept_sweeps(hers) == kept_sweeps(RunStore(tmp_path)) == [file]
    assert kept_sweeps(his) == []
    with pytest.raises(NotFound):
        find_sweep(file.id, his)
    (run,) = start_missing(sweep.series, hers, enqueue)
    ask_stop(run)
    assert find_points(sweep.series, his) == {} and missing(sweep.series, {}, his) == ["2"]
    share(run, True)
    points = find_points(sweep.series, his)
    assert (
        points["2"].run == run
        and unfinished(points, his) == {}
        and unfinished(points, hers) == points
    )
    assert missing(sweep.series, points, his) == ["2"]  # he may not go on with hers
    file.path.write_text("{")
    assert kept_sweeps(hers) == []  # whose it is cannot be told


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"\xff", b"[" * 10_000, b"1" * 300_000, b'{"title": 1}', b"null",
        b'{"title": "", "base": {"type": "deep"}, "axes": {"latent_size": [0]}}',
        b'{"title": "", "base": {"type": "deep"}, "axes": {"latent_size": 3}}',
        b'{"title": "", "base": {"type": "deep", "seed": []}, "axes": {"latent_size": [2]}}',
        b'{"title": "", "base": 5, "axes": {"latent_size": [2]}}',
        b'{"title": "", "base": {"type": ["deep"]}, "axes": {"latent_size": [2]}}',
    ],
)  # fmt: skip
def test_a_damaged_file_is_a_sentence(content, store):
    file = keep_sweep(sizes(2), store)
    file.path.write_bytes(content)
    with pytest.raises(SweepDamaged, match=file.id):
        kept_sweeps(store)[0].read()


# its points


def test_points_are_the_runs_made_of_their_experiments(store):
    sweep = sizes(2, 3, 4)
    series = sweep.series
    assert find_points(series, store) == {} and missing(series, {}, store) == ["2", "3", "4"]
    two = store.create(series.points["2"])
    assert train(two).state == "finished"
    store.create(small_experiment("undercomplete", {"latent_size": 3}, seed=7))  # of no point
    found = results(series, store)
    assert list(found) == ["2"] and found["2"].run == two
    assert found["2"].figures["sse"] > 0 and found["2"].state == "finished"

    changed = store.create(series.points["3"])
    changed.add_change(Change(5, 0.1, None))  # no longer what the experiment alone would give
    waiting = store.create(series.points["4"])
    points = find_points(series, store)
    assert set(points) == {"2", "4"} and points["4"].active
    assert missing(series, points, store) == ["3"] and unfinished(points, store) == {}
    (waiting.path / "status.json").write_text("{")
    assert missing(series, find_points(series, store), store) == ["3", "4"]

    again = store.create(series.points["2"])  # a result wins over a newer run without one
    assert find_points(series, store)["2"].run == two
    store.delete(two)
    assert find_points(series, store)["2"].run == again

    expected = expected_seconds([series.points["3"]], store)
    assert expected is None  # the only finished run was deleted


def test_a_stopped_training_is_left_and_no_result(store):
    sweep = sizes(2)
    run = store.create(sweep.series.points["2"])
    (run.path / "stop").touch()
    assert train(run).state == "stopped"
    points = find_points(sweep.series, store)
    assert not points["2"].trained and list(unfinished(points, store)) == ["2"]


def test_the_time_of_a_training_is_told_by_those_before(store, trained):
    run = trained("undercomplete")
    there = RunStore(run.path.parent)
    seconds, epochs = run.status().seconds, run.experiment.epochs
    more = run.experiment.replace(epochs=3 * epochs, seed=9)
    assert expected_seconds([more], there) == pytest.approx(3 * seconds)
    few = more.replace(samples=100)
    share = 100 / run.source.training_size
    assert expected_seconds([more, few], there) == pytest.approx(1.5 * seconds * (1 + share))
    assert expected_seconds([more.replace(dataset="mnist")], there) is None
    one = expected_seconds([more.replace(normal=(3,))], there)  # of ten classes
    assert one == pytest.approx(0.3 * seconds, rel=0.01)


def test_only_what_is_missing_begins_and_what_was_left_goes_on(store):
    sweep = sizes(2, 3)
    first = store.create(sweep.series.points["2"])
    first.write_status(first.status().__class__(state="paused"))
    assert may_resume(first, first.status())
    assert resume_unfinished(sweep.series, store, enqueue) == [first]
    (second,) = start_missing(sweep.series, store, enqueue)
    assert second.experiment == sweep.series.points["3"]
    assert (
        start_missing(sweep.series, store, enqueue)
        == resume_unfinished(sweep.series, store, enqueue)
        == []
    )


# the command

QUICK = ["--dataset", "digits", "--epochs", "1", "--batch-size", "64"]


def in_this_process():
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, resources={"jobs": 1},
        dashboard_address=None,
    )  # fmt: skip


def test_the_command_trains_each_point_once(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("aecore.compute.workers.local_cluster", in_this_process)
    runs = str(tmp_path / "runs")
    arguments = ["sweep", "undercomplete", *QUICK, "--vary", "latent-size=2,3", "--runs", runs]
    assert main([*arguments, "--title", "Small", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["title"] == "Small" and [p["values"] for p in said["points"]] == [
        {"latent_size": 2}, {"latent_size": 3}
    ]  # fmt: skip
    store = RunStore(runs)
    assert {point["run"] for point in said["points"]} == {run.id for run in store.runs()}
    for point in said["points"]:
        run = store.get(point["run"])
        assert run.experiment.autoencoder.latent_size == point["values"]["latent_size"]
        assert run.experiment.epochs == 1 and point["state"] == "finished"
        assert math.isfinite(point["figures"]["sse"])
    assert find_sweep(said["sweep"], store).read().title == "Small"

    assert main(["sweep", "resume", said["sweep"], "--runs", runs]) == 0
    table = capsys.readouterr().out
    assert len(store.runs()) == 2 and said["sweep"] in table
    assert all(run.id in table for run in store.runs())


def test_a_sweep_that_is_interrupted_is_left_to_be_resumed(tmp_path, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Jobs, "submit", lambda self, run, gpu=None: enqueue(run))
    monkeypatch.setattr(Workers, "client", lambda self: None)
    monkeypatch.setattr("aecore.commands.sweep._watch", interrupt)
    arguments = ["sweep", "deep", *QUICK, "--vary", "seed=1,2", "--runs", str(tmp_path), "--json"]
    assert main(arguments) == 1
    runs = RunStore(tmp_path).runs()
    assert [run.status().state for run in runs] == ["paused", "paused"]
    assert all(may_resume(run, run.status()) for run in runs)
    (file,) = kept_sweeps(RunStore(tmp_path))
    assert f"sweep resume {file.id}" in capsys.readouterr().err


def test_a_detached_sweep_is_told_to_another_process(tmp_path, capsys, monkeypatch):
    begun = []
    monkeypatch.setattr(
        "aecore.commands.sweep.in_background", lambda *given: begun.append(given) or 7
    )
    arguments = ["sweep", "deep", *QUICK, "--vary", "seed=1,2", "--runs", str(tmp_path)]
    assert main([*arguments, "--detach", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    ((command, log),) = begun
    assert said["process"] == 7 and command[:3] == ["sweep", "resume", said["sweep"]]
    assert (
        not log.exists() and log.parent == find_sweep(said["sweep"], RunStore(tmp_path)).path.parent
    )


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        (["deep"], 2, "--vary"),
        (["deep", "--vary", "depth=2"], 2, "no setting 'depth'"),
        (["deep", "--vary", "latent_size"], 2, "needs values"),
        (["deep", "--vary", "latent_size=0"], 2, "Latent size must lie between"),
        (["deep", "--vary", "seed=1", "--vary", "seed=2"], 2, "names seed twice"),
        (["deep", "--vary", "seed=1..500 by 1"], 2, "at most 200"),
        (["resume", "20260101-000000-abcd"], 1, "no sweep"),
        (["deep", "--vary", "dataset=own-gone-28-grey-01234567"], 1, "not on this machine"),
    ],
)
def test_a_bad_sweep_is_a_sentence(arguments, status, words, tmp_path, capsys):
    try:
        code = main(["sweep", *arguments, "--runs", str(tmp_path / "runs")])
    except SystemExit as stopped:
        code = stopped.code
    assert code == status and words in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_sweep_takes_every_option_of_its_type(capsys):
    assert set(AUTOENCODERS) >= set(SMALL)
    for key, kind in AUTOENCODERS.items():
        with pytest.raises(SystemExit):
            main(["sweep", key, "--help"])
        help = capsys.readouterr().out
        for name in (*kind.declared(), *Experiment.declared()):
            assert f"--{name.replace('_', '-')}" in help
