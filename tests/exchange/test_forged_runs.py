"""Runs' files that were tampered with: each is refused, its member named, and leaves no trace."""

import json
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from forging import arrays_of, forged, members_of, npz, refused, take, zipped
from small import small_experiment

from aecore.data.datasets import SOURCES
from aecore.exchange import bundle
from aecore.exchange.archive import FileRefused
from aecore.exchange.bundle import MEMBERS, is_bundle, pack
from aecore.exchange.verify import check_words
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import Status
from aecore.training.experiment import Experiment

SOMETIMES = (  # not in every run's file
    "origin.json", "data.json", "changes.json", "label.json", "detector.json", "detector.npz",
    "codec.npz",
)  # fmt: skip


@pytest.mark.parametrize("name", [n for n in MEMBERS if n not in SOMETIMES])
def test_a_changed_byte_is_found_and_its_member_named(name, packed, store):
    members = members_of(packed, manifest=True)
    member = bytearray(members[name])
    member[len(member) // 2] ^= 1
    refused(
        zipped(members | {name: bytes(member)}), store, f"{name} was changed since it was packed"
    )
    raw = packed.replace(members[name], bytes(member))  # the ZIP's own checksum tells
    assert raw != packed
    refused(raw, store, f"{name} in the ZIP is damaged")
    del members[name]
    refused(zipped(members), store, f"{name} is missing")


@pytest.mark.parametrize("old, new", [(b"-20", b"-21"), (b'"version"', b'"Version"'), (b"e", b"")])
def test_a_changed_manifest_is_found(old, new, packed, store):
    members = members_of(packed, manifest=True)
    assert old in members[bundle.MANIFEST]
    changed = members[bundle.MANIFEST].replace(old, new)
    refused(zipped(members | {bundle.MANIFEST: changed}), store, "manifest.json")


def test_whatever_byte_is_changed_it_is_refused_or_without_effect(trained, store):
    content = pack(trained("linear"))
    expected = {path.name for path in trained("linear").path.iterdir()} & set(MEMBERS)
    draw = np.random.default_rng(0)
    ends = [*range(120), *range(len(content) - 120, len(content))]
    for place in [*ends, *draw.integers(0, len(content), 60)]:
        changed = bytearray(content)
        changed[place] ^= 1 << int(draw.integers(8))
        if not is_bundle(changed):
            continue
        try:
            run = take(bytes(changed), store)
        except FileRefused:
            continue
        except Exception as problem:
            pytest.fail(f"byte {place}: {problem!r}")
        assert run.id == trained("linear").id and run.problem() == ""
        assert {path.name for path in run.path.iterdir()} == expected
        store.delete(run)
    assert not store.directory.exists() or not list(store.directory.iterdir())


@pytest.mark.parametrize("length", [100, 5000, -1, -30])
def test_a_file_cut_off_is_refused(length, packed, store):
    refused(packed[:length], store, "damaged")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no" * 40, b"PK\x05\x06" + bytes(18)])
def test_other_files_are_not_taken_for_a_run(content, trained):
    assert not is_bundle(content)
    assert not is_bundle(trained("linear").model_path.read_bytes())


# forged with a manifest that vouches for it


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"version": 2}, "of version 2"),
        ({"version": "1"}, "of version"),
        ({"format": "other"}, "not a run file"),
        ({"members": []}, "manifest.json"),
        ({"id": 7}, "manifest.json"),
        ({"extra": 1}, "manifest.json"),
        ({"members": {}}, "was changed since it was packed"),
    ],
)
def test_a_manifest_that_lies_is_refused(changes, words, packed, store):
    refused(forged(packed, {}, **changes), store, words)


LONG = b"epoch,loss\n" + b"".join(b"%d,1\n" % i for i in range(2000))
WIDE = b"epoch," + b",".join(b"t%d" % i for i in range(60)) + b"\n" + b"1," * 60 + b"1\n"
LINEAR = small_experiment("linear").to_dict()
OWN = LINEAR | {"dataset": "own-x-96-grey-00000000"}
HUGE = Experiment.of(
    "denoising", {"network": "dense", "hidden_layers": (4096,) * 8}, dataset="digits"
).to_dict()


