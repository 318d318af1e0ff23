"""How the map of codes formed, from the film of a training."""

import json

import numpy as np
import pytest
from opening import open_page, words

from aecore.compute.answers import decode
from aecore.compute.calls import Calls
from aecore.dashboard.parts.film import packed
from aecore.runs.film import Film
from aecore.runs.store import shipped_variants


def of_penguins():
    runs = shipped_variants("undercomplete")
    return next(run for run in runs if run.dataset == "penguins")


def test_the_map_alone_is_sent_with_all_moments_and_no_samples():
    run = of_penguins()
    film = Film.from_arrays(run.previews())
    assert film is not None
    content = packed(film, {}, run.source, 10, False, alone=True)
    start = 4 + int.from_bytes(content[:4], "little")
    told = json.loads(content[4:start])
    assert told["alone"] and told["images"] == 0 and len(told["epochs"]) == len(film)
    sent = np.frombuffer(content, np.int16, offset=start).reshape(film.places.shape)
    np.testing.assert_allclose(sent / told["notch"], film.places, atol=1e-3)
    assert np.abs(np.diff(film.places, axis=0)).max() > 0


@pytest.mark.parametrize("kept", [True, False])
def test_a_run_without_kept_codes_says_so(kept, monkeypatch):
    run = of_penguins()
    monkeypatch.setattr(Calls, "decode", lambda self, path, codes: decode(str(path), codes))
    app = open_page("undercomplete", view="Latent space", run=run.id if kept else "undercomplete")
    control = next(each for each in app.segmented_control if each.label == "Map")
    control.set_value("Over time").run()
    assert not app.exception and not app.error
    assert ("Procrustes" in words(app)) == kept
    assert any("No codes were kept" in each.value for each in app.info) != kept
