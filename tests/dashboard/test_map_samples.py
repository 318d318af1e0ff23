"""How many samples the map of codes shows, and what it says before they are computed."""

import json

from opening import open_page, words

from aecore.analysis.report import Report
from aecore.compute.answers import decode
from aecore.compute.calls import Calls
from aecore.compute.measuring import measure_in_worker
from aecore.dashboard.model.map_samples import MapSamples, numbered
from aecore.data.datasets import load
from aecore.runs.detectors import beside
from aecore.runs.store import shipped_variants


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def on_the_map(app) -> dict:
    (shown,) = (
        each for each in app.get("bidi_component") if each.proto.component_name == "code_map"
    )
    return json.loads(shown.proto.json)


def test_all_rows_come_onto_the_map_once_they_are_computed(monkeypatch):
    monkeypatch.setattr(Calls, "decode", lambda self, path, codes: decode(str(path), codes))
    run = next(each for each in shipped_variants("undercomplete") if each.dataset == "penguins")
    report, data = Report.from_arrays(run.report_arrays()), load(run.dataset)
    app = open_page(run.key, run=run.id, view="Latent space")
    (drawn,) = [each for each in app.segmented_control if each.label == "Map"]
    drawn.set_value("t-SNE").run()
    (choice,) = [each for each in app.segmented_control if each.label == "Rows"]
    assert choice.value == "" and "Compute the codes" not in labels(app)
    choice.set_value("all").run()
    assert "Compute the codes" in labels(app) and "computed once" in words(app)
    beside(run).path.mkdir(parents=True)
    measure_in_worker(str(run.path), "map-all")
    app.run()
    assert not app.exception and not app.error, (app.exception, app.error)
    assert "Compute t-SNE" in labels(app) and on_the_map(app)["projection"].startswith("P")

    measure_in_worker(str(run.path), "tsne-all")
    (colour,) = [each for each in app.selectbox if each.label == "Colour by"]
    colour.select(0).run()
    assert not app.exception and not app.error, (app.exception, app.error)
    assert "Compute t-SNE" not in labels(app) and on_the_map(app)["projection"] == "t-SNE"
    every = MapSamples(run, report, "all")
    packed = every.packed()
    told = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])
    count = len(data.test) + len(data.validation) + len(data.training)
    assert told["count"] == count == len(every.columns()) == len(numbered(run, report).labels)
    assert told["projections"].count("t-SNE") == 1 and b'"bars"' in every.pictures()
