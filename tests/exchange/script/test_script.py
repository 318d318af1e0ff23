"""Every experiment runs as a script without this project, and ends like the run it came from."""

import ast
import itertools
import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from made_sets import collect, record, tabulate
from small import SMALL

from aecore.__main__ import main
from aecore.compute.training import train
from aecore.data.corruption import CORRUPTIONS, corrupt
from aecore.data.datasets import SOURCES, source
from aecore.data.kinds import kind_of
from aecore.exchange.script.cells import as_notebook, as_python
from aecore.exchange.script.contractive import SLOPES
from aecore.exchange.script.corruption import ALWAYS_ALIKE, corrupting, inputs_from
from aecore.exchange.script.data import data_file, file_name
from aecore.exchange.script.writing import NETWORKS, script_of
from aecore.models import AUTOENCODERS
from aecore.models.fields import ACTIVATIONS
from aecore.runs.store import RunStore
from aecore.training.experiment import OPTIMIZERS, SCHEDULES, Experiment

DATA = ("mnist", "penguins", "ecg")  # images, a table with categories and holes, a series
OPTIONS = {  # type → hyperparameters beside the defaults
    "linear": [{"tied_start": False}],
    "overcomplete": [{"regularizer": each} for each in ("l1", "weight decay", "noise")],
    "sparse": [{"penalty": "l1"}, {"penalty": "top-k", "k": 5}],
    "denoising": [{"network": "u-net"}, {"network": "dense", "hidden_layers": (16,)}],
    "contractive": [{"encoder_layers": (16,)}, {"latent_activation": "gelu"}],
    "deep": [{"pretraining_epochs": 1}, {"normalization": "batch", "activation": "leaky_relu"}],
    "convolutional": [{"filters": (4, 4, 4), "normalization": "layer", "kernel_size": 5}],
    "variational": [
        {"decoder": "gaussian"},
        {"decoder": "beta-binomial"},
        {"beta": 4.0, "encoder_layers": ()},
    ],
}
ALONE = """
import contextlib, importlib.util, io, json, runpy, sys, types

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "aecore":
            raise ImportError("this project is not there")

sys.meta_path.insert(0, Blocked())
import keras
import numpy as np
import tensorflow as tf

tf.config.run_functions_eagerly(True)  # a few steps each: tracing would take longer
if importlib.util.find_spec("matplotlib") is None:
    plots = types.ModuleType("matplotlib.pyplot")
    def subplots(rows, columns, **_):
        axes = np.empty((rows, columns), object)
        axes.flat = [types.SimpleNamespace(**dict.fromkeys(
            ("imshow", "plot", "axis", "set", "set_title", "set_ylabel", "set_xticks", "legend"),
            lambda *_, **__: None)) for _ in range(axes.size)]
        return None, np.squeeze(axes)
    plots.subplots, plots.savefig = subplots, lambda name: None
    plots.show = lambda: None
    sys.modules["matplotlib"] = types.ModuleType("matplotlib")
    sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"] = plots
with np.load("tiny-mnist.npz") as file:
    tiny = (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])
keras.datasets.mnist.load_data = keras.datasets.fashion_mnist.load_data = lambda: tiny
colour = [(np.resize(x, (len(x), 32, 32, 3)), y[:, None]) for x, y in tiny]  # as Keras has them
keras.datasets.cifar10.load_data = lambda: colour

found = {}
for script in sys.argv[1:]:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(script, run_name="__main__")
        line = [line for line in said.getvalue().splitlines() if line[:11] == "Test error:"]
        found[script] = float(line[0].split()[2])
    except Exception as problem:
        found[script] = repr(problem)
    keras.backend.clear_session()
print(json.dumps(found))
"""


def written(experiment: Experiment) -> str:
    return as_python(script_of(experiment, source(experiment.dataset)))


def small(key: str, dataset: str, options: dict | None = None, **settings) -> Experiment:
    settings = {"epochs": 1, "batch_size": 64, **settings}
    return Experiment.of(key, {**SMALL[key], **(options or {})}, dataset=dataset, **settings)