@pytest.mark.parametrize(
    "name, member, words",
    [
        ("../evil.json", b"{}", "evil.json"),
        ("study-x.npz", b"", "study-x.npz"),
        ("experiment.json", None, "exactly one of experiment.json and origin.json"),
        ("origin.json", b"{}", "exactly one of experiment.json and origin.json"),
        ("data.json", b"{}", "data.json does not match"),
        ("experiment.json", b"{}", "experiment.json"),
        ("experiment.json", b"[" * 50_000, "experiment.json"),
        ("experiment.json", b" " * 10**6, "experiment.json is longer"),
        ("experiment.json", b'{"type": "quantum"}', "experiment.json"),
        ("experiment.json", json.dumps(HUGE).encode(), "model.keras: .* weights; the file holds"),
        ("experiment.json", json.dumps(LINEAR).encode(), "model.keras"),
        ("experiment.json", json.dumps(OWN).encode(), "data.json"),
        ("status.json", None, "status.json is missing"),
        ("status.json", b'{"state": "dancing"}', "status.json"),
        ("status.json", b'{"state": "finished", "epoch": "one"}', "status.json"),
        ("status.json", b'{"state": "finished", "seconds": NaN}', "status.json"),
        ("status.json", b'{"state": "finished", "message": {}}', "status.json"),
        ("status.json", b'{"state": "finished", "loss": 1e999}', "status.json"),
        ("history.csv", b"epoch,loss\n1,nan\n", "history.csv"),
        ("history.csv", b"epoch,loss\n1,much\n", "history.csv"),
        ("history.csv", b"epoch,<b>loss</b>\n1,1\n", "history.csv"),
        ("history.csv", b"loss,epoch\n1,1\n", "history.csv"),
        ("history.csv", b"epoch,loss\n2,1\n1,1\n", "history.csv"),
        ("history.csv", b"epoch,loss\n" + b"1,1\n" * 10**6, "history.csv is longer"),
        ("history.csv", LONG, "history.csv"),
        ("history.csv", WIDE, "columns or rows"),
        ("history.csv", b'epoch,"' + b"x" * 200_000 + b"\n1,1\n", "history.csv"),
        ("history.csv", b"\xff\x00", "history.csv"),
        ("previews.npz", b"nonsense", "previews.npz"),
        ("report.npz", None, "report.npz is missing"),
        ("report.npz", b"nonsense", "report.npz"),
        ("report.npz", npz({"errors": np.array([{}], object)}, pickled=True), "report.npz"),
        ("model.keras", None, "model.keras is missing"),
        ("model.keras", b"nonsense", "model.keras"),
    ],
)  # fmt: skip
def test_a_forged_member_is_refused_and_named(name, member, words, packed, store):
    refused(forged(packed, {name: member}), store, words)


def test_a_run_that_seems_to_be_at_work_is_refused(packed, store):
    words = {"state": "queued", "heartbeat": time.time()}
    member = json.dumps(words).encode()
    refused(forged(packed, {"status.json": member}), store, "status.json .* still queued")
    for gone in (0.0, 1e12):  # a heartbeat of long ago or of the future is nobody's
        member = json.dumps(words | {"heartbeat": gone}).encode()
        run = take(forged(packed, {"status.json": member}), store)
        assert run.status().state == "interrupted" and run.problem() == ""


