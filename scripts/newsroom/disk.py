"""Why a file or folder cannot be written, as a sentence for people."""

from __future__ import annotations

import errno
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def explain_full_disk(place: str | Path) -> str:
    return f"the disk is full: {place} cannot be written. Free some space and build again."


def is_full_disk(error: OSError) -> bool:
    return error.errno in _FULL


def explain_write_error(error: OSError, place: str | Path) -> str:
    """What the operating system says of a place, and where there is something to do, that."""
    if is_full_disk(error):
        return explain_full_disk(place)
    if error.errno in _FORBIDDEN:
        return f"{place} cannot be written: the folder is read-only or belongs to somebody else."
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{place} cannot be written: a file stands where a folder is needed. Move it away and build again."
    return f"{place} cannot be written: {error.strerror or error}."
