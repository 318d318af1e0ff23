"""Links keep what a page shows, tell what they cannot, and Back returns to the tab before."""

from urllib.parse import parse_qs, urlsplit

import pytest
from opening import button, open_page

from aecore.dashboard.parts import tabs
from aecore.data.images.strokes import to_text

STROKES = [{"colour": "#ffffff", "width": 0.09, "points": [[0.5, 0.2], [0.5, 0.5], [0.5, 0.8]]}]
DRAWING = to_text(STROKES, ("#ffffff",))
MEMORY = "own.drawing.1.#000000"


def shared(app) -> dict[str, str]:
    """The parameters of the link that Share gives."""
    button(app, "undercomplete.share").click().run()
    assert not app.exception and not app.error
    (link,) = [each.value for each in app.code if "keras" not in each.value]
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def test_a_link_opens_tab_settings_and_drawing_and_gives_itself_again():
    given = {"view": "Guide", "drawing": DRAWING, "at.which.True": "worst"}
    given |= {"at.class.10": "3", "at.threshold": "2.5", "at.corrupt.kind": "blur"}
    given |= {"at.colour": "Error", "at.corrupt.blur": "2.0", "latent_size": "8"}
    app = open_page("undercomplete", **given)
    assert not app.exception and not app.warning and [each.value for each in app.error] == []
    state = app.session_state
    assert state["view"] == "Guide" and state["undercomplete.which.True"] == "worst"
    assert state["undercomplete.class.10"] == 3 and state["undercomplete.threshold"] == 2.5
    assert state[MEMORY]["strokes"][0]["points"][0] == pytest.approx([0.5, 0.2], abs=1 / 255)
    assert state["given"]["undercomplete"].images.shape == (1, 28, 28, 1)
    assert state["given"]["undercomplete"].images.max() == pytest.approx(1, abs=0.02)
    assert shared(app) == given


def test_the_dialog_stays_when_the_page_is_drawn_again_and_closes_on_another():
    def open_dialogs(app) -> int:
        return len([each for each in app.code if "keras" not in each.value])

    app = open_page("undercomplete", view="Guide")
    assert not open_dialogs(app)
    button(app, "undercomplete.share").click().run()
    assert open_dialogs(app.run()) == 1  # as the tray has it when a training begins or ends
    app.switch_page("pages/linear.py")
    assert not open_dialogs(app.run()) and not app.exception
    app.switch_page("pages/undercomplete.py")
    assert not open_dialogs(app.run()) and not app.exception


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at.which.True", "first of all"),
        ("at.which.False", "first"),
        ("at.class.10", "10"),
        ("at.class.9999", "77"),
        ("at.threshold", "nan"),
        ("at.threshold", "99"),
        ("at.corrupt.kind", "none"),
        ("at.corrupt.blur", "1e9"),
        ("at.set.latent_size", "3"),
        ("at.run", "../../etc/passwd"),
        ("at.", ""),
        ("drawing", "nothing drawn"),
        ("drawing", "A" * 100_000),
    ],
)
def test_what_a_link_may_not_say_is_left_out(name, value):
    app = open_page("undercomplete", view="Errors", **{name: value})
    assert not app.exception and not app.error
    widget = f"undercomplete.{name.removeprefix('at.')}"
    assert widget not in app.session_state or str(app.session_state[widget]) != value
    told = [each.value for each in app.warning]
    assert told == (["The drawing in this link cannot be read."] if name == "drawing" else [])


def test_a_tab_that_is_not_there_is_told():
    app = open_page("undercomplete", view="Latent *plane*")
    (told,) = [each.value for each in app.warning]
    assert r"no tab “Latent \*plane\*”" in told and "Reconstructions is shown" in told
    assert "view" not in app.query_params and app.session_state["view"] == "Reconstructions"
    assert not app.run().warning and not app.exception


def test_a_tab_stands_in_the_address_and_back_opens_it_again(monkeypatch):
    app = open_page("undercomplete")
    assert "view" not in app.query_params
    app.session_state["view"] = "Guide"
    app.run()
    assert dict(app.query_params)["view"] == "Guide"
    app.session_state["view"] = "Errors"
    app.run()
    assert dict(app.query_params)["view"] == "Errors"
    monkeypatch.setattr(tabs, "went_back", lambda: True)
    app.query_params["view"] = "Guide"
    assert app.run().session_state["view"] == "Guide"
    del app.query_params["view"]
    assert app.run().session_state["view"] == "Reconstructions" and not app.exception


def test_a_press_wins_over_an_address_that_lags_behind():
    app = open_page("undercomplete", view="Guide")
    app.session_state["view"] = "Errors"
    app.run()
    app.session_state["view"] = "Guide"
    app.query_params["view"] = "Guide"  # the browser has not heard of Errors yet
    assert app.run().session_state["view"] == "Guide"
    app.query_params["view"] = "Errors"  # a link on the page to another tab of it
    assert app.run().session_state["view"] == "Errors" and not app.exception
