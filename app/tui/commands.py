"""The table of commands: keys, label, help and scope of each, declared once.

Bindings, the key bar, F1 and README's table of keys are made from this table. A tab runs a command
by its `Action`; other screens run the command `x` in their method `do_x`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias

from textual.binding import Binding


class Scope(Enum):
    """The part of the program in which a command works; the value is its Turkish name."""

    EXPORT = "Dışarı Aktar"
    IMPORT = "İçeri Aktar"
    LIST = "Liste"
    PICKER = "Dosya seçimi"
    ADVANCED = "İleri Kısıt"
    DOCUMENT = "Belge"
    TOTALS = "Toplamlar"
    HISTORY = "Aktarımlar"
    DELETED = "Silinen Belgeler"
    DELETED_DOCUMENT = "Silinen belge"
    DIALOG = "Soru"
    ANYWHERE = "Her yer"


@dataclass(frozen=True, slots=True)
class Command:
    """One command that the user can give."""

    id: str
    keys: tuple[str, ...]
    """The keys by Textual's names. A letter comes with its capital, which arrives while Caps Lock
    is on; only `n` and `N` are different commands."""
    shown: str
    """The keys by their Turkish names, the one for the key bar first: `F5, Ctrl+G`."""
    label: str
    help: str
    scopes: tuple[Scope, ...]
    in_bar: bool = True
    wide: bool = False
    """Whether the key bar shows the command on wide terminals only."""
    short: str = ""
    """The label in the key bar, if the full one is too long."""

    @property
    def first_key(self) -> str:
        """The key that the key bar shows."""
        return self.shown.split(", ")[0]


class Action(NamedTuple):
    """What a command does in a tab, and the reason why it cannot run now, or None."""

    run: Callable[[], object]
    why_not: Callable[[], str | None] = lambda: None


Actions: TypeAlias = dict[str, Action]
"""Actions by the ids of their commands."""


_TABS = (Scope.EXPORT, Scope.IMPORT)
_FILTERS = (*_TABS, Scope.ADVANCED)
_LIST = (Scope.LIST,)
_PICKER = (Scope.PICKER,)
_HISTORY = (Scope.HISTORY,)
_RUN_LISTS = (*_HISTORY, Scope.DELETED)

COMMANDS = (
    Command("help", ("f1", "question_mark"), "F1, ?", "Yardım",
        "Bulunduğunuz yer ne içindir, hangi tuşlar ne yapar", (Scope.ANYWHERE,)),
    Command("save_file", ("f2", "ctrl+s"), "F2, Ctrl+S", "Dosya Kaydet",
        "İşaretli belgeleri Dosya Yolu klasörüne yeni bir dosya olarak yazar", (Scope.EXPORT,),
        short="Kaydet"),
    Command("save_documents", ("f2", "ctrl+s"), "F2, Ctrl+S", "Belge Kaydet",
        "İşaretli belgeleri numaralarını sorup veritabanına kaydeder", (Scope.IMPORT,),
        short="Kaydet"),
    Command("other_tab", ("f3", "ctrl+t"), "F3, Ctrl+T", "Diğer sekme",
        "Dışarı Aktar ile İçeri Aktar arasında geçer", _TABS,
        short="Sekme"),
    Command("lookup", ("f4", "ctrl+r"), "F4, Ctrl+R", "Rehber",
        "Bulunduğunuz alan için seçilebilecekleri listeler", _FILTERS),
    Command("fetch", ("f5", "ctrl+g"), "F5, Ctrl+G", "Kayıtları Getir",
        "Kısıtlara uyan belgeleri ya da dosyadaki belgeleri listeler", _FILTERS,
        short="Getir"),
    Command("switch_pane", ("f6", "ctrl+o"), "F6, Ctrl+O", "Alanlar ⇄ liste",
        "Alanlar ile liste arasında geçer", _TABS,
        short="Liste"),
    Command("clear_filters", ("f8", "ctrl+y"), "F8, Ctrl+Y", "Kısıtları temizle",
        "Bütün kısıtları ilk açılıştaki gibi boşaltır", (Scope.EXPORT,),
        in_bar=False),
    Command("advanced", ("f7", "ctrl+n"), "F7, Ctrl+N", "İleri Kısıt",
        "Tipi, şube, döviz, tutar, seri, proje, plasiyer, KDV oranı, açıklama, kayıt tarihi ve "
        "aktarılıp aktarılmadığına göre de kısıtlar", (Scope.EXPORT,),
        short="Kısıt"),
    Command("clear", ("f8", "ctrl+y"), "F8, Ctrl+Y", "Temizle",
        "İleri Kısıt'ın bütün alanlarını boşaltır", (Scope.ADVANCED,)),
    Command("mark", ("space", "insert"), "Boşluk, Insert", "İşaretle",
        "Satırı işaretler ya da işaretini kaldırır, bir alta geçer", _LIST,
        short="Seç"),
    Command("column_right", ("right",), "→", "Sağdaki sütun",
        "Sağındaki sütunu seçer, ekranda değilse getirir. Başlıkta ‹ ya da ›: o yanda başka "
        "sütun var", _LIST, short="Sütun"),
    Command("column_left", ("left",), "←", "Soldaki sütun",
        "Solundaki sütunu seçer, ekranda değilse getirir", _LIST, in_bar=False),
    Command("mark_all", ("a", "A"), "a", "Tümünü Seç", "Görünen bütün belgeleri işaretler", _LIST,
        short="Tümü"),
    Command("unmark_all", ("u", "U"), "u", "Tümünü Kaldır",
        "Görünen bütün belgelerin işaretini kaldırır", _LIST,
        wide=True, short="Seçimi Kaldır"),
    Command("invert_marks", ("asterisk",), "*", "Ters çevir",
        "Görünenlerin işaretlilerini bırakır, işaretsizlerini işaretler", _LIST,
        wide=True, short="Ters"),
    Command("mark_like", ("plus",), "+", "Kalıpla işaretle",
        "←/→ ile seçilen sütunda yazılan kalıba (* ve ? geçer) uyanları da işaretler", _LIST,
        wide=True, short="Kalıp"),
    Command("unmark_like", ("minus",), "-", "Kalıpla kaldır",
        "Aynı sütunda yazılan kalıba uyanların işaretini kaldırır", _LIST,
        wide=True, short="Kaldır"),
    Command("range", ("v", "V"), "v", "Aralık",
        "Aralık işaretlemeye başlar; yön tuşları uzatır, v ya da Boşluk bitirir, Esc geri alır",
        _LIST, wide=True),
    Command("extend_up", ("shift+up",), "Shift+↑", "Yukarı işaretle",
        "İşareti bir üst satıra uzatır", _LIST, in_bar=False),
    Command("extend_down", ("shift+down",), "Shift+↓", "Aşağı işaretle",
        "İşareti bir alt satıra uzatır", _LIST, in_bar=False),
    Command("open", ("enter",), "Enter", "Aç", "Satırdaki belgeyi bütünüyle gösterir", _LIST),
    Command("narrow", ("y", "Y"), "y", "Süz",
        "Yalnız işaretlileri, yeniden basınca yalnız hatalıları, sonra uyarılıları, sonra "
        "hepsini gösterir; işaretler değişmez, F2 görünmeyen işaretlileri de kaydeder; Esc "
        "hepsini gösterir", _LIST),
    Command("search", ("slash", "ctrl+f"), "/, Ctrl+F", "Ara",
        "Görünenlerin numarasında, tarihinde, carisinde ve durumunda, siz yazdıkça arar; Enter "
        "bulunanda kalır, Esc geri döner", _LIST),
    Command("search_next", ("n",), "n", "Sonraki", "Aramanın sonraki sonucuna gider", _LIST,
        wide=True),
    Command("search_previous", ("N",), "N", "Önceki", "Aramanın önceki sonucuna gider", _LIST,
        in_bar=False),
    Command("sort", ("s", "S"), "s", "Sırala",
        "←/→ ile seçilen sütuna göre sıralar; yeniden basınca ters çevirir", _LIST),
    Command("go_to", ("g", "G"), "g", "Satıra git", "Sıra numarası verilen satıra gider", _LIST,
        wide=True, short="Satır"),
    Command("write_sheet", ("w", "W"), "w", "Tablo yaz",
        "Görünenleri ya da işaretlileri, bir dosyanın listesinde hatalıları .xlsx ya da .csv "
        "olarak yazar; hatalıları .json ile düzeltilmek üzere oldukları gibi", _LIST,
        wide=True, short="Tablo"),
    Command("totals", ("f11", "t", "T"), "F11, t", "Toplamlar",
        "İşaretlilerin, işaretli yoksa görünenlerin kesin toplamları: KDV oranı, tipi, döviz, ay "
        "ve cariye göre", _LIST, wide=True, short="Toplam"),
    Command("next_document", ("n", "N"), "n", "Sonraki belge",
        "Listedeki sonraki belgeyi açar", (Scope.DOCUMENT,)),
    Command("previous_document", ("p", "P"), "p", "Önceki belge",
        "Listedeki önceki belgeyi açar", (Scope.DOCUMENT,)),
    Command("write_document", ("y", "Y"), "y", "Dosyaya yaz",
        "Belgeyi adını sorup yeni bir JSON dosyasına yazar; veritabanındaki belge için bu da bir "
        "dışarı aktarmadır", (Scope.DOCUMENT,)),
    Command("write_totals", ("w", "W"), "w", "Tabloya yaz",
        "Toplamları ve KDV listesini adını sorup yeni bir .xlsx ya da .csv dosyasına yazar",
        (Scope.TOTALS,)),
    Command("pick", ("enter", "right"), "Enter, →", "Aç",
        "Klasöre girer, dosyayı ya da “Bu klasör” satırını alır", _PICKER),
    Command("folder_up", ("left", "backspace"), "←, Backspace", "Üst klasör",
        "Üst klasöre çıkar; yazılmış harf varken Backspace onu siler", _PICKER,
        short="Üst"),
    Command("this_folder", ("f2", "ctrl+s"), "F2, Ctrl+S", "Bu klasör",
        "Gösterilen klasörü alır; İçeri Aktar içindeki dosyaları okur", _PICKER),
    Command("home_folder", ("f3", "ctrl+t"), "F3, Ctrl+T", "Ana klasör",
        "Ana klasörünüze gider; ~ yazmak da", _PICKER,
        short="Ana"),
    Command("order", ("f6", "ctrl+o"), "F6, Ctrl+O", "Sıra",
        "Yeniden eskiye ya da ada göre sıralar; klasörler hep üsttedir", _PICKER),
    Command("yes", ("e", "E"), "E", "Evet", "Soruya evet der", (Scope.DIALOG,)),
    Command("no", ("h", "H"), "H", "Hayır", "Soruya hayır der; Esc de hayırdır", (Scope.DIALOG,)),
    Command("back", ("escape",), "Esc", "Geri",
        "Bir adım geri; süren işi durdurmayı sorar; programdan çıkmaz", (Scope.ANYWHERE,),
        in_bar=False),
    Command("redraw", ("ctrl+l",), "Ctrl+L", "Yeniden çiz", "Bütün ekranı yeniden çizer",
        (Scope.ANYWHERE,), in_bar=False),
    Command("open_row", ("enter",), "Enter", "Aç",
        "Aktarımın belgelerini, onların içinde belgeyi gösterir", _RUN_LISTS),
    Command("resume", ("f2", "k", "K"), "F2, k", "Kalanları sürdür",
        "Aktarımın dosyasını İçeri Aktar'da listeler; hatalılar ve kalanlar işaretlidir", _HISTORY,
        short="Sürdür"),
    Command("undo_run", ("f8", "g", "G"), "F8, g", "Geri al",
        "İçeri aktarımı bütünüyle geri alır; önce ne olacağını rakamla sorar", _HISTORY),
    Command("restore_run", ("f7", "r", "R"), "F7, r", "Geri getir",
        "Geri alınmış aktarımın belgelerini aynı numaralarla geri getirir",
        (*_RUN_LISTS, Scope.DELETED_DOCUMENT)),
    Command("deleted", ("f6", "d", "D"), "F6, d", "Silinen Belgeler",
        "Geri alınmış aktarımların belgelerini, son geri alınandan başlayarak listeler", _HISTORY,
        short="Silinen"),
    Command("write_run", ("w", "W"), "w", "Tabloya yaz",
        "Aktarımın belgelerini, ne olduklarını ve toplamlarını adını sorup yeni bir .xlsx ya da "
        ".csv dosyasına yazar", _RUN_LISTS, wide=True, short="Tablo"),
    Command("reread", ("f5", "ctrl+g"), "F5, Ctrl+G", "Yenile", "Listeyi yeniden okur",
        _RUN_LISTS),
    Command("leave", ("f10", "ctrl+q"), "F10, Ctrl+Q", "Çıkış",
        "Programdan çıkar; soruda, sayfada ve Aktarımlar'da bir adım geri gider",
        (Scope.ANYWHERE,)),
    # Last, so that no other command loses its place in the key bar.
    Command("history", ("f9", "ctrl+p"), "F9, Ctrl+P", "Aktarımlar",
        "Yapılmış bütün aktarımlar: belgeleri, kalanları sürdürme, geri alma", _TABS),
)  # fmt: skip


def commands_in(*scopes: Scope) -> list[Command]:
    """Return the commands of these scopes, in the order of the table."""
    return [command for command in COMMANDS if any(scope in command.scopes for scope in scopes)]


def bindings(*scopes: Scope) -> list[Binding]:
    """Make Textual bindings to the screen's `action_command` for the commands of these scopes."""
    return [
        Binding(
            ",".join(command.keys),
            f"screen.command('{command.id}')",
            command.label,
            show=False,
            id=command.id,
        )
        for command in commands_in(*scopes)
    ]


def silent_keys(*, letters: bool) -> list[Binding]:
    """Bind the keys of all commands to the screen's `action_not_here`; its own bindings win.

    `letters` includes letter keys, which a screen with text fields may not bind.
    """
    keys = {key: shown for one in COMMANDS for key, shown in zip(one.keys, _names(one), strict=True)
            if key not in _MOVING and (letters or len(shown) > 1)}  # fmt: skip
    return [Binding(key, f"screen.not_here({shown!r})", show=False) for key, shown in keys.items()]


_MOVING = {"space", "insert", "enter", "escape", "left", "right", "backspace", "shift+up",
           "shift+down"}  # fmt: skip


def _names(command: Command) -> list[str]:
    """Return the Turkish name of each key; a capital has the name of its letter."""
    keys, shown = command.keys, command.shown.split(", ")
    letters = {key: key.lower() if key.lower() in keys else key for key in keys}
    names = dict(zip(dict.fromkeys(letters.values()), shown, strict=True))
    return [names[letters[key]] for key in keys]


def not_here(key: str) -> str:
    """Return the sentence for a key that has no command here."""
    return f"{key} burada bir iş yapmaz; F1 buradaki tuşları gösterir"
