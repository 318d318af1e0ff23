"""Hostile files, each small or cheap to make, that cost a careless reader memory or time."""

import io
import struct
import zipfile
import zlib

import numpy as np
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
    short, long = (lambda v: (3, 1, struct.pack("<H", v))), lambda v: (4, 1, struct.pack("<L", v))
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


def long_values(tags: dict, *numbers: int, kind: int = 4, size: int = 4) -> bytes:
    """A TIFF in which these tags share values as long as the file allows."""
    start = 14 + 12 * len({*tags, *numbers})
    count = (FILE - start) // size
    for number in numbers:
        tags[number] = (kind, count, struct.pack("<L", start))
    return tiff(tags, b"\1\0\0\0" * (FILE // 4 - start // 4))


def exif(count: int) -> bytes:
    """EXIF whose resolution is that many fractions."""
    return tiff({282: (5, count, struct.pack("<L", 26)), 296: (3, 1, b"\2\0")}, b"\1\0\0\0" * 2 * count)


def jpeg_with(segments: bytes, **options) -> bytes:
    image = encoded(Image.new("L", (16, 16)), "JPEG", **options)
    return image[:2] + segments + image[2:]


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def joined_exif_jpeg() -> bytes:
    whole = exif(2_000_000)
    parts = [whole[i : i + 65_000] for i in range(0, len(whole), 65_000)]
    return jpeg_with(b"".join(segment(0xE1, b"Exif\0\0" + part) for part in parts))


def many_scans_jpeg() -> bytes:
    image = encoded(Image.new("L", (6000, 6000)), "JPEG", progressive=True)
    last = image.rindex(b"\xff\xda")
    scan = image[last:-2]
    return filled(image[:-2], scan, image[-2:])


def scans_jpeg(count):
    image = encoded(Image.new("RGB", (6300, 6300)), "JPEG", progressive=True)
    last = image.rindex(b"\xff\xda")
    return image[:-2] + image[last:-2] * count + image[-2:]


def gif_with(blocks: bytes, size: tuple[int, int] = (8, 8)) -> bytes:
    image = encoded(Image.new("P", (8, 8)), "GIF")
    start = image.index(b",")
    return image[:6] + struct.pack("<HH", *size) + image[10:start] + blocks + image[start:]


def gif_frames(count_bytes: bytes) -> bytes:
    image = encoded(Image.new("P", (8, 8)), "GIF")
    return filled(image[:-1], image[image.index(b",") : -1], b";")


def bmp_rle(width: int, height: int, data: bytes, rle4: bool = False) -> bytes:
    bits = 4 if rle4 else 8
    colours = 1 << bits
    offset = 54 + colours * 4
    header = b"BM" + struct.pack("<LLL", offset + len(data), 0, offset)
    header += struct.pack("<LllHHLLllLL", 40, width, height, 1, bits, 2 if rle4 else 1, 0, 0, 0, colours, 0)
    return header + b"".join(bytes((i, i, i, 0)) for i in range(colours)) + data


def zipped(members, compression=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression, compresslevel=9) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def overlapped_zip(count: int, size: int) -> bytes:
    """Many entries of a table of contents that share one member of `size` zeros."""
    one = zipped([("a", bytes(size))])
    start = one.index(b"PK\1\2")
    end = one.index(b"PK\5\6")
    entry = one[start:end]
    table = b"".join(entry[:-1] + b"a" for _ in range(count))
    tail = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, len(table), start, 0)
    return one[:start] + table + tail


def lying_zip() -> bytes:
    """A member that says it holds 1,000 bytes, and inflates to 100 MB."""
    one = zipped([("a.png", bytes(100 * 2**20))])
    real = struct.pack("<L", 100 * 2**20)
    return one.replace(real, struct.pack("<L", 1000))


def webp_canvas(width: int, height: int) -> bytes:
    """An animation whose canvas is far larger than its only frame."""
    frames = [Image.new("RGB", (4, 4), c) for c in ("red", "blue")]
    image = bytearray(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    image[24:27] = struct.pack("<L", width - 1)[:3]
    image[27:30] = struct.pack("<L", height - 1)[:3]
    return bytes(image)


def rational_png() -> bytes:
    image = encoded(Image.new("L", (8, 8)))
    return image[:33] + png_chunk(b"eXIf", exif(2_500_000)) + image[33:]


def exif_tiff() -> bytes:
    tags = tiff_tags(4, 4)
    pixels = 14 + 12 * (len(tags) + 1)
    tags[273], tags[279] = (4, 1, struct.pack("<L", pixels)), (4, 1, struct.pack("<L", 16))
    start = pixels + 16
    tags[34665] = (4, 1, struct.pack("<L", start))
    count = (FILE - start - 18) // 8
    directory = struct.pack("<HHHLLL", 1, 33434, 5, count, start + 18, 0)
    return tiff(tags, bytes(16) + directory + b"\1\0\0\0" * (2 * count))


def repeated_strips() -> bytes:
    tags = tiff_tags(4000, 4000)
    tags[278] = (4, 1, struct.pack("<L", 2000))
    count, start = 2**17, 14 + 12 * len(tags)
    tags[273] = tags[279] = (4, count, struct.pack("<L", start))
    return tiff(tags, struct.pack("<L", start) * count + bytes(16_000_000))


def pages_tiff() -> bytes:
    one = tiff({**tiff_tags(4, 4), 273: (4, 1, struct.pack("<L", 8)), 279: (4, 1, struct.pack("<L", 16))})
    content = bytearray(one)
    while len(content) < FILE - 10:
        content[-4:] = struct.pack("<L", len(content))
        content += bytes(2 + 4)
    return bytes(content)


def tiff_tile(side: int, compression: int = 5) -> bytes:
    tags = tiff_tags(64, 64, compression)
    for number in (273, 278, 279):
        del tags[number]
    tags[322] = tags[323] = (4, 1, struct.pack("<L", side))
    tags[324], tags[325] = (4, 1, struct.pack("<L", 8)), (4, 1, struct.pack("<L", 100))
    return tiff(tags)


def zlib_bomb_png(mode=None) -> bytes:
    return encoded(Image.new("1", (30_000, 30_000)))


HOSTILE = {
    "png of 900 megapixels": zlib_bomb_png,
    "png of a million chunks": lambda: filled(
        encoded(Image.new("L", (8, 8)))[:33], png_chunk(b"teST", b""), encoded(Image.new("L", (8, 8)))[33:]
    ),
    "png of text": lambda: filled(
        encoded(Image.new("L", (8, 8)))[:33],
        png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000))),
        encoded(Image.new("L", (8, 8)))[33:],
    ),
    "png with an exif of fractions": rational_png,
    "jpeg with an exif of fractions": joined_exif_jpeg,
    "jpeg of a thousand scans": many_scans_jpeg,
    "jpeg of segments": lambda: jpeg_with(filled(b"", segment(0xE9, b""))),
    "jpeg of headers": lambda: jpeg_with(
        filled(b"", segment(0xC0, b"\x08\0\x08\0\x08\3" + b"\1\x11\0" * 21_000))
    ),
    "jpeg of padding": lambda: jpeg_with(filled(b"", b"\xff")),
    "jpeg of junk": lambda: jpeg_with(filled(b"", b"a")),
    "gif of junk": lambda: gif_with(filled(b"", b"a")),
    "jpeg of 40 scans": lambda: scans_jpeg(29),
    "jpeg of photoshop": lambda: jpeg_with(
        filled(b"", segment(0xED, b"Photoshop 3.0\0" + (b"8BIM" + bytes(8)) * 5000))
    ),
    "gif of comments": lambda: gif_with(filled(b"", b"!\xfe" + b"\2ab" * 60_000 + b"\0")),
    "gif of one comment": lambda: gif_with(b"!\xfe" + filled(b"", b"\2ab") + b"\0"),
    "gif of small blocks": lambda: gif_with(b"!\xf0" + filled(b"", b"\1a") + b"\0"),
    "gif of frames": lambda: gif_frames(b""),
    "gif of 4 gigapixels": lambda: gif_with(b"", (65_535, 65_535)),
    "bmp of line ends": lambda: bmp_rle(6000, 6000, b"\1\0\0\0" * 6000),
    "bmp of runs": lambda: bmp_rle(6000, 6000, (b"\xff\x12" * 23 + b"\xff\x12\0\0") * 6000, True),
    "bmp of empty runs": lambda: bmp_rle(6000, 6000, filled(b"", b"\xff\1")[: FILE - 2000]),
    "bmp of jumps": lambda: bmp_rle(60_000, 600, b"\0\2\xff\xff" * 4),
    "tiff of strips": lambda: long_values(tiff_tags(4, 60_000), 273, kind=3, size=2),
    "tiff of strips over again": repeated_strips,
    "tiff of pages": pages_tiff,
    "tiff of fractions": lambda: long_values(tiff_tags(4, 4), 282, kind=5, size=8),
    "tiff with an exif of fractions": exif_tiff,
    "tiff of orientations": lambda: long_values(tiff_tags(4, 4), 274, kind=3, size=2),
    "tiff of large tiles": lambda: tiff_tile(46_000),
    "tiff of larger tiles": lambda: tiff_tile(2**31 - 1),
    "tiff of large tiles not packed": lambda: tiff_tile(46_000, 1),
    "webp of a large canvas": lambda: webp_canvas(16_384, 16_384),
    "webp of 36 megapixels": lambda: encoded(Image.new("RGB", (6000, 6000)), "WEBP", method=0),
    "jpeg of 36 megapixels": lambda: encoded(Image.new("CMYK", (6000, 6000)), "JPEG", progressive=True, subsampling=0),
    "png of 36 megapixels": lambda: encoded(Image.new("RGBA", (6000, 6000)), compress_level=1),
    "png of 36 megapixels in 16 bits": lambda: encoded(Image.new("I;16", (6000, 6000)), compress_level=1),
    "tiff of 36 megapixels of floats": lambda: encoded(Image.new("F", (6000, 6000)), "TIFF", compression="tiff_lzw"),
    "zip of 100 MB": lambda: zipped([("a.png", bytes(100 * 2**20))]),
    "zip that lies": lying_zip,
    "zip of one member a thousand times": lambda: overlapped_zip(1000, 20 * 2**20),
    "zip of a million names": lambda: overlapped_zip(400_000, 10),
    "zip in a zip": lambda: zipped([("b.zip", zipped([("a.png", bytes(10**6))]))]),
}


if __name__ == "__main__":
    import resource, sys, time
    sys.path.insert(0, ".")
    from aecore.data.intake import read_uploads, Refusal, each_image
    from aecore.data.preparation import Preparation
    import os
    for k, m in HOSTILE.items():
        if len(sys.argv) > 1 and not any(a in k for a in sys.argv[1:]): continue
        pid = os.fork()
        if pid: os.waitpid(pid, 0); continue
        content = m()
        r0 = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024
        # reset the peak
        open("/proc/self/clear_refs", "w").write("5")
        def hwm(): return int([l for l in open("/proc/self/status") if l.startswith("VmHWM")][0].split()[1])/1024
        h0 = hwm()
        t = time.time()
        res = [ (r.reason if isinstance(r, Refusal) else (r.image.mode, r.image.size, r.notes)) for r in each_image([(k, content)])]
        t1 = time.time()-t
        h1 = hwm()
        t=time.time()
        pre = read_uploads([(k, content)], (28,28,1), Preparation())
        print(f"{k:40s} {len(content)/2**20:6.1f}MB {t1:6.2f}s {h1-h0:6.0f}MB prep {time.time()-t-t1:5.2f}s {hwm()-h0:6.0f} {res[0]} {len(res)}", flush=True)
        os._exit(0)
