"""Files that were truncated, or changed in one byte, as Hypothesis draws them."""

from hypothesis import strategies as st


@st.composite
def damages(draw, content: bytes) -> bytes:
    """A file without its end, or with another byte somewhere."""
    place = draw(st.integers(0, len(content) - 1))
    if draw(st.booleans()):
        return content[:place]
    flipped = content[place] ^ draw(st.integers(1, 255))
    return content[:place] + bytes([flipped]) + content[place + 1 :]
