"""What is installed along is what requirements.txt lists: one list, in one place."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Requirements(MetadataHookInterface):
    """Fills in `dependencies`."""

    def update(self, metadata: dict) -> None:
        lines = (Path(self.root) / "requirements.txt").read_text(encoding="utf-8").splitlines()
        wanted = [line.partition("#")[0].strip() for line in lines]
        # the line that names a file is for people with another Python; `requires-python` is here
        metadata["dependencies"] = [each for each in wanted if each and " @ " not in each]
