"""Who may change the settings, what of a form is believed, and how the words and the curve follow the figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scripted_backend import ScriptedBackend, scripted
from starlette.requests import Request

from rag.errors import StorageError
from rag.operating_points import OperatingPoints, read_points
from rag.settings import Settings
from ui.preferences import labels
from ui.preferences.changing import Changing
from ui.preferences.curve import LEFT, RIGHT, across, curve, in_words
from ui.preferences.form import Shown, form
from ui.preferences.page import may_change, wanted

SHIPPED = read_points(None)


def request(peer: str | None, host: str, **headers: str) -> Any:
    named = {"host": host, **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()]
    scope = {"type": "http", "client": (peer, 50000) if peer else None, "headers": raw}
    return SimpleNamespace(request=Request(scope))


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "localhost", "[::1]:7860", "[::1]"])
def test_a_browser_of_this_machine_may_change_settings(host: str) -> None:
    assert may_change(request("::1" if "[" in host else "127.0.0.1", host))


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        ("192.168.1.5", "127.0.0.1:7860"),
        ("192.168.1.5", "192.168.1.5:7860"),
        ("127.0.0.1", "hoidap.coquan.vn"),
        ("127.0.0.1", "127.0.0.1.coquan.vn"),
        ("127.0.0.1", "[::1"),
        ("127.0.0.1", ""),
        ("example", "localhost"),
        (None, "localhost"),
    ],
)
def test_who_comes_from_elsewhere_may_not(peer: str | None, host: str) -> None:
    assert not may_change(request(peer, host))


@pytest.mark.parametrize("header", ["x_forwarded_for", "x_real_ip", "forwarded", "via", "x_forwarded_proto"])
def test_what_a_proxy_passed_on_is_not_from_this_machine(header: str) -> None:
    assert not may_change(request("127.0.0.1", "127.0.0.1:7860", **{header: ""}))


def test_of_a_form_only_known_settings_are_taken() -> None:
    sent = {"llm": "x", "extractive": [], "evidence_sentences": "6", "least_confidence": "0,3", "data": "/etc"}
    found = wanted(SimpleNamespace(_data=sent))
    assert found == {"llm": "x", "extractive": False, "evidence_sentences": 6, "least_confidence": "0,3"}


@pytest.fixture
def backend(tmp_path: Path) -> ScriptedBackend:
    return scripted(tmp_path)


def test_a_value_that_is_none_is_refused_in_words(backend: ScriptedBackend) -> None:
    changing = Changing(backend)
    changing.start({"least_confidence": "0,3"})
    assert changing.failed and "least_confidence" in changing.line
    changing.start({"evidence_sentences": backend.settings.evidence_sentences})
    assert (changing.failed, changing.line) == (False, labels.UNCHANGED)
    assert not backend.config.exists()


def test_a_change_that_cannot_be_written_says_that_it_will_not_last(
    backend: ScriptedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError()

    monkeypatch.setattr("ui.backend.save", full)
    changing = Changing(backend)
    changing.start({"evidence_sentences": 7})
    assert changing.failed and "khởi động lại" in changing.line
    assert backend.settings.evidence_sentences == 7


def test_nothing_changes_when_the_file_cannot_be_read(backend: ScriptedBackend) -> None:
    backend.config.write_text("threads = = 2", "utf-8")
    before = backend.settings
    changing = Changing(backend)
    changing.start({"evidence_sentences": 7})
    assert changing.failed and backend.config.name in changing.line and str(backend.config.parent) not in changing.line
    assert backend.settings is before


def test_the_shipped_points_rise_and_trade_wrong_answers_for_refusals() -> None:
    points = SHIPPED.points
    assert [p.least for p in points] == sorted(p.least for p in points) and "viquad2" in SHIPPED.measured_on
    assert points[0].caused == 0 and points[0].wrong > points[-1].wrong and points[0].refused < points[-1].refused
    assert SHIPPED.nearest(0.07).least == 0.05


def test_the_words_are_those_of_the_nearest_point_and_come_for_every_position() -> None:
    words = in_words(SHIPPED, 0.31).markup
    near = SHIPPED.nearest(0.31)
    assert words.count(labels.in_words(near)) == 2 and f"{round(100 * near.contains)} câu được trả lời đúng" in words
    assert words.count("cứ 100 câu có lời đáp") == len(SHIPPED.points) + 1
    assert across(0) == LEFT and across(1) == RIGHT
    assert curve(SHIPPED, 0.3).markup.count("<path") == 3


def shown(points: OperatingPoints, **changes: Any) -> Shown:
    made = Shown(Settings(llm="/tmp/rieng.gguf"), (), {}, points, {}, may_change=True, cpu="x")
    return replace(made, **changes)


def test_a_file_of_coefficients_without_points_is_said_to_have_none() -> None:
    markup = form(shown(OperatingPoints())).markup
    assert labels.NO_POINTS in markup and "<svg" not in markup
    assert labels.OWN_FILE in markup


def test_from_elsewhere_everything_is_seen_and_nothing_can_be_saved() -> None:
    markup = form(shown(SHIPPED, may_change=False)).markup
    assert labels.READ_ONLY in markup and 'data-action="save"' not in markup
    assert markup.count("<fieldset") == markup.count(" disabled>") == 4


def test_points_of_a_file_that_is_none_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('operating_points = [{ least = "x" }]', "utf-8")
    (tmp_path / "b.toml").write_bytes(b"\xff")
    for name in ("a.toml", "b.toml", "c.toml"):
        assert read_points(tmp_path / name) == OperatingPoints()
