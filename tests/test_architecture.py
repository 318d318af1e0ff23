"""Imports go one way, and the web server never loads TensorFlow."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).parent.parent
CORE = {
    *("data", "models", "training", "analysis", "detection", "compression", "generation"),
    *("transfer", "figures", "runs"),
}
MAY_IMPORT = {  # room → rooms of aecore it may import
    "environment": {"data"},  # every room may read it
    "data": set(),
    "models": {"data"},
    "training": {"data", "models"},
    "analysis": {"data", "models", "training"},
    "detection": {"data", "models", "training", "analysis"},
    "compression": {"data", "models", "training", "analysis"},
    "generation": {"data", "models", "training", "analysis"},
    "transfer": {"data", "models", "training", "analysis"},
    "figures": {"data", "analysis", "detection", "compression"},
    "runs": {
        *("data", "models", "training", "analysis", "detection", "compression", "generation"),
        "transfer",
    },
    "exchange": CORE,
    "shipped": CORE,
    "compute": {*CORE, "exchange", "shipped"},
    "commands": {*CORE, "exchange", "shipped", "compute"},
    "dashboard": {*CORE, "exchange", "shipped", "compute"},
    "__main__": {"commands"},
    "__init__": set(),
}
BELOW = {"private", "session", "services", "parts", "frame"}
MAY_IMPORT_WITHIN = {  # room of the dashboard → other rooms of it that it may import
    "__init__": set(),
    "private": set(),
    "session": {"private"},
    "services": {"private", "session"},
    "parts": {"private", "session", "services"},
    "frame": {"private", "session", "services", "parts"},
    **dict.fromkeys(
        ("home", "model", "types", "train", "applications", "runs", "sweeps", "data"), BELOW
    ),
}
FILES = sorted((ROOT / "aecore").rglob("*.py"))
DASHBOARD = [path for path in FILES if "dashboard" in path.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(ROOT / "aecore").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    names = imports(path)
    rooms = {name.split(".")[1] for name in names if name.startswith("aecore.")}
    assert rooms - {room(path), "environment"} <= MAY_IMPORT[room(path)]
    outside = {name.split(".")[0] for name in names}
    if room(path) != "dashboard":
        assert "streamlit" not in outside
    if room(path) in ("figures", "dashboard"):
        assert not outside & {"keras", "tensorflow"}


@pytest.mark.parametrize("path", DASHBOARD, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_of_the_dashboard_share_only_what_lies_below_them(path):
    own = path.relative_to(ROOT / "aecore" / "dashboard").parts[0].removesuffix(".py")
    names = [name.split(".") for name in imports(path)]
    rooms = {name[2] for name in names if name[:2] == ["aecore", "dashboard"] and len(name) > 2}
    assert rooms - {own} <= MAY_IMPORT_WITHIN[own]


def test_nothing_else_lies_flat_in_the_dashboard():
    flat = {path.name for path in (ROOT / "aecore" / "dashboard").glob("*.py")}
    assert flat == {"__init__.py", "session.py", "services.py"}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_pages_import_the_dashboard_only(path):
    rooms = {name.split(".")[1] for name in imports(path) if name.startswith("aecore.")}
    assert rooms == {"dashboard"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 260


@pytest.mark.parametrize(
    "module",
    [
        "aecore.models",
        "aecore.training.experiment",
        "aecore.runs.store",
        "aecore.compute.jobs",
        "aecore.compute.calls",
        "aecore.exchange.keras_file.anatomy",
        "aecore.exchange.bundle",
        "aecore.dashboard.model.type_page",
        "aecore.dashboard.applications.anomalies.page",
        "aecore.dashboard.applications.compression.page",
        "aecore.dashboard.applications.features.page",
        "aecore.dashboard.applications.generation.page",
        "aecore.dashboard.home.page",
        "aecore.dashboard.data.page",
        "aecore.dashboard.runs.page",
        "aecore.dashboard.sweeps.page",
        "aecore.__main__",
    ],
)
def test_what_the_server_imports_loads_no_tensorflow(module):
    heavy = "{'keras', 'tensorflow', 'sklearn', 'openTSNE'}"
    code = f"import {module}, sys; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("path", TESTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_tests_import_no_other_tests(path):
    """What several share stands in a conftest.py, or in a module that is no test."""
    assert not [name for name in imports(path) if name.split(".")[-1].startswith("test_")]


def test_every_type_has_its_page():
    from aecore.models import AUTOENCODERS

    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {
        *("anomalies", "compression", "data", "features", "generation", "runs", "sweeps"),
        *AUTOENCODERS,
    }
    for key in AUTOENCODERS:
        assert f'type_page("{key}", ABOUT' in (ROOT / "pages" / f"{key}.py").read_text("utf-8")


def refusals() -> dict[str, int]:
    """The names of all classes of refusals → which argument of theirs is the sentence."""
    classes = {
        node.name: node
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    found = {"Refusal": 0}
    for _ in classes:  # until nothing derives from what was found any more
        for name, node in classes.items():
            bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
            for base in set(bases) & set(found):
                made = [part for part in node.body if getattr(part, "name", "") == "__init__"]
                names = [argument.arg for argument in made[0].args.args[1:]] if made else []
                found[name] = names.index("sentence") if made else found[base]
    return found


def is_literal(node: ast.expr) -> bool:
    """Whether a text stands in the source: written out, a constant, or one or the other of them."""
    if isinstance(node, ast.IfExp):
        return is_literal(node.body) and is_literal(node.orelse)
    if isinstance(node, ast.BinOp):
        return is_literal(node.left) and is_literal(node.right)
    if isinstance(node, ast.Name):
        return node.id.isupper()
    return isinstance(node, ast.Constant)


REFUSALS = refusals()


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_varies_in_a_refusal_is_kept_apart_from_its_sentence(path):
    """Not `FileRefused(f"{name} is cut off.")`, but `FileRefused("{} is cut off.", name)`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", None))
        if name not in REFUSALS or len(node.args) <= REFUSALS[name]:
            continue
        sentence, *parts = node.args[REFUSALS[name] :]
        where = f"{path.relative_to(ROOT)}:{node.lineno}"
        assert is_literal(sentence), f"{where}: the sentence is a literal, the rest are parts of it"
        if isinstance(sentence, ast.Constant):
            fields = [field for _, field, *_ in Formatter().parse(sentence.value)]
            assert len(parts) == len(fields) - fields.count(None), f"{where}: a part for each {{}}"


