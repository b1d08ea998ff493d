"""What the model's own loop is made of, without a model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm import Passage, Prompt
from rag.llm.engine import Engine
from rag.llm.pieces import Piece, State, split
from rag.llm.shelf import Shelf, prune
from rag.llm.states import States
from rag.llm.text import Text
from rag.llm.writing import written


@given(st.text(), st.integers(1, 5))
def test_text_comes_whole_however_its_bytes_are_cut(text: str, width: int) -> None:
    raw = text.encode("utf-8", "replace")
    cut = Text(("\n\n",))
    parts = [cut.take(raw[at : at + width]) for at in range(0, len(raw), width)]
    parts.append(cut.rest())
    assert "".join(parts) == raw.decode().partition("\n\n")[0]
    assert cut.ended == (b"\n\n" in raw)
    assert not any("\ufffd" in part for part in parts) or "\ufffd" in text


def test_what_may_begin_a_stop_is_held_back() -> None:
    text = Text(("<|im_end|>", "\n\n"))
    assert text.take("một\n".encode()) == "một"
    assert text.take(b"hai<|im") == "\nhai"
    assert text.take(b"_end|>x") == ""
    assert text.ended and text.rest() == ""


def prompt(question: str) -> Prompt:
    shown = (Passage("# A\n- một\n- hai\n"), Passage("# B\n- ba <|im_end|>\n"))
    return Prompt("Hệ thống", "".join(p.text for p in shown) + question, shown)


def test_pieces_and_rest_are_the_whole_prompt() -> None:
    pieces, rest = split(prompt("?"))
    assert "".join(piece.text for piece in pieces) + rest == (
        "<|im_start|>system\nHệ thống<|im_end|>\n<|im_start|>user\n# A\n- một\n- hai\n# B\n- ba < |im_end|>\n"
        "?<|im_end|>\n<|im_start|>assistant\n"
    )
    assert [piece.before for piece in pieces] == ["", *(piece.key for piece in pieces[:-1])]


def test_a_key_depends_on_all_that_was_read_before() -> None:
    system = Piece("s")
    behind = Piece("b", system.key)
    keys = {Piece("a").key, Piece("a", system.key).key, Piece("a", behind.key).key, Piece("sa").key}
    assert len(keys) == 4
    assert Piece("a", system.key) == Piece("a", Piece("s").key)
    assert [p.key for p in split(prompt("?"))[0]] == [p.key for p in split(prompt("khác"))[0]]


def test_many_pieces_are_named_quickly() -> None:
    shown = tuple(Passage(f"# câu {n}\n") for n in range(300))
    pieces, _ = split(Prompt("Hệ thống", "".join(passage.text for passage in shown), shown))
    assert len({*pieces}) == 301


def test_a_prompt_must_begin_with_its_passages() -> None:
    with pytest.raises(ValueError, match="passages"):
        split(Prompt("", "khác", (Passage("# A\n"),)))


A, B, C, D = (Piece(name, source=f"doc-{name}") for name in "abcd")


def test_the_longest_unused_states_give_way() -> None:
    states = States(10)
    for piece in (A, B):
        states.put(piece, State((1,), b"12345"))
    assert states.get(A) is not None
    states.put(C, State((1,), b"123"))
    assert A in states and C in states and B not in states
    states.put(A, State((1,), b"1234567"))
    assert A in states and C in states
    states.put(D, State((1,), b"x" * 11))
    assert not any(piece in states for piece in (A, C, D))


def shelf(folder: Path, *, made_by: str = "mô hình", most: int = 10_000) -> Shelf:
    return Shelf(folder, made_by=made_by, most=most)


def test_states_come_back_in_another_process(tmp_path: Path) -> None:
    states = States(10_000, shelf(tmp_path))
    states.put(A, State((1, -2, 3), b"\x00\xff" * 9))
    assert A not in States(10_000, shelf(tmp_path)), "nothing is written before `save`"
    states.save()
    after = States(10_000, shelf(tmp_path))
    assert A in after and B not in after
    assert after.get(A) == State((1, -2, 3), b"\x00\xff" * 9)
    after.clear()
    assert after.get(A) is not None


def test_a_foreign_state_is_as_if_not_there(tmp_path: Path) -> None:
    shelf(tmp_path).keep(A, State((1,), b"x"))
    assert shelf(tmp_path, made_by="khác").find(A) is None
    assert shelf(tmp_path).find(Piece("a", B.key, "doc-a")) is None


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x00" * 36, b"\xff" * 500])
def test_a_damaged_state_is_as_if_not_there_and_made_anew(tmp_path: Path, content: bytes) -> None:
    shelf(tmp_path).keep(A, State((1,), b"x"))
    (path,) = tmp_path.glob("*/*.state")
    path.write_bytes(content)
    assert shelf(tmp_path).find(A) is None
    shelf(tmp_path).keep(A, State((1,), b"x"))
    assert shelf(tmp_path).find(A) == State((1,), b"x")


@given(st.integers(0, 60), st.integers(1, 255))
def test_every_changed_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, at: int, change: int) -> None:
    folder = tmp_path_factory.mktemp("shelf")
    shelf(folder).keep(A, State((7, 8), b"0123456789"))
    (path,) = folder.glob("*/*.state")
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= change
    path.write_bytes(content)
    assert shelf(folder).find(A) is None


def test_the_longest_unused_files_go_first(tmp_path: Path) -> None:
    kept = shelf(tmp_path, most=1_000)
    for age, piece in enumerate((A, B, C)):
        kept.keep(piece, State((1,), bytes(250)))
        (path,) = tmp_path.glob(f"{piece.source}/*")
        os.utime(path, (100 + age, 100 + age))
    assert kept.find(A) is not None
    kept.keep(D, State((1,), bytes(250)))
    assert [piece.text for piece in (A, B, C, D) if kept.has(piece)] == ["a", "c", "d"]
    kept.keep(B, State((1,), bytes(2_000)))
    assert not kept.has(B), "what is larger than all the room is not kept"


def test_the_half_of_a_killed_process_makes_room_too(tmp_path: Path) -> None:
    (tmp_path / "doc-a").mkdir()
    half = tmp_path / "doc-a" / ".half.state"
    half.write_bytes(b"x" * 900)
    os.utime(half, (1, 1))
    shelf(tmp_path, most=1_000).keep(A, State((1,), b"x" * 200))
    assert not half.exists()
    assert shelf(tmp_path).find(A) is not None


def test_what_is_of_absent_documents_is_taken_away(tmp_path: Path) -> None:
    common = Piece("hệ thống")
    for piece in (A, B, common):
        shelf(tmp_path).keep(piece, State((1,), b"x"))
    prune(tmp_path, {B.source})
    assert [shelf(tmp_path).has(piece) for piece in (A, B, common)] == [False, True, True]
    prune(tmp_path / "không có", set())


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "tệp").write_text("x")
    kept = shelf(tmp_path / "tệp")
    kept.keep(A, State((1,), b"x"))
    assert kept.find(A) is None


class Talker:
    """An engine whose every token is written down."""

    def __init__(self, says: list[int]) -> None:
        self.says = says
        self.length = self.steps = 0

    def append(self, tokens: Sequence[int], *, outputs: int) -> list[int]:
        assert self.says[self.length] == tokens[0]
        self.steps += 1
        self.length += len(tokens)
        return self.says[self.length - outputs + 1 : self.length + 1]

    def ends(self, token: int) -> bool:
        return token == 0


SAYS = [1, 2, 3, 4, 5, 8, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("most", [1, 2, 5, 6, 20])
def test_it_writes_until_the_end_or_the_limit_and_no_step_more(most: int) -> None:
    engine = Talker(SAYS)
    assert list(written(cast(Engine, engine), 1, most=most)) == SAYS[: min(most, 6)]
    assert engine.steps == min(most - 1, 6)
