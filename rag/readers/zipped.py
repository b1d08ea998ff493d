"""Zip files, of documents and as archives, with bounds on what they may unpack to."""

from __future__ import annotations

import io
import zipfile

from rag.errors import UnreadableDocument

MAX_MEMBERS = 10_000
MAX_BYTES = 200 * 2**20
"""Of one member unpacked, and of all members of a document in a zip file."""
_MAX_RATIO = 200
_SMALL = 2**20
"""Below this a high ratio is no danger: a blank table packs well."""

BOMB = UnreadableDocument("Tệp nén bung ra quá lớn.", next_step="Hãy giải nén ở nơi an toàn rồi nạp từng tệp.")
LOCKED = UnreadableDocument("Tệp có mật khẩu.", next_step="Hãy mở bằng mật khẩu rồi lưu lại không mật khẩu.")
BROKEN = UnreadableDocument("Tệp nén bị hỏng.", next_step="Hãy lấy lại tệp gốc.")


def opened(raw: bytes) -> zipfile.ZipFile:
    """A zip file in memory with a bounded number of members.

    Raises:
        UnreadableDocument: damaged, or too many members.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except Exception as error:  # zipfile meets hostile bytes with errors of many kinds
        raise UnreadableDocument(BROKEN.problem, next_step=BROKEN.next_step, detail=str(error)) from error
    if len(archive.infolist()) > MAX_MEMBERS:
        raise BOMB
    return archive


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of a member; never more than its header declares, and that is bounded.

    Raises:
        UnreadableDocument: encrypted, damaged, or a bomb.
    """
    if info.flag_bits & 1:
        raise LOCKED
    if is_bomb(info):
        raise BOMB
    try:
        return archive.read(info)
    except Exception as error:
        raise UnreadableDocument(BROKEN.problem, next_step=BROKEN.next_step, detail=str(error)) from error


def is_bomb(info: zipfile.ZipInfo) -> bool:
    swollen = info.file_size > _SMALL and info.file_size > _MAX_RATIO * max(1, info.compress_size)
    return swollen or info.file_size > MAX_BYTES


def checked_document(raw: bytes) -> zipfile.ZipFile:
    """The zip file of a document whose members may all be unpacked together.

    Raises:
        UnreadableDocument: damaged, encrypted, or a bomb.
    """
    archive = opened(raw)
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise LOCKED
    total = sum(info.file_size for info in archive.infolist())
    if total > MAX_BYTES or any(is_bomb(info) for info in archive.infolist()):
        raise BOMB
    return archive
