"""The question whether to resume an interrupted import."""

from __future__ import annotations

from app.domain.dates import turkish_moment
from app.domain.text import turkish_count
from app.store.journal import Unfinished
from app.tui.screens.dialog import Confirm


class GoOn(Confirm):
    """Answers True to resume the import."""

    HELP = (
        "Bağlantı kopmuş ya da program kapanmış. Kaydedilen belgeler tamdır. E dosyayı yeniden "
        "listeler; aktarılmış belgeler atlanarak yalnız kalanlar kaydedilir. H bir daha sormaz."
    )

    def __init__(self, run: Unfinished) -> None:
        super().__init__("Yarım kalan bir aktarım var. Sürdürülsün mü?", *_details(run))


def _details(run: Unfinished) -> list[str]:
    done = f"{turkish_count(run.saved)} belge aktarıldı" if run.saved else "hiç belge aktarılmadı"
    numbers = (
        [f"İlk belge: {run.source_number or 'numarasız'} → {run.number}"] if run.number else []
    )
    return [
        run.file,
        f"{turkish_moment(run.started_at)} başladı, yarıda kesildi; {done}",
        *numbers,
        "Evet: dosya listelenir. Hayır: bir daha sorulmaz.",
    ]
