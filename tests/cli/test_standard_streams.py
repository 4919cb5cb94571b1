"""`-` is standard input or output: in pipes, cut off, refused, and leaving nothing behind."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import FileRefused
from app.netsis import standard_streams
from tests.cli.commandline import SMALLEST_PIPE, Desk, command, environment
from tests.store.bookkeeping import rows_of, vandalise

IMPORT = ("iceri-aktar", "-", "--kaynak-no", "--eksik-kartlari-olustur")


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A desk with more documents than a pipe holds."""
    assert desk.ask("ornek-veri", "--fatura", "20").status == 0
    return desk


def runs(desk: Desk) -> list[tuple[str, str, str, int]]:
    """The journal: direction, file, status and documents written or saved of each run."""
    asked = "SELECT direction, file, status, saved FROM transfer ORDER BY id"
    return rows_of(desk.database, asked)  # type: ignore[return-value]


def test_documents_go_from_one_database_to_another_through_a_pipe(
    busy: Desk, tmp_path: Path
) -> None:
    sent = busy.ask("disari-aktar", "-")
    assert sent.status == 0
    assert len(json.loads(sent.out)) == 20
    assert sent.err.startswith("Aktarım tamamlandı: (standart çıktı), 20 belge, ")

    other = Desk(_folder(tmp_path / "other"))
    taken = other.ask(*IMPORT, given=sent.out.encode())
    assert (taken.status, taken.err) == (0, "")
    assert other.ask("disari-aktar", "-", "--sessiz").out == sent.out

    assert runs(busy) == [("disari", "-", "tamam", 20)]
    (direction, file, status, saved), _ = runs(other)
    assert (direction, status, saved) == ("iceri", "tamam", 20)
    assert file.startswith("- ")  # the content's digest: the same bytes are known again
    told = other.ask("aktarimlar").out.splitlines()
    assert [line.rpartition("  ")[2] for line in told] == ["(standart çıktı)", "(standart girdi)"]
    named = [record["dosya"] for record in other.ask("aktarimlar", "--json").records]
    assert named == ["-", file]
    number = json.loads(sent.out)[0]["FatUst"]["FATIRS_NO"]
    assert "  Dosya  (standart girdi)\n  Kaynak" in other.ask("goster", number).out
    assert busy.ask("listele", "--aktarilan", "hayir").out == ""


def test_the_summary_of_json_goes_to_standard_error(shop: Desk) -> None:
    said = shop.ask("disari-aktar", "-", "--json")
    assert json.loads(said.err)["adet"] == len(json.loads(said.out)) == 5
    assert json.loads(said.err)["dosya"] == "-"


