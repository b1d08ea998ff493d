"""Settings: defaults < `hoidap.toml` < `HOIDAP_*` < flags; an unknown key is an error."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import Field, PrivateAttr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import BadSettings

CONFIG_FILE = "hoidap.toml"
PREFIX = "HOIDAP_"


class Settings(BaseSettings):
    """What a person can set; the description of each field is what the documentation shows."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=CONFIG_FILE, extra="forbid", frozen=True, protected_namespaces=()
    )

    data: Path = Field(
        default_factory=lambda: user_data_path("hoidap") / "library",
        description="Thư mục dữ liệu: cơ sở dữ liệu và chỉ mục.",
    )
    models: Path = Field(
        default_factory=lambda: user_data_path("hoidap") / "models",
        description="Thư mục chứa các mô hình đã tải, dùng chung cho mọi kho.",
    )
    llm: str = Field("qwen2.5-coder-1.5b", description="Tên mô hình ngôn ngữ hoặc đường dẫn tệp .gguf.")
    encoder: str = Field("multilingual-e5-small", description="Tên bộ mã hóa hoặc thư mục sentence-transformers.")
    threads: int = Field(0, ge=0, le=256, description="Số luồng tính toán; 0 là theo số lõi của máy.")
    evidence_sentences: int = Field(3, ge=1, le=20, description="Số câu bằng chứng đưa cho mô hình.")
    prompt_tokens: int = Field(700, ge=200, le=8000, description="Giới hạn token của phần bằng chứng và câu hỏi.")
    answer_tokens: int = Field(160, ge=16, le=2000, description="Giới hạn token của câu trả lời.")
    states_mb: int = Field(
        512, ge=0, le=1_000_000, description="MB trên đĩa cho những gì mô hình đã đọc của văn bản; 0 là không giữ."
    )
    least_confidence: float = Field(
        0.05, ge=0, le=1, description="Xác suất đúng nhỏ nhất để một câu trả lời được hiện; thấp hơn thì từ chối."
    )
    confidence: Path | None = Field(
        None, description="Tệp hệ số do `hoidap calibrate` ghi; mặc định là tệp đi kèm chương trình."
    )

    extractive: bool = Field(False, description="Chỉ trích nguyên văn, không dùng mô hình ngôn ngữ.")
    _flags: frozenset[str] = PrivateAttr(frozenset())

    @property
    def flags(self) -> frozenset[str]:
        """Names of what was given on the command line and so stands above every file and variable."""
        return self._flags

    @field_validator("data", "models", "confidence")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        """`~` in a file or a variable is the home folder, as it is in a shell."""
        return path.expanduser() if path else None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**flags: Any) -> Settings:
    """Read all sources; a flag that is None counts as not given.

    Raises:
        BadSettings: an unknown key, a value of the wrong kind or an unreadable `hoidap.toml`.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            raise BadSettings(f"Không có cấu hình nào tên {name}.")
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadSettings(f"Cấu hình “{key}” không hợp lệ.", detail=str(error)) from error
    except (OSError, ValueError) as error:
        raise BadSettings(f"Không đọc được {CONFIG_FILE}.", detail=str(error)) from error
    settings._flags = frozenset(given)
    return settings
