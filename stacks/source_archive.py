"""The training script as the `sourcedir.tar.gz` that SageMaker's training toolkit unpacks.

The archive is a CDK asset, and an asset's name is the hash of its bytes: two archives of the same script must be equal
to the byte, whoever makes them, when and where, or the template would change by itself.
"""

from __future__ import annotations

import io
import tarfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["build_source_archive"]

_LARGEST_BLOCK = 65_535  # bytes of a stored block, whose length has 16 bits
_FILE_MODE = 0o644


def build_source_archive(folder: Path, target: Path) -> Path:
    """Write what the job runs (`*.py` and `requirements.txt` below the folder) to the target and return it.

    Anything else in the folder (notes, data about images, caches) stays out, so that it doesn't change the asset.
    """
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(_contents(folder)):
            entry = tarfile.TarInfo(name)  # owner 0, time 0
            entry.size = len(content)
            entry.mode = _FILE_MODE
            archive.addfile(entry, io.BytesIO(content))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_gzip_stored(tar.getvalue()))
    return target


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        wanted = path.suffix == ".py" or path.name == "requirements.txt"
        if wanted and path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            # A checkout on Windows may have other line ends.
            yield path.relative_to(folder).as_posix(), path.read_bytes().replace(b"\r\n", b"\n")


def _gzip_stored(content: bytes) -> bytes:
    """Return gzip (RFC 1952) that is not compressed: the script is small, and compressors differ between platforms."""
    header = b"\x1f\x8b\x08" + b"\x00" * 6 + b"\xff"  # deflate; no flags, no time; unknown system
    blocks = bytearray()
    pieces = [content[start : start + _LARGEST_BLOCK] for start in range(0, len(content), _LARGEST_BLOCK)] or [b""]
    for number, piece in enumerate(pieces, start=1):
        size = len(piece)
        blocks.append(1 if number == len(pieces) else 0)  # whether it is the last; type 0, stored
        blocks += size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + piece
    check = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return header + bytes(blocks) + check
