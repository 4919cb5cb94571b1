"""The environment chooses between our terminal driver and Textual's own."""

import pytest

from app.tui.terminal.driver import CHOICE, STOCK, DiffDriver, chosen_driver


@pytest.mark.parametrize(
    ("environment", "driver"),
    [({}, DiffDriver), ({CHOICE: STOCK}, None), ({CHOICE: "bizim"}, DiffDriver),
     ({"TEXTUAL_DRIVER": "textual.drivers.linux_driver:LinuxDriver"}, None)],
)  # fmt: skip
def test_the_environment_chooses_the_driver(monkeypatch, environment, driver):
    for name in (CHOICE, "TEXTUAL_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert chosen_driver() is driver


def test_the_switch_is_spelt_as_the_readme_says():
    assert (CHOICE, STOCK) == ("TOPLU_FATURA_SURUCU", "textual")
