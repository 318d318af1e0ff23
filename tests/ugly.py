"""Hostile files, each small or cheap to make, that cost a careless reader memory or time."""

import io
import struct
import zipfile
import zlib

from PIL import Image

FILE = 20 * 2**20 - 1000  # as large as a file may be


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def filled(start: bytes, unit: bytes, end: bytes = b"") -> bytes:
    """A file of the largest size out of one unit again and again."""
    return start + unit * ((FILE - len(start) - len(end)) // len(unit)) + end


def png_chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def tiff(tags: dict[int, tuple[int, int, bytes]], data: bytes = b"") -> bytes:
    """A little-endian TIFF; tags are (type, count, the value's or offset's four bytes)."""
    entries = b"".join(
        struct.pack("<HHL", tag, kind, count) + value.ljust(4, b"\0")
        for tag, (kind, count, value) in sorted(tags.items())
    )
    start = b"II*\0" + struct.pack("<LH", 8, len(tags))
    return start + entries + struct.pack("<L", 0) + data


def tiff_tags(width: int, height: int, compression: int = 1) -> dict:
    def short(value: int) -> tuple:
        return (3, 1, struct.pack("<H", value))

    def long(value: int) -> tuple:
        return (4, 1, struct.pack("<L", value))

    return {
        256: long(width),
        257: long(height),
        258: short(8),
        259: short(compression),
        262: short(1),
        273: long(8),
        277: short(1),
        278: long(height),
        279: long(100),
    }


def values_tiff(tags: dict, number: int, kind: int, size: int) -> bytes:
    """A TIFF in which a tag has as many values as the file holds."""
    start = 14 + 12 * len({*tags, number})
    tags[number] = (kind, (FILE - start) // size, struct.pack("<L", start))
    return tiff(tags, b"\1\0\0\0" * ((FILE - start) // 4))


def exif(count: int) -> bytes:
    """EXIF whose resolution is that many fractions."""
    return tiff(
        {282: (5, count, struct.pack("<L", 26)), 296: (3, 1, b"\2\0")}, b"\1\0\0\0" * 2 * count
    )


def jpeg_with(segments: bytes, **options) -> bytes:
    image = encoded(Image.new("L", (16, 16)), "JPEG", **options)
    return image[:2] + segments + image[2:]


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def exif_jpeg() -> bytes:
    whole = exif(2_000_000)
    parts = [whole[i : i + 65_000] for i in range(0, len(whole), 65_000)]
    return jpeg_with(b"".join(segment(0xE1, b"Exif\0\0" + part) for part in parts))


def scans_jpeg() -> bytes:
    """Each of its passes goes over all pixels."""
    image = encoded(Image.new("L", WIDE), "JPEG", progressive=True)
    last = image.rindex(b"\xff\xda")
    return filled(image[:-2], image[last:-2], image[-2:])


def gif_with(blocks: bytes, size: tuple[int, int] = (8, 8)) -> bytes:
    image = encoded(Image.new("P", (8, 8)), "GIF")
    start = image.index(b",")
    return image[:6] + struct.pack("<HH", *size) + image[10:start] + blocks + image[start:]


def frames_gif() -> bytes:
    image = encoded(Image.new("P", (8, 8)), "GIF")
    return filled(image[:-1], image[image.index(b",") : -1], b";")


def bmp_rle(width: int, height: int, data: bytes) -> bytes:
    """A BMP of 256 greys, run-length encoded."""
    offset = 54 + 1024
    header = b"BM" + struct.pack("<LLL", offset + len(data), 0, offset)
    header += struct.pack("<LllHHLLllLL", 40, width, height, 1, 8, 1, 0, 0, 0, 256, 0)
    return header + b"".join(bytes((i, i, i, 0)) for i in range(256)) + data


def zipped(members, compression=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression, compresslevel=9) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def repeated_zip(count: int, size: int) -> bytes:
    """Members of `size` zeros each, packed only once, under names of their own."""
    one = zipped([("0000000", bytes(size))])
    start = one.index(b"PK\1\2")
    names = [f"{number:07}".encode() for number in range(count)]
    members = b"".join(one[:start].replace(b"0000000", name) for name in names)
    table = b"".join(
        one[start : start + 42] + struct.pack("<L", number * start) + name
        for number, name in enumerate(names)
    )
    few = min(count, 2**16 - 1)
    return (
        members
        + table
        + b"PK\5\6"
        + struct.pack("<HHHHLLH", 0, 0, few, few, len(table), len(members), 0)
    )


def lying_zip() -> bytes:
    """A member that says it holds 1,000 bytes, and inflates to 100 MB."""
    one = zipped([("a.png", bytes(100 * 2**20))])
    real = struct.pack("<L", 100 * 2**20)
    return one.replace(real, struct.pack("<L", 1000))


def canvas_webp() -> bytes:
    """An animation whose canvas is far larger than its frames."""
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    image = bytearray(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    image[24:30] = b"\xff\x3f\0" * 2  # 16384, less one
    return bytes(image)


def exif_png() -> bytes:
    return NOTHING[:33] + png_chunk(b"eXIf", exif(2_500_000)) + NOTHING[33:]


def exif_tiff() -> bytes:
    """A second directory, which Pillow reads although no pixel needs it."""
    tags = tiff_tags(4, 4)
    pixels = 14 + 12 * (len(tags) + 1)
    tags[273], tags[279] = (4, 1, struct.pack("<L", pixels)), (4, 1, struct.pack("<L", 16))
    start = pixels + 16
    tags[34665] = (4, 1, struct.pack("<L", start))
    count = (FILE - start - 18) // 8
    directory = struct.pack("<HHHLLL", 1, 33434, 5, count, start + 18, 0)
    return tiff(tags, bytes(16) + directory + b"\1\0\0\0" * (2 * count))


def strips_tiff() -> bytes:
    """16 MB of pixels, to be read 65,000 times."""
    tags = tiff_tags(4000, 4000)
    tags[278] = (4, 1, struct.pack("<L", 2000))
    count, start = 2**17, 14 + 12 * len(tags)
    tags[273] = tags[279] = (4, count, struct.pack("<L", start))
    return tiff(tags, struct.pack("<L", start) * count + bytes(16_000_000))


def pages_tiff() -> bytes:
    one = tiff(
        {**tiff_tags(4, 4), 273: (4, 1, struct.pack("<L", 8)), 279: (4, 1, struct.pack("<L", 16))}
    )
    content = bytearray(one)
    while len(content) < FILE - 10:
        content[-4:] = struct.pack("<L", len(content))
        content += bytes(2 + 4)
    return bytes(content)


def tile_tiff(side: int, compression: int = 5) -> bytes:
    tags = tiff_tags(64, 64, compression)
    for number in (273, 278, 279):
        del tags[number]
    tags[322] = tags[323] = (4, 1, struct.pack("<L", side))
    tags[324], tags[325] = (4, 1, struct.pack("<L", 8)), (4, 1, struct.pack("<L", 100))
    return tiff(tags)


NOTHING = encoded(Image.new("L", (8, 8)))
WIDE = (6000, 6000)  # 36 megapixels
IMAGE, BOMB, LARGE, DAMAGED = (
    "an image",
    "far larger than it seems",
    "the file is larger",
    "damaged",
)

# What it is → how it is made, and what becomes of it: an image, or words of the reason
HOSTILE = {
    "png of 900 megapixels": (lambda: encoded(Image.new("1", (30_000, 30_000))), "megapixels"),
    "png of a million chunks": (
        lambda: filled(NOTHING[:33], png_chunk(b"teST", b""), NOTHING[33:]),
        IMAGE,
    ),
    "png of text": (
        lambda: filled(
            NOTHING[:33],
            png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**6))),
            NOTHING[33:],
        ),
        DAMAGED,
    ),
    "png with fractions in its exif": (exif_png, IMAGE),
    "jpeg with fractions in its exif": (exif_jpeg, BOMB),
    "jpeg of a thousand scans": (scans_jpeg, "too many passes"),
    "jpeg of segments": (lambda: jpeg_with(filled(b"", segment(0xE9, b""))), BOMB),
    "jpeg of headers": (
        lambda: jpeg_with(filled(b"", segment(0xC0, b"\x08\0\x08\0\x08\3" + b"\1\x11\0" * 21_000))),
        BOMB,
    ),
    "jpeg of padding": (lambda: jpeg_with(filled(b"", b"\xff")), BOMB),
    "jpeg of junk": (lambda: jpeg_with(filled(b"", b"a")), BOMB),
    "jpeg of photoshop's": (
        lambda: jpeg_with(
            filled(b"", segment(0xED, b"Photoshop 3.0\0" + (b"8BIM" + bytes(8)) * 5000))
        ),
        IMAGE,
    ),
    "gif of comments": (
        lambda: gif_with(filled(b"", b"!\xfe" + b"\2ab" * 60_000 + b"\0")),
        BOMB,
    ),
    "gif of one comment": (lambda: gif_with(b"!\xfe" + filled(b"", b"\2ab") + b"\0"), BOMB),
    "gif of junk": (lambda: gif_with(filled(b"", b"a")), BOMB),
    "gif of frames": (frames_gif, IMAGE),
    "gif of 4 gigapixels": (lambda: gif_with(b"", (65_535, 65_535)), "megapixels"),
    "bmp of line ends": (lambda: bmp_rle(*WIDE, b"\1\0\0\0" * 6000), "run-length"),
    "bmp of empty runs": (lambda: bmp_rle(*WIDE, filled(b"", b"\xff\1")[:-2000]), "run-length"),
    "bmp of jumps": (lambda: bmp_rle(60_000, 600, b"\0\2\xff\xff" * 4), "run-length"),
    "tiff of strips": (lambda: values_tiff(tiff_tags(4, 60_000), 273, 3, 2), BOMB),
    "tiff of strips over again": (strips_tiff, BOMB),
    "tiff of pages": (pages_tiff, IMAGE),
    "tiff of fractions": (lambda: values_tiff(tiff_tags(4, 4), 282, 5, 8), BOMB),
    "tiff with fractions in its exif": (exif_tiff, IMAGE),
    "tiff of orientations": (lambda: values_tiff(tiff_tags(4, 4), 274, 3, 2), BOMB),
    "tiff of large tiles": (lambda: tile_tiff(46_000), BOMB),
    "tiff of larger tiles": (lambda: tile_tiff(2**31 - 1), BOMB),
    "tiff of large tiles not packed": (lambda: tile_tiff(46_000, 1), BOMB),
    "webp of a large canvas": (canvas_webp, "megapixels"),
    "zip of 100 MB": (lambda: zipped([("a.png", bytes(100 * 2**20))]), LARGE),
    "zip that lies": (lying_zip, DAMAGED),
    "zip of 2 GB": (lambda: repeated_zip(100, 20 * 2**20), "only zeros"),
    "zip of 200,000 names": (lambda: repeated_zip(200_000, 10), "more than 100,000 entries"),
    "zip in a zip": (lambda: zipped([("b.zip", zipped([("a", bytes(10**6))]))]), "within ZIPs"),
}

# Honest, but nearly as large as an image may be, in the forms that take most memory
LARGEST = {
    "png with transparency": lambda: encoded(Image.new("RGBA", WIDE), compress_level=1),
    "png of 16 bits": lambda: encoded(Image.new("I;16", WIDE), compress_level=1),
    "tiff of floats": lambda: encoded(Image.new("F", WIDE), "TIFF", compression="tiff_lzw"),
    "webp": lambda: encoded(Image.new("RGB", WIDE), "WEBP", method=0),
    "jpeg for print": lambda: encoded(
        Image.new("CMYK", WIDE), "JPEG", progressive=True, subsampling=0
    ),
}
