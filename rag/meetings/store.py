"""The table of meeting records: one row a document, written again when the document or the rules change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cache

from pydantic import TypeAdapter, ValidationError

from rag.meetings.extract import VERSION, extract
from rag.meetings.records import Meeting
from rag.meetings.verify import verify
from rag.records import Document
from rag.store import Store

_LOG = logging.getLogger(__name__)
_BATCH = 64
"""Documents of one transaction: as much as a crash lets us read again."""
_WAITING = """SELECT id FROM documents LEFT JOIN meetings ON document_id=id
WHERE extractor IS NULL OR extractor<? ORDER BY documents.rowid"""
# Documents with something to say; NULL where nothing of this version is stored.
_STORED = """SELECT id, records FROM documents LEFT JOIN meetings ON document_id=id AND extractor>=?
WHERE records IS NULL OR records<>'[]'"""
_RECORDS = "SELECT records FROM meetings WHERE document_id=? AND extractor>=?"
# A document replaced since it was read keeps no record of its old text.
_WRITE = "INSERT OR REPLACE INTO meetings SELECT id, ?, ? FROM documents WHERE id=? AND sha256=?"

Watch = Callable[[int, int], None]
"""Told (documents done, all) after each batch."""


class MeetingStore:
    """Records of the documents of the same database; they go when their document goes."""

    def __init__(self, store: Store) -> None:
        self._documents = store
        self._database = store.database

    def refresh(self, watch: Watch | None = None) -> int:
        """Read every document that has no record by these rules; how many there were.

        May be stopped at any instant and called again: what is written stays.
        """
        waiting = [row[0] for row in self._database.rows(_WAITING, (VERSION,))]
        for at in range(0, len(waiting), _BATCH):
            batch = waiting[at : at + _BATCH]
            with self._database.snapshot():
                rows = [self._row(document) for document in self._documents.documents_among(batch).values()]
            with self._database.transaction() as connection:
                connection.executemany(_WRITE, rows)
            if watch:
                watch(at + len(batch), len(waiting))
        return len(waiting)

    def all(self) -> list[Meeting]:
        """Every meeting, in no order; what is not stored, or is wrong, is read from the text now."""
        found: list[Meeting] = []
        with self._database.snapshot():
            rows = self._database.rows(_STORED, (VERSION,))
            documents = self._documents.documents_among(row[0] for row in rows)
            for key, records in rows:
                found.extend(self._stored(documents[key], records) or self._extracted(documents[key]))
        return found

    def of(self, document_id: str) -> Sequence[Meeting]:
        """The stored meetings of one document; none where it has not been read by these rules yet."""
        with self._database.snapshot():
            rows = self._database.rows(_RECORDS, (document_id, VERSION))
            document = self._documents.document(document_id)
            return next((self._stored(document, row[0]) or () for row in rows), ())

    def wrong(self) -> list[str]:
        """Ids of the documents whose stored records cannot be read or do not stand in their text."""
        with self._database.snapshot():
            rows = self._database.rows(_STORED, (VERSION,))
            documents = self._documents.documents_among(row[0] for row in rows)
            return [key for key, records in rows if records and self._stored(documents[key], records) is None]

    def forget(self, document_ids: Sequence[str]) -> None:
        """Take the records of documents away; the next `refresh` reads them again."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM meetings WHERE document_id=?", [(key,) for key in document_ids])

    def _stored(self, document: Document, records: str | None) -> Sequence[Meeting] | None:
        """The stored records, or None when there are none or one is not borne out by the text."""
        if records is None:
            return None
        try:
            meetings = _adapter().validate_json(records)
        except ValidationError as error:
            _LOG.error("bản ghi cuộc họp của %s hỏng: %s", document.id, error)
            return None
        text = self._documents.text(document.id)
        faults = [fault for meeting in meetings for fault in verify(meeting, text, published=document.published)]
        return None if faults or any(meeting.document_id != document.id for meeting in meetings) else meetings

    def _extracted(self, document: Document) -> tuple[Meeting, ...]:
        text, spans = self._documents.text(document.id), self._documents.spans(document.id)
        return extract(document.id, text, spans, published=document.published)

    def _row(self, document: Document) -> tuple[int, str, str, str]:
        records = _adapter().dump_json(self._extracted(document)).decode()
        return VERSION, records, document.id, document.sha256


@cache
def _adapter() -> TypeAdapter[tuple[Meeting, ...]]:
    return TypeAdapter(tuple[Meeting, ...])
