"""The language model: llama.cpp through llama-cpp-python, and the scripted stand-in for tests."""

from rag.llm.contract import CONTEXT, LLM, Passage, Prompt, Stream
from rag.llm.llama import LlamaCpp
from rag.llm.scripted import ScriptedLLM

__all__ = ["CONTEXT", "LLM", "LlamaCpp", "Passage", "Prompt", "ScriptedLLM", "Stream"]
