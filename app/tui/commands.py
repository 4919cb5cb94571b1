"""Every verb of the program, once: keys, label, help, where it applies.

Bindings, the key bar, F1 and the README's table are all made from this list. Whether a verb can
run now, and if not why, its screen says in `why_not_<id>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from textual.binding import Binding


class Place(Enum):
    """Where a verb applies, in the user's words."""

    EXPORT = "Dışarı Aktar"
    IMPORT = "İçeri Aktar"
    LIST = "Liste"
    PICKER = "Dosya seçimi"
    ADVANCED = "İleri Kısıt"
    DIALOG = "Soru"
    ANYWHERE = "Her yer"


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that the user can do."""

    id: str
    keys: tuple[str, ...]
    """As Textual names them; the first is shown in the key bar. A letter has its capital beside it,
    for whoever works with Caps Lock on; only `n` and `N` are two verbs."""
    shown: str
    """The keys in the user's words: `F5, Ctrl+G`."""
    label: str
    help: str
    places: tuple[Place, ...]
    in_bar: bool = True
    wide: bool = False
    """Whether the key bar has room for it only where the terminal is wide."""
    short: str = ""
    """The label of the key bar, where the whole one is too long for it."""

    @property
    def first_key(self) -> str:
        """What the key bar shows."""
        return self.shown.split(", ")[0]


_TABS = (Place.EXPORT, Place.IMPORT)
_FILTERS = (*_TABS, Place.ADVANCED)
_LIST = (Place.LIST,)
_PICKER = (Place.PICKER,)

