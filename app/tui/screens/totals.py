"""Toplamlar: exact totals of the marked or listed documents, part below part, with bars."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from app.sheets.names import SHEET_ENDINGS
from app.transfer.overview import Documents, SummedUp
from app.transfer.overview_page import Role, left_out_words, page
from app.transfer.overview_sheet import vat_list_path, write_totals
from app.tui.commands import Scope, bindings
from app.tui.jobs import Job
from app.tui.screens.page import PageScreen, Parts
from app.tui.screens.page_writing import PageWriting

_STYLES: dict[Role, str] = {Role.TEXT: "", Role.HEADING: "bold", Role.BAR: "ansi_cyan"}


class TotalsScreen(PageScreen):
    """The totals of some documents."""

    HELP = (
        "Belgelerin kesin toplamları; iadeler düşülür, satış ile alış toplanmaz. Matrah, genel "
        "toplamdan KDV, ek maliyet (tevkifat eksi yazılır) ve yuvarlama çıkınca kalandır. KDV "
        "oranı belgenin KDV kutularından, yoksa kalemlerinden bilinir; ikisi de açıklamıyorsa "
        "tutar “Oranı belirsiz” satırındadır, böylece satırların toplamı hep belgelerin "
        "toplamıdır. Dövizli belgelerin TL tutarları toplanır, kendi dövizindeki tutarları yanında "
        "yazar; ? tutarı yazmayan belgelerdir. Çubuklar payı gösterir, ░ sıfırın altıdır. "
        "↑↓, PgUp, PgDn, Home ve End kaydırır; Esc listeye döner."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.TOTALS)]
    HELP_SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TOTALS,)
    KEYS = "↑↓ PgDn kaydırır  w tabloya  Esc liste"
    END = "toplamların sonu"

    def __init__(
        self, found: SummedUp, which: str, documents: Documents, writing: PageWriting
    ) -> None:
        """Show totals; `which` describes the documents: `işaretli 12 belge`."""
        super().__init__(f"Toplamlar / {which}")
        self._found = found
        self._documents = documents
        self._writing = writing

    def lay_out(self, width: int) -> tuple[list[Parts], int]:
        """Return the lines of all parts, and 0 as the first line to show."""
        lines = page(self._found, width)
        return [[(text, _STYLES[role]) for text, role in line] for line in lines], 0

    def do_write_totals(self) -> None:
        """Ask for a sheet, and write totals and KDV list to it."""

        def write(path: Path, job: Job) -> str:
            found = write_totals(self._documents, path, progress=job.progress, stop=job.stopping)
            beside = vat_list_path(path)
            listed = f"KDV listesi {beside.name}" if beside else ""
            return "; ".join(filter(None, (listed, left_out_words(found.left_out))))

        self._writing.ask(self, "toplamlar.xlsx", SHEET_ENDINGS, write)
