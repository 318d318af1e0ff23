"""Models in and out: `import` and `export`."""

import contextlib
import shutil
from pathlib import Path

from aecore.commands.interrupting import load_keras
from aecore.commands.options import add_command, add_directory, add_json, add_measured_run, store_of
from aecore.commands.pictures import groups
from aecore.commands.printing import as_rows, complain, print_json, show
from aecore.data.collection import FEWEST
from aecore.data.datasets import SOURCES
from aecore.data.images.intake import Unusable
from aecore.data.own import own_keys
from aecore.exchange import detector_file
from aecore.exchange.archive import FileRefused
from aecore.exchange.bundle import SUFFIX, is_bundle, pack
from aecore.exchange.opening import Files, called, open_files
from aecore.exchange.own_images import set_of_images
from aecore.models import AUTOENCODERS, SettingError
from aecore.runs.detectors import kept_detector
from aecore.runs.files import write_whole
from aecore.runs.origin import RANGES
from aecore.runs.run import RunDamaged
from aecore.runs.series import figures


def add_exchange(commands) -> None:
    """Adds the commands of this file."""
    parser = add_command(commands, "export", export)
    add_measured_run(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="its suffix is the format: .keras, .tflite, .detector.zip or .run.zip; default: "
        "RUN.keras",
    )
    add_directory(parser)
    parser = add_command(commands, "import", import_)
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="+",
        help="a .run.zip or .detector.zip file, any Keras model (.keras), or the files of its "
        "encoder and decoder",
    )
    foreign = parser.add_argument_group("Keras models")
    foreign.add_argument(
        "--dataset", metavar="KEY", help="data set to measure it on; default: the first that fits"
    )
    foreign.add_argument(
        "--images",
        metavar="IMAGES",
        nargs="+",
        help=f"images of your own to measure it on instead, at least {FEWEST}: files, folders or "
        "ZIPs; they are resized to the model's input and become a data set",
    )
    foreign.add_argument(
        "--layer", metavar="NAME", help="layer whose output is the code; default: the narrowest"
    )
    foreign.add_argument(
        "--type", choices=tuple(AUTOENCODERS), help="page that shows it; default: the type found"
    )
    foreign.add_argument(
        "--range",
        choices=RANGES,
        help="range of the pixels or values that it takes, as --range=-1..1; units: those of the "
        "data; default: the one that fits best",
    )
    add_directory(parser)
    add_json(parser)


def import_(options) -> int:
    """Imports a run's or a detector's file, or a Keras model that was trained elsewhere."""
    load_keras()
    files = []
    for path in map(Path, options.file):
        try:
            files.append((path.name, path.read_bytes()))
        except OSError as problem:
            return _refuse(path.name, f"it cannot be read ({problem.strerror})", options.json)
    name = called(files)
    try:
        id = _bring_in(files, options)
    except FileRefused as problem:
        return _refuse(name, str(problem), options.json)
    run = store_of(options).get(id)
    head = {"run": id, "path": str(run.path), "type": run.key, "dataset": run.dataset}
    if run.origin is not None:
        head |= {"layer": run.origin.layer, "takes": run.origin.takes, "gives": run.origin.gives}
        if run.origin.doubtful:
            complain([Unusable(name, run.origin.doubt)])
    if (detector := kept_detector(run)) is not None:
        head |= {"score": detector.score, "threshold": detector.threshold.value}
    show(head | figures(run), options.json)
    return 0


def _bring_in(files: Files, options) -> str:
    from aecore.exchange.bring_in import bring_in, inspect

    names = ("dataset", "images", "layer", "type", "range")
    given = [name for name in names if getattr(options, name) is not None]
    name = called(files)
    if given and len(files) == 1 and is_bundle(files[0][1]):
        raise SettingError(given[0], "A run's file brings its own; leave out --{}.", given[0])
    known = (*SOURCES, *own_keys())
    if options.dataset is not None and options.dataset not in known:
        raise SettingError(
            "dataset",
            "There is no data set {!r}; there are: {}.",
            options.dataset,
            ", ".join(known),
        )
    if {"dataset", "images"} <= set(given):
        raise SettingError("images", "Use either --dataset or --images.")
    plain, at = open_files(files), None
    found = inspect(plain, name) if {"layer", "images"} & set(given) else None
    if found is not None and options.layer is not None:
        at = _place(found.anatomy, options.layer)
    with contextlib.ExitStack() as until_imported:
        dataset = options.dataset
        if found is not None and options.images is not None:
            dataset = until_imported.enter_context(_own_set(found, options.images))
        return bring_in(plain, name, store_of(options), dataset, at, options.type, options.range)


def _place(anatomy, layer: str) -> int:
    """The place of the layer among an anatomy's that is called so."""
    places = {anatomy.layers[cut].name: cut for cut in reversed(anatomy.cuts)}
    if layer not in places:
        names = ", ".join(reversed(places))
        raise SettingError(
            "layer", "There is no layer {!r} to cut at; there are: {}.", layer, names
        )
    return places[layer]


def _own_set(found, paths: list[str]):
    """A context with the key of a data set of images at some paths, as a model takes them."""
    if found.own is None:
        raise FileRefused("Images of your own cannot have the shape that it takes.")
    refusals: list[Unusable] = []
    files = [file for group in groups(paths, refusals) for file in group]
    complain(refusals)
    return set_of_images(files, found.name, found.own)


def _refuse(name: str, reason: str, as_json: bool) -> int:
    refusals = [Unusable(name, reason)]
    complain(refusals)
    if as_json:
        print_json({"run": None, "refused": as_rows(refusals)})
    return 1


def export(options) -> None:
    """Exports a model (.keras, .tflite), its detector (.detector.zip) or the run (.run.zip)."""
    run = store_of(options).get(options.run)
    if not run.model_path.exists():
        raise RunDamaged("{} has no model yet: it is {}.", run.id, run.status().state)
    out = Path(options.out or f"{run.id}.keras")
    if out.name.endswith(SUFFIX):
        content = pack(run)
        write_whole(out, lambda partial: partial.write_bytes(content))
    elif out.name.endswith(detector_file.SUFFIX):
        load_keras()
        content = detector_file.pack_detector(run)
        write_whole(out, lambda partial: partial.write_bytes(content))
    elif out.suffix == ".tflite":
        load_keras()
        from aecore.exchange.bring_in import litert

        content = litert(str(run.path))
        write_whole(out, lambda partial: partial.write_bytes(content))
    elif out.suffix == ".keras":
        write_whole(out, lambda partial: shutil.copyfile(run.model_path, partial))
    else:
        raise SettingError(
            "out", "{} must end in .keras, .tflite, {} or {}: it tells the format.",
            out.name, detector_file.SUFFIX, SUFFIX,
        )  # fmt: skip
    print(out)
