"""Recognizes files that are not `.keras` files."""

from aecore.exchange.archive import FileRefused

_HDF5 = b"\x89HDF\r\n\x1a\n"
_DIRECTORY = 2**18  # bytes at the end of a ZIP that list its files
AGAIN = "Save the whole model as .keras, with model.save('model.keras')."


def refuse_other_formats(content: bytes) -> None:
    """Refuses files of other known formats, by a few of their bytes.

    Raises:
        FileRefused: says what the file is, and what to do.
    """
    told = _other_format(content)
    if told:
        raise FileRefused("{}", told)


def _other_format(content: bytes) -> str:
    if not content:
        return "The file is empty."
    if content.startswith(_HDF5):
        if b"model_config" in content:
            return (
                "It is a model in the older HDF5 format (.h5; TensorFlow up to 2.12 also gave it "
                f"the name .keras). Load it with the version that wrote it. {AGAIN}"
            )
        return f"It holds weights only, without the network (save_weights). {AGAIN}"
    if content[4:8] == b"TFL3":
        return f"It is a LiteRT (TensorFlow Lite) model, not a .keras file. {AGAIN}"
    if content.startswith((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")):
        return "It is a Python pickle, such as PyTorch writes, not a .keras file."
    if content[:1] == b"\x08" and content[1:2] < b"\x20" and content[2:3] in (b"\x12", b"\x3a"):
        return "It is an ONNX model, not a .keras file."
    if content[8:9] == b"{" and int.from_bytes(content[:8], "little") < len(content):
        return "It is a safetensors file, which holds weights only, not a .keras file."
    if content.startswith(b"\x1f\x8b"):
        return "It is a gzip archive, not a .keras file."
    if not content.startswith(b"PK"):
        return "It is not a .keras file, or its beginning is damaged."
    return _other_zip(content)


def _other_zip(content: bytes) -> str:
    end = content[-_DIRECTORY:]
    if b"PK\5\6" not in end:
        return "The file is truncated: its end is missing. Copy or save it again."
    if b"config.json" in end:
        return ""
    if b"data.pkl" in end:
        return "It is a PyTorch model (.pt or .pth), not a .keras file."
    if b"saved_model.pb" in end:
        return f"It is a ZIP of a TensorFlow SavedModel, not a .keras file. {AGAIN}"
    if b"variables.h5" in end or b".weights.h5" in end:
        return f"It holds weights only, without the network. {AGAIN}"
    if b".npy" in end:
        return "It is a NumPy archive (.npz), not a .keras file."
    return ""
