"""Base classes of small dialogs: a yes/no question, and a line of text."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from app.tui.commands import Scope, bindings, not_here, silent_keys
from app.tui.safe import shown
from app.tui.terminal.driver import draw_anew
from app.tui.widgets.bars import MessageLine
from app.tui.widgets.buttons import Button
from app.tui.widgets.fields import Field

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer], inherit_bindings=False):
    """Base of all dialogs: Tab and arrows move the focus, Esc cancels."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "app.focus_next", "Sonraki", show=False),
        Binding("shift+tab,up", "app.focus_previous", "Önceki", show=False),
        *bindings(Scope.ANYWHERE),
        *silent_keys(letters=False),
    ]
    HELP = "Tab ve yön tuşları alanlar arasında gezer, Enter basar, Esc vazgeçer; F10 da."

    HELP_SCOPES: ClassVar[tuple[Scope, ...]] = ()
    CONTENT = ".dialog"
    """Selects the container of what the dialog shows."""

    def action_command(self, command: str) -> None:
        """Run a command."""
        getattr(self, f"do_{command}")()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        """Run the command after which the button is named."""
        self.action_command(str(event.button.id))

    def do_back(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def do_leave(self) -> None:
        """Close the dialog, not the program."""
        self.do_back()

    @on(Field.Full)
    def _full(self, event: Field.Full) -> None:
        self._say(event.sentence)

    def action_not_here(self, key: str) -> None:
        """Say that a key of other screens has no command here."""
        self._say(not_here(key))

    def _say(self, fault: str) -> None:
        """Show a fault; a dialog without a message line gets one below its content."""
        lines = self.query(MessageLine)
        line = lines.first() if lines else MessageLine()
        if not lines:
            self.query_one(self.CONTENT).mount(line)
        line.display = True
        line.error(fault)

    def do_redraw(self) -> None:
        """Redraw the whole screen."""
        draw_anew(self.app)

    def do_help(self) -> None:
        """Open help for this dialog."""
        from app.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.help_text(), self.HELP_SCOPES))

    def help_text(self) -> str:
        """Return the help text."""
        return self.HELP


class Confirm(Dialog[bool]):
    """A question; answers True for yes, otherwise False or None."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.DIALOG)]
    HELP_SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.DIALOG,)
    HELP = "E evet, H ya da Esc hayır. Enter, üzerinde durulan düğmeye basar."

    def __init__(
        self,
        question: str,
        *details: str,
        default_yes: bool = True,
        yes: str = "Evet",
        no: str = "Hayır",
    ) -> None:
        super().__init__()
        self._question = question
        self._details = details
        self._default_yes = default_yes
        self._labels = (yes, no)

    def compose(self) -> ComposeResult:
        """Question, details, the two buttons."""
        with Vertical(classes="dialog"):
            yield Static(shown(self._question), classes="question")
            for detail in self._details:
                yield Static(shown(detail))
            yield from self.compose_more()
            with Horizontal(classes="answers"):
                yield Button(f"E {self._labels[0]}", id="yes")
                yield Button(f"H {self._labels[1]}", id="no")

    def compose_more(self) -> ComposeResult:
        """Return the widgets between details and buttons; none by default."""
        yield from ()

    def on_mount(self) -> None:
        """Focus the default answer."""
        self.query_one("#yes" if self._default_yes else "#no").focus()

    def do_yes(self) -> None:
        """Answer yes."""
        self.dismiss(True)

    def do_no(self) -> None:
        """Answer no."""
        self.dismiss(False)


class Ask(Dialog[str]):
    """A line to type; answers the text, or None."""

    HELP = "Yazın ve Enter'a basın; Esc vazgeçer."

    def __init__(self, label: str, more: str = "") -> None:
        """Ask for a text; `more` is appended to the help."""
        super().__init__()
        self._label = label
        self._more = more

    def help_text(self) -> str:
        """Return the general help, followed by the help for this line."""
        return f"{self.HELP} {self._more}".strip()

    def compose(self) -> ComposeResult:
        """Label and field."""
        with Vertical(classes="dialog"), Horizontal(classes="row"):
            yield Static(shown(self._label), classes="label asked")
            yield Field(id="answer")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with the text."""
        event.stop()
        self.dismiss(event.value.strip() or None)
