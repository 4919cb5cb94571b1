"""Draws both tabs at 80×24 on the demo data, as a user comes to see them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import pytest
from textual.pilot import Pilot

from app.demo.filling import DEFAULT_COUNT, DEFAULT_SEED, fill, write_samples
from app.store.opening import close_database, open_database
from app.tui.app import TransferApp
from app.tui.whose_books import OpenedBooks

SIZE = (80, 24)
_TURN = 0.01
_PATIENCE = 30


async def draw_tabs(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Name of the tab → its picture, with `home` as the user's home folder."""
    monkeypatch.setenv("HOME", str(home))
    (home / "faturalar").mkdir()
    write_samples(home / "dosyalar", DEFAULT_SEED)
    open_database(str(home / "ornek.db"))
    try:
        fill(DEFAULT_COUNT, DEFAULT_SEED)
        app = TransferApp(
            export_folder="~/faturalar",
            import_folder="~/dosyalar/hatali.json",
            books=OpenedBooks("ornek.db", "ÖRNEK"),
        )
        async with app.run_test(size=SIZE) as pilot:
            return {"disari": await _export_tab(pilot), "iceri": await _import_tab(pilot)}
    finally:
        close_database()


async def _export_tab(pilot: Pilot[None]) -> str:
    """Listed, three documents marked."""
    await pilot.press("f5")
    await _until(pilot, "listelendi")
    await pilot.press("space", "space", "down", "space")
    await _until(pilot, "3 işaretli")
    return _picture(pilot)


async def _import_tab(pilot: Pilot[None]) -> str:
    """A file with faults, what could be saved is saved."""
    await pilot.press("f3")
    await _until(pilot, "hatali.json")
    await pilot.press("f5")
    await _until(pilot, "hatalı")
    await pilot.press("a", "f2")
    await _until(pilot, "korur")
    while getattr(pilot.app.focused, "id", None) != "ok":
        await pilot.press("tab")
    await pilot.press("enter")
    await _until(pilot, "Aktarım tamamlandı")
    return _picture(pilot)


async def _until(pilot: Pilot[None], text: str) -> None:
    """Until the screen says so; fails with the screen where that never comes."""
    deadline = monotonic() + _PATIENCE
    while monotonic() < deadline:
        await pilot.pause()
        if text in _picture(pilot):
            return
        await asyncio.sleep(_TURN)
    pytest.fail(f"{text!r} never came:\n{_picture(pilot)}")


def _picture(pilot: Pilot[None]) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)
