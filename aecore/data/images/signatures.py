"""Recognizes unsupported files by their first bytes, and says what to do with them."""

import re


def _unread(kind: str, remedy: str) -> str:
    return f"it is {kind}, which is not supported: {remedy}"


RAW = _unread("a camera RAW file", "export it as JPEG or TIFF")
HEIC = _unread("a HEIC photo, as iPhones take them", "export it as JPEG")
AVIF = _unread("an AVIF image", "save it as JPEG or PNG")
JPEG_2000 = _unread("a JPEG 2000 image", "save it as JPEG or PNG")
JPEG_XL = _unread("a JPEG XL image", "save it as JPEG or PNG")
VIDEO = _unread("a video", "export frames of it as JPEG or PNG")
SVG = _unread("an SVG drawing", "export it as PNG")
ZEROS = "it contains only zeros, as after a failed copy or download"
WEB_PAGE = "it is a web page instead of an image, as after a failed download"
TEXT = "it is text, not an image"
PACK = "pack its files into a ZIP"

STARTS: dict[bytes, str] = {
    b"version https://git-lfs": "it is a Git LFS pointer instead of the image: run git lfs pull",
    b"FUJIFILMCCD-RAW": RAW,
    b"IIRO": RAW,  # Olympus
    b"IIRS": RAW,
    b"MMOR": RAW,
    b"IIU\0": RAW,  # Panasonic
    b"FOVb": RAW,  # Sigma
    b"\0MRM": RAW,  # Minolta
    b"\xff\x0a": JPEG_XL,
    b"\0\0\0\x0cJXL ": JPEG_XL,
    b"\xff\x4f\xff\x51": JPEG_2000,
    b"\0\0\0\x0cjP  ": JPEG_2000,
    b"8BPS": _unread("a Photoshop document", "save it as PNG or TIFF"),
    b"gimp xcf": _unread("a GIMP document", "export it as PNG or TIFF"),
    b"%PDF": _unread("a PDF document", "export its pages as PNG"),
    b"%!PS": _unread("a PostScript document", "export its pages as PNG"),
    b"\x76\x2f\x31\x01": _unread("an OpenEXR image", "export it as TIFF"),
    b"#?RADIANCE": _unread("a Radiance HDR image", "export it as TIFF"),
    b"SIMPLE  =": _unread("a FITS image", "export it as TIFF"),
    b"DDS ": _unread("a DirectDraw texture", "save it as PNG"),
    b"\0\0\1\0": _unread("an icon", "save it as PNG"),
    b"ZISRAWFILE": _unread("a microscope file (CZI)", "export it as TIFF"),
    b"\xda\xce\xbe\x0a": _unread("a microscope file (ND2)", "export it as TIFF"),
    b"\x93NUMPY": _unread("a NumPy array", "save its images as PNG or TIFF"),
    b"\x89HDF": _unread("an HDF5 file", "save its images as PNG or TIFF"),
    b"Rar!": _unread("a RAR archive", PACK),
    b"7z\xbc\xaf\x27\x1c": _unread("a 7-Zip archive", PACK),
    b"\x1f\x8b": _unread("a gzip archive", PACK),
    b"BZh": _unread("a bzip2 archive", PACK),
    b"\xfd7zXZ": _unread("an xz archive", PACK),
    b"\x1aE\xdf\xa3": VIDEO,
    b"\0\0\1\xba": VIDEO,
    b"bplist00": "it is a property list of macOS, not an image",
    b"book\0\0\0\0mark": "it is an alias of macOS instead of the image",
    b"\xd0\xcf\x11\xe0": "it is an Office document or a thumbnail cache, not an image",
    b"SQLite format 3": "it is a database, not an image",
}
BRANDS: dict[bytes, str] = {  # of ISO base media files; all others are videos
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), HEIC),
    **dict.fromkeys((b"avif", b"avis"), AVIF),
    **dict.fromkeys((b"mif1", b"msf1"), HEIC),  # says only that it is an image
    b"crx ": RAW,  # Canon
    b"jxl ": JPEG_XL,
    b"jp2 ": JPEG_2000,
}
IMAGES = (b"\x89PNG", b"\xff\xd8", b"GIF8")
NETPBM = re.compile(rb"P[1-7][\s#]")
LOOKED_AT = 4096  # bytes, to tell whether a file is text


def foreign(content: bytes) -> str:
    """Why a file is not supported, if its kind is known; otherwise an empty text."""
    if content.startswith(IMAGES):
        return ""
    if found := next((why for start, why in STARTS.items() if content.startswith(start)), ""):
        return found
    if content[4:8] == b"ftyp":
        return _brand(content)
    if content.startswith(b"RIFF") and content[8:12] == b"AVI ":
        return VIDEO
    if content[128:132] == b"DICM":
        return _unread("a DICOM image", "export it as TIFF or PNG")
    if content[257:262] == b"ustar":
        return _unread("a tar archive", PACK)
    if NETPBM.match(content):
        return _unread("a Netpbm image", "save it as PNG")
    return ZEROS if not content.strip(b"\0") else _text(content[:LOOKED_AT])


def _brand(content: bytes) -> str:
    """The kind of an ISO base media file, by its brand and compatible brands."""
    size = min(int.from_bytes(content[:4]), 256)
    brands = [content[8:12], *(content[i : i + 4] for i in range(16, size, 4))]
    kinds = [BRANDS[brand] for brand in brands if brand in BRANDS]
    return AVIF if AVIF in kinds else kinds[0] if kinds else VIDEO


def _text(start: bytes) -> str:
    words = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if words.startswith((b"<!doctype html", b"<html")):
        return WEB_PAGE
    if words.startswith(b"<svg") or (words.startswith(b"<?xml") and b"<svg" in words):
        return SVG
    try:
        start.decode()
    except UnicodeDecodeError as problem:
        if problem.start < len(start) - 3:  # otherwise a character was cut
            return ""
    return TEXT if not any(byte < 32 and byte not in b"\t\n\r\f" for byte in start) else ""
