"""Settings: which source wins, and that nothing misspelt is ignored."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.errors import BadSettings
from rag.settings import CONFIG_FILE, Settings, load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder without any variable."""
    monkeypatch.delenv("HOIDAP_DATA")
    monkeypatch.delenv("HOIDAP_MODELS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_nothing() -> None:
    settings = load_settings()
    assert settings.data.is_absolute()
    assert settings.models.is_absolute()
    assert settings.data != settings.models


def test_a_flag_beats_a_variable_beats_the_file_beats_the_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = load_settings().answer_tokens
    (folder / CONFIG_FILE).write_text("answer_tokens = 101\n")
    assert load_settings().answer_tokens == 101 != default
    monkeypatch.setenv("HOIDAP_ANSWER_TOKENS", "102")
    assert load_settings().answer_tokens == 102
    assert load_settings(answer_tokens=103).answer_tokens == 103


def test_a_flag_that_was_not_given_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_LLM", "từ biến")
    assert load_settings(llm=None).llm == "từ biến"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("dta = 'x'", "dta"),
        ("threads = 'nhiều'", "threads"),
        ("threads = -1", "threads"),
        ("evidence_sentences = 0", "evidence_sentences"),
        ("threads =", CONFIG_FILE),
        ("[data]\nx = 1", "data"),
    ],
)
def test_a_bad_file_names_what_is_wrong(folder: Path, content: str, named: str) -> None:
    (folder / CONFIG_FILE).write_text(content)
    with pytest.raises(BadSettings, match=named):
        load_settings()


def test_a_file_in_another_encoding(folder: Path) -> None:
    (folder / CONFIG_FILE).write_bytes(b"llm = '\xff'")
    with pytest.raises(BadSettings, match=CONFIG_FILE):
        load_settings()


@pytest.mark.parametrize(("name", "value"), [("HOIDAP_DTA", "x"), ("HOIDAP_THREADS", "nhiều"), ("HOIDAP_", "x")])
def test_a_bad_variable_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=f"(?i){name.removeprefix('HOIDAP_')}"):
        load_settings()


def test_an_unknown_flag_is_an_error() -> None:
    with pytest.raises(BadSettings, match="dta"):
        load_settings(dta="x")


def test_home_is_written_as_in_a_shell(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    (folder / CONFIG_FILE).write_text("data = '~/kho'\n")
    assert load_settings().data == folder / "kho"


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.threads = 3


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description and field.description.endswith(".") for field in Settings.model_fields.values())
