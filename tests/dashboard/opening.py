"""Pages through Streamlit's own test harness, and what stands on them."""

from pathlib import Path

from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

ROOT = Path(__file__).parents[2]
VIEWS = (
    "Reconstructions",
    "Latent space",
    "Errors",
    "Your data",
    "Export",
    "Train",
    "Guide",
)


def open_page(name: str, **query) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    if name != "app":
        app.switch_page(f"pages/{name}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def button(app, key: str):
    return next(b for b in app.button if b.key == key)


def html(app) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def words(app) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))
