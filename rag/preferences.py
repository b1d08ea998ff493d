"""Changes some settings for good: checked as a whole, then written into the `hoidap.toml` they are read from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rag.database import storage_errors
from rag.errors import BadSettings
from rag.files import write_whole
from rag.settings import CONFIG_FILE, PREFIX, Settings

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

CHANGEABLE = ("llm", "evidence_sentences", "least_confidence", "extractive")
"""What can change while the program runs; data folder and encoder belong to what is stored."""


def config_file() -> Path:
    """The file that settings are read from: `hoidap.toml` of the working folder, there or not."""
    return Path(CONFIG_FILE).absolute()


def overridden(settings: Settings, name: str) -> str | None:
    """What stands above the file for a setting: a flag (`--llm`) or a variable (`HOIDAP_LLM`)."""
    if name in settings.flags:
        return f"--{name}"
    variable = PREFIX + name.upper()
    return variable if variable in os.environ else None


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """The settings with some values replaced.

    Raises:
        BadSettings: not changeable, of the wrong kind or out of range; overridden by a flag or a variable.
    """
    for name in changes:
        if name not in CHANGEABLE:
            raise BadSettings(f"Không đổi được cấu hình “{name}” ở đây.", next_step="Hãy sửa hoidap.toml.")
        above = overridden(settings, name)
        if above:
            raise BadSettings(f"“{name}” đang do {above} đặt.", next_step=f"Hãy bỏ {above} rồi khởi động lại.")
    try:
        checked = Settings.model_validate({**settings.model_dump(), **changes})
    except ValidationError as error:
        wrong = str(error.errors()[0]["loc"][0])
        step = "Hãy chọn một giá trị trong khoảng cho phép."
        raise BadSettings(f"Giá trị của “{wrong}” không hợp lệ.", next_step=step, detail=str(error)) from error
    return settings.model_copy(update={name: getattr(checked, name) for name in changes})


def read(file: Path) -> TOMLDocument:
    """The file with its comments; an empty one when it is not there.

    Raises:
        BadSettings: it is not TOML.
        StorageError: it cannot be read.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    with storage_errors():
        try:
            return tomlkit.parse(file.read_text("utf-8") if file.exists() else "")
        except (TOMLKitError, UnicodeDecodeError) as error:
            step = f"Hãy sửa {file.name} rồi lưu lại."
            raise BadSettings(f"Không đọc được {file.name}.", next_step=step, detail=str(error)) from error


def save(file: Path, changes: Mapping[str, Any]) -> None:
    """Set values in the file and leave its other keys and its comments as they are.

    Raises:
        BadSettings, StorageError: as `read`; or it cannot be written.
    """
    content = read(file)
    for name, value in changes.items():
        content[name] = value
    with storage_errors():
        target = file.resolve()
        if not target.exists():
            target.touch()  # As every file of this user; `write_whole` alone would let nobody else read it.
        write_whole(target, content.as_string().encode("utf-8"))
