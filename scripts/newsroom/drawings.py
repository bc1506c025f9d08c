"""What was drawn of each picture, kept beside the store: a picture is drawn once for each content and encoder.

One file a picture, by the digest of the original's bytes, in a folder of the encoder's versions; what another encoder drew is
deleted. A file that is missing or damaged only costs the time to draw it again. Shared by all site folders of a project.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from .model import Picture
from .sources import digest_bytes
from .variants import digest_encoder

FOLDER = "pictures"
_DIGEST_BYTES = 16


class Drawing(NamedTuple):
    """A picture and its files, in the order of `Picture.file_names`."""

    picture: Picture
    files: list[bytes]


class DrawingCache:
    """The drawings of a project."""

    def __init__(self, folder: Path) -> None:
        self._all = folder
        self._folder = folder / digest_encoder().hex()

    def read(self, digest: bytes) -> Drawing | None:
        """The drawing of the picture with that digest; None when it is not there or not as it was written."""
        try:
            content = self._place(digest).read_bytes()
        except OSError:
            return None
        packed = content[_DIGEST_BYTES:]
        if content[:_DIGEST_BYTES] != digest_bytes(packed):
            return None
        drawing = msgspec.msgpack.decode(packed, type=Drawing)
        return drawing if drawing.picture.digest == digest else None

    def write(self, drawing: Drawing) -> None:
        """Keeps a drawing. A full disk or a folder that cannot be written is no reason to stop: it is drawn again next time."""
        packed = msgspec.msgpack.encode(drawing)
        place = self._place(drawing.picture.digest)
        temporary = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
        try:
            if not self._folder.is_dir():
                shutil.rmtree(self._all, ignore_errors=True)
                self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(digest_bytes(packed) + packed)
            os.replace(temporary, place)
        except OSError:
            with suppress(OSError):
                temporary.unlink()

    def _place(self, digest: bytes) -> Path:
        return self._folder / digest.hex()