def test_a_gigantic_network_takes_no_memory(packed, tmp_path):
    gigantic = HUGE | {"dataset": "cifar10"}  # 250 million weights, a gigabyte
    words = {"experiment.json": json.dumps(gigantic).encode(), "previews.npz": None}
    (tmp_path / "it.run.zip").write_bytes(forged(packed, words))
    code = """if True:
        import resource, sys
        from aecore.compute.preload import import_keras
        import_keras()
        from aecore.exchange.bring_in import inspect
        from aecore.exchange.archive import FileRefused
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            inspect(open(sys.argv[1], "rb").read(), "it")
        except FileRefused as problem:
            print(problem)
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "it.run.zip")],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    reason, megabytes = done.stdout.strip().splitlines()
    assert "the file holds" in reason and int(megabytes) < 200


def test_a_run_packed_in_mid_training_is_interrupted(packed, store):
    words = b'{"state": "training", "message": "", "epoch": 1}'
    status = take(forged(packed, {"status.json": words}), store).status()
    assert status.state == "interrupted" and status.epoch == 1


ODD_VALUES = (
    *(None, True, False, -1, 0, 1.5, 10**400, -(10**400), float("inf"), float("nan")),
    *("", "x" * 5000, "\ud800", "../..", [], {}, [[]], [None], [10**400], {"a": 1}),
)


@pytest.mark.parametrize("name", ["experiment.json", "status.json", "data.json", "origin.json"])
def test_whatever_a_word_is_changed_to_the_run_is_refused_or_reads_well(name, tmp_path):
    run = Run(tmp_path / "linear-1")
    run.path.mkdir()
    key = "own-x-28-grey-00000000"
    files = {
        "experiment.json": LINEAR | {"dataset": key},
        "status.json": vars(Status(state="finished")),
        "data.json": SOURCES["mnist"].to_dict() | {"title": "X"},
        "origin.json": {"type": "linear", "dataset": key, "file": "a.keras", "layer": "dense"},
    }
    del files["origin.json" if name != "origin.json" else "experiment.json"]
    refusals = 0
    for word in (*files[name], "hyperparameters", "more"):
        for value in ODD_VALUES:
            for file, words in files.items():
                (run.path / file).write_text(json.dumps(words))
            (run.path / name).write_text(json.dumps(files[name] | {word: value}))
            fresh = Run(run.path)
            try:
                check_words(fresh)
            except (FileRefused, RunDamaged, UnicodeError) as problem:
                assert len(str(problem)) < 20_000
                refusals += 1
                continue
            assert Run(run.path).problem() in ("", f"model.keras of {run.id} is missing")
    assert refusals > 3 * len(files[name])


@pytest.mark.parametrize(
    "name, change",
    [
        ("originals", lambda a: a[:, :4]),
        ("originals", lambda a: a[:0]),
        ("inputs", lambda a: a[1:]),
        ("outputs", lambda a: a.astype(np.float32)),
        ("outputs", lambda a: a[..., 0]),
        ("epochs", lambda a: a + np.nan),
        ("epochs", lambda a: np.append(a, 9)),
        ("epochs", lambda a: a - 1),
        ("epochs", lambda a: a * 1e6),
        ("losses", lambda a: a + np.inf),
        ("losses", lambda a: a[1:]),
        ("places", lambda a: a * np.float16(np.nan)),
        ("places", lambda a: a[:, :-1]),
        ("places", lambda a: a.astype(np.float64)),
        ("labels", lambda a: a + np.int16(10)),
        ("labels", lambda a: a - np.int16(10)),
        ("labels", lambda a: a.astype(np.float32)),
        ("more", lambda a: np.zeros(3)),
    ],
)
def test_forged_previews_are_refused(name, change, packed, store):
    arrays = arrays_of(members_of(packed)["previews.npz"])
    content = npz(arrays | {name: change(arrays.get(name))})
    refused(forged(packed, {"previews.npz": content}), store, "previews.npz")


def with_words(arrays: dict, part: str, **changes) -> dict:
    words = json.loads(str(arrays["words"]))
    words[part] |= changes
    return arrays | {"words": np.array(json.dumps(words))}


def without(arrays: dict, name: str) -> dict:
    return {key: value for key, value in arrays.items() if key != name}


STAGE = {"name": "Dense", "shape": [1], "parameters": 1, "part": "encoder"}
ODD = STAGE | {"shape": "x"}
REPORTS = {
    "nothing": lambda a: {},
    "no errors": lambda a: without(a, "errors"),
    "words are numbers": lambda a: a | {"words": np.zeros(9)},
    "words nest deeply": lambda a: a | {"words": np.array("[" * 50_000)},
    "words are a list": lambda a: a | {"words": np.array("[]")},
    "metrics are a list": lambda a: a | {"words": np.array('{"metrics": [], "architecture": {}}')},
    "metric is a text": lambda a: with_words(a, "metrics", psnr="<b>"),
    "metric is no number": lambda a: with_words(a, "metrics", bce=float("nan")),
    "metric is infinite": lambda a: with_words(a, "metrics", more=float("inf")),
    "metric is beyond floats": lambda a: with_words(a, "metrics", more=10**400),
    "metric is true": lambda a: with_words(a, "metrics", ssim=True),
    "mse is not the errors'": lambda a: with_words(a, "metrics", mse=0.001),
    "sse is not the errors'": lambda a: with_words(a, "metrics", sse=0.001),
    "seconds are negative": lambda a: with_words(a, "metrics", seconds=-1),
    "network of other images": lambda a: with_words(a, "architecture", image=[28, 28, 1]),
    "network without code": lambda a: with_words(a, "architecture", code_size=0),
    "network with half a weight": lambda a: with_words(a, "architecture", parameters=0.5),
    "network with a text": lambda a: with_words(a, "architecture", decodes_codes="yes"),
    "network of no layers": lambda a: with_words(a, "architecture", stages=7),
    "network of odd layers": lambda a: with_words(a, "architecture", stages=[ODD]),
    "network of endless layers": lambda a: with_words(a, "architecture", stages=[STAGE] * 1000),
    "errors are no numbers": lambda a: a | {"errors": a["errors"] * np.nan},
    "errors are negative": lambda a: a | {"errors": -a["errors"]},
    "errors have two axes": lambda a: a | {"errors": a["errors"][None]},
    "errors are texts": lambda a: a | {"errors": a["errors"].astype(str)},
    "labels beyond the classes": lambda a: a | {"labels": a["labels"] + 1},
    "labels below": lambda a: a | {"labels": a["labels"] - 1},
    "labels are halves": lambda a: a | {"labels": a["labels"] + 0.5},
    "too few labels": lambda a: a | {"labels": a["labels"][1:]},
    "shown beyond": lambda a: a | {"shown": a["shown"] + 400},
    "shown twice": lambda a: a | {"shown": a["shown"] * 0},
    "firsts beyond": lambda a: a | {"firsts": a["firsts"] + 10_000},
    "chosen below": lambda a: a | {"chosen": a["chosen"] - 10_000},
    "none chosen": lambda a: a | {"chosen": a["chosen"][:0]},
    "mapped beyond": lambda a: a | {"mapped": a["mapped"] + 1},
    "clean of another size": lambda a: a | {"clean": a["clean"][:, :5]},
    "outputs as floats": lambda a: a | {"outputs": a["outputs"] / 255},
    "inputs missing": lambda a: a | {"inputs": a["inputs"][:0]},
    "pictures missing": lambda a: a | {"pictures": a["pictures"][1:]},
    "axes of another code": lambda a: a | {"latent_axes": a["latent_axes"][:, 1:]},
    "centre of another code": lambda a: a | {"latent_centre": a["latent_centre"][1:]},
    "places missing": lambda a: a | {"latent_places": a["latent_places"][1:]},
    "neighbours no numbers": lambda a: a | {"latent_neighbours": a["latent_neighbours"] * np.inf},
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_a_forged_report_is_refused(name, packed, store):
    arrays = REPORTS[name](arrays_of(members_of(packed)["report.npz"]))
    refused(forged(packed, {"report.npz": npz(arrays)}), store, "report.npz")


def test_the_report_has_the_figures_of_its_type(trained, store):
    content = pack(trained("sparse"))
    arrays = arrays_of(members_of(content)["report.npz"])
    words = json.loads(str(arrays["words"]))
    del words["metrics"]["dead"]
    arrays["words"] = np.array(json.dumps(words))
    refused(forged(content, {"report.npz": npz(arrays)}), store, "lacks the figure dead")


def test_arrays_that_no_report_has_are_left_behind(packed, store):
    arrays = arrays_of(members_of(packed)["report.npz"])
    run = take(forged(packed, {"report.npz": npz(arrays | {"more": np.zeros(9)})}), store)
    assert set(run.report_arrays()) == set(arrays)


def test_weights_that_are_no_numbers_are_refused(trained, store, tmp_path):
    model = keras.models.load_model(trained("linear").model_path)
    weights = model.get_weights()
    weights[0][0] = np.nan
    model.set_weights(weights)
    model.save(tmp_path / "model.keras")
    content = forged(
        pack(trained("linear")), {"model.keras": (tmp_path / "model.keras").read_bytes()}
    )
    refused(content, store, r"model.keras: .* not all finite numbers")
