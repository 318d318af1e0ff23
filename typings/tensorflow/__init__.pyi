# what pyright infers of this library's source is a union over its backends; here it is untyped
from typing import Any

def __getattr__(name: str) -> Any: ...
