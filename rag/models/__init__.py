"""The models: a catalogue, three kinds of sources, and a folder where nothing half-written is ever used."""

from rag.models.catalogue import CATALOGUE, MODELS, HubSource, Kind, ModelSpec, PackSource, find
from rag.models.disk import Progress
from rag.models.store import ModelStatus, locate, pull, statuses, verify

__all__ = [
    "CATALOGUE",
    "MODELS",
    "HubSource",
    "Kind",
    "ModelSpec",
    "ModelStatus",
    "PackSource",
    "Progress",
    "find",
    "locate",
    "pull",
    "statuses",
    "verify",
]
