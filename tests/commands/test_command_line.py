"""The command line does the same work."""

import csv
import errno
import json
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
import reader_jobs
from made_runs import made_run, write_report
from PIL import Image
from small import SMALL
from ugly import encoded, zipped

from aecore.__main__ import main
from aecore.analysis.reconstruction import encode
from aecore.analysis.report import Report
from aecore.commands import images
from aecore.commands import pictures as command_pictures
from aecore.commands.images import plain_stem
from aecore.compute import answers
from aecore.compute.training import train
from aecore.compute.warm_models import load
from aecore.data import own
from aecore.data.arrays import to_bytes
from aecore.data.datasets import SOURCES, source
from aecore.data.images import uploads
from aecore.data.images.making import Plan, make_set
from aecore.data.images.preparation import usual
from aecore.data.images.uploads import read_uploads
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.shipped.goals import Goal
from aecore.training.experiment import Experiment

ROOT = Path(__file__).parents[2]
QUICK = ["--dataset", "digits", "--epochs", "1", "--batch-size", "64"]


def small_options(key: str) -> list[str]:
    words = []
    for name, value in SMALL.get(key, {}).items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        words += [f"--{name.replace('_', '-')}", text]
    return words


def test_every_type_is_given_its_options(key, tmp_path, monkeypatch):
    monkeypatch.setattr("aecore.commands.training._train", lambda run, options: 0)
    assert main(["train", key, *QUICK, *small_options(key), "--runs", str(tmp_path)]) == 0
    (run,) = RunStore(tmp_path).runs()
    assert run.experiment.autoencoder == AUTOENCODERS[key](**SMALL.get(key, {}))
    assert (run.dataset, run.experiment.epochs, run.experiment.batch_size) == ("digits", 1, 64)


@pytest.mark.parametrize(
    ("dataset", "text", "normal"),
    [("breast_cancer", "benign", (1,)), ("breast_cancer", "0", (0,)), ("digits", "7, 3", (3, 7))],
)
def test_classes_to_learn_are_named_or_numbered(dataset, text, normal, tmp_path, monkeypatch):
    monkeypatch.setattr("aecore.commands.training._train", lambda run, options: 0)
    told = ["--dataset", dataset, "--normal", text, "--runs", str(tmp_path)]
    assert main(["train", "linear", *told]) == 0
    (run,) = RunStore(tmp_path).runs()
    assert run.recipe.normal == normal


def test_a_class_that_is_not_there_is_a_sentence(tmp_path, capsys):
    told = ["--dataset", "breast_cancer", "--normal", "good", "--runs", str(tmp_path)]
    assert main(["train", "linear", *told]) == 2
    assert capsys.readouterr().err == "There is no class good; there are: malignant, benign.\n"