def test_what_a_reader_did_not_take_to_its_end_does_not_count_as_exported(busy: Desk) -> None:
    process = subprocess.Popen(
        command("--veritabani", busy.database, "disari-aktar", "-"), cwd=busy.folder,
        env=environment(busy.folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        bufsize=0, pipesize=SMALLEST_PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    assert process.stdout.read(10).startswith(b"[\n{")
    process.stdout.close()
    told = process.stderr.read().decode()
    assert process.wait() == 2
    assert told == ("standart çıktı: okuyan program kapandı; belgeler aktarılmış sayılmadı\n")
    assert runs(busy) == [("disari", "-", "hata", 0)]
    assert busy.ask("listele", "--aktarilan", "hayir").out.count("\n") == 20


def test_an_export_that_was_killed_before_it_had_ended_does_not_count(shop: Desk) -> None:
    assert shop.ask("disari-aktar", "-").status == 0
    _leave_open(shop)
    (shop.folder / "-").write_text("\n" * 7)  # what stands in a file of that name is no matter
    said = shop.ask("listele", "--aktarilan", "hayir")
    assert said.out.count("\n") == 5
    assert said.err == (
        "Yarım kalan dışarı aktarmanın dosyası yok, belgeleri aktarılmamış sayılır:"
        " (standart çıktı)\n"
    )


def test_the_same_input_goes_on_where_it_was_cut_off_and_another_does_not(busy: Desk) -> None:
    text = busy.ask("disari-aktar", "-").out
    other = Desk(_folder(busy.folder / "other"))
    half = "".join(text.splitlines(keepends=True)[:11]).rstrip(",\n") + "]"
    for document in (half, text):
        assert other.ask(*IMPORT, given=document.encode()).status == 0
    _leave_open(other)
    again = other.ask(*IMPORT, "--json", given=text.encode())
    assert "yarım kalmıştı" in again.err
    assert again.records[-1]["ozet"]["atlanan"] == 20
    assert "yarım kalmıştı" not in other.ask(*IMPORT, "--dene", given=half.encode()).err


def test_a_compressed_input_and_one_in_windows_1254_are_read(shop: Desk) -> None:
    text = shop.ask("disari-aktar", "-").out
    assert "Şişli" in text
    for given in (_packed(text), text.encode("cp1254")):
        said = shop.ask(*IMPORT, "--dene", given=given)
        assert (said.status, said.out.splitlines()[-1][:8]) == (0, "5 belge:"), said


@pytest.mark.parametrize(
    ("arguments", "streams", "sentence"),
    [
        (IMPORT, None, "standart girdi: dosya boş"),
        (IMPORT, lambda: os.close(0),
         "standart girdi: kapalı; örnek: toplu-fatura iceri-aktar - < DOSYA"),
        (["disari-aktar", "-"], lambda: os.closerange(0, 2),
         "standart çıktı: kapalı; örnek: toplu-fatura disari-aktar - > DOSYA"),
        (["disari-aktar", "-"], lambda: _direct(os.devnull),
         "standart çıktı: hiçbir yere gitmiyor (/dev/null); örnek: "
         "toplu-fatura disari-aktar - > DOSYA"),
        (["disari-aktar", "-"], lambda: _direct("/dev/full"),
         "standart çıktı: diskte yer kalmadı; yer açıp yeniden deneyin; çıktı yarım kaldı, "
         "belgeler aktarılmış sayılmadı"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_written_is_refused(
    shop: Desk, arguments: list[str], streams: Callable[[], None] | None, sentence: str
) -> None:
    on = ("--veritabani", shop.database)
    said = shop.run_anew(*on, *arguments, preexec_fn=streams, input=b"")
    assert (said.status, said.out, said.err) == (2, "", f"{sentence}\n")


def test_a_terminal_is_refused_and_the_journal_knows_nothing_of_it(shop: Desk) -> None:
    ours, theirs = pty.openpty()
    for arguments, stream, told in (
        (IMPORT, {"stdin": theirs}, "standart girdi: bir terminal; "),
        (["disari-aktar", "-"], {"stdout": theirs}, "standart çıktı: bir terminal; "),
    ):
        done = subprocess.run(
            command("--veritabani", shop.database, *arguments), cwd=shop.folder,
            env=environment(shop.folder), stderr=subprocess.PIPE, **stream,
        )  # fmt: skip
        assert done.returncode == 2
        assert done.stderr.decode().startswith(told)
    assert runs(shop) == []
    os.close(ours)
    os.close(theirs)


def test_a_killed_import_leaves_no_copy_of_its_input(desk: Desk) -> None:
    temporary = _folder(desk.folder / "tmp")
    process = subprocess.Popen(
        command("--veritabani", desk.database, *IMPORT), cwd=desk.folder,
        env=environment(desk.folder, TMPDIR=str(temporary)), stdin=subprocess.PIPE,
        bufsize=0, pipesize=SMALLEST_PIPE,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(b"[" + b" " * 5 * SMALLEST_PIPE)  # once this is taken, a copy is begun
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    assert list(temporary.iterdir()) == []


def test_the_copy_is_its_owners_alone_nameless_and_no_larger_than_the_disk_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def give(text: bytes) -> None:
        reading, writing = os.pipe()
        os.write(writing, text)
        os.close(writing)
        monkeypatch.setattr(standard_streams, "_INPUT_FILE", reading)

    monkeypatch.setattr(sys, "__stdin__", sys.stdout)  # pytest has closed it
    give(b"[]")
    copy, _ = standard_streams.spooled_input()
    found = os.fstat(copy)
    assert (found.st_mode & 0o777, found.st_nlink, found.st_size) == (0o600, 0, 2)
    os.close(copy)

    monkeypatch.setattr(standard_streams, "_DISK_SHARE", 0)
    give(b"[]")
    with pytest.raises(FileRefused, match="standart girdi: geçici klasörde yer yok"):
        standard_streams.spooled_input()


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _packed(text: str) -> bytes:
    import gzip

    return gzip.compress(text.encode())


def _direct(path: str) -> None:
    """In the child: direct standard output to a file."""
    os.dup2(os.open(path, os.O_WRONLY), 1)


def _leave_open(desk: Desk) -> None:
    """Have the journal's last run look as if its process had been killed."""
    vandalise(
        desk.database,
        "UPDATE transfer SET status = 'suruyor', finished_at = NULL"
        " WHERE id = (SELECT max(id) FROM transfer)",
    )
