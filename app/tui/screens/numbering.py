"""Yeni Numara Girişi: how documents are numbered, with a preview in figures."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Static

from app.domain import numbers
from app.domain.invoice import DocumentType
from app.domain.reasons import NumberError
from app.domain.text import fold
from app.progress import Stop
from app.store import lookups
from app.store.lookups import LookupEntry, Show
from app.transfer.batches import batches
from app.transfer.decide import ImportRule
from app.transfer.found_cards import FoundCards
from app.transfer.import_file import IncomingFile
from app.transfer.simulate import Plan, make_plan
from app.tui.commands import Scope, bindings
from app.tui.jobs import Job, JobEnded
from app.tui.plan_words import SHOWN_RANGES, describe
from app.tui.remembered import Remembered
from app.tui.safe import shown_lines
from app.tui.screens.dialog import Dialog
from app.tui.screens.lookup import Lookup
from app.tui.widgets.bars import MessageLine
from app.tui.widgets.buttons import Button, TickBox
from app.tui.widgets.error_limit_field import ErrorLimitField
from app.tui.widgets.fields import CodeField

_UNUSED_SERIES = "Fatura Serisi kullanılmaz: üstteki kutu işaretli."
_SAVES_THEN = "Hesap bitince kaydedilir; vazgeçmek için Esc"
_GOES_ON_THEN = "Hesap bitince sonraki alana geçilir; vazgeçmek için Esc"
_PLAN_LINES = SHOWN_RANGES + 7
_READ = 500  # rows of the file that are read at once


class Chosen(NamedTuple):
    """The chosen rule, and the digests of the decisions that the user was shown."""

    rule: ImportRule
    shown: list[bytes]


class NumberingDialog(Dialog[Chosen]):
    """Answers the user's choice, or None for Vazgeç.

    A job computes the figures, and stops when they are no longer needed. Tamam waits for them,
    because the import compares its decisions with them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "Sonraki", show=False),
        *(binding for binding in bindings(Scope.IMPORT) if binding.id == "lookup"),
    ]
    HELP = (
        "Kutu işaretliyken her belge kendi numarasını korur; numarası doluysa kendi serisinin "
        "sıradakini alır. İşaretli değilken hepsi Fatura Serisi'nden numara alır. Boşluk kutuyu "
        "çevirir. Kaç hatada durulsun: 1 ilk hatalı belgeden sonrasını denemez, boşsa hepsi "
        "denenir. Enter sonraki alana geçer, gerekmeyen kutuları ve bu alanı atlar; Tamam'da "
        "kaydeder. F4 serileri listeler, Esc vazgeçer."
    )

    _message = getters.query_one(MessageLine)
    _keep = getters.query_one("#keep", TickBox)
    _series_field = getters.query_one("#series", CodeField)

    def __init__(
        self,
        incoming: IncomingFile,
        positions: array[int],
        remembered: Remembered,
        notes: Sequence[str] = (),
        *,
        found_cards: FoundCards | None = None,
        resumes: int | None = None,
        again: ImportRule | None = None,
    ) -> None:
        """Ask about the documents at `positions`; `notes` are shown above the figures.

        `found_cards` are the card files beside the file.

        `resumes`, an interrupted run of the file, ticks the box that skips documents imported
        before; if the file holds a document several times, only as many copies are skipped as that
        run saved. `again` is the rule chosen before, if the user is asked a second time.
        """
        super().__init__()
        self._remembered = remembered
        self._incoming = incoming
        self._positions = positions
        self._notes = notes
        self._found_cards = found_cards or FoundCards()
        self._resumes = resumes
        self._again = again
        self._planning: Job | None = None
        self._planned: Plan | None = None
        """The figures shown; None while they are being computed."""
        self._then: Callable[[], None] | None = None
        """The action that waits for the figures: Tamam, or moving to the next field."""

    @property
    def waits(self) -> bool:
        """Whether Tamam or Enter waits for the figures; later keys wait too."""
        return self._then is not None

    def compose(self) -> ComposeResult:
        """Boxes, series, figures, buttons, with the last choices.

        The box that creates cards is not remembered; it is ticked only if asked again.
        """
        last, again = self._remembered.choices, self._again
        with Vertical(classes="dialog wide"):
            yield Static("Yeni Numara Girişi", classes="question")
            yield TickBox(
                "Öncelikle Kaynak Belge Numarasını ve Serisini Kullan",
                id="keep",
                ticked=not self._last_series,
            )
            with Horizontal(classes="row"):
                yield Static("Fatura Serisi", classes="label")
                yield CodeField(max_length=10, id="series", classes="code")
                yield Static("kutu işaretliyken kullanılmaz", id="unused", classes="hint")
            cards = again is not None and again.create_cards
            yield TickBox(self._cards_label, id="cards", ticked=cards)
            skip = (
                again.skip_transferred
                if again
                else self._resumes is not None or last.skip_transferred
            )
            with Horizontal(classes="row"):
                yield TickBox("Daha önce aktarılanları atla", id="skip", ticked=skip)
                yield Static("Kaç hatada durulsun", classes="label behind")
                yield ErrorLimitField(again.most_errors if again else None)
            yield Static(id="plan")
            yield MessageLine(id="reason")
            with Horizontal(classes="answers"):
                yield Button("Tamam", id="ok")
                yield Button("Vazgeç", id="back")
            yield Static(
                "Enter sonraki alana geçer  Boşluk çevirir  F4 Rehber  Esc vazgeçer",
                classes="hint",
            )

    def on_mount(self) -> None:
        """Focus the box, compute the figures, and mention the remembered choices."""
        last = self._remembered.choices
        with self._series_field.prevent(Input.Changed):
            self._series_field.value = self._last_series
        self._keep.focus()
        self._plan()
        came_back = [f"seri {last.series}"] if last.series else []
        came_back += ["daha önce aktarılanlar atlanır"] if last.skip_transferred else []
        if came_back and not self._again:
            self._message.tell(f"Geçen seferki gibi: {', '.join(came_back)}")

    @property
    def _cards_label(self) -> str:
        if not self._found_cards:
            return "Eksik cari ve stok kartlarını oluştur"
        several = "dosyalarından" if len(self._found_cards.files) > 1 else "dosyasından"
        return f"Eksik kartları {self._found_cards.short_names} {several} oluştur"

    @property
    def _last_series(self) -> str:
        """Return the series chosen last, even if the choices could not be saved."""
        return (self._again.series or "") if self._again else self._remembered.choices.series

    def on_unmount(self) -> None:
        """Stop computing the figures."""
        self._stop_planning()

    def _stop_planning(self) -> None:
        if self._planning:
            self._planning.stop()
        self._planning = self._planned = self._then = None

    @property
    def rule(self) -> ImportRule:
        """The rule from the fields. Raises NumberError if the series is required but invalid."""
        keep = self._keep.ticked
        series = None if keep else numbers.check_series(self._series_field.code)
        skips = self.query_one("#skip", TickBox).ticked
        return ImportRule(
            series=series,
            create_cards=self.query_one("#cards", TickBox).ticked,
            skip_transferred=skips,
            resumes=self._resumes if skips else None,
            most_errors=self.query_one(ErrorLimitField).most,
        )

    @on(TickBox.Changed)
    @on(Input.Changed)
    def _plan(self) -> None:
        self._stop_planning()
        self._message.tell("")
        self.query_one("#unused").display = self._keep.ticked
        try:
            rule = self.rule
        except NumberError as error:
            self._show([f"Kaydedilemez: {error.sentence}"])
            return
        self._show(["Hesaplanıyor…"])
        self._planning = Job(
            self,
            "Plan",
            lambda job: make_plan(
                self._incoming, self._positions, rule, job.stopping, found_cards=self._found_cards
            ),
        )
        self._planning.start()

    def on_job_ended(self, event: JobEnded) -> None:
        """Show the figures, unless the fields have changed since."""
        if event.job is not self._planning:
            return
        self._planning = None
        then, self._then = self._then, None
        if then:
            self._message.tell("")
        if event.error:
            self._show([event.error.sentence])
        elif event.result:
            self._planned = event.result
            unused = [_UNUSED_SERIES] if self._series_unused else []
            self._show(unused + describe(event.result))
            if then and self.is_active:  # not while F1 covers the dialog
                then()

    def _show(self, lines: Sequence[str]) -> None:
        lines = [*self._notes, *lines][:_PLAN_LINES]
        self.query_one("#plan", Static).update(shown_lines(lines))

    @property
    def _series_unused(self) -> bool:
        return bool(self._series_field.code) and self._keep.ticked

    @on(Input.Submitted)
    def _entered(self) -> None:
        if self._series_unused:
            # The box overrides the typed series: do not ignore the contradiction.
            self._message.error("Seri için üstteki kutuyu kaldırın ya da seriyi silin")
        elif self._series_is_given():
            self.action_go_on()

    def action_go_on(self) -> None:
        """Go to the next field, skipping those that do not affect these documents.

        Which boxes matter is known once the figures are computed.
        """
        if self.focused is self._keep and (self._series_unused or not self._keep.ticked):
            self._series_field.focus()
        elif self._planned is None and self._series_is_given():
            self._wait(self.action_go_on, _GOES_ON_THEN)
        elif self._planned:
            boxes = [box for box, matters in self._boxes(self._planned) if matters]
            here = self.focused
            behind = [box for box in boxes if not here or box.region.y > here.region.y]
            (behind[0] if behind else self.query_one("#ok")).focus()

    def _boxes(self, plan: Plan) -> Iterator[tuple[Widget, bool]]:
        """Yield the boxes below the series, and whether they matter."""
        yield self.query_one("#cards"), bool(plan.accounts or plan.stock_items)
        yield self.query_one("#skip"), bool(plan.again or plan.again_failing or plan.skipped)

    def do_ok(self) -> None:
        """Answer with the rule, once its figures are computed."""
        if not self._series_is_given():
            return
        if self._planned is None:
            self._wait(self.do_ok, _SAVES_THEN)
            return
        rule = self.rule
        self._remembered.keep_numbering(rule.series, skip_transferred=rule.skip_transferred)
        self.dismiss(Chosen(rule, self._planned.digests))

    def _series_is_given(self) -> bool:
        """Return whether a required series is valid; if not, show a message."""
        try:
            return bool(self.rule)
        except NumberError:
            # The figures above say what is wrong with the series.
            self._message.error("Tamam için bir Fatura Serisi yazın (F4: Rehber)")
            self._series_field.focus()
            return False

    def _wait(self, then: Callable[[], None], words: str) -> None:
        if self._planning is None:  # the figures could not be computed
            self._plan()
        self._then = then
        self._message.tell(words)

    def do_lookup(self) -> None:
        """Open the Rehber of series with their last numbers."""

        def take(code: str | None) -> None:
            if code is not None:
                self._series_field.fill(code)
                self._series_field.focus()

        titles = ("Seri", "Son numara")
        self.app.push_screen(
            Lookup("Rehber: Fatura Serisi", titles, self._series, narrow=_in_code), take
        )

    def _series(self, _typed: str, stop: Stop, _show: Show) -> Sequence[LookupEntry]:
        """Return the series of the documents' types; of both types, each with its last number."""
        types = self._types(stop)
        found: dict[str, list[str]] = {}
        for one in types:
            for series, last in lookups.list_series(one):
                found.setdefault(series, []).append(f"{one.short} {last}" if types[1:] else last)
        return [LookupEntry(series, ", ".join(last)) for series, last in sorted(found.items())]

    def _types(self, stop: Stop) -> list[DocumentType]:
        """Return the types of the documents; most files have only one."""
        rows = self._incoming.rows
        types: set[int | None] = set()
        for some in batches(self._positions, _READ if rows.is_mixed else 1):
            types |= {row.document_type for row in rows.rows(some)}
            if stop() or not rows.is_mixed or types.issuperset(DocumentType):
                break
        return [one for one in DocumentType if one in types]


def _in_code(entry: LookupEntry, typed: str) -> bool:
    return fold(typed) in fold(entry.code)