@pytest.mark.parametrize("key", ["denoising", "variational"])
def test_a_type_trains_from_the_command_line(key, tmp_path, capsys):
    arguments = ["train", key, *QUICK, *small_options(key), "--runs", str(tmp_path), "--json"]
    assert main(arguments) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["state"] == "finished" and figures["epochs"] == 1
    assert {"mse", "sse", "bce", "psnr", "ssim"} <= set(figures)
    experiment = json.loads((Path(figures["path"]) / "experiment.json").read_text())
    assert Experiment.from_dict(experiment).autoencoder == AUTOENCODERS[key](**SMALL.get(key, {}))

    assert main(["evaluate", figures["run"], "--runs", str(tmp_path), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["mse"] == pytest.approx(figures["mse"], rel=1e-4)


def test_a_corruption_given_alone_has_its_usual_strength(tmp_path, capsys):
    place = ["--runs", str(tmp_path), "--json"]
    assert main(["train", "linear", *QUICK, "--corruption", "downscaling", *place]) == 0
    (run,) = RunStore(tmp_path).runs()
    assert run.corruption == ("downscaling", 2.0)
    capsys.readouterr()
    wrong = ["--corruption", "downscaling", "--corruption-strength", "0.5"]
    assert main(["train", "linear", *QUICK, *wrong, *place]) == 2
    assert "Less changes nothing" in capsys.readouterr().err and len(RunStore(tmp_path).runs()) == 1


def test_every_setting_is_an_option(key, capsys):
    with pytest.raises(SystemExit):
        main(["train", key, "--help"])
    help = capsys.readouterr().out
    for settings in (AUTOENCODERS[key], Experiment):
        for name in settings.declared():
            assert f"--{name.replace('_', '-')}" in help


def test_runs_are_listed_and_exported(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["runs"]) == 0
    assert "no runs" in capsys.readouterr().out
    assert main(["train", "linear", *QUICK, "--latent-size", "4", "--json"]) == 0
    id = json.loads(capsys.readouterr().out)["run"]
    (tmp_path / "runs" / "deep-broken").mkdir()
    (tmp_path / "runs" / "deep-broken" / "status.json").write_text("{")
    assert main(["runs", "--json"]) == 0
    rows = {row["run"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows[id]["state"] == "finished" and rows[id]["sse"] > 0
    assert rows["deep-broken"]["state"] == "damaged"
    assert main(["export", id, "--out", "out.keras"]) == 0
    model = keras.models.load_model(tmp_path / "out.keras")
    assert model(np.zeros((1, 8, 8, 1))).shape == (1, 8, 8, 1)


@pytest.mark.parametrize("further", [("--epochs", "2"), ("--rate", "0.1")])
def test_a_run_is_restarted_or_continued_not_both(further, tmp_path, capsys):
    run = made_run(RunStore(tmp_path), state="stopped")
    before = run.status()
    assert main(["resume", run.id, "--restart", *further, "--runs", str(tmp_path)]) == 2
    assert "Use either --restart, or --epochs and --rate." in capsys.readouterr().err
    assert run.status() == before


@pytest.mark.parametrize(
    "figures, words",
    [
        ({"mse": 0.0000123}, "MSE 0.00001230"),
        ({"mse": 0.25}, "MSE 0.2500"),
        ({"sse": 29.04, "mse": 0.5}, "SSE 29.04"),
        ({"sse": 0.0012, "mse": 0.00002}, "SSE 0.001200"),
    ],
)
def test_small_errors_are_listed_with_their_digits(figures, words, tmp_path, capsys):
    write_report(made_run(RunStore(tmp_path)), **figures)
    assert main(["runs", "--runs", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith(f" {words}\n")


@pytest.mark.parametrize(
    "arguments, status, word",
    [
        (["evaluate"], 2, "--shipped"),
        (["evaluate", "nobody"], 1, "no run 'nobody'"),
        (["train", "linear", "--loss", "bce"], 2, "Linear takes the loss mse"),
        (["train", "deep", "--latent-size", "0"], 2, "Latent size must lie between 1"),
        (["train", "deep", "--encoder-layers", "a"], 2, "not like 512,256"),
        (["train", "quantum"], 2, "invalid choice"),
        (["pretrain", "quantum"], 1, "no 'quantum'"),
    ],
)
def test_a_bad_request_is_a_sentence(arguments, status, word, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        code = main(arguments)
    except SystemExit as stopped:
        code = stopped.code
    assert code == status
    assert word in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("bound, status", [(0.6, 0), (0.001, 1)])
def test_shipped_models_are_measured_beside_their_goals(bound, status, capsys, monkeypatch):
    goals = (Goal("convolutional", "MB", bound, beside="deep: 3.9"),)
    monkeypatch.setattr("aecore.commands.evaluate.GOALS", goals)
    assert main(["evaluate", "--shipped", "--json"]) == status
    (row,) = json.loads(capsys.readouterr().out)
    assert row["reached"] is (status == 0) and 0.1 < row["value"] < 0.6
    assert main(["evaluate", "--shipped"]) == status
    lines = capsys.readouterr().out
    assert "convolutional" in lines and "deep: 3.9" in lines and (" no " in lines) is (status == 1)


def test_a_goal_is_a_bound_from_either_side():
    assert Goal("linear", "SSE", 2.0).reached(2.0) and not Goal("linear", "SSE", 2.0).reached(2.1)
    least = Goal("sparse", "probe", 0.9, True)
    assert least.reached(0.9) and not least.reached(0.89)


def test_a_diverged_training_says_so(tmp_path, capsys):
    arguments = ["train", "undercomplete", *QUICK, "--loss", "mse", "--output-activation", "linear",
                 "--optimizer", "sgd", "--learning-rate", "100", "--encoder-layers", "32,32",
                 "--latent-activation", "linear",
                 "--runs", str(tmp_path), "--json"]  # fmt: skip
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert "became NaN or infinite" in printed.err
    assert json.loads(printed.out)["state"] == "diverged"


# models in and out


def ask(capsys, *arguments: str) -> tuple[int, str, str]:
    """The exit status of a command, and what it printed on both streams."""
    status = main(list(arguments))
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_a_run_leaves_as_a_file_and_comes_in_elsewhere(trained, tmp_path, capsys):
    run = trained("linear")
    file, here, there = tmp_path / "it.run.zip", str(run.path.parent), str(tmp_path / "there")
    assert ask(capsys, "export", run.id, "--out", str(file), "--runs", here)[0] == 0
    status, out, _ = ask(capsys, "import", str(file), "--runs", there, "--json")
    figures = json.loads(out)
    assert status == 0 and figures["run"] == run.id and figures["type"] == "linear"
    assert figures["mse"] == json.loads(str(run.report_arrays()["words"]))["metrics"]["mse"]
    assert RunStore(there).get(run.id).problem() == ""
    status, _, err = ask(capsys, "import", str(file), "--runs", there, "--type", "deep")
    assert status == 2 and "leave out --type" in err
    assert len(RunStore(there).runs()) == 1


def test_the_suffix_tells_the_format(trained, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = trained("linear")
    where = ("--runs", str(run.path.parent))
    assert ask(capsys, "export", run.id, *where) == (0, f"{run.id}.keras\n", "")
    assert (tmp_path / f"{run.id}.keras").read_bytes() == run.model_path.read_bytes()
    assert ask(capsys, "export", run.id, "--out", "it.tflite", *where)[:2] == (0, "it.tflite\n")
    assert (tmp_path / "it.tflite").read_bytes()[4:8] == b"TFL3"
    status, _, err = ask(capsys, "export", run.id, "--out", "it.onnx", *where)
    assert status == 2 and ".tflite" in err and not (tmp_path / "it.onnx").exists()


@pytest.mark.parametrize(
    "content, words", [(b"nonsense", "it"), (None, "No such file"), (b"PK\x03\x04", "it")]
)
def test_a_refused_file_is_named_with_its_reason(content, words, tmp_path, capsys):
    file = tmp_path / "stranger.keras"
    if content is not None:
        file.write_bytes(content)
    status, out, err = ask(capsys, "import", str(file), "--runs", str(tmp_path / "runs"), "--json")
    (refusal,) = json.loads(out)["refused"]
    assert status == 1 and err.startswith("stranger.keras: ") and words in err
    assert refusal["name"] == "stranger.keras" and refusal["reason"] in err
    assert not list((tmp_path / "runs").glob("*"))


# image files


@pytest.fixture
def pictures(tmp_path, digits) -> Path:
    """A folder of six digits, two of them of the same name, and a file that is none."""
    folder = tmp_path / "pictures"
    for number, image in enumerate(digits.test.images[:6]):
        path = folder / ("more/0.png" if number == 5 else f"{number}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(to_bytes(image[..., 0])).resize((64, 64)).save(path)
    (folder / "not\x1b[31m.png").write_bytes(b"nonsense")
    return folder


def test_images_are_rebuilt_into_files_of_their_names(trained, pictures, tmp_path, capsys):
    run, out = trained("convolutional"), tmp_path / "out"
    arguments = ("--out", str(out), "--runs", str(run.path.parent), "--json")
    status, printed, err = ask(capsys, "reconstruct", run.id, str(pictures), *arguments)
    said = json.loads(printed)
    assert status == 1 and "\x1b" not in err and "pictures/not‹U+001B›[31m.png: " in err
    assert [row["name"] for row in said["refused"]] == ["pictures/not‹U+001B›[31m.png"]
    assert len(said["images"]) == 6 and {Path(row["file"]) for row in said["images"]} == {
        *out.iterdir()
    }
    first = said["images"][0]
    model = keras.models.load_model(run.model_path)
    content = (pictures / "0.png").read_bytes()
    image = read_uploads([("0.png", content)], run.shape, usual(ink=True)).images
    expected = np.asarray(model(image))
    assert first["error"] == pytest.approx(float(((expected - image) ** 2).mean()), rel=1e-4)
    with Image.open(first["file"]) as picture:
        assert picture.size == (8, 8) and picture.mode == "L"
        np.testing.assert_allclose(np.asarray(picture), to_bytes(expected)[0, ..., 0], atol=1)


def test_no_file_is_written_over_nor_outside(trained, pictures, tmp_path, capsys):
    run, before = trained("linear"), (pictures / "0.png").read_bytes()
    (pictures / "1-2.png").symlink_to(tmp_path / "outside.png")
    files = [str(pictures / name) for name in ("0.png", "1.png", "1.png", "more/0.png")]
    status, out, _ = ask(
        capsys, "reconstruct", run.id, *files, "--out", str(pictures),
        "--runs", str(run.path.parent),
    )  # fmt: skip
    assert status == 0 and len(out.splitlines()) == 4
    assert (pictures / "0.png").read_bytes() == before
    assert not (tmp_path / "outside.png").exists()
    assert {f"{stem}.png" for stem in ("0-2", "0-3", "1-3", "1-4")} <= {
        path.name for path in pictures.iterdir()
    }


def test_a_zip_is_read_and_its_names_lead_nowhere(trained, pictures, tmp_path, capsys):
    run, out = trained("linear"), tmp_path / "out"
    content = (pictures / "0.png").read_bytes()
    names = ("../../up.png", "/abs.png", "a/0.png", "a_0.png", "bad.png", "..\\..\\w.png")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"nonsense" if name == "bad.png" else content)
    before = set(tmp_path.rglob("*"))
    status, printed, err = ask(
        capsys, "reconstruct", run.id, str(tmp_path / "all.zip"), "--out", str(out),
        "--runs", str(run.path.parent), "--json",
    )  # fmt: skip
    said = json.loads(printed)
    files = [Path(row["file"]) for row in said["images"]]
    assert status == 1 and err.startswith("all.zip/bad.png: ")
    assert len(set(files)) == len(files) == 5
    assert {path.parent for path in files} == {out}
    assert set(tmp_path.rglob("*")) - before == {out, *files}


@pytest.mark.parametrize(
    "name, stem",
    [
        ("../../etc/passwd.png", "etc_passwd"),
        ("/abs/olute.jpeg", "abs_olute"),
        ("C:\\windows\\x.png", "C_windows_x"),
        (".hidden", "hidden"),
        ("..", "image"),
        ("a\nb\x00c.png", "a_b_c"),
        ("Ångström.tif", "Ångström"),
        ("x" * 300 + ".png", "x" * 200),
        ("漢" * 90 + ".png", "漢" * 66),
        ("नमस्ते.webp", "नमस्ते"),
        ("(1).png", "(1)"),
    ],
)
def test_a_strangers_name_is_one_plain_word(name, stem):
    assert plain_stem(name) == stem


@pytest.fixture(scope="module")
def noisy(tmp_path_factory) -> Run:
    """A run that was trained on noisy images."""
    experiment = Experiment.of(
        "linear", {"latent_size": 8}, dataset="digits", epochs=1,
        corruption="gaussian", corruption_strength=0.5,
    )  # fmt: skip
    run = RunStore(tmp_path_factory.mktemp("noisy")).create(experiment)
    assert train(run).state == "finished"
    return run


def test_scores_are_of_corrupted_images_where_the_model_learnt_from_them(noisy, pictures, capsys):
    """As on the page, and as the errors of test images that they are compared with."""
    where = ("--runs", str(noisy.path.parent), "--json")
    _, printed, _ = ask(capsys, "score", noisy.id, str(pictures), "--codes", *where)
    rows = {row["name"]: row for row in json.loads(printed)["images"]}
    names = [f"pictures/{number}.png" for number in range(5)]
    files = [(name, (pictures.parent / name).read_bytes()) for name in names]
    images = read_uploads(files, noisy.shape, usual(ink=True)).images
    page = answers.rebuild(str(noisy.model_path), images, noisy.corruption, None)
    clean = answers.rebuild(str(noisy.model_path), images, ("none", 0.0), None)
    assert [rows[name]["error"] for name in names] == pytest.approx(page.errors, rel=1e-5)
    assert (page.errors > clean.errors).all()
    placed = answers.place(str(noisy.path), images, noisy.corruption, None, "")
    codes = encode(load(str(noisy.model_path)).encode, page.inputs)[0]
    there = Report.from_arrays(noisy.report_arrays()).latent.project(codes)
    np.testing.assert_allclose(placed.places, there, atol=1e-5)
    _, printed, _ = ask(capsys, "score", noisy.id, str(pictures / "3.png"), *where)
    (alone,) = json.loads(printed)["images"]
    assert alone["error"] == pytest.approx(rows[names[3]]["error"], rel=1e-5)


def test_a_file_that_crashes_its_reader_is_refused_alone(trained, pictures, capsys, monkeypatch):
    monkeypatch.setattr(uploads, "see", reader_jobs.sees_and_dies)
    (pictures / "2-segv.png").write_bytes(b"x")
    run = trained("linear")
    status, printed, err = ask(
        capsys, "score", run.id, str(pictures), "--runs", str(run.path.parent), "--json"
    )
    said = json.loads(printed)
    assert status == 1 and len(said["images"]) == 6
    assert "2-segv.png: reading it crashed the library that reads such files (SIGSEGV)\n" in err


def test_more_files_than_are_held_at_a_time_are_all_read_in_their_order(pictures, monkeypatch):
    names = [f"pictures/{name}" for name in ("0", "1", "2", "3", "4", "more/0")]
    for most, most_bytes, counts in ((2, 2**20, [2, 2, 2, 1]), (200, 1, [7]), (4, 1, [4, 3])):
        monkeypatch.setattr(command_pictures, "BATCH", most)
        monkeypatch.setattr(command_pictures, "BATCH_BYTES", most_bytes)
        found = list(command_pictures.batches([str(pictures)], SOURCES["digits"]))
        assert [len(batch.names) + len(batch.refusals) for batch in found] == counts
        assert [name for batch in found for name in batch.names] == [f"{n}.png" for n in names]
        assert [len(batch.images) for batch in found] == [len(batch.names) for batch in found]


def test_deep_images_are_scored_on_the_scale_of_the_set(tmp_path, monkeypatch, capsys):
    """A dark frame of a camera is as dark as in the set, alone or among others; that is told."""
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    ramp = np.tile(np.linspace(0, 1, 30), (30, 1))
    frames = [
        encoded(Image.fromarray((ramp * top).astype(np.uint16)))
        for top in np.linspace(150, 4000, 24)
    ]
    plan = Plan("Camera", 8, 1, False, usual(ink=False))
    made = make_set([(f"{i}.png", frame) for i, frame in enumerate(frames)], plan)
    assert made.key is not None and source(made.key).levels == (0, 4095)
    experiment = Experiment.of("linear", {"latent_size": 8}, dataset=made.key, epochs=1)
    run = RunStore(tmp_path / "runs").create(experiment)
    assert train(run).state == "finished" and run.source.levels == (0, 4095)
    (tmp_path / "dark.png").write_bytes(frames[0])
    arguments = (run.id, str(tmp_path / "dark.png"), "--runs", str(run.path.parent))
    status, printed, err = ask(capsys, "score", *arguments)
    assert status == 0 and err == "1 image: 0 taken as black and 4,095 as white\n"
    status, printed, err = ask(capsys, "reconstruct", *arguments, "--json", "--out", str(tmp_path))
    said = json.loads(printed)
    assert said["notes"] == [{"name": "dark.png", "note": "0 taken as black and 4,095 as white"}]
    model = keras.models.load_model(run.model_path)
    (dark,) = [image for image in own.glimpse(made.key, 24) if image.max() < 12]
    image = dark[None].astype(np.float32) / 255
    expected = float(((np.asarray(model(image)) - image) ** 2).mean())
    assert said["images"][0]["error"] == pytest.approx(expected, rel=0.05)


def test_names_of_any_length_and_script_are_all_written(trained, tmp_path, capsys):
    picture, out = encoded(Image.new("L", (8, 8))), tmp_path / "out"
    names = [
        "a",
        "漢" * 90,
        "\U0001f600" * 300,
        "я" * 120 + "/" + "ё" * 120,
        "...",
        "CON",
        "a\u200b",
    ]
    archive = tmp_path / "z.zip"
    archive.write_bytes(zipped([(f"{name}.png", picture) for name in names]))
    run = trained("undercomplete")
    where = ("--runs", str(run.path.parent), "--out", str(out), "--json")
    status, printed, err = ask(capsys, "reconstruct", run.id, str(archive), *where)
    assert status == 0 and err == ""
    said = json.loads(printed)["images"]
    assert [row["name"] for row in said] == [f"z.zip/{name}.png" for name in names]
    assert len({row["file"] for row in said}) == len(names) == len(list(out.iterdir()))


def test_a_disk_that_takes_no_such_name_gets_a_plain_one(trained, pictures, tmp_path, monkeypatch):
    write, refused = images._write_new, []

    def fussy(folder, stem, content):
        if "Å" in stem:
            refused.append(stem)
            raise OSError(errno.EILSEQ, "Invalid or incomplete multibyte or wide character")
        return write(folder, stem, content)

    monkeypatch.setattr(images, "_write_new", fussy)
    path = images.write_image(tmp_path, "Ångström.png", np.zeros((8, 8, 1), np.float32))
    assert refused == ["Ångström"] and path.name == "image.png"

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(images, "_write_new", full)
    with pytest.raises(OSError, match="No space left"):
        images.write_image(tmp_path, "a.png", np.zeros((8, 8, 1), np.float32))


def test_images_are_scored_beside_held_out_ones(trained, pictures, tmp_path, capsys):
    run, table = trained("undercomplete"), tmp_path / "scores.csv"
    where = ("--runs", str(run.path.parent))
    status, printed, _ = ask(
        capsys, "score", run.id, str(pictures), "--codes", "--csv", str(table), "--json", *where
    )
    said = json.loads(printed)
    assert status == 1 and len(said["images"]) == 6 and len(said["refused"]) == 1
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["name", "error", "share_below", *(f"z{i}" for i in range(1, 9))]
    errors = run.report_arrays()["errors"]
    for row, same in zip(rows, said["images"], strict=True):
        assert {k: v if k == "name" else float(v) for k, v in row.items()} == same
        assert float(row["share_below"]) == (errors < np.float32(row["error"])).mean()
    assert rows[5]["name"] == "pictures/more/0.png"

    good = str(pictures / "0.png")
    status, printed, err = ask(capsys, "score", run.id, good, *where)
    assert status == 0 and printed.endswith(" 0.png\n") and err == ""
    status, printed, err = ask(capsys, "score", run.id, str(tmp_path / "none.png"), *where)
    assert (status, printed, err) == (1, "", "none.png: there is no such file\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert ask(capsys, "score", run.id, str(empty), *where)[0] == 1
    with pytest.raises(SystemExit) as stopped:
        main(["score", run.id])
    assert stopped.value.code == 2
