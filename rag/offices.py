"""Who holds which office: in a claim, and in a claim as the answer to its question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import facts
from rag.people import Person, Post, find_people, find_posts
from rag.text import fold

_OF = frozenset(facts.keys("của ở tại cho trong"))
_WHO = re.compile(r"(?<!\w)(?:ai|người nào|vị nào|tên gì|tên là gì)(?!\w)", re.I)
_WHAT = re.compile(r"(?<!\w)(?:chức vụ|chức danh|chức|cương vị|vai trò|là gì|làm gì)(?!\w)", re.I)


def unheld(claim: str, spans: Sequence[str], question: str = "") -> str:
    """An office of the claim that the spans do not give to that person, or at all, or ""."""
    held = [post for span in spans for post in find_posts(span)]
    for post in find_posts(claim):
        if not any(_equal(post, other) for other in held):
            return f"{post.former} {post.office}".strip()
    people = [person for span in spans for person in find_people(span)]
    for person in (*find_people(claim), *_asked(claim, question)):
        for post in person.posts:
            if not _holds(person, post, people, held):
                return f"{person.name}: {post.office}"
    return ""


def _asked(claim: str, question: str) -> list[Person]:
    """What a fragment says when its question is read with it: the person asked about, or the office."""
    asked, said = find_people(question), find_people(claim)
    posts = find_posts(claim)
    if posts and not said and len(asked) == 1 and _WHAT.search(question):
        return [Person(asked[0].name, 0, 0, (), tuple(posts))]
    wanted = find_posts(question)
    if len(said) == 1 and not posts and not asked and wanted and _WHO.search(question):
        held_by = question[: wanted[0].start] + question[wanted[-1].end :]
        return (
            []
            if re.search(r"(?<!\w)(?:với|của|cùng|gặp|cho)\s+(?:\S+\s+)?$", held_by[: wanted[0].start])
            else [Person(said[0].name, 0, 0, (), tuple(wanted[:1]))]
        )
    return []


def _holds(person: Person, post: Post, people: Sequence[Person], held: Sequence[Post]) -> bool:
    own = [p for other in people if _same_name(other.name, person.name) for p in other.posts]
    if any(_equal(post, p) and _inside(post, p) for p in own):
        return True
    others = [p for other in people if not _same_name(other.name, person.name) for p in other.posts]
    # Offices may stand too far from the name to be tied to it; then nobody else may hold them.
    free = [p for p in held if _equal(post, p) and _inside(post, p)]
    taken = any(_equal(post, p) for p in others)
    return not own and not taken and bool(free)


def _equal(post: Post, other: Post) -> bool:
    return post.former == other.former and facts.keys(post.office) == facts.keys(other.office)


def _inside(post: Post, other: Post) -> bool:
    """The same body, as far as both say: `Chủ tịch UBND` is not `Chủ tịch HĐND`."""
    return not other.body or all(key in other.body for key in [k for k in post.body if k not in _OF][:2])


def _same_name(a: str, b: str) -> bool:
    return fold(a) == fold(b) and facts.keys(a) == facts.keys(b)
