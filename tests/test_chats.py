"""Kept conversations: each user's own, whole, found again, exported as data."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from chat_cases import FAILED, STOPPED, answered, any_turn, refused
from helpers import article, assert_whole, bring_in, write
from hypothesis import HealthCheck, given, settings
from strategies import any_text

from embeddings.encoder import HashEncoder
from rag.answer_json import to_json
from rag.chats.export import as_json
from rag.chats.records import ChatTurn
from rag.chats.store import ChatStore
from rag.chats.titles import renamed, title_of
from rag.cli import app
from rag.errors import BadInput, ChatsNotKept, LibraryDamaged, UnknownChat
from rag.invariants import database_violations
from rag.library import Library
from rag.salvage import salvage
from rag.settings import Settings

EVERY = (answered(), refused(), STOPPED, FAILED)


@pytest.fixture
def chats(library: Library) -> ChatStore:
    return library.chats


def titles(chats: ChatStore, query: str = "", user: str = "", limit: int = 50, offset: int = 0) -> list[str]:
    return [chat.title for chat in chats.page(user, query, limit=limit, offset=offset)]


def test_every_outcome_comes_back_as_it_was(chats: ChatStore) -> None:
    chat = chats.add("", None, EVERY[0])
    for turn in EVERY[1:]:
        chat = chats.add("", chat.id, turn)
    assert (chat.title, chat.turns) == ("Đoàn làm việc khi nào?", 4) and chat.created < chat.updated
    assert chats.turns("", chat.id) == [replace(turn, ordinal=n) for n, turn in enumerate(EVERY, 1)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(any_turn())
def test_any_turn_survives_the_store_and_its_answer_the_export(chats: ChatStore, turn: ChatTurn) -> None:
    chat = chats.add("", None, turn)
    [back] = chats.turns("", chat.id)
    assert back == replace(turn, ordinal=1)
    [exported] = as_json(chat, [back], lambda citation: True)["turns"]
    expected = json.loads(to_json(turn.answer, question_id=1)) if turn.answer else None
    assert json.loads(json.dumps(exported["result"])) == expected


def test_half_a_character_from_a_browser_is_kept_as_a_question_mark(chats: ChatStore) -> None:
    chat = chats.add("", None, replace(FAILED, question="câu \ud800 hỏng"))
    assert chats.turns("", chat.id)[0].question == "câu ? hỏng" and chat.title == "câu hỏng"


def test_nobody_reaches_the_chat_of_another(chats: ChatStore) -> None:
    mine = chats.add("lan", None, answered())
    for user in ("", "minh", "LAN"):
        for attempt in (
            lambda user=user: chats.chat(user, mine.id),
            lambda user=user: chats.turns(user, mine.id),
            lambda user=user: chats.add(user, mine.id, STOPPED),
            lambda user=user: chats.rename(user, mine.id, "của tôi"),
            lambda user=user: chats.delete(user, mine.id),
        ):
            with pytest.raises(UnknownChat):
                attempt()
        assert chats.page(user, limit=9) == [] == chats.page(user, "đoàn", limit=9)
    assert chats.page("lan", limit=9) == [mine] and len(chats.turns("lan", mine.id)) == 1


def test_ids_cannot_be_guessed(chats: ChatStore) -> None:
    ids = {chats.add("", None, FAILED).id for _ in range(20)}
    assert len(ids) == 20 and all(len(each) == 24 for each in ids)


def test_the_list_is_newest_first_in_pages_and_a_new_turn_moves_a_chat_up(chats: ChatStore) -> None:
    first, *_ = [chats.add("", None, answered(f"Câu {n}")) for n in range(5)]
    assert titles(chats, limit=2) == ["Câu 4", "Câu 3"] and titles(chats, limit=2, offset=4) == ["Câu 0"]
    chats.add("", first.id, answered("thêm"))
    assert titles(chats, limit=2) == ["Câu 0", "Câu 4"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("son la", ["Đoàn ở Sơn La?"]),
        ("SƠN  LÀ", ["Đoàn ở Sơn La?"]),
        ("doan dai bieu", ["Ai nói?"]),  # in the answer, with đ
        ("ten rieng", ["Tên riêng"]),
        ("ai doan", ["Ai nói?"]),  # one word in the question, one in its answer
        ("lai châu", []),
        ("sơn nói", []),  # words of two chats
        ("100%", []),
        ("_", []),
        ("", ["Tên riêng", "Ai nói?", "Đoàn ở Sơn La?"]),
    ],
)
def test_search_ignores_case_marks_and_d(chats: ChatStore, query: str, found: list[str]) -> None:
    chats.add("", None, answered("Đoàn ở Sơn La?", "Có [1]."))
    chats.add("", None, answered("Ai nói?", "Đoàn đại biểu [1]."))
    chats.rename("", chats.add("", None, answered("Khác", "Không [1].")).id, "Tên riêng")
    assert titles(chats, query) == found


def test_a_title_is_the_question_cut_between_words() -> None:
    long = "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La khi nào và ở đâu?"
    assert title_of(long) == "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy…"
    assert title_of(" Ai\n\x00chủ trì?\u202e ") == "Ai chủ trì?" and title_of("\x07") == "Cuộc trò chuyện"


@given(any_text)
def test_a_title_is_one_readable_line(text: str) -> None:
    title = title_of(text)
    assert 0 < len(title) <= 60 and title == " ".join(title.split()) and title.isprintable()


def test_a_chat_is_renamed_and_deleted_with_its_turns(chats: ChatStore, library: Library) -> None:
    chat = chats.add("", None, answered())
    assert chats.rename("", chat.id, "  Tên\nmới ").title == "Tên mới" == chats.chat("", chat.id).title
    for empty in (" ", "\u200b"):
        with pytest.raises(BadInput, match="đang trống"):
            chats.rename("", chat.id, empty)
    assert len(renamed("x" * 500)) == 120
    chats.delete("", chat.id)
    assert library.database.rows("SELECT count(*) FROM chat_turns") == [(0,)]
    with pytest.raises(UnknownChat):
        chats.delete("", chat.id)


def test_two_pages_that_write_at_once_lose_no_turn(chats: ChatStore) -> None:
    chat = chats.add("", None, answered("0"))

    def write_ten(page: int) -> None:
        for n in range(10):
            chats.add("", chat.id, answered(f"{page}-{n}"))

    threads = [threading.Thread(target=write_ten, args=(page,)) for page in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = chats.turns("", chat.id)
    assert [turn.ordinal for turn in turns] == list(range(1, 42)) and len({turn.question for turn in turns}) == 41


def test_it_does_not_need_its_documents(library: Library, tmp_path: Path) -> None:
    bring_in(library, write(tmp_path / "a.txt", article("cà phê")))
    chat = library.chats.add("", None, answered())
    library.delete([document.id for document in library.documents()])
    assert library.chats.turns("", chat.id)[0].answer == answered().answer
    assert_whole(library)


def test_an_altered_turn_is_damage_and_never_shown(library: Library) -> None:
    chat = library.chats.add("", None, answered())
    with library.database.transaction() as connection:
        connection.execute("UPDATE chat_turns SET record=replace(record, '22/10', '23/10')")
    with pytest.raises(LibraryDamaged):
        library.chats.turns("", chat.id)
    assert list(database_violations(library)) == ["1 lượt hỏi đáp đã lưu bị hỏng"]


def test_a_library_that_may_only_be_read_keeps_none_and_says_so(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = library.chats.add("", None, answered())
    library.close()
    monkeypatch.setattr("rag.database.is_writable", lambda _: False)
    with Library(library.settings) as reader:
        assert titles(reader.chats) == [chat.title]
        for change in (
            lambda: reader.chats.add("", chat.id, answered()),
            lambda: reader.chats.rename("", chat.id, "x"),
            lambda: reader.chats.delete("", chat.id),
        ):
            with pytest.raises(ChatsNotKept, match="chỉ đọc được"):
                change()


def test_salvage_takes_over_the_chats_that_are_whole(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "encoder", HashEncoder())
    bring_in(library, write(tmp_path / "in" / "a.txt", article("cà phê")))
    kept = library.chats.add("lan", None, answered("giữ"))
    library.chats.add("lan", kept.id, answered("hỏng"))
    library.chats.add("lan", None, answered("mất"))
    library.close()
    with sqlite3.connect(library.settings.data / "hoidap.sqlite") as connection:
        connection.execute("UPDATE chat_turns SET record=replace(record, 'hỏng', 'khác')")
        connection.execute("DELETE FROM chats WHERE title='mất'")
    connection.close()
    assert salvage(library.settings, tmp_path / "new").whole == 1
    with Library(Settings(data=tmp_path / "new")) as saved:
        assert_whole(saved)
        assert saved.chats.page("lan", limit=9) == [
            replace(kept, turns=1, updated=saved.chats.chat("lan", kept.id).updated)
        ]
        assert [turn.question for turn in saved.chats.turns("lan", kept.id)] == ["giữ"]
        assert saved.database.rows("SELECT count(*) FROM chat_turns") == [(1,)]


def test_the_commands_list_show_export_and_delete(library: Library, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    chat = library.chats.add("lan", None, answered("Ai chủ\x1b[31m trì?"))
    library.chats.add("lan", chat.id, FAILED)

    def said(*arguments: str) -> str:
        app(["--data", str(library.settings.data), "chats", *arguments], prog_name="hoidap", standalone_mode=False)
        return capfdbinary.readouterr().out.decode()

    assert chat.id in said("list", "--user", "lan", "--find", "chu tri") and said("list") == ""
    shown = said("show", chat.id, "--user", "lan")
    assert "Sáng 22/10 [1]." in shown and "Lỗi: Mô hình ngôn ngữ" in shown and "\x1b" not in shown
    assert json.loads(said("export", chat.id, "--user", "lan", "--format", "json"))["turns"][0]["result"]["id"] == 1
    with pytest.raises(UnknownChat):
        said("delete", chat.id)
    assert "Đã xóa" in said("delete", chat.id, "--user", "lan") and library.chats.page("lan", limit=1) == []
