"""Contains and refused per way of typing, by quotation: `python bench/robustness.py QUESTIONS --data DIR`.

The data folder must hold the corpus of the questions already; no language model is used.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from perturbations import PERTURBATIONS, perturbed  # noqa: E402

from rag import Library, ask, load_settings  # noqa: E402
from rag.evaluation.metrics import contains  # noqa: E402
from rag.records import Answer, Done  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--kinds", nargs="*", default=list(PERTURBATIONS))
    parser.add_argument("--show", action="store_true", help="what was understood where it was not the clean question")
    options = parser.parse_args()
    items = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    with Library.open(load_settings(data=options.data)) as library:
        clean = {item["id"]: answered(library, item, item["question"]) for item in items}
        for kind in options.kinds:
            typed = {item["id"]: perturbed(item["question"], kind, item["id"]) for item in items}
            answers = {item["id"]: answered(library, item, typed[item["id"]]) for item in items}
            print(kind.ljust(9), figures(items, answers, clean))
            if options.show:
                show(typed, answers, clean)


def answered(library: Library, item: dict, question: str) -> Answer:
    history = tuple((turn[0], turn[1]) for turn in item.get("history") or ())
    *_, last = ask(library, question, history, extractive=True)
    assert isinstance(last, Done)
    return last.answer


def figures(items: list[dict], answers: dict[str, Answer], clean: dict[str, Answer]) -> str:
    answerable = [item for item in items if item["answerable"]]
    others = [item for item in items if not item["answerable"]]
    right = sum(not answers[i["id"]].refused and contains(answers[i["id"]].answer, i["answers"]) for i in answerable)
    refused = sum(answers[i["id"]].refused for i in others)
    false = sum(answers[i["id"]].refused for i in answerable)
    same = sum(heard(answers[i["id"]]) == heard(clean[i["id"]]) for i in items)
    return (
        f"contains {right}/{len(answerable)}  refused {refused}/{len(others)}  false refusals {false}"
        f"  understood as the clean one {same}/{len(items)}"
    )


def heard(answer: Answer) -> str:
    return answer.standalone_question.lower().strip("?. ")


def show(typed: dict[str, str], answers: dict[str, Answer], clean: dict[str, Answer]) -> None:
    for key, answer in answers.items():
        if heard(answer) != heard(clean[key]):
            print(f"  {key}: {typed[key]}\n        {answer.standalone_question}")


if __name__ == "__main__":
    main()