VERBS = (
    Verb("help", ("f1", "question_mark"), "F1, ?", "Yardım",
         "Bulunduğunuz yer ne içindir, hangi tuşlar ne yapar", (Place.ANYWHERE,)),
    Verb("save_file", ("f2", "ctrl+s"), "F2, Ctrl+S", "Dosya Kaydet",
         "İşaretli belgeleri Dosya Yolu klasörüne yeni bir dosya olarak yazar", (Place.EXPORT,),
         short="Kaydet"),
    Verb("save_documents", ("f2", "ctrl+s"), "F2, Ctrl+S", "Belge Kaydet",
         "İşaretli belgeleri numaralarını sorup veritabanına kaydeder", (Place.IMPORT,),
         short="Kaydet"),
    Verb("other_tab", ("f3", "ctrl+t"), "F3, Ctrl+T", "Öteki sekme",
         "Dışarı Aktar ile İçeri Aktar arasında geçer", _TABS,
         short="Sekme"),
    Verb("lookup", ("f4", "ctrl+r"), "F4, Ctrl+R", "Rehber",
         "Bulunduğunuz alan için seçilebilecekleri listeler", _FILTERS),
    Verb("fetch", ("f5", "ctrl+g"), "F5, Ctrl+G", "Kayıtları Getir",
         "Kısıtlara uyan belgeleri ya da dosyadaki belgeleri listeler", _FILTERS,
         short="Getir"),
    Verb("switch_pane", ("f6", "ctrl+o"), "F6, Ctrl+O", "Alanlar ⇄ liste",
         "Alanlar ile liste arasında geçer", _TABS,
         short="Liste"),
    Verb("clear_filters", ("f8", "ctrl+y"), "F8, Ctrl+Y", "Kısıtları temizle",
         "Bütün kısıtları ilk açılıştaki gibi boşaltır", (Place.EXPORT,),
         in_bar=False),
    Verb("advanced", ("f7", "ctrl+n"), "F7, Ctrl+N", "İleri Kısıt",
         "Tipi, şube, döviz, tutar, seri, proje, plasiyer, KDV oranı, açıklama, kayıt tarihi ve "
         "aktarılıp aktarılmadığına göre de kısıtlar", (Place.EXPORT,),
         short="Kısıt"),
    Verb("clear", ("f8", "ctrl+y"), "F8, Ctrl+Y", "Temizle",
         "İleri Kısıt'ın bütün alanlarını boşaltır", (Place.ADVANCED,)),
    Verb("mark", ("space", "insert"), "Boşluk, Insert", "İşaretle",
         "Satırı işaretler ya da işaretini kaldırır, bir alta geçer", _LIST,
         short="Seç"),
    Verb("mark_all", ("a", "A"), "a", "Tümünü Seç", "Görünen bütün belgeleri işaretler", _LIST,
         short="Tümü"),
    Verb("unmark_all", ("u", "U"), "u", "Tümünü Kaldır",
         "Görünen bütün belgelerin işaretini kaldırır", _LIST,
         short="Hiçbiri"),
    Verb("invert_marks", ("asterisk",), "*", "Ters çevir",
         "Görünenlerin işaretlilerini bırakır, işaretsizlerini işaretler", _LIST,
         wide=True, short="Ters"),
    Verb("mark_like", ("plus",), "+", "Desenle işaretle",
         "←/→ ile seçilen sütunda yazılan desene (* ve ? geçer) uyanları da işaretler", _LIST,
         wide=True, short="Desen"),
    Verb("unmark_like", ("minus",), "-", "Desenle kaldır",
         "Aynı sütunda yazılan desene uyanların işaretini kaldırır", _LIST,
         wide=True, short="Kaldır"),
    Verb("range", ("v", "V"), "v", "Aralık",
         "Aralık işaretlemeye başlar; yön tuşları uzatır, v ya da Boşluk bitirir, Esc geri alır",
         _LIST, wide=True),
    Verb("extend_up", ("shift+up",), "Shift+↑", "Yukarı işaretle",
         "İşareti bir üst satıra uzatır", _LIST, in_bar=False),
    Verb("extend_down", ("shift+down",), "Shift+↓", "Aşağı işaretle",
         "İşareti bir alt satıra uzatır", _LIST, in_bar=False),
    Verb("open", ("enter",), "Enter", "Aç", "Satırdaki belgeyi bütünüyle gösterir", _LIST),
    Verb("narrow", ("y", "Y"), "y", "Yalnız",
         "Yalnız işaretlileri, yeniden basınca yalnız hatalıları, sonra uyarılıları, sonra "
         "hepsini gösterir; işaretler değişmez, F2 görünmeyen işaretlileri de kaydeder; Esc "
         "hepsini gösterir", _LIST),
    Verb("search", ("slash", "ctrl+f"), "/, Ctrl+F", "Ara",
         "Görünenlerin numarasında, carisinde ve durumunda, siz yazdıkça arar; Enter bulunanda "
         "kalır, Esc geri döner", _LIST),
    Verb("search_next", ("n",), "n", "Sonraki", "Aramanın sonraki sonucuna gider", _LIST,
         wide=True),
    Verb("search_previous", ("N",), "N", "Önceki", "Aramanın önceki sonucuna gider", _LIST,
         in_bar=False),
    Verb("sort", ("s", "S"), "s", "Sırala",
         "←/→ ile seçilen sütuna göre sıralar; yeniden basınca ters çevirir", _LIST),
    Verb("go_to", ("g", "G"), "g", "Satıra git", "Sıra numarası verilen satıra gider", _LIST,
         wide=True, short="Satır"),
    Verb("pick", ("enter", "right"), "Enter, →", "Aç",
         "Klasöre girer, dosyayı ya da “Bu klasör” satırını alır", _PICKER),
    Verb("folder_up", ("left", "backspace"), "←, Backspace", "Üst klasör",
         "Üst klasöre çıkar; yazılmış harf varken Backspace onu siler", _PICKER,
         short="Üst"),
    Verb("this_folder", ("f2", "ctrl+s"), "F2, Ctrl+S", "Bu klasör",
         "Gösterilen klasörü alır (Dışarı Aktar)", _PICKER),
    Verb("home_folder", ("f3", "ctrl+t"), "F3, Ctrl+T", "Ev klasörü",
         "Kendi klasörünüze gider; ~ yazmak da", _PICKER,
         short="Ev"),
    Verb("order", ("f6", "ctrl+o"), "F6, Ctrl+O", "Sıra",
         "Yeniden eskiye ya da ada göre sıralar; klasörler hep üsttedir", _PICKER),
    Verb("yes", ("e", "E"), "E", "Evet", "Soruya evet der", (Place.DIALOG,)),
    Verb("no", ("h", "H"), "H", "Hayır", "Soruya hayır der; Esc de hayırdır", (Place.DIALOG,)),
    Verb("back", ("escape",), "Esc", "Geri",
         "Bir adım geri; süren işi durdurmayı sorar; programdan çıkmaz", (Place.ANYWHERE,),
         in_bar=False),
    Verb("redraw", ("ctrl+l",), "Ctrl+L", "Yeniden çiz", "Bütün ekranı yeniden çizer",
         (Place.ANYWHERE,), in_bar=False),
    Verb("leave", ("f10", "ctrl+q"), "F10, Ctrl+Q", "Çıkış", "Programdan çıkar",
         (Place.ANYWHERE,)),
)  # fmt: skip


def verbs_of(*places: Place) -> list[Verb]:
    """The verbs of these places, in the order of the list."""
    return [verb for verb in VERBS if any(place in verb.places for place in places)]


def bindings(*places: Place) -> list[Binding]:
    """Bindings that lead each verb of these places to the screen's `action_verb`."""
    return [
        Binding(
            ",".join(verb.keys), f"screen.verb('{verb.id}')", verb.label, show=False, id=verb.id
        )
        for verb in verbs_of(*places)
    ]


def key_table(verbs: Iterable[Verb] = VERBS) -> str:
    """All verbs as the README's table."""
    rows = [
        f"| {verb.shown} | {verb.label} | {verb.help} | "
        f"{', '.join(place.value for place in verb.places)} |"
        for verb in verbs
    ]
    return "\n".join(["| Tuş | İş | Ne yapar | Nerede |", "|---|---|---|---|", *rows])
