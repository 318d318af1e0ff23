"""A run on a table or a series as one file: it comes back whole, or is refused with the reason."""

import shutil

import keras
import numpy as np
import pytest
from forging import changed_json, forged, members_of, refused, take
from made_sets import record, tabulate

from aecore.analysis.report import Report
from aecore.compute.training import train
from aecore.data.datasets import forget
from aecore.data.own import put_aside
from aecore.exchange.bring_in import inspect
from aecore.exchange.bundle import pack
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run of a table of one's own and one of a series, by their kinds."""
    patch = pytest.MonkeyPatch()
    patch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path_factory.mktemp("data")))
    forget()
    store, runs = RunStore(tmp_path_factory.mktemp("runs")), {}
    for kind, key, dataset in (
        ("table", "undercomplete", tabulate()),
        ("series", "convolutional", record(steps=600)),
    ):
        runs[kind] = store.create(Experiment.of(key, dataset=dataset, epochs=1))
        assert train(runs[kind]).state == "finished"
    yield runs
    patch.undo()
    forget()


@pytest.mark.parametrize("kind", ["table", "series"])
def test_it_comes_back_with_the_same_report_where_its_data_is_not(
    kind, made, store, tmp_path, monkeypatch
):
    run = made[kind]
    content = pack(run)
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "nothing here"))
    assert inspect(content, "it.run.zip").dataset == run.source.title
    back = take(content, store)
    assert (back.id, back.experiment, back.problem()) == (run.id, run.experiment, "")
    assert back.source.to_dict() == run.source.to_dict()
    mine, theirs = back.report_arrays(), run.report_arrays()
    assert set(mine) == set(theirs) and {"parts_scores", "clean", "errors"} <= set(mine)
    for name in mine:
        np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)
    samples = np.nan_to_num(Report.from_arrays(theirs).clean)
    models = [keras.models.load_model(each.model_path) for each in (back, run)]
    np.testing.assert_allclose(models[0](samples), models[1](samples), atol=1e-6)
    assert set(members_of(pack(back))) == set(members_of(content))


def truncated_channels(words: dict) -> dict:
    return words | {"channels": words["channels"][:1]}


DAMAGED = {  # kind of the run, what is changed in its description, words of the refusal
    "a column less": ("table", "table", lambda t: t | {"columns": t["columns"][1:]}, "data.json"),
    "no preparation": ("table", "table", lambda t: t | {"preparation": {}}, "data.json"),
    "a scale of nothing": (
        "series", "series", lambda s: s | {"scale": [0.0] * len(s["scale"])}, "data.json",
    ),
    "a channel less": ("series", "series", truncated_channels, "data.json"),
    "longer windows": ("series", "series", lambda s: s | {"length": 999}, "data.json"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_description_that_cannot_be_is_refused(name, made, store):
    kind, part, change, words = DAMAGED[name]
    content = pack(made[kind])
    described = made[kind].source.to_dict()[part]
    lie = changed_json(members_of(content)["data.json"], **{part: change(described)})
    refused(forged(content, {"data.json": lie}), store, words)


@pytest.mark.parametrize("kind", ["table", "series"])
def test_a_damaged_file_is_refused(kind, made, store):
    content = bytearray(pack(made[kind]))
    content[len(content) // 2] ^= 255
    refused(bytes(content), store, "digest differs|damaged")
    report = {n: v for n, v in made[kind].report_arrays().items() if not n.startswith("parts_")}
    copy = Run(shutil.copytree(made[kind].path, store.directory.parent / "copy" / made[kind].id))
    np.savez(copy.path / "report.npz", **report)
    refused(pack(copy), store, r"report\.npz: The report's errors by column")


def test_a_set_is_not_needed_here_but_its_classes_must_agree(made, store):
    content = pack(made["table"])
    lie = changed_json(members_of(content)["data.json"], classes=["one", "two"])
    refused(forged(content, {"data.json": lie}), store, "other classes")
    put_aside(made["table"].dataset)
    take(content, store)
