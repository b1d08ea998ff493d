"""The flags of a library in its database: every user sees and removes their own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rag.database import Database
from rag.errors import BadInput, UnknownFlag
from rag.flags.records import Complaint, Flag, Wrong

LONGEST = 2000
"""Characters of the right answer and of the note."""
MOST = 1000
"""Flags of one user: a stuck key or a script must not fill the disk."""
_COLUMNS = "id, user, made_at, wrong, expected, note, seen, question"


class FlagStore:
    """`user` is who asks; None is whoever has the data folder, who sees all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: str, complaint: Complaint, seen: Mapping[str, Any]) -> Flag:
        """Keep a complaint.

        Raises:
            BadInput: too long, or this user has MOST flags already.
        """
        if max(len(complaint.expected), len(complaint.note)) > LONGEST:
            raise BadInput(f"Nội dung dài quá {LONGEST} ký tự.", next_step="Hãy viết ngắn hơn.")
        made = datetime.now(UTC).isoformat(timespec="milliseconds")
        flag = Flag(secrets.token_hex(8), user, made, complaint, seen)
        with self._database.transaction() as connection:
            count = connection.execute("SELECT count(*) FROM flags WHERE user=?", (user,)).fetchone()[0]
            if count >= MOST:
                raise BadInput(f"Đã có {MOST} báo sai.", next_step="Hãy xuất ra rồi xóa bớt.")
            row = (flag.id, user, made, complaint.wrong.value, complaint.expected, complaint.note, _json(seen), None)
            connection.execute(f"INSERT INTO flags({_COLUMNS}) VALUES(?,?,?,?,?,?,?,?)", row)
        return flag

    def all(self, user: str | None) -> list[Flag]:
        """Newest first."""
        where, values = ("", ()) if user is None else (" WHERE user=?", (user,))
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM flags{where} ORDER BY made_at DESC, id", values)
        return [_flag(*row) for row in rows]

    def one(self, user: str | None, flag_id: str) -> Flag:
        """A flag of this user.

        Raises:
            UnknownFlag: it is not there, or not theirs.
        """
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM flags WHERE id=?", (flag_id,))
        found = next((_flag(*row) for row in rows), None)
        if found is None or user not in (None, found.user):
            raise UnknownFlag()
        return found

    def delete(self, user: str | None, flag_id: str) -> None:
        """Raises `UnknownFlag` like `one`."""
        flag = self.one(user, flag_id)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM flags WHERE id=?", (flag.id,))

    def set_question(self, user: str | None, flag_id: str, question: Mapping[str, Any] | None) -> Flag:
        """Make a flag a question of the own set, or no longer one. Raises `UnknownFlag` like `one`."""
        flag = self.one(user, flag_id)
        with self._database.transaction() as connection:
            value = None if question is None else _json(question)
            connection.execute("UPDATE flags SET question=? WHERE id=?", (value, flag.id))
        return replace(flag, question=question)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _flag(*row: Any) -> Flag:
    name, user, made, wrong, expected, note, seen, question = row
    complaint = Complaint(Wrong(wrong), expected, note)
    return Flag(name, user, made, complaint, json.loads(seen), json.loads(question) if question else None)
