"""The encoding of a text file, found out."""

import codecs
import unicodedata

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
# what spreadsheets and databases write; of several that fit alike, the first
_WRITTEN = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "cp1255", "cp1256", "cp1258"),
    *("cp874", "cp932", "gb18030", "cp949", "big5", "euc_jp", "koi8_r", "iso8859_2"),
    *("mac_roman", "cp850", "cp437"),
)
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"  # within words, as in l’été
_LOOKED_AT = 2**16  # bytes


def find_encoding(sample: bytes) -> str:
    """The encoding of the beginning of a text file: of a few names alone it may be wrong."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample)
        return "utf-8"
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

    wide = ("utf_16_le", "utf_16_be") if b"\0" in sample else ()
    found = list(from_bytes(sample[:_LOOKED_AT], cp_isolation=[*_WRITTEN, *wide]))
    if not found:
        return "cp1252"
    order = [*wide, *_WRITTEN]
    least = min(match.chaos for match in found)
    best = min(
        (match for match in found if match.chaos < least + 0.01),
        key=lambda match: (
            _signs_in_words(str(match)),
            -round(match.coherence, 1),
            order.index(match.encoding),
        ),
    )
    return min([best.encoding, *best.could_be_from_charset], key=order.index)


def _signs_in_words(text: str) -> int:
    """How often a sign of no alphabet stands within a word, as in `Gr§e`, or a currency at one."""
    count = 0
    for before, sign, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if ord(sign) < 128 or sign == _APOSTROPHE:
            continue
        kind, letters = unicodedata.category(sign), before.isalpha() + after.isalpha()
        count += (kind[0] not in "LM" and letters == 2) or (kind == "Sc" and letters > 0)
    return count
