"""What both tabs share: the frame, the list with its marks, one job at a time, the verbs."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input

from app.domain.amounts import turkish, turkish_count
from app.errors import AppError
from app.tui.jobs import Job, JobCrashed, JobEnded, JobProgress
from app.tui.marks import Marks
from app.tui.screens.dialog import Ask, Confirm
from app.tui.screens.help import HelpScreen
from app.tui.verbs import Place, bindings, verbs_of
from app.tui.widgets.bars import KeyBar, Line, MessageLine, Title
from app.tui.widgets.buttons import Button
from app.tui.widgets.columns import Column
from app.tui.widgets.path_field import PathField
from app.tui.widgets.record_table import RecordTable

T = TypeVar("T")

_BUTTONS = ("fetch", "mark_all", "unmark_all")
_SHOWN_CANDIDATES = 12


class DocumentTable(RecordTable):
    """The list, with the keys of the list's verbs."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.LIST)]


class TransferTab(Screen[None], inherit_bindings=False):
    """One of the two tabs. A subclass says what its fields are and what its verbs do.

    A verb `x` is done by `do_x`; where it cannot be done now, `why_not_x` says why.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Sonraki", show=False),
        Binding("shift+tab", "app.focus_previous", "Önceki", show=False),
        *bindings(Place.ANYWHERE),
    ]
    PLACE: ClassVar[Place]
    SAVE_VERB: ClassVar[str]
    COLUMNS: ClassVar[tuple[Column, ...]]
    EMPTY: ClassVar[str]
    UNIT: ClassVar[str] = "belge"

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._then: Callable[[Any], None] = lambda _: None
        self._unit = self.UNIT
        self._order: tuple[str, bool] | None = None
        self._searched = ""

    # What it looks like

    def compose(self) -> ComposeResult:
        """Title, fields, buttons, list, status, message, keys."""
        yield Title(self.PLACE.value)
        with Vertical(id="fields"):
            yield from self.compose_fields()
        with Horizontal(id="buttons"):
            labels = {verb.id: verb.label for verb in verbs_of(self.PLACE, Place.LIST)}
            for verb in (*_BUTTONS, self.SAVE_VERB):
                yield Button(labels[verb], id=verb)
        yield DocumentTable(self.COLUMNS, empty_text=self.EMPTY, id="list")
        yield Line(id="status")
        yield MessageLine(id="message")
        yield KeyBar()

    def compose_fields(self) -> ComposeResult:
        """The fields of this tab."""
        raise NotImplementedError

    @property
    def table(self) -> DocumentTable:
        """The list."""
        return self.query_one(DocumentTable)

    @property
    def message(self) -> MessageLine:
        """The line that speaks to the user."""
        return self.query_one(MessageLine)

    def on_mount(self) -> None:
        """Focus in Dosya Yolu."""
        self.query_one(PathField).focus()
        self.show_status()

    def on_screen_resume(self) -> None:
        """The other tab may have changed what is known of the documents."""
        self.show_keys()

    def on_descendant_focus(self) -> None:
        """Other keys apply where the focus is now."""
        self.show_keys()

    def show_keys(self) -> None:
        """The keys that work here."""
        in_list = isinstance(self.focused, DocumentTable)
        places = (Place.LIST, self.PLACE, Place.ANYWHERE) if in_list else (
            self.PLACE, Place.ANYWHERE)  # fmt: skip
        verbs = [verb for verb in verbs_of(*places) if verb.in_bar]
        if in_list:
            # The list's own keys first: the others are known from the fields.
            verbs.sort(key=lambda verb: (verb.id not in ("help", self.SAVE_VERB),
                                         Place.LIST not in verb.places))  # fmt: skip
        self.query_one(KeyBar).show(verbs)

    # Verbs

    def action_verb(self, verb: str) -> None:
        """Do a verb, or say why it cannot be done now."""
        why_not = getattr(self, f"why_not_{verb}", None)
        reason = why_not() if why_not else None
        if reason:
            self.message.error(reason)
            return
        try:
            getattr(self, f"do_{verb}")()
        except AppError as error:
            self.message.error(error.sentence)

    @on(Button.Pressed)
    def _button(self, event: Button.Pressed) -> None:
        self.action_verb(str(event.button.id))

    def do_help(self) -> None:
        """Help for the place where the user is."""
        in_list = isinstance(self.focused, DocumentTable)
        places = (Place.LIST, self.PLACE) if in_list else (self.PLACE, Place.LIST)
        self.app.push_screen(HelpScreen(self.help_text(), (*places, Place.ANYWHERE)))

    def help_text(self) -> str:
        """What the focused place is for."""
        raise NotImplementedError

    def do_other_tab(self) -> None:
        """Go to the other tab."""
        self.app.switch_mode("iceri" if self.PLACE is Place.EXPORT else "disari")

    def do_switch_pane(self) -> None:
        """From the fields to the list and back."""
        if isinstance(self.focused, DocumentTable):
            self.query_one(PathField).focus()
        else:
            self.table.focus()

    def do_back(self) -> None:
        """One step back: a range, the running job, the list."""
        if self.table.range_active:
            self.table.action_cancel_range()
        elif self._job:
            self._ask_to_stop(self._job)
        elif isinstance(self.focused, DocumentTable):
            self.query_one(PathField).focus()
        else:
            self.message.tell("Çıkmak için F10")

    def do_redraw(self) -> None:
        """Draw the whole screen anew."""
        self.app.refresh(layout=True)

    def do_leave(self) -> None:
        """Leave the program; asks while a job runs."""
        if self._job is None:
            self.app.exit()
            return
        question = f"{self._job.label} sürüyor. Durdurulup çıkılsın mı?"
        self.app.push_screen(Confirm(question, default_yes=False), self._leave_if)

    def _leave_if(self, yes: bool | None) -> None:
        if yes and self._job:
            self._job.stop()
            self._then = lambda _: self.app.exit()
        elif yes:
            self.app.exit()

    def why_not_lookup(self) -> str | None:
        """A Rehber needs a field that has one."""
        return None if self.lookup_here() else "Bu alanın Rehberi yok"

    def do_lookup(self) -> None:
        """Open the Rehber of the focused field."""
        opener = self.lookup_here()
        if opener:
            opener()

    def lookup_here(self) -> Callable[[], None] | None:
        """What opens the Rehber of the focused field; None where it has none."""
        raise NotImplementedError

    # The list's verbs

    def why_not_mark_all(self) -> str | None:
        """Marks need a list."""
        return None if self.table.row_count else "Liste boş; önce Kayıtları Getir (F5)"

    why_not_unmark_all = why_not_mark_all
    why_not_invert_marks = why_not_mark_all
    why_not_mark = why_not_mark_all
    why_not_range = why_not_mark_all
    why_not_extend_up = why_not_mark_all
    why_not_extend_down = why_not_mark_all
    why_not_open = why_not_mark_all
    why_not_search = why_not_mark_all
    why_not_sort = why_not_mark_all
    why_not_go_to = why_not_mark_all

    def do_mark(self) -> None:
        """Mark the row and move on."""
        self.table.action_mark_and_advance()

    def do_mark_all(self) -> None:
        """Tümünü Seç."""
        self.table.action_mark_all()

    def do_unmark_all(self) -> None:
        """Tümünü Kaldır."""
        self.table.action_unmark_all()

    def do_invert_marks(self) -> None:
        """Turn all marks round."""
        self.table.action_invert_marks()

    def do_range(self) -> None:
        """Begin or end a range of marks."""
        self.table.action_toggle_range()

    def do_extend_up(self) -> None:
        """Extend the marks upwards."""
        self.table.action_extend_up()

    def do_extend_down(self) -> None:
        """Extend the marks downwards."""
        self.table.action_extend_down()

    def do_open(self) -> None:
        """Open the document under the cursor."""
        self.table.action_open_row()

    def do_sort(self) -> None:
        """Sort by the chosen column; again: the other way about."""
        column = self.table.current_column
        again = self._order is not None and self._order[0] == column
        descending = bool(again and self._order and not self._order[1])
        self._order = (column, descending)
        self.sort(column, descending)
        self.table.show_sorting(column, descending)

    def do_go_to(self) -> None:
        """Ask for a row and go there."""
        self.app.push_screen(Ask(f"Satır (1–{turkish_count(self.table.row_count)})"), self._go_to)

    def _go_to(self, typed: str | None) -> None:
        if typed is None:
            return
        digits = typed.replace(".", "")
        if not (digits.isascii() and digits.isdigit()):
            self.message.error("Satır için bir sayı yazın")
            return
        self.table.goto(int(digits[:18]) - 1)

    def do_search(self) -> None:
        """Ask for a text and go to the next row that has it."""
        self.app.push_screen(Ask("Ara", self._searched), self._search)

    def _search(self, typed: str | None) -> None:
        if typed:
            self._searched = typed
            self._find(1)

    def why_not_search_next(self) -> str | None:
        """Something must have been searched for."""
        return None if self._searched else "Önce aranacak metni yazın ( / )"

    why_not_search_previous = why_not_search_next

    def do_search_next(self) -> None:
        """The next row that has the text."""
        self._find(1)

    def do_search_previous(self) -> None:
        """The row before that has the text."""
        self._find(-1)

    def _find(self, step: int) -> None:
        matches = self.matching(self._searched)
        count = self.table.row_count
        for away in range(1, count + 1):
            place = (self.table.cursor + step * away) % count
            if self.key_of(place) in matches:
                self.table.goto(place)
                self.message.tell(f"“{self._searched}”: {turkish_count(len(matches))} satırda var")
                return
        self.message.error(f"“{self._searched}” listede yok")

    def matching(self, typed: str) -> set[int]:
        """The keys of the rows that have the text."""
        raise NotImplementedError

    def key_of(self, place: int) -> int:
        """The lasting key of the row at a place of the list: its id or its place in the file."""
        raise NotImplementedError

    def sort(self, column: str, descending: bool) -> None:
        """Put the list in the order of a column."""
        raise NotImplementedError

    # Marks and status

    def marked_keys(self) -> array[int]:
        """The keys of the marked rows, in list order."""
        return array("q", map(self.key_of, self.table.marks.positions()))

    def marks_for(self, keys: Sequence[int], blocked: set[int], marked: set[int]) -> Marks:
        """Marks for a list of these keys."""
        marks = Marks(len(keys), bytes(key in blocked for key in keys) if blocked else None)
        if marked:
            marks.select(bytes(key in marked for key in keys))
        return marks

    @on(RecordTable.Marked)
    def _marked(self) -> None:
        self.show_status()

    def show_status(self) -> None:
        """How many are listed, how many marked, and the exact sum of the marked."""
        count, marked = self.table.row_count, self.table.marks.count
        parts = [f"{turkish_count(count)} belge"]
        if marked:
            parts.append(f"{turkish_count(marked)} işaretli")
            parts.append(f"toplam {turkish(self.total(self.marked_keys()))}")
        if self.table.range_active:
            parts.append("aralık işaretleniyor")
        if count:
            parts.append(f"satır {turkish_count(self.table.cursor + 1)}")
        self.query_one("#status", Line).say(" · ".join(parts))

    def total(self, keys: array[int]) -> Decimal:
        """The exact sum of the totals of these rows."""
        raise NotImplementedError

    @on(RecordTable.CursorMoved)
    def _moved(self) -> None:
        self.show_status()
        self.cursor_moved()

    def cursor_moved(self) -> None:
        """The cursor stands on another row."""

    @on(RecordTable.Failed)
    def _failed(self, event: RecordTable.Failed) -> None:
        self.message.error(event.sentence)

    # Jobs

    def busy(self) -> str | None:
        """Why no other job can begin now; None where it can."""
        return f"{self._job.label} sürüyor; durdurmak için Esc" if self._job else None

    def run_job(
        self, label: str, work: Callable[[Job], T], then: Callable[[T], None], unit: str = ""
    ) -> None:
        """Work in a thread; `then` gets its result on the screen's own."""
        self._unit = unit or self.UNIT
        self._then = then
        self._job = Job(self, label, work)
        self.message.tell(f"{label}…")
        self._job.start()

    def on_job_progress(self, event: JobProgress) -> None:
        """How far it is."""
        if event.job is self._job:
            self.message.progress(event.job.label, event.done, event.of, self._unit)
            self.job_went_on()

    def job_went_on(self) -> None:
        """A job has come further."""

    def on_job_ended(self, event: JobEnded) -> None:
        """It is over."""
        if event.job is not self._job:
            return
        then, self._job = self._then, None
        if event.error:
            self.message.error(event.error.sentence)
            self.job_failed()
            return
        try:
            then(event.result)
        except AppError as error:
            self.message.error(error.sentence)

    def job_failed(self) -> None:
        """A job has ended with an error; the message says it."""

    def on_job_crashed(self, event: JobCrashed) -> None:
        """A fault of the program: it is not hidden."""
        raise event.error

    def _ask_to_stop(self, job: Job) -> None:
        question = f"{job.label} sürüyor. Durdurulsun mu?"
        detail = "Biten belgeler kalır, gerisi yapılmaz."
        self.app.push_screen(Confirm(question, detail, default_yes=False), self._stop_if)

    def _stop_if(self, yes: bool | None) -> None:
        if yes and self._job:
            self._job.stop()

    # Fields

    @on(PathField.Candidates)
    def _candidates(self, event: PathField.Candidates) -> None:
        names = event.names[:_SHOWN_CANDIDATES]
        more = f"  … ({len(event.names)} ad)" if len(event.names) > len(names) else ""
        self.message.tell("  ".join(names) + more)

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        fields = list(self.stops())
        place = fields.index(event.input)
        if place + 1 < len(fields):
            fields[place + 1].focus()
        else:
            self.action_verb("fetch")

    def stops(self) -> Iterator[Any]:
        """The fields in the order in which Enter goes through them."""
        yield from self.query("#fields Input").results(Input)
