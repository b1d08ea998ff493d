"""The tables of conversations: every read and write names the user, and finds nothing of another's."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rag.chats.records import Chat, ChatTurn
from rag.chats.titles import renamed, title_of
from rag.database import Database
from rag.errors import ChatsNotKept, LibraryDamaged, StorageError, UnknownChat
from rag.text import fold

_CHAT = "id, user, title, created, updated, (SELECT count(*) FROM chat_turns WHERE chat_id=chats.id)"
_WORDS = 8
"""Of a search; more would hardly leave out more."""


class ChatStore:
    """Conversations in the database of a library; they do not depend on its documents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Reading

    def page(self, user: str, query: str = "", *, limit: int, offset: int = 0) -> list[Chat]:
        """Chats of a user, the one with the latest turn first.

        Args:
            query: words that all stand in the title, or in one question and its answer; case, tone marks and đ
                do not matter.
        """
        words = fold_words(query).split()[:_WORDS]
        holds = " AND ".join(["instr(words, ?)"] * len(words)) or "1"
        rows = self._database.rows(
            f"""SELECT {_CHAT} FROM chats WHERE user=? AND
            (({holds}) OR EXISTS(SELECT 1 FROM chat_turns WHERE chat_id=chats.id AND {holds}))
            ORDER BY updated DESC, rowid DESC LIMIT ? OFFSET ?""",
            (user, *words, *words, limit, offset),
        )
        return [Chat(*row) for row in rows]

    def chat(self, user: str, chat_id: str) -> Chat:
        """One chat without its turns.

        Raises:
            UnknownChat: there is none of that id, or it is another user's.
        """
        rows = self._database.rows(f"SELECT {_CHAT} FROM chats WHERE id=? AND user=?", (chat_id, user))
        if not rows:
            raise UnknownChat()
        return Chat(*rows[0])

    def turns(self, user: str, chat_id: str) -> list[ChatTurn]:
        """The turns of a chat, oldest first.

        Raises:
            UnknownChat: there is none of that id, or it is another user's.
            LibraryDamaged: a turn is not what was stored.
        """
        with self._database.snapshot():
            self.chat(user, chat_id)
            rows = self._database.rows(
                "SELECT ordinal, record, sha256 FROM chat_turns WHERE chat_id=? ORDER BY ordinal", (chat_id,)
            )
        return [_turn(*row) for row in rows]

    def damaged(self) -> list[int]:
        """Row ids of the turns, of whatever user, that are not what was stored."""
        found = []
        for row_id, *row in self._database.rows("SELECT rowid, ordinal, record, sha256 FROM chat_turns"):
            try:
                _turn(*row)
            except LibraryDamaged:
                found.append(row_id)
        return found

    # Writing

    def add(self, user: str, chat_id: str | None, turn: ChatTurn) -> Chat:
        """Append a turn to a chat, or to a new one that is named after its question; the chat as it is then.

        Turns of two pages that write to one chat at once are both kept.

        Raises:
            UnknownChat: there is none of that id, or it is another user's.
            ChatsNotKept: the library may only be read.
        """
        with self._writing() as connection:
            now = datetime.now(UTC).isoformat(timespec="microseconds")
            if chat_id is None:
                chat_id, title = secrets.token_hex(12), title_of(turn.question)
                connection.execute(
                    "INSERT INTO chats(id, user, title, words, created, updated) VALUES(?,?,?,?,?,?)",
                    (chat_id, user, title, fold_words(title), now, now),
                )
            ordinal = self._last(connection, user, chat_id) + 1
            connection.execute(
                "INSERT INTO chat_turns(chat_id, ordinal, words, sha256, record) VALUES(?,?,?,?,?)",
                (chat_id, ordinal, *_row(replace(turn, ordinal=ordinal))),
            )
            connection.execute("UPDATE chats SET updated=? WHERE id=?", (now, chat_id))
            return self.chat(user, chat_id)

    def rename(self, user: str, chat_id: str, title: str) -> Chat:
        """Give a chat another title, cut to what a list can show.

        Raises:
            UnknownChat: there is none of that id, or it is another user's.
            BadInput: there is nothing to read in the title.
            ChatsNotKept: the library may only be read.
        """
        title = renamed(title)
        with self._writing() as connection:
            self.chat(user, chat_id)
            connection.execute("UPDATE chats SET title=?, words=? WHERE id=?", (title, fold_words(title), chat_id))
            return self.chat(user, chat_id)

    def delete(self, user: str, chat_id: str) -> None:
        """Remove a chat with its turns.

        Raises:
            UnknownChat: there is none of that id, or it is another user's.
            ChatsNotKept: the library may only be read.
        """
        with self._writing() as connection:
            self.chat(user, chat_id)
            connection.execute("DELETE FROM chats WHERE id=?", (chat_id,))

    def forget_turns(self, row_ids: list[int]) -> None:
        """Remove turns that `damaged` has found; chats that have no turn left go too."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM chat_turns WHERE rowid=?", [(row_id,) for row_id in row_ids])
            connection.execute("DELETE FROM chats WHERE id NOT IN (SELECT chat_id FROM chat_turns)")

    def _last(self, connection: sqlite3.Connection, user: str, chat_id: str) -> int:
        """The highest ordinal of a chat of this user, 0 for a new one."""
        self.chat(user, chat_id)
        found = connection.execute("SELECT coalesce(max(ordinal), 0) FROM chat_turns WHERE chat_id=?", (chat_id,))
        return int(found.fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._database.transaction() as connection:
                yield connection
        except StorageError as error:
            if "readonly" in error.detail:
                raise ChatsNotKept(detail=error.detail) from error
            raise


def fold_words(text: str) -> str:
    """What search compares: words without case and marks, one space between them."""
    return " ".join(fold(word) for word in text.split())


def _row(turn: ChatTurn) -> tuple[str, str, str]:
    """What search looks at, the checksum of the record, and the record."""
    # A browser can send half a character, which no database takes.
    question = turn.question.encode("utf-8", "replace").decode()
    turn = replace(turn, question=question)
    record = _adapter().dump_json(turn).decode()
    told = turn.answer.answer if turn.answer else ""
    return fold_words(f"{question} {told}"), _sha256(record), record


def _turn(ordinal: int, record: Any, sha256: str) -> ChatTurn:
    if _sha256(str(record)) != sha256:
        raise LibraryDamaged(detail="a turn of a chat does not match its sha256")
    try:
        turn = _adapter().validate_json(record)
    except ValidationError as error:
        raise LibraryDamaged(detail=f"a turn of a chat cannot be read: {error}") from error
    if turn.ordinal != ordinal:
        raise LibraryDamaged(detail="a turn of a chat stands in another's place")
    return turn


def _sha256(record: str) -> str:
    return hashlib.sha256(record.encode("utf-8", "replace")).hexdigest()


@cache
def _adapter() -> TypeAdapter[ChatTurn]:
    return TypeAdapter(ChatTurn)
