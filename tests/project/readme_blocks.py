"""The README's marked parts: read, and renewed where that is asked for."""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
RENEW = "RESIMLERI_YENILE"

_FENCED = re.compile(r"\A```\w*\n(.*?)\n```\Z", re.DOTALL)


def part(name: str) -> str:
    """What stands between `<!-- name -->` and `<!-- /name -->`."""
    return _split(name)[1]


def code(name: str) -> str:
    """The same, of a part that is one fenced block."""
    found = _FENCED.match(part(name))
    assert found, f"{name} is not one fenced block"
    return found[1]


def check(name: str, true_text: str) -> None:
    """The part says what is true; with RESIMLERI_YENILE=1 it is made to say so."""
    if os.environ.get(RENEW) == "1":
        before, _, after = _split(name)
        README.write_text(f"{before}{true_text}{after}", encoding="utf-8")
    assert part(name) == true_text, f"the README differs; {RENEW}=1 renews it"


def fenced(text: str, language: str = "text") -> str:
    """A text as a fenced block."""
    return f"```{language}\n{text}\n```"


def _split(name: str) -> tuple[str, str, str]:
    """The README up to the part, the part, and the rest."""
    begin, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    text = README.read_text(encoding="utf-8")
    assert text.count(begin) == text.count(end) == 1, f"{begin.strip()} is not in the README once"
    before, rest = text.split(begin)
    inside, after = rest.split(end)
    return before + begin, inside, end + after
