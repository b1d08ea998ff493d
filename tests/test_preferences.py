"""Settings that change while the program runs: what is accepted, where it is written, which model answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer import ask
from rag.errors import BadSettings, ModelError
from rag.library import Library
from rag.llm import ScriptedLLM
from rag.preferences import changed, overridden, read, save
from rag.records import Done
from rag.settings import CONFIG_FILE, Settings, load_settings

FILE = "# của phòng\nthreads = 2 # máy yếu\n\n# hết\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_change_is_written_beside_what_was_there(folder: Path) -> None:
    file = folder / CONFIG_FILE
    file.write_text(FILE, "utf-8")
    save(file, {"evidence_sentences": 6, "extractive": True})
    save(file, {"evidence_sentences": 7})
    written = file.read_text("utf-8")
    assert written.startswith("# của phòng\nthreads = 2 # máy yếu\n")
    assert "evidence_sentences = 7" in written and "# hết" in written and load_settings().threads == 2


def test_what_was_written_is_what_is_read(folder: Path) -> None:
    save(folder / CONFIG_FILE, {"least_confidence": 0.3, "llm": 'a "b" \\ đ.gguf'})
    settings = load_settings()
    assert (settings.least_confidence, settings.llm) == (0.3, 'a "b" \\ đ.gguf')


def test_a_linked_file_is_written_where_it_lies(folder: Path) -> None:
    (folder / "chung.toml").write_text("threads = 2\n", "utf-8")
    (folder / CONFIG_FILE).symlink_to(folder / "chung.toml")
    save(folder / CONFIG_FILE, {"extractive": True})
    assert (folder / CONFIG_FILE).is_symlink()
    assert "extractive = true" in (folder / "chung.toml").read_text("utf-8")


def test_a_broken_file_is_left_alone(folder: Path) -> None:
    (folder / CONFIG_FILE).write_text("threads = = 2", "utf-8")
    with pytest.raises(BadSettings):
        save(folder / CONFIG_FILE, {"extractive": True})
    assert (folder / CONFIG_FILE).read_text("utf-8") == "threads = = 2"


def test_a_file_that_is_none_is_named_without_its_folder(folder: Path) -> None:
    (folder / CONFIG_FILE).write_bytes(b"\xff")
    with pytest.raises(BadSettings) as refused:
        read(folder / CONFIG_FILE)
    assert CONFIG_FILE in refused.value.line and str(folder) not in refused.value.line


@pytest.mark.parametrize("mode", [0o640, 0o664])
def test_the_file_keeps_its_permissions(folder: Path, mode: int) -> None:
    file = folder / CONFIG_FILE
    file.touch()
    file.chmod(mode)
    save(file, {"extractive": True})
    assert file.stat().st_mode & 0o777 == mode


def test_a_new_file_has_the_permissions_of_any_new_file(folder: Path) -> None:
    (folder / "any").touch()
    save(folder / CONFIG_FILE, {"extractive": True})
    assert (folder / CONFIG_FILE).stat().st_mode == (folder / "any").stat().st_mode


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence_sentences": 0},
        {"evidence_sentences": "nhiều"},
        {"least_confidence": 1.5},
        {"llm": 7},
        {"data": "/tmp"},
        {"nothing": 1},
    ],
)
def test_what_is_out_of_range_or_not_changeable_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadSettings):
        changed(load_settings(), changes)


def test_flags_and_variables_stand_above_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_EXTRACTIVE", "true")
    settings = load_settings(llm="qwen2.5-coder-0.5b")
    assert overridden(settings, "llm") == "--llm"
    assert overridden(settings, "extractive") == "HOIDAP_EXTRACTIVE"
    assert overridden(settings, "evidence_sentences") is None
    for name, value in (("llm", "khác"), ("extractive", False)):
        with pytest.raises(BadSettings):
            changed(settings, {name: value})
    after = changed(settings, {"evidence_sentences": 5})
    assert (after.evidence_sentences, after.extractive, after.flags) == (5, True, frozenset({"llm"}))


class Watched(ScriptedLLM):
    def __init__(self, name: str) -> None:
        super().__init__(["không có"])
        self.name = name
        self.loaded = self.freed = 0

    def load(self) -> None:
        self.loaded += 1

    def close(self) -> None:
        self.freed += 1


def test_another_model_is_loaded_before_the_old_one_goes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = Watched("cũ"), Watched("mới")
    library._llm = old
    monkeypatch.setattr("rag.library._language_model", lambda _: new)
    library.change(changed(library.settings, {"evidence_sentences": 6}))
    assert (library.llm, library.settings.evidence_sentences, old.freed) == (old, 6, 0)
    library.change(changed(library.settings, {"llm": "mới"}))
    assert (library.llm, new.loaded, old.freed) == (new, 1, 1)


def test_a_model_that_is_missing_changes_nothing(library: Library, tmp_path: Path) -> None:
    settings = library.settings.model_copy(update={"models": tmp_path / "none"})
    before = library.llm
    with pytest.raises(ModelError):
        library.change(changed(settings, {"llm": "qwen2.5-coder-0.5b"}))
    assert library.llm is before and library.settings.llm == Settings.model_fields["llm"].default


def test_the_setting_makes_every_answer_a_quotation(seeded: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeded, "settings", seeded.settings.model_copy(update={"extractive": True}))
    monkeypatch.setattr(seeded, "_llm", None)
    monkeypatch.setattr("rag.library._language_model", lambda _: pytest.fail("a model was opened"))
    seeded.warm_up()
    events = list(ask(seeded, "Đại tướng Phan Văn Giang làm việc với Tỉnh ủy Sơn La khi nào?"))
    done = events[-1]
    assert isinstance(done, Done)
    assert done.answer.extractive and done.answer.model.llm is None and "22/10" in done.answer.answer
