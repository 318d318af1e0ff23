"""Colours that read on light and on dark, and by eyes that confuse red with green."""

INPUT = "#7d8597"
ENCODER = "#3d7edb"
CODE = "#e0a02f"
DECODER = "#2a9d8f"
TRAINING = "#3d7edb"
VALIDATION = "#e07b39"
THRESHOLD = "#d1495b"
OWN = "#d1495b"

CLASSES = (
    "#3d7edb", "#e07b39", "#2a9d8f", "#d1495b", "#8e6bbf",
    "#9a7b4f", "#d77fb0", "#7d8597", "#a3b032", "#35b3c9",
)  # fmt: skip

# no end of it is dark enough to vanish on dark, nor light enough to vanish on light
SCALE = ((0.0, "#3d7edb"), (0.5, "#c9a227"), (1.0, "#d1495b"))
