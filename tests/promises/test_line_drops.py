"""The line drops, or the system asks: the program ends within a second, at a document's boundary.

The terminal is given back, nothing stays behind that works, and what was cut off is told of when
the screens open again, and gone on with from where it was.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import apsw
import pytest
from cut_off import ASKS, FEW, MANY, QUIET, Desk, children, is_alive
from lines import ENVIRONMENT, PATIENCE, Line, line_to

from app.cli import signals
from app.domain.text import turkish_count
from app.signals import STEP
from app.store.engine.write_queue import is_anyone_waiting
from app.tui.terminal import hangup
from tests.cli.commandline import command, interruptible
from tests.scale import some
from tests.store.bookkeeping import opened

pytestmark = pytest.mark.files_only  # their books are copied

SOON = 1.0  # seconds


def test_both_watches_end_the_process_within_a_second() -> None:
    """The time that they give; the tests below show that it is they who end what is stuck.

    A stopwatch would measure the machine too, and fail where other work runs beside the tests.
    """
    assert signals._PATIENCE < SOON
    assert hangup._PATIENCE + hangup._STUCK / 1000 + STEP < SOON


# Where the user is


def in_a_question(line: Line, _desk: Desk) -> None:
    line.wait_for(QUIET)
    line.type("F1")
    line.wait_for("Dosya Yolu: dosyanın yazılacağı klasör")


def while_listing(line: Line, desk: Desk) -> None:
    list_file(line, desk.long)
    line.wait_for("Dosya okuma", "Hazır")


def while_saving(line: Line, desk: Desk) -> None:
    list_file(line, desk.many)
    line.wait_for("7.000 hazır")
    line.type("a", "F2")
    line.wait_for("7.000 belge numarasını korur")
    line.type("Enter", "Enter")
    line.wait_for("İçeri aktarma", "Aktarıldı ")


def list_file(line: Line, file: Path) -> None:
    line.wait_for(QUIET)
    line.type("F3")
    line.wait_for("[İçeri Aktar]")
    line.type(str(file), "F5")


# What happens


def terminated(line: Line) -> int:
    line.process.send_signal(signal.SIGTERM)
    return 128 + signal.SIGTERM


def hung_up(line: Line) -> int:
    line.process.send_signal(signal.SIGHUP)
    return 128 + signal.SIGHUP


def closed_in_silence(line: Line) -> int:
    """No signal comes: the program has no session of its own, or ignores it."""
    line.drop()
    return 128 + signal.SIGHUP


def terminated_while_nobody_reads(line: Line) -> int:
    line.stop_reading()
    line.type(*["PgDn"] * 60)
    return terminated(line)


WHERE = [in_a_question, while_listing, while_saving]
WHAT = [terminated, hung_up, closed_in_silence, terminated_while_nobody_reads]


@pytest.mark.parametrize("what", some(WHAT, 2), ids=lambda one: one.__name__)
@pytest.mark.parametrize("where", WHERE, ids=lambda one: one.__name__)
def test_the_screens_end(
    desk: Desk, where: Callable[[Line, Desk], None], what: Callable[[Line], int]
) -> None:
    deaf = what is closed_in_silence
    with desk.yielding(), line_to("--veritabani", desk.books, deaf=deaf) as line:
        where(line, desk)
        helpers = children(line.process.pid)
        assert bool(helpers) == (where in (while_listing, while_saving))
        status = what(line)
        assert line.process.wait(PATIENCE) == status
        assert what is closed_in_silence or line.is_restored()
        end = time.monotonic() + PATIENCE
        while any(map(is_alive, helpers)):
            assert time.monotonic() < end, "a helper has stayed behind"
    cut = where is while_saving
    assert (0 < desk.saved() < MANY) == cut
    assert desk.runs() == (["suruyor"] if cut else [])


HANGS = """
import sys, threading
from app.tui.screens.transfer_tab import TransferTab
from app.tui.start import start
TransferTab.do_help = lambda self: threading.Event().wait()
start(sys.argv[1], demo=False)
"""


def test_screens_that_hang_end_too(desk: Desk) -> None:
    with line_to(desk.books, script=HANGS) as line:
        line.wait_for(QUIET)
        line.type("F1", "Yolun sonu")
        status = terminated(line)
        assert line.process.wait(PATIENCE) == status
        assert line.is_restored()


def test_screens_without_a_terminal_do_not_open(desk: Desk) -> None:
    """As under nohup, where they would wait for keys at full speed."""
    said = subprocess.run(
        [sys.executable, "-m", "app", "--veritabani", str(desk.books)], env=ENVIRONMENT,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    assert said.returncode == 2
    assert said.stdout == b""
    assert said.stderr.decode() == (
        "Ekranlar bir terminalde açılır; terminalsiz işler için: --help\n"
    )


# The import without screens


def test_one_that_nobody_reads_ends(desk: Desk) -> None:
    """It is stuck in telling of its first transaction: the pipe holds less than that."""
    with desk.importing() as process:
        assert process.stdout
        end = time.monotonic() + PATIENCE
        while not is_full(process.stdout.fileno()):
            assert time.monotonic() < end
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 130
        said = last_words(process)
    saved = desk.saved()
    assert 0 < saved < FEW
    assert said == cut_short(saved)
    assert desk.runs() == ["suruyor"]


def test_its_last_words_wait_for_no_reader(desk: Desk) -> None:
    with desk.importing() as process:
        assert process.stdout
        assert process.stderr
        fill(process.stderr.fileno())
        end = time.monotonic() + PATIENCE
        while not is_full(process.stdout.fileno()):
            assert time.monotonic() < end
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 130


def last_words(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr
    return process.stderr.read().decode()


def test_one_whose_line_drops_says_what_it_saved(desk: Desk) -> None:
    with desk.importing(patient=True) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        *_, last = process.stdout.read().splitlines()
        assert process.wait(PATIENCE) == 130
        said = last_words(process)
    saved = desk.saved()
    assert json.loads(last)["ozet"]["aktarilan"] == saved < FEW
    assert said == (
        f"Bağlantı koptu. {turkish_count(saved)} belge aktarıldı, gerisi aktarılmadı;"
        " aynı komut yalnız kalanları aktarır\n"
    )
    assert desk.runs() == ["suruyor"]


def cut_short(saved: int) -> str:
    return f"Yarıda kesildi; en az {turkish_count(saved)} belge kaydedilmişti\n"


def test_one_that_waits_for_the_database_ends(desk: Desk) -> None:
    other = apsw.Connection(str(desk.books))
    with desk.importing() as process:
        assert process.stdout
        process.stdout.readline()
        other.set_busy_timeout(int(PATIENCE * 1000))
        other.execute("BEGIN IMMEDIATE")  # the import is stuck in telling, outside a transaction
        ((told,),) = other.execute("SELECT count(*) FROM transfer_item")
        for _ in range(told - 1):
            process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 130
        said = last_words(process)
    other.close()
    assert 0 < told == desk.saved() < FEW
    assert said == cut_short(told)
    assert desk.runs() == ["suruyor"]


def test_invented_invoices_that_wait_for_the_database_end_too(desk: Desk) -> None:
    books = desk.folder / "ornek.db"
    with opened(books):
        pass
    other = apsw.Connection(str(books))
    other.set_busy_timeout(int(PATIENCE * 1000))
    with subprocess.Popen(
        command("--veritabani", books, "ornek-veri", "--fatura", 100_000),
        env=ENVIRONMENT, preexec_fn=interruptible, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        written = 0
        while not written:
            assert process.poll() is None
            other.execute("BEGIN IMMEDIATE")
            ((written,),) = other.execute("SELECT count(*) FROM invoice")
            if not written:
                other.execute("ROLLBACK")
        while not is_anyone_waiting(str(books)):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 130
        assert last_words(process) == cut_short(written)
    other.close()


def test_one_that_is_to_go_on_without_its_terminal_does(desk: Desk) -> None:
    """It cannot say what it has done, but all is done, and that is in the journal."""
    arguments = ("--veritabani", desk.books, "iceri-aktar", desk.few, "--kaynak-no")
    with line_to(*arguments, deaf=True) as line:
        line.wait_for("İçeri aktarılıyor")
        line.drop()
        assert line.process.wait(PATIENCE) == 0
    assert desk.saved() == FEW
    assert desk.runs() == ["tamam"]


def fill(pipe: int) -> None:
    other_end = os.open(f"/proc/self/fd/{pipe}", os.O_WRONLY | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while os.write(other_end, b" "):
            pass
    os.close(other_end)


def is_full(pipe: int) -> bool:
    other_end = os.open(f"/proc/self/fd/{pipe}", os.O_WRONLY | os.O_NONBLOCK)
    try:
        return not select.select([], [other_end], [], 0)[1]
    finally:
        os.close(other_end)


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGKILL, "suruyor"), (signal.SIGHUP, "suruyor"), (signal.SIGTERM, "durduruldu")],
)
def test_the_same_file_again_does_exactly_the_rest(desk: Desk, number: int, status: str) -> None:
    after = random.Random(number).randrange(1, FEW // 2)
    desk.cut_off(number, after)
    first = desk.saved()
    assert after <= first < FEW
    assert desk.runs() == [status]
    with desk.importing("--aktarilanlari-atla") as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out.splitlines()[-1])["ozet"] == {
        "toplam": FEW, "aktarilan": FEW - first, "hatali": 0, "atlanan": first, "hazir": 0,
        "uyarili": 0,
    }  # fmt: skip
    assert desk.saved() == FEW
    assert desk.runs() == [status, "tamam"]


# The next start


def test_an_import_that_was_cut_off_is_told_and_gone_on_with(desk: Desk) -> None:
    desk.cut_off()
    first = desk.saved()
    with line_to("--veritabani", desk.books) as line:
        line.wait_for(ASKS, "az.json", f"yarıda kesildi; {turkish_count(first)} belge aktarıldı")
        line.type("e")
        line.wait_for(
            "[İçeri Aktar]", f"{turkish_count(first)} uyarılı. Sürdürmek için a, sonra F2"
        )
        assert "Uyarı: daha önce" in line.text
        line.type("a", "F2")
        line.wait_for("[✓] Daha önce aktarılanları atla", f"{turkish_count(first)} belge atlanır")
        line.type("Enter", "Enter", "Enter")
        rest = turkish_count(FEW - first)
        line.wait_for(f"Aktarım tamamlandı: {rest} belge aktarıldı")
        line.type("F10")
        line.process.wait(PATIENCE)
    assert desk.saved() == FEW
    assert desk.runs() == ["suruyor", "tamam"]
    assert_not_told(desk)


def test_what_the_user_lets_be_is_not_told_again(desk: Desk) -> None:
    desk.cut_off()
    with line_to("--veritabani", desk.books) as line:
        line.wait_for(ASKS)
        line.type("h")
        line.wait_for(QUIET, "Bir daha sorulmayacak")
        end = time.monotonic() + PATIENCE
        while desk.runs() != ["durduruldu"]:
            assert time.monotonic() < end
    assert_not_told(desk)


def test_an_import_that_still_runs_is_not_told_as_cut_off(desk: Desk) -> None:
    with desk.importing() as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        assert_not_told(desk)
        (lock,) = desk.folder.glob("*aktarim*")
        os.utime(lock, (0, 0))  # a new one would be left alone
    with line_to("--veritabani", desk.books) as line:
        line.wait_for(ASKS)
    assert not lock.exists()


def assert_not_told(desk: Desk) -> None:
    """A key has its effect where it would not have come through a question."""
    with line_to("--veritabani", desk.books) as line:
        line.wait_for(QUIET)
        line.type("F1")
        line.wait_for("Dosya Yolu: dosyanın yazılacağı klasör")
        assert ASKS not in line.text