def test_every_refusal_derives_from_the_one_class():
    """Pages and command line tell what derives from it, and take all else for a fault."""
    named = {
        node.name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and {"Exception", "ValueError", "RuntimeError", "TypeError", "KeyError", "OSError"}
        & {getattr(base, "id", "") for base in node.bases}
    }
    assert named == {"Refusal", "_Stopped"}  # the latter never leaves its file
    assert len(REFUSALS) > 15


def shows_an_error_itself(function: ast.AST) -> bool:
    """Whether an error that is caught gets into a text by itself, where nothing escapes it."""
    caught = {n.name for n in ast.walk(function) if isinstance(n, ast.ExceptHandler) and n.name}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("str", "repr"):
            parts = node.args
        elif isinstance(node, ast.FormattedValue):
            parts = [node.value]
        else:
            continue
        if any(isinstance(part, ast.Name) and part.id in caught for part in parts):
            return True
    return False


@pytest.mark.parametrize("path", [*DASHBOARD, *PAGES], ids=lambda p: str(p.relative_to(ROOT)))
def test_pages_show_errors_as_sentences_with_all_that_strangers_wrote_escaped(path):
    """Not `st.error(str(problem))`, but `st.error(sentence_of(problem))`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert not shows_an_error_itself(node), f"{path.relative_to(ROOT)}:{node.lineno}"


EMOJI = re.compile("[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u25b6\ufe0f]")
SOURCES = [
    path
    for pattern in ("aecore/**/*.py", "aecore/**/*.js", "pages/*.py", "app.py", "*.md")
    for path in sorted(ROOT.glob(pattern))
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_emoji_stands_in_sources(path):
    """A machine without an emoji font would show empty boxes."""
    assert not EMOJI.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_private_names_of_libraries_stand_in_one_file_a_library(path):
    """There, each has its reason, and a test that fails when the library changes."""
    if path.stem.endswith("_private") or path.parent.name == "private":
        return
    undocumented = ("keras.src", "streamlit.runtime")
    assert not [name for name in imports(path) if name.startswith(undocumented)]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr):
            owner = ast.unparse(node.value)
            ours = ("self", "cls", "os", "other")  # os._exit is documented
            assert owner.split(".")[0] in ours, f"{path}:{node.lineno} {owner}.{node.attr}"


def asks_for_a_kind(path: Path) -> list[str]:
    """Comparisons with the key of a kind of data, or with a kind itself."""
    from aecore.data.kinds import KINDS

    names = {"IMAGES", "TABLE", "SERIES"}

    def is_kind(node: ast.AST) -> bool:
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return any(map(is_kind, node.elts))
        if isinstance(node, ast.Constant):
            return node.value in KINDS
        return ast.unparse(node).removesuffix(".key").split(".")[-1] in names

    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            sides = zip(node.ops, [node.left, *node.comparators], node.comparators, strict=False)
            for op, left, right in sides:
                within = isinstance(op, ast.In | ast.NotIn)
                if is_kind(right) or (is_kind(left) and not within):
                    found.append(ast.unparse(node))
        if isinstance(node, ast.MatchValue) and is_kind(node.value):
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nobody_asks_which_kind_of_data_it_is(path):
    """What differs by kind is a field of `Kind`, or stands in a registry by its key."""
    if path.name != "kinds.py":
        assert asks_for_a_kind(path) == []


def test_asking_for_a_kind_is_noticed(tmp_path):
    asking = tmp_path / "asking.py"
    asking.write_text(
        'kind.key == "table"; "series" != key; kind is TABLE; key in ("image", x)\n'
        'kind.key == kinds.SERIES.key\n"table" in values\n'
        'match key:\n    case "series":\n        pass\n',
        encoding="utf-8",
    )
    assert len(asks_for_a_kind(asking)) == 6