def experiments() -> dict[str, Experiment]:
    """Every type on every kind of data that it takes, and every option at least once."""
    found = {}
    for key, dataset in itertools.product(AUTOENCODERS, DATA):
        shape = source(dataset).shape
        if AUTOENCODERS[key].takes(shape):
            dense = {"network": "dense", "hidden_layers": (16,)}
            options = dense if key == "denoising" and not kind_of(shape).local else {}
            found[f"{key}-{dataset}"] = small(key, dataset, options)
    for key, each in OPTIONS.items():
        for number, options in enumerate(each):
            found[f"{key}-{number}"] = small(key, "mnist", options)
    for corruption in ("gaussian", "blur"):
        found[f"of-{corruption}"] = small("undercomplete", "mnist", corruption=corruption)
    for corruption, dataset in itertools.product(("gaussian", "masking"), DATA[1:]):
        found[f"{corruption}-{dataset}"] = small("linear", dataset, corruption=corruption)
    for optimizer, schedule in zip(OPTIMIZERS, itertools.cycle(SCHEDULES), strict=False):
        found[f"by-{optimizer}"] = small(
            "undercomplete", "mnist", optimizer=optimizer, schedule=schedule, patience=1,
            samples=60, normal=(1, 7), loss="mse",
        )  # fmt: skip
    for dataset, normal in (("fashion_mnist", ()), ("cifar10", (1, 7)), ("digits", (1, 7))):
        found[f"of-{dataset}"] = small("undercomplete", dataset, normal=normal)
    return found


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Scripts on images, a table and a series of the user's own, by name, and their files."""
    scripts, files = {}, {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path_factory.mktemp("data")))
        made = {"folder": collect(60, folders=("a", "b")), "rows": tabulate(), "steps": record()}
        for name, dataset in made.items():
            normal = () if name == "steps" else (0,)
            scripts[f"own-{name}"] = written(small("undercomplete", dataset, normal=normal))
            files[file_name(dataset)] = data_file(dataset)
    return scripts, files


