"""What a Content-Security-Policy lets a page load."""

from __future__ import annotations

_FALLBACKS = {
    "style": ("style-src", "default-src"),
    "script": ("script-src", "default-src"),
    "worker": ("worker-src", "child-src", "script-src", "default-src"),
    "frame": ("frame-src", "child-src", "default-src"),
    "base": ("base-uri",),
    **{kind: (f"{kind}-src", "default-src") for kind in ("img", "font", "media", "connect", "object", "manifest")},
    "default": ("default-src",),
}
_HARMLESS = frozenset({"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"})
REQUIRED = ("script", "style", "img", "font", "media", "connect", "object", "frame", "worker", "manifest", "base")


def blocks(policy: str, kind: str) -> bool:
    """Whether the policy keeps a page from loading a kind of thing from any other machine.

    Connection hints and navigation are outside what a policy governs.
    """
    directives = dict(_directive(part) for part in reversed(policy.split(";")) if part.strip())
    for name in _FALLBACKS.get(kind, ()):
        if name in directives:
            return directives[name] <= _HARMLESS
    return False


def _directive(part: str) -> tuple[str, frozenset[str]]:
    name, *sources = part.lower().split()
    return name, frozenset(sources)


def holes(policy: str) -> list[str]:
    """The kinds that a page under this policy could load from elsewhere."""
    return [kind for kind in REQUIRED if not blocks(policy, kind)]
