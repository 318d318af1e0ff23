"""Each tab of each type shows what the report of its shipped model says, without workers."""

import base64
import json
import os
import re
import shutil

import numpy as np
import pytest
from opening import VIEWS, html, open_page, words

from aecore.analysis.anomaly import share_above, threshold_for
from aecore.analysis.report import Report
from aecore.compute import answers
from aecore.compute.calls import Calls
from aecore.dashboard.model.export.keras_lines import keras_lines
from aecore.dashboard.model.map_samples import MapSamples
from aecore.dashboard.parts.sources import WAYS
from aecore.dashboard.parts.text import count
from aecore.data.arrays import describe_shape
from aecore.figures.numbers import proportion, significant
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run
from aecore.runs.store import RunStore, shipped
from aecore.training.experiment import Experiment


def plots(app) -> list[dict]:
    """The Plotly figures of a page."""
    return [json.loads(element.proto.spec) for element in app.get("plotly_chart")]


def numbers(array) -> np.ndarray:
    """An array of a figure, which Plotly may have packed."""
    if isinstance(array, dict):
        return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])
    return np.asarray(array)


def pictures(app) -> int:
    return html(app).count("<img") - html(app).count('class="ae-face"')


def told(errors) -> list[str]:
    return [significant(error) for error in errors]


def reconstructions(app, run: Run, report: Report) -> None:
    first = report.pick("first")
    rows = 3 + bool(len(report.inputs))  # original, corrupted, reconstructed, difference
    # a row before and after what the slider does, and both ends of one image's path
    assert pictures(app) == 10 * rows + 10 * 2 + 2
    for error in told(report.sample_errors[report.shown[first]]):
        assert f"· {error}<" in html(app)
    assert "0 reconstructed" in words(app)  # the error of the answer that stands in


def latent_space(app, run: Run, report: Report) -> None:
    (shown,) = (
        each for each in app.get("bidi_component") if each.proto.component_name == "code_map"
    )
    chosen = json.loads(shown.proto.json)
    packed = MapSamples(run, report).packed()
    words = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])
    assert words["count"] == len(report.mapped) and words["classes"] == list(run.source.classes)
    assert chosen["projection"] in words["projections"] and chosen["colour"] == "Class"
    size = report.architecture.code_size
    walks = report.architecture.decodes_codes
    assert len(app.slider) == walks * min(8, size)
    assert pictures(app) == walks


def errors(app, run: Run, report: Report) -> None:
    histogram, by_class = plots(app)
    assert sum(numbers(histogram["data"][0]["y"])) == pytest.approx(len(report.errors), rel=0.02)
    assert len(by_class["data"]) >= 1
    threshold = threshold_for(report.sample_errors, app.slider[0].value / 100)
    text = words(app)
    share = share_above(report.sample_errors, threshold)
    assert f"{share:.1%}" in text and significant(threshold) in text
    worst = report.sample_errors[report.shown[report.pick("worst")]]
    worst = worst[worst > threshold]
    assert pictures(app) == 2 * len(worst) > 0
    for error in told(worst):
        assert f"· {error}<" in html(app)


def your_data(app, run: Run, report: Report) -> None:
    (way,) = app.button_group
    assert len(way.options) == len(WAYS)
    assert describe_shape(run.shape) in app.info[0].value


def export(app, run: Run, report: Report) -> None:
    model, _link = app.code
    assert model.value == keras_lines(run, report).strip()
    labels = [element.proto.label for element in app.get("download_button")]
    kept = [label for label in labels if re.search(r"kB|MB", label)]
    assert len(kept) == 1 and len(labels) >= 5  # history, metrics, the run, figures, pictures


def train(app, run: Run, report: Report) -> None:
    experiment = Experiment.of(run.key)
    kinds = ("number_input", "text_input", "selectbox", "toggle", "multiselect")
    shown = {w.key: w.value for kind in kinds for w in getattr(app, kind)}
    for settings in (experiment.autoencoder, experiment):
        for name, declared in settings.declared().items():
            value = getattr(settings, name)
            if name == "precision" and f"{run.key}.set.precision" not in shown:
                continue  # nothing to choose on this machine
            if declared.only_with is None:
                if isinstance(value, tuple):
                    value = list(value) if name == "normal" else ", ".join(map(str, value))
                assert shown[f"{run.key}.set.{name}"] == value
    assert not next(b for b in app.button if b.key == f"{run.key}.train").disabled
    kind = experiment.autoencoder
    network = answers.describe(kind, experiment.shape)
    assert f"**{count(network.parameters)}**" in words(app)
    assert f"**{network.code_size:,}**" in words(app)
    assert plots(app)  # the network
    assert "Training of the model above" in words(app)


def guide(app, run: Run, report: Report) -> None:
    kind = AUTOENCODERS[run.key]
    assert kind.reference in words(app)
    assert len(words(app)) > 1000  # an explanation
    trials = [b for b in app.button if b.key.startswith(f"{run.key}.trial.")]
    assert len(trials) >= 2


SHOW = dict(
    zip(
        VIEWS, (reconstructions, latent_space, errors, your_data, export, train, guide), strict=True
    )
)


@pytest.mark.parametrize("view", VIEWS)
def test_a_tab_shows_what_the_report_says(key, view):
    run = shipped(key)
    report = Report.from_arrays(run.report_arrays())
    app = open_page(key, view=view)
    assert not app.exception and not app.error and not app.warning
    assert app.title[0].value.endswith(AUTOENCODERS[key].title)
    figures = {metric.label: metric.value for metric in app.metric}
    assert list(figures)[:3] == ["Error (SSE)", "PSNR", "SSIM"]
    assert figures["Error (SSE)"] == significant(report.metrics["sse"])
    assert f"Error <b>{figures['Error (SSE)']}</b>" in html(app)
    assert f"Compression <b>{proportion(report.architecture.compression)}</b>" in html(app)
    assert figures["PSNR"] == f"{report.metrics['psnr']:.1f} dB"
    assert f"{report.architecture.code_size:,}" in figures.values()
    SHOW[view](app, run, report)


ASKED = [
    ("undercomplete", "Reconstructions", "activations"),
    ("sparse", "Units", "build_up"),
    ("variational", "Distribution", "walk"),
    ("variational", "Distribution", "decode"),
    ("convolutional", "Filters and maps", "feature_maps"),
    ("convolutional", "Filters and maps", "first_filters"),
    ("denoising", "Restoration", "restore"),
    ("contractive", "Sensitivity", "nudge"),
]


@pytest.mark.parametrize(("key", "view", "name"), ASKED)
def test_a_model_that_was_trained_further_is_asked_again(key, view, name, tmp_path, monkeypatch):
    asked, analyse, decode = [], Calls.analyse, Calls.decode

    def analysed(self, model, function, *arguments):
        asked.append(function.__name__)
        if function.__name__ == "activations":
            return analyse(self, model, function, *arguments)
        return answers.analyse(str(model), function, *arguments)

    def decoded(self, *arguments):
        asked.append("decode")
        return decode(self, *arguments)

    monkeypatch.setattr(Calls, "analyse", analysed)
    monkeypatch.setattr(Calls, "decode", decoded)
    run = Run(RunStore(tmp_path / "runs").new_path(key))
    shutil.copytree(shipped(key).path, run.path)
    app = open_page(key, run=run.id, view=view)
    assert not app.exception and not app.error, (app.exception, app.error)
    assert name in asked
    asked.clear()
    app.run()
    assert name not in asked
    os.utime(run.model_path, ns=(1, 1))
    app.run()
    assert not app.exception and name in asked
