"""What each type alone shows, in a real browser."""

import base64
import statistics

import keras
import numpy as np
import pytest
from playwright.sync_api import expect
from seeing import PATIENCE, key, no_errors, pictures, press, settle
from server import open_page
from streamlit.proto.BackMsg_pb2 import BackMsg

from aecore.runs.store import shipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_image_is_built_up_unit_by_unit(chromium, server):
    page = open_page(chromium, f"{server.url}/sparse?view=Units")
    slider = key(page, "sparse.count").get_by_role("slider")
    slider.wait_for(timeout=PATIENCE)
    settle(page)
    built = page.locator(".ae-picture img").nth(1)
    first = built.get_attribute("src")
    slider.press("End")
    expect(built).not_to_have_attribute("src", first)
    expect(page.get_by_text("with 60 units")).to_be_visible()
    no_errors(page)
    page.context.close()


def test_an_experiment_to_try_sets_the_form(chromium, server):
    page = open_page(chromium, f"{server.url}/sparse?view=Guide")
    settle(page)
    button = page.get_by_role("button", name="Use these settings").nth(1)
    press(button, page.get_by_role("tab", name="Train", selected=True))
    settle(page)
    field = page.get_by_role("spinbutton", name="Active units k")
    expect(field).to_have_value("5")
    expect(page.get_by_role("spinbutton", name="Epochs", exact=True)).to_have_value("10")
    no_errors(page)
    page.context.close()


def test_the_latent_plane_is_decoded_in_the_browser(chromium, server):
    page = open_page(chromium, f"{server.url}/variational?view=Distribution")
    plane = page.locator(".plane")
    plane.locator(".map canvas").wait_for(timeout=PATIENCE)
    settle(page)

    decoder = keras.models.load_model(shipped("variational").model_path).get_layer("decoder")
    for u, v in ((0.0, 0.0), (-1.3, 0.7), (2.5, -2.5)):
        plane.evaluate("(root, [u, v]) => root.move(u, v)", [u, v])
        expect(plane.locator(".where")).to_have_text(f"z1 = {u:.2f}, z2 = {v:.2f}")
        output = plane.evaluate("root => Array.from(root.output)")
        expected = decoder(np.array([[u, v]], np.float32)).numpy().ravel()
        np.testing.assert_allclose(output, expected, atol=1e-3)

    sent = []

    def note(frame):
        message = BackMsg.FromString(base64.b64decode(frame["response"]["payloadData"]))
        if not message.rerun_script.is_auto_rerun:  # the sidebar looks for trainings by itself
            sent.append(str(message)[:500])

    page.on("request", lambda request: sent.append(request.url))
    page.on("websocket", lambda socket: sent.append(socket.url))
    traffic = page.context.new_cdp_session(page)
    traffic.send("Network.enable")
    traffic.on("Network.webSocketFrameSent", note)
    gaps = plane.evaluate(SWEEP)
    assert sent == []
    assert len(gaps) >= 60
    # one decoded image for every frame that the browser shows; headless, it shows sixty
    assert statistics.median(gaps) < 1000 / 50
    plane.locator(".map canvas").focus()
    before = plane.locator(".where").inner_text()
    page.keyboard.press("ArrowLeft")
    expect(plane.locator(".where")).not_to_have_text(before)
    frames = plane.evaluate("root => root.frames")
    plane.get_by_role("radio", name="Codes of test images").check()
    assert plane.evaluate("root => root.frames") == frames
    no_errors(page)
    page.context.close()


# the mouse circles over the plane for two seconds; milliseconds from a decoded frame to the next
SWEEP = """
async (root) => {
  const canvas = root.querySelector(".map canvas");
  const gaps = [];
  let [seen, last] = [root.frames, performance.now()];
  const end = last + 2000;
  while (performance.now() < end) {
    const box = canvas.getBoundingClientRect();
    const angle = performance.now() / 300;
    canvas.dispatchEvent(new PointerEvent("pointermove", {
      clientX: box.left + box.width * (0.5 + 0.4 * Math.cos(angle)),
      clientY: box.top + box.height * (0.5 + 0.4 * Math.sin(angle)),
    }));
    const now = await new Promise(requestAnimationFrame);
    if (root.frames > seen) {
      gaps.push(now - last);
      [seen, last] = [root.frames, now];
    }
  }
  return gaps;
}
"""


def test_walks_and_samples(chromium, server):
    page = open_page(chromium, f"{server.url}/variational?view=Distribution")
    page.get_by_text("Interpolation between two images").wait_for(timeout=PATIENCE)
    settle(page)
    sample = pictures(page).first
    first = sample.get_attribute("src")
    page.get_by_role("button", name="Draw again").click()
    expect(sample).not_to_have_attribute("src", first)
    no_errors(page)
    page.context.close()
