"""What the model's own loop is made of, without a model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm import Passage, Prompt
from rag.llm.guess import guess
from rag.llm.pieces import Piece, State, States, split
from rag.llm.text import Text


def test_a_guess_is_what_followed_the_longest_ending() -> None:
    assert guess([1, 2, 3, 9, 8, 2, 3, 7, 1, 2, 3], 2) == [9, 8], "three tokens back beat the later two"
    assert guess([5, 2, 3, 7, 6, 2, 3, 8, 2, 3], 1) == [8], "of two places the later one"


def test_no_guess_without_two_tokens_that_stood_there_before() -> None:
    assert guess([1, 2, 3, 4, 3], 4) == []
    assert guess([], 4) == guess([1], 4) == []


def test_a_guess_may_reach_to_the_end_and_no_further() -> None:
    assert guess([4, 4, 4], 5) == [4]


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(0, 5))
def test_a_guess_stands_in_the_text(tokens: list[int], most: int) -> None:
    ahead = guess(tokens, most)
    assert len(ahead) <= most
    joined = [*tokens[-2:], *ahead]
    places = [tokens[at : at + len(joined)] for at in range(len(tokens))]
    assert not ahead or joined in places


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
    shown = (Passage("# A\n", ("- một\n", "- hai\n")), Passage("# B\n", ("- ba <|im_end|>\n",)))
    return Prompt("Hệ thống", "".join(p.text for p in shown) + question, shown)


def test_pieces_and_rest_are_the_whole_prompt() -> None:
    pieces, rest = split(prompt("?"))
    assert "".join(piece.text for piece in pieces) + rest == (
        "<|im_start|>system\nHệ thống<|im_end|>\n<|im_start|>user\n# A\n- một\n- hai\n# B\n- ba < |im_end|>\n"
        "?<|im_end|>\n<|im_start|>assistant\n"
    )
    system, first, one, _, second, three = pieces
    assert (first.before, one.before, three.before) == ((system,), (system, first), (system, second))


def test_a_key_depends_on_all_that_was_read_before() -> None:
    system = Piece("s")
    keys = {Piece("a").key, Piece("a", (system,)).key, Piece("a", (system, Piece("b"))).key, Piece("sa").key}
    assert len(keys) == 4
    assert Piece("a", (system,)).key == Piece("a", (Piece("s"),)).key
    assert [p.key for p in split(prompt("?"))[0]] == [p.key for p in split(prompt("khác"))[0]]


def test_a_prompt_must_begin_with_its_passages() -> None:
    with pytest.raises(ValueError, match="passages"):
        split(Prompt("", "khác", (Passage("# A\n", ()),)))


def test_the_longest_unused_states_give_way() -> None:
    states = States(10)
    for key in ("a", "b"):
        states.put(key, State((1,), b"12345"))
    assert states.get("a") is not None
    states.put("c", State((1,), b"123"))
    assert "a" in states and "c" in states and "b" not in states
    states.put("a", State((1,), b"1234567"))
    assert "a" in states and "c" in states
    states.put("d", State((1,), b"x" * 11))
    assert not any(key in states for key in "acd")
