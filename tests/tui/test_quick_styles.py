"""What tests of the screens share is what each would have found itself."""

from __future__ import annotations

import pytest
from desk import desk
from quick_styles import FIND

pytestmark = pytest.mark.usefixtures("office")


async def test_shared_styles_are_those_that_textual_finds():
    for _ in ("the first finds them", "the second shares them"):
        async with desk("cikis", "dosyalar/temiz.json") as it:
            for keys in (["f5", "down", "plus"], ["escape", "f3", "f5", "a"], ["f2"]):
                await it.press(*keys)
                for node in it.app.screen.walk_children(with_self=True):
                    shared = node.styles.base._rules.copy()
                    FIND(it.app.stylesheet, node)
                    assert node.styles.base._rules == shared, node
