"""One file that holds a whole library: a zip of the database and a manifest with its checksum."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from embeddings.disk import put_in_place, sync
from rag.database import Database, storage_errors
from rag.errors import BadBackup, BadInput, LibraryBusy
from rag.files import exclusive
from rag.migrations import STEPS

Progress = Callable[[str, int, int], None]
"""Told (stage in Vietnamese, done, total) after each step."""
_FORMAT = 1
_MANIFEST, _DATABASE = "hoidap.json", "hoidap.sqlite"
_PAGES = 1000
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds; `sha256` and `size` (bytes) are of the database in it."""

    format: int
    schema: int
    documents: int
    size: int
    sha256: str


def back_up(database: Database, target: Path, progress: Progress) -> Manifest:
    """Write one moment of a library to a file, whatever other processes write meanwhile.

    The file appears whole or not at all; one that was there is replaced.

    Raises:
        StorageError: the library cannot be read, or the file cannot be written.
    """
    with storage_errors(), _beside(target) as folder:
        copied = folder / _DATABASE
        with database.snapshot(), closing(sqlite3.connect(copied)) as copy:
            # The first read fixes the moment: without it every foreign write would start the copy again.
            documents = int(database.rows("SELECT count(*) FROM documents")[0][0])
            database.connection().backup(
                copy, pages=_PAGES, progress=lambda _, left, total: progress("Sao chép", total - left, total)
            )
            copy.execute("PRAGMA journal_mode=DELETE")
        size = copied.stat().st_size
        manifest = Manifest(_FORMAT, len(STEPS), documents, size, _digest(copied))
        _pack(copied, manifest, folder / target.name, progress)
        put_in_place(folder / target.name, target)
    return manifest


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder on the same disk for what is not whole yet; it goes, whatever happens."""
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as name:
        yield Path(name)


def _pack(copied: Path, manifest: Manifest, packed: Path, progress: Progress) -> None:
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_MANIFEST, json.dumps(asdict(manifest)))
        with copied.open("rb") as source, archive.open(_DATABASE, "w", force_zip64=True) as inside:
            done = 0
            while block := source.read(_BLOCK):
                inside.write(block)
                done += len(block)
                progress("Nén", done, manifest.size)
    sync(packed)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(source: Path, data: Path, progress: Progress, *, force: bool) -> Manifest:
    """Make a data folder hold what a backup holds; the caches are made again without the encoder.

    Args:
        force: a library that is there already is put aside, in a folder beside its place.

    Raises:
        BadInput: the file is no whole backup, or a library is there and `force` is not given.
        LibraryBusy: another process has that library open.
        StorageError: the folder cannot be written; what was there stays.
    """
    with storage_errors():
        data.mkdir(parents=True, exist_ok=True)
        database = data / _DATABASE
        if not force and _has_documents(database):
            raise BadInput(f"Thư mục “{data}” đã có tài liệu.", next_step="Hãy chọn --data khác, hoặc thêm --force.")
        with _beside(database) as folder:
            unpacked = folder / _DATABASE
            manifest = _unpack(source, unpacked, progress)
            _check(unpacked, manifest)
            with exclusive(database.with_suffix(".lock")):
                _put_aside(data)
                put_in_place(unpacked, database)
    return manifest


def _has_documents(path: Path) -> bool:
    """True for anything that may be worth keeping, a damaged database too."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT 1 FROM documents LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return True


def _unpack(source: Path, unpacked: Path, progress: Progress) -> Manifest:
    digest, done = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = Manifest(**json.loads(archive.read(_MANIFEST)))
            with archive.open(_DATABASE) as inside, unpacked.open("wb") as file:
                while done <= manifest.size and (block := inside.read(_BLOCK)):
                    file.write(block)
                    digest.update(block)
                    done += len(block)
                    progress("Phục hồi", min(done, manifest.size), manifest.size)
    except FileNotFoundError as error:
        raise BadBackup(f"Không tìm thấy “{source}”.", detail=str(error)) from error
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError, NotImplementedError) as error:
        raise BadBackup(f"“{source.name}” không phải tệp sao lưu, hoặc đã hỏng.", detail=str(error)) from error
    if done != manifest.size or digest.hexdigest() != manifest.sha256:
        raise BadBackup(f"“{source.name}” đã hỏng (sai mã kiểm sha256).")
    return manifest


def _check(path: Path, manifest: Manifest) -> None:
    if manifest.format != _FORMAT or manifest.schema > len(STEPS):
        raise BadBackup("Tệp do phiên bản hoidap mới hơn tạo.", next_step="Hãy cập nhật hoidap.")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BadBackup("Cơ sở dữ liệu trong tệp sao lưu bị hỏng.")
        # Another history begins here: caches of the one before must not be believed.
        connection.execute("UPDATE meta SET value=? WHERE key='database'", (secrets.token_hex(8),))
    sync(path)


def _put_aside(data: Path) -> None:
    """Move what is there into a folder of its own; nothing of a user's is ever deleted."""
    there = [path for path in (data / f"{_DATABASE}{end}" for end in ("", "-wal", "-shm")) if path.exists()]
    if not there:
        return
    _ensure_alone(there[0])
    aside = data / time.strftime("truoc-phuc-hoi-%Y%m%d-%H%M%S")
    aside.mkdir()
    for path in reversed([path for path in there if path.exists()]):
        path.rename(aside / path.name)
    sync(data)


def _ensure_alone(database: Path) -> None:
    """Leaving WAL mode needs every other process to have closed the database; a damaged one may not say."""
    try:
        with closing(sqlite3.connect(database, timeout=0.2)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise LibraryBusy(
                "Kho đang được một chương trình khác mở.",
                next_step="Hãy đóng mọi cửa sổ hoidap của kho này rồi thử lại.",
                detail=str(error),
            ) from error
    except sqlite3.DatabaseError:
        return
