"""What reading a table imports when it is first done, which a reader can do no more."""

import codecs
import contextlib
import encodings.aliases
import io

import pandas as pd
import pyarrow.compute
import pyarrow.parquet  # noqa: F401

from aecore.data.tables.encoding import find_encoding

for _encoding in {*encodings.aliases.aliases.values(), "utf_8_sig"}:
    with contextlib.suppress(LookupError):  # of other systems
        codecs.lookup(_encoding)
_ROWS = pd.read_csv(io.StringIO("a,2020-01-01\n"), header=None, dtype=str, na_filter=False)
pd.to_datetime(_ROWS[1], format="ISO8601", errors="coerce", utc=True)
pd.to_numeric(_ROWS[0].str.strip(), errors="coerce")
find_encoding("Größe".encode("cp1252"))
