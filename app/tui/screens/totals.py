"""Toplamlar: exact totals of the marked or listed documents, part under part, with bars."""

from __future__ import annotations

from app.transfer.overview import SummedUp
from app.transfer.overview_page import Role, page
from app.tui.screens.page import PageScreen, Parts

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
    END = "toplamların sonu"

    def __init__(self, found: SummedUp, which: str) -> None:
        """Show totals of `which` documents: `işaretli 12 belge`."""
        super().__init__(f"Toplamlar / {which}")
        self._found = found

    def lay_out(self, width: int) -> tuple[list[Parts], int]:
        """Return all parts, from the first line."""
        lines = page(self._found, width)
        return [[(text, _STYLES[role]) for text, role in line] for line in lines], 0
