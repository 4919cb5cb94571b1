"""Open the database and the screens."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app import wait_notice
from app.domain.text import fold
from app.errors import DatabaseMissing, NoHome, UsageError
from app.paths import (
    choices_file,
    default_database,
    demo_choices_file,
    demo_database,
    demo_files,
)
from app.store import queries, settings
from app.store.database import reading
from app.store.opening import (
    Opened,
    check_words,
    close_database,
    in_own_folder,
    make_database,
    open_database,
)

if TYPE_CHECKING:
    from app.tui.whose_books import OpenedBooks

_DEMO_COMPANY = "ÖRNEK"  # the company's name in a demo made by an older version


def start(named: str | None, *, demo: bool, make: bool = False, file: str = "") -> int:
    """Run the screens and return the exit status. Raises DatabaseRefused, UsageError.

    The demo uses its own database and ignores `named`. With a `file`, İçeri Aktar is shown first
    with it in Dosya Yolu.
    """
    _need_terminal()
    sys.setswitchinterval(0.0005)
    if demo:
        _make_demo(demo_database(), demo_files())
        books = open_database(str(demo_database()))
    else:
        books = _open(named, make=make)
    # Textual is slow to load, so it is loaded once the database is open.
    from app.tui.app import TransferApp
    from app.tui.remembered import Remembered
    from app.tui.terminal.driver import chosen_driver
    from app.tui.terminal.hangup import watched

    remembered = Remembered(_choices(demo=demo), books.place)
    last = remembered.choices
    app = TransferApp(
        export_folder=_folder(last.export_folder, _working_folder()),
        import_folder=file or os.path.join(_folder(last.import_folder, _first(demo)), ""),
        remembered=remembered,
        opens="iceri" if file else "disari",
        books=_opened_books(books, demo=demo),
        driver_class=chosen_driver(),
    )
    with watched(app.leave_at_once):
        app.run(mouse=False)
    close_database()
    return app.return_code or 0


def _opened_books(books: Opened, *, demo: bool) -> OpenedBooks:
    """Read the settings of the books for the screens."""
    from app.tui.whose_books import OpenedBooks

    with reading():
        found, is_empty = settings.read(), not queries.any_document()
    return OpenedBooks(
        file=books.name,
        company=found.company or (_DEMO_COMPANY if demo else ""),
        currencies=found.currencies,
        is_empty=is_empty,
        samples=_from_home(demo_files()) if demo else "",
    )


def _from_home(path: Path) -> str:
    """Return a path for a field on the screens, with `~` if it is in the home folder."""
    home = os.path.expanduser("~")
    return f"~{str(path).removeprefix(home)}" if path.is_relative_to(home) else str(path)


def _open(named: str | None, *, make: bool) -> Opened:
    """Open the named database or the user's own; ask before creating a named one."""
    wait_notice.tell(lambda what: what and print(what, file=sys.stderr))
    if not named:
        return open_database(in_own_folder(default_database()))
    try:
        return open_database(named, make=make)
    except DatabaseMissing as error:
        if not _says_yes(f"{error.sentence}. Oluşturulsun mu?"):
            raise UsageError(f"Veritabanı oluşturulmadı; {check_words(named)}") from None
        return open_database(named)


def _says_yes(question: str) -> bool:
    """Ask until the answer is yes or no; end of input means no."""
    while True:
        sys.stderr.write(f"{question}\nEvet için E, Hayır için H yazıp Enter'a basın: ")
        sys.stderr.flush()
        line = sys.stdin.buffer.readline()
        if not line:
            sys.stderr.write("\n")
        answer = fold(line.decode(errors="replace").strip())
        if not line or answer in ("h", "hayir"):
            return False
        if answer in ("e", "evet"):
            return True


def _choices(*, demo: bool) -> Path | None:
    with suppress(NoHome):  # without a home nothing is remembered
        return demo_choices_file() if demo else choices_file()
    return None


def _folder(last: str, else_: str) -> str:
    """Return the folder used last, or `else_` if it no longer exists."""
    return last if os.path.isdir(last) else else_


def _first(demo: bool) -> str:
    return str(demo_files()) if demo else _working_folder()


def _working_folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # the working folder was removed
        return os.path.expanduser("~")


def _need_terminal() -> None:
    # Without a terminal (as under nohup) the screens would poll for keys at full speed for ever.
    if not all(stream and stream.isatty() for stream in (sys.__stdin__, sys.__stderr__)):
        raise UsageError("Ekranlar bir terminalde açılır; terminalsiz işler için: --help")


def _make_demo(database: Path, files: Path) -> None:
    """Create the demo's database and files; several processes may do so at once."""
    from app.demo.filling import DEFAULT_COUNT, DEFAULT_SEED, fill, write_samples

    if not os.path.exists(database):
        sys.stderr.write("Örnek veritabanı hazırlanıyor…\n")
        make_database(database, lambda: fill(DEFAULT_COUNT, DEFAULT_SEED))
    write_samples(files, DEFAULT_SEED)
