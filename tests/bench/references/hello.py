"""The least that a Textual application can be: one word on the screen."""

from textual.app import App, ComposeResult
from textual.widgets import Static

WORD = "Merhaba"


class Hello(App[None]):
    """Shows the word."""

    def compose(self) -> ComposeResult:
        """One widget."""
        yield Static(WORD)


if __name__ == "__main__":
    Hello().run(mouse=False)
