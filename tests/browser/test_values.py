"""The latent plane of windows and the film of rows, of models that ship, in a real browser."""

import keras
import numpy as np
import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, no_errors, settle
from server import open_page

from aecore.dashboard.parts.film import SCRIPTS
from aecore.runs.store import shipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# two frames of a live film before the move to the first is over: how many loops wait for the
# browser after each, and when the clock has passed the move
MOVES = """
(film, script) => {
  let [now, asked, waiting] = [0, 0, new Map()];
  const show = new Function("performance", "requestAnimationFrame", "cancelAnimationFrame",
    `${script.replace("export default", "const called =")}; return show;`)(
    { now: () => now }, (loop) => (waiting.set(++asked, loop), asked), (id) => waiting.delete(id));
  const words = { live: true, alone: true, frames: 1, title: "", total: 9, names: [], history: {},
    epochs: [1], losses: [1830], outputs: [0], labels: [0], points: ["#000"], colours: {} };
  const root = film.cloneNode(true);
  const counts = [0, 1, 2].map((place) => {
    show(root, { ...words, places: [Float32Array.of(place, place)] });
    root.draw();
    now += 100;
    return waiting.size;
  });
  now += 1000;
  const last = [...waiting.values()];
  waiting.clear();
  for (const loop of last) loop();
  return [[...counts, waiting.size], root.querySelector("output").textContent];
}
"""
# what an expression gives within the film's script
GIVEN = """
([script, expression]) =>
  new Function(`${script.replace("export default", "const called =")}; return ${expression};`)()
"""


def test_a_window_is_decoded_under_the_mouse_and_a_film_shows_rows(chromium, server):
    run = shipped("variational-seattle-weather")
    path = f"variational?run={run.id}&view=Distribution"
    page = open_page(chromium, f"{server.url}/{path}", still=False)
    plane = page.locator(".plane")
    plane.locator(".map canvas").wait_for(timeout=PATIENCE)
    settle(page)
    first = plane.locator(".values polyline").first.get_attribute("points")
    plane.evaluate("root => root.move(1.5, -1)")
    expect(plane.locator(".where")).to_contain_text("= 1.50")
    expect(plane.locator(".values polyline").first).not_to_have_attribute("points", first)
    decoder = keras.models.load_model(run.model_path).get_layer("decoder")
    code = np.zeros((1, decoder.input_shape[-1]), np.float32)
    across, up = (int(word[1:]) - 1 for word in _numbers(plane))
    code[0, across], code[0, up] = 1.5, -1
    output = plane.evaluate("root => Array.from(root.output)")
    np.testing.assert_allclose(output, decoder(code).numpy().ravel(), atol=1e-3)
    plane.evaluate("root => root.move(-0.001, -1)")
    expect(plane.locator(".where")).to_contain_text("= 0.00")
    no_errors(page)

    page.goto(f"{server.url}/undercomplete?run=undercomplete-penguins&view=Train")
    film = page.locator(".film").first
    film.locator(".play").wait_for(timeout=PATIENCE)
    settle(page)
    rebuilt = film.locator("tbody tr").nth(1)  # given, then reconstructed
    last = rebuilt.inner_text()
    assert last.startswith("Reconstructed")
    film.locator("input").fill("0")
    expect(film.locator("output")).to_contain_text("epoch 0 of")
    assert rebuilt.inner_text() != last  # the untrained network
    film.locator(".play").click()
    expect(film.locator("output")).not_to_contain_text("epoch 0 of")
    script = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    moves, told = film.evaluate(MOVES, script)
    assert moves == [0, 1, 1, 0]  # one move at a time, and it ends
    below_zero = "written({ knots: [], mean: 0, scale: 1, decimals: 2 }, -0.001)"
    assert page.evaluate(GIVEN, [script, below_zero]) == "0.00"
    assert told == "epoch 1 of 9 · loss 1,830"
    wide = "ticks(500, 2e24, true).map(short)"
    assert page.evaluate(GIVEN, [script, wide]) == ["1e+6", "1e+10", "1e+14", "1e+18", "1e+22"]
    no_errors(page)
    page.context.close()


def _numbers(plane) -> list[str]:
    """The two numbers of the code, as "z1 = 1.50, z2 = -1.00" names them."""
    return [part.split(" = ")[0] for part in plane.locator(".where").inner_text().split(", ")]
