"""Lecture mode: on every page until it is left, and in the address."""

from opening import button, open_page


def is_on(app) -> bool:
    assert not app.exception
    on = any(each.key == "lecture.leave" for each in app.button)
    assert on == ("lecture" in app.query_params)
    return on


def test_the_switch_is_kept_until_the_mode_is_left():
    app = open_page("linear", view="Guide")
    assert not is_on(app)
    button(app, "lecture.enter").click().run()
    assert is_on(app)
    app.query_params.clear()  # as the browser does on the way to another page
    app.switch_page("pages/data.py").run()
    assert is_on(app)
    button(app, "lecture.leave").click().run()
    assert not is_on(app)


def test_a_link_opens_the_mode_once():
    app = open_page("linear", view="Guide", lecture="on")
    assert is_on(app)
    button(app, "lecture.leave").click().run()
    assert not is_on(app.run())