@pytest.fixture(scope="module")
def results(tmp_path_factory, own):
    """What each script printed as its error, by its name."""
    folder = tmp_path_factory.mktemp("scripts")
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (360, 28, 28), np.uint8)
    labels = generator.integers(0, 10, 360).astype(np.uint8)
    np.savez(folder / "tiny-mnist.npz", x_train=pixels[:300], y_train=labels[:300],
             x_test=pixels[300:], y_test=labels[300:])  # fmt: skip
    for dataset in DATA[1:]:
        (folder / file_name(dataset)).write_bytes(data_file(dataset))
    scripts = {name: written(experiment) for name, experiment in experiments().items()} | own[0]
    for name, text in scripts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    for name, content in own[1].items():
        (folder / name).write_bytes(content)
    command = [sys.executable, "-c", ALONE, *(f"{name}.py" for name in scripts)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=600,
        env={"PATH": "", "HOME": str(folder), "MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "-1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_script_runs_without_this_project(results):
    failed = {name: error for name, error in results.items() if not isinstance(error, float)}
    assert not failed
    assert len(results) == len(experiments()) + 3 and np.isfinite(list(results.values())).all()


@pytest.mark.parametrize("name", ["linear-penguins", "sparse-ecg"])
def test_a_script_ends_like_our_run(name, results, tmp_path):
    run = RunStore(tmp_path).create(experiments()[name])
    assert train(run).state == "finished"
    words = json.loads(str(run.report_arrays("words")["words"]))
    assert results[f"{name}.py"] == pytest.approx(words["metrics"]["mse"], rel=0.03)


def test_every_type_activation_and_corruption_has_its_code():
    assert set(NETWORKS) == set(AUTOENCODERS)
    assert set(SLOPES) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", SLOPES)
def test_slopes_are_the_derivatives(name):
    activation, slopes = SLOPES[name]
    before = tf.constant([-2.0, -0.5, -0.1, 0.1, 0.5, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(before)
        code = eval(activation, {"ops": keras.ops, "before": before})
    lines = f"slopes = {slopes}".replace("\n        ", "\n")
    names = {"ops": keras.ops, "np": np, "before": before, "code": code}
    exec(lines, names)
    np.testing.assert_allclose(names["slopes"], tape.gradient(code, before), atol=1e-6)
    np.testing.assert_allclose(code, keras.activations.get(name)(before), atol=1e-6)


@pytest.mark.parametrize("kind", [kind for kind in CORRUPTIONS if kind != "none"])
def test_images_are_corrupted_as_here(kind):
    strength, names = CORRUPTIONS[kind].default, {"np": np}
    images = np.random.default_rng(1).uniform(size=(64, 9, 10, 3)).astype(np.float32)
    exec(corrupting(images.shape[1:], kind, strength)[1], names)
    call = inputs_from(images.shape[1:], kind, "images", "np.random.default_rng(0)")
    made = eval(call, names | {"images": images})
    ours = np.asarray(corrupt(images, kind, strength, 0))
    assert made.dtype == np.float32 and made.shape == images.shape
    if kind in ALWAYS_ALIKE:
        np.testing.assert_allclose(made, ours, atol=1e-5)
    else:
        at_once = [np.mean(each == 0, axis=0).mean() for each in (made, ours)]
        assert at_once[0] == pytest.approx(at_once[1], abs=0.03)
        assert np.abs(made - images).mean() == pytest.approx(np.abs(ours - images).mean(), abs=0.02)


def test_the_text_is_clean_and_names_no_module_of_ours(tmp_path):
    for name, experiment in experiments().items():
        text = written(experiment)
        compile(text, name, "exec")
        assert "aecore" not in text
        assert max(map(len, text.splitlines())) <= 100
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    rules = "E,F,I,UP,B,SIM,C4,RUF100,NPY,PTH"
    for command in (["check", "--select", rules], ["format", "--check"]):
        options = ["--isolated", "--line-length", "100", "--no-cache", str(tmp_path)]
        done = subprocess.run([*ruff, *command, *options], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_a_network_does_not_overwrite_what_was_read():
    for name, experiment in experiments().items():
        cells = script_of(experiment, source(experiment.dataset))
        (data,) = [cell for cell in cells if cell.text.startswith("## Data")]
        after = cells[cells.index(data) + 1 :]
        overwritten = stored(data.code) & set().union(*(stored(cell.code) for cell in after))
        assert not overwritten - {"_"}, name


def stored(code: str) -> set[str]:
    """The names that code assigns to."""
    names = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def test_what_a_stranger_typed_ends_no_string(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))
    title = '"""\nimport os; os.abort()\n""" \\'
    experiment = Experiment.of("linear", dataset=collect(title=title))
    text = written(experiment)
    assert not any(
        "os.abort" in line for line in text.split('"""')[2::2]
    )  # the code between strings
    compile(text, "script", "exec")


def test_a_notebook_has_the_same_cells():
    cells = script_of(small("sparse", "mnist"), SOURCES["mnist"])
    notebook = json.loads(as_notebook(cells))
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    texts = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    assert code == [cell.code for cell in cells if cell.code]
    assert texts == [cell.text for cell in cells if cell.text]


@pytest.mark.parametrize("notebook", [False, True])
def test_the_command_writes_the_script_and_its_data(notebook, tmp_path, capsys):
    out = tmp_path / ("penguins.ipynb" if notebook else "penguins.py")
    options = ["--notebook"] if notebook else []
    assert main(["script", "undercomplete-penguins", "--out", str(out), *options]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / "penguins.npz"), str(out)]
    with np.load(tmp_path / "penguins.npz") as file:
        assert len(file["names"]) == file["x_test"].shape[1] == file["widths"].sum()
    text = out.read_text(encoding="utf-8")
    assert "The run that this script was written from reached" in text
    assert (text[0] == "{") is notebook
