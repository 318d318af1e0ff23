"""Recently used models, which a worker keeps in memory."""

import threading
from collections import OrderedDict
from functools import cached_property
from pathlib import Path

WARM_MODELS = 16
WARM_BYTES = 2**30  # of their weights; the one in use is kept however large it is


class WarmModel:
    """A loaded model, whose parts are compiled once for any number of images."""

    def __init__(self, path: Path):
        import keras

        self.model = keras.models.load_model(path, compile=False)
        self.encoder = self.model.get_layer("encoder")
        self.decoder = self.model.get_layer("decoder")

    @cached_property
    def rebuild(self):
        """Images → images."""
        return _compiled(self.model)

    @cached_property
    def encode(self):
        """Images → codes, then further outputs of the encoder."""
        return _compiled(self.encoder)

    @cached_property
    def decode(self):
        """Codes → images, then further outputs of the decoder."""
        return _compiled(self.decoder)


def _compiled(model):
    import tensorflow as tf

    rows = tf.TensorSpec([None, *model.inputs[0].shape[1:]], tf.float32)
    return tf.function(lambda x: model(x, training=False), input_signature=[rows])


_warm: OrderedDict[tuple[str, int], WarmModel] = OrderedDict()
_keeping = threading.Lock()
_loading = threading.Lock()  # of its own: a call about a model in memory waits for no other


def warm(paths: list[str]) -> None:
    """Loads models and compiles their reconstructions."""
    for path in paths:
        load(path).rebuild.get_concrete_function()


def load(path: str) -> WarmModel:
    """A loaded model, from memory if its file has not changed."""
    key = (path, Path(path).stat().st_mtime_ns)
    if found := _kept(key):
        return found
    with _loading:
        return _kept(key) or _keep(key, WarmModel(Path(path)))


def _kept(key: tuple[str, int]) -> WarmModel | None:
    with _keeping:
        if key in _warm:
            _warm.move_to_end(key)
        return _warm.get(key)


def _keep(key: tuple[str, int], model: WarmModel) -> WarmModel:
    with _keeping:
        _warm[key] = model
        while len(_warm) > 1 and (len(_warm) > WARM_MODELS or _warm_bytes() > WARM_BYTES):
            _warm.popitem(last=False)
    return model


def _warm_bytes() -> int:
    return sum(4 * each.model.count_params() for each in _warm.values())
