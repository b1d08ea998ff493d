"""What an export is: its files beside an encoder's own, and the manifest that says what they were made of.

The manifest has the hash, size and time of every file that the export was made of and of every file it holds: as long
as none of them has changed, the export stands for the folder and carries its fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embeddings.marks import FileMark, fingerprint, fingerprinted, marks_from, read_object

FORMAT = 2
"""Raise when the files of an export change their meaning."""
FOLDER = "onnx-int8"
LAYERS, PIECES = "layers.onnx", "pieces.npz"
INPUT, OUTPUT = "embeddings", "states"
"""Of the layers."""
MANIFEST = "MANIFEST"
"""Without a suffix, so that it has no part in the folder's fingerprint, which takes in every JSON file."""


class NotUsable(Exception):
    """There is no export that may stand for the folder; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export was made of, and its files; all paths are relative to the encoder's folder."""

    format: int
    made_with: dict[str, str]
    """Versions of packages."""
    sources: tuple[FileMark, ...]
    files: tuple[FileMark, ...]

    @property
    def fingerprint(self) -> str:
        """That of the folder: the vectors are of its weights."""
        return fingerprint(self.sources)

    @property
    def names(self) -> tuple[str, ...]:
        """The paths of the files that make up the export, the manifest last."""
        return (*(mark.path for mark in self.files), f"{FOLDER}/{MANIFEST}")


def exported(folder: Path) -> Manifest:
    """The manifest of the export in an encoder's folder, after a look at every file; changed ones are hashed.

    Raises:
        NotUsable: missing, of another format, damaged, or made of other files than stand in the folder now.
    """
    manifest = read_manifest(folder)
    if [mark.path for mark in manifest.sources] != [p.relative_to(folder).as_posix() for p in fingerprinted(folder)]:
        raise NotUsable("the folder holds other files than the export was made of")
    try:
        sources = tuple(mark.renewed(folder) for mark in manifest.sources)
        files = tuple(mark.renewed(folder) for mark in manifest.files)
    except OSError as error:
        raise NotUsable(f"a file of the export cannot be read: {error}") from error
    for mark, before in zip(sources + files, manifest.sources + manifest.files, strict=True):
        if mark.sha256 != before.sha256:
            raise NotUsable(f"{mark.path} is not what it was when the export was made")
    return Manifest(manifest.format, manifest.made_with, sources, files)


def read_manifest(folder: Path) -> Manifest:
    """The manifest as it stands.

    Raises:
        NotUsable: missing, or none of this format.
    """
    try:
        content = read_object(folder / FOLDER / MANIFEST)
        if content["format"] != FORMAT:
            raise NotUsable(f"the export has format {content['format']}")
        marks = {key: marks_from(content[key]) for key in ("sources", "files")}
        manifest = Manifest(FORMAT, dict(content["made_with"]), **marks)
    except FileNotFoundError as error:
        raise NotUsable("there is no export") from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NotUsable(f"the manifest cannot be read: {error}") from error
    if [mark.path for mark in manifest.files] != [f"{FOLDER}/{name}" for name in (LAYERS, PIECES)]:
        raise NotUsable("the manifest names other files than an export has")
    return manifest
