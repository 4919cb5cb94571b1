"""Readers beside the program: they give what reading here gives, and none outlives its work."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.demo import Company, sample_files
from app.domain.netsis_json import encode_invoice
from app.domain.reasons import Code, Reason
from app.domain.record import Record, Summary
from app.domain.unread import bare
from app.errors import FileRefused
from app.netsis.document_splitter import Span
from app.netsis.input_file import Source, open_source
from app.netsis.parse_ways import RECORDS, SUMMARIES, Way
from app.netsis.parse_workers import read_all, read_batch

ROOT = Path(__file__).parents[2]
SIZE = (4 << 20) + (1 << 18)
BATCH = 200


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is worth readers: good documents, such as need care, faulty and broken ones."""
    samples = dict(sample_files(Company(4)))
    documents = [encode_invoice(invoice) for invoice in Company(4).invoices(200)]
    documents += samples["hatali.json"][2:-3].split(b",\n")
    documents += [documents[0].replace(b'"FatUst"', b'"fatUst" '), documents[1][:-1]]
    path = tmp_path_factory.mktemp("okuma") / "buyuk.json"
    once = b",\n".join(documents)
    path.write_bytes(b"[\n" + b",\n".join([once] * (SIZE // len(once) + 1)) + b"\n]\n")
    return path


@pytest.fixture
def source(big: Path) -> Iterator[Source]:
    before = len(os.listdir("/proc/self/fd"))
    with open_source(big) as found:
        yield found
    assert children() == []
    assert len(os.listdir("/proc/self/fd")) == before


def batches(source: Source, size: int = BATCH) -> Iterator[list[Span]]:
    spans = source.spans()
    return iter(lambda: list(islice(spans, size)), [])


_others = set[int]()
"""Processes of this one that were there before the test: a server, a loaded program."""


@pytest.fixture(autouse=True)
def _only_new_children() -> None:
    _others.clear()
    _others.update(children())


def children() -> list[int]:
    """Our processes since the test began, those that ended and were not waited for among them."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == str(os.getpid()) and int(entry) not in _others:
            found.append(int(entry))
    return found


@pytest.mark.long
@pytest.mark.parametrize("way", [RECORDS, SUMMARIES], ids=["records", "summaries"])
@pytest.mark.parametrize("processes", [1, 3])
def test_readers_find_what_is_found_here_in_the_same_order(
    source: Source, way: Way[Any], processes: int
) -> None:
    there = list(read_all(source, way, batches(source), processes))
    here = [read_batch(source, way, spans) for spans in batches(source)]
    assert there == here
    found = [reading for batch in here for reading in batch]
    assert sum(isinstance(reading, (Record, Summary)) for reading in found) > 2000
    assert {replace(bare(r), values=(), quote="") for r in found if isinstance(r, Reason)} >= {
        Reason(Code.NOT_TEXT, "FATIRS_NO"),
        Reason(Code.NOT_A_NUMBER, "STra_GCMIK", line=1),
        Reason(Code.BROKEN_JSON_AT),
    }


def test_batches_of_any_size_even_of_documents_that_have_no_text(source: Source) -> None:
    spans = list(source.spans())[:5]
    broken = [Span(0, 0, Reason(Code.TRAILING_DATA)), Span(0, 0, Reason(Code.CUT_SHORT))]
    asked = [broken, spans[:1], [broken[0], *spans, broken[1]], broken[:1]]
    assert list(read_all(source, RECORDS, asked, 2)) == [
        read_batch(source, RECORDS, some) for some in asked
    ]
    assert list(read_all(source, RECORDS, [], 2)) == []


def test_a_file_of_windows_1254_is_read_from_its_copy(tmp_path: Path) -> None:
    once = dict(sample_files(Company(4)))["windows-1254.json"][2:-3]
    path = tmp_path / "eski.json"
    path.write_bytes(b"[\n" + b",\n".join([once] * (SIZE // len(once))) + b"\n]\n")
    with open_source(path, "cp1254") as source:
        spans = list(islice(source.spans(), 100))
        (found,) = read_all(source, RECORDS, [spans], 1)
        assert found == read_batch(source, RECORDS, spans)
        assert all(isinstance(reading, Record) for reading in found)


def test_a_small_file_starts_no_process(tmp_path: Path) -> None:
    path = tmp_path / "kucuk.json"
    path.write_bytes(dict(sample_files(Company(4)))["temiz.json"])
    with (
        open_source(path) as source,
        closing(read_all(source, RECORDS, batches(source, 10), 2)) as reading,
    ):
        assert next(reading) == read_batch(source, RECORDS, next(batches(source, 10)))
        assert children() == []


def test_a_little_of_a_big_file_starts_no_process(source: Source) -> None:
    with closing(read_all(source, RECORDS, batches(source), 0)) as reading:
        assert next(reading) == read_batch(source, RECORDS, next(batches(source)))
        assert children() == []


def test_where_no_process_can_be_had_it_is_read_here(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/olmayan/python")
    with closing(read_all(source, RECORDS, batches(source), 2)) as reading:
        assert next(reading) == read_batch(source, RECORDS, next(batches(source)))


def begun(source: Source, processes: int, size: int = BATCH) -> Iterator[list[Record | Reason]]:
    """A reading of which the first batch was taken."""
    reading = read_all(source, RECORDS, batches(source, size), processes)
    assert len(next(reading)) == size
    assert len(children()) == processes
    return reading


@pytest.fixture
def small_pipes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers that are ready at once, on pipes as small as Linux makes them.

    An alarm ends a test that blocks for good.
    """
    begin = subprocess.Popen

    def popen(*command: Any, **more: Any) -> Any:
        process = begin(*command, **more, pipesize=4096)
        select.select([process.stdout], [], [])
        return process

    monkeypatch.setattr(subprocess, "Popen", popen)

    def too_long(*_: Any) -> None:
        raise AssertionError("blocked for a minute")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.long
@pytest.mark.usefixtures("small_pipes")
@pytest.mark.parametrize("size", [100, 300, 1000])
def test_requests_and_answers_larger_than_a_pipe(source: Source, size: int) -> None:
    there = list(read_all(source, RECORDS, batches(source, size), 2))
    assert there == [read_batch(source, RECORDS, spans) for spans in batches(source, size)]


def idle(pid: int) -> None:
    """Wait until a reader can go no further: no more is asked, or its pipe is full."""
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
        os.sched_yield()


@pytest.mark.usefixtures("small_pipes")
@pytest.mark.parametrize("size", [1, 1000], ids=["between two answers", "within an answer"])
def test_a_reader_that_is_killed_ends_the_reading_with_a_sentence(
    source: Source, size: int
) -> None:
    reading = begun(source, 2, size)
    for pid in children():
        idle(pid)
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(FileRefused, match=r"buyuk\.json: okuma süreci durdu; yeniden deneyin"):
        list(reading)


def test_a_file_that_changes_meanwhile_is_refused(big: Path, tmp_path: Path) -> None:
    path = tmp_path / "degisen.json"
    path.write_bytes(big.read_bytes())
    with open_source(path) as source:
        reading = begun(source, 2)
        with path.open("ab") as file:
            file.write(b" ")
        with pytest.raises(FileRefused, match="açıldıktan sonra değişti"):
            list(reading)
        assert children() == []


@pytest.mark.parametrize("size", [10, 1000])
def test_who_has_read_enough_leaves_no_reader_behind(source: Source, size: int) -> None:
    with closing(begun(source, 2, size)):
        pass
    assert children() == []


# Takes one batch, says who reads, and gets Ctrl+C as a terminal sends it: to its whole group.
_INTERRUPTED = """
import os, signal, sys
sys.path[0] = sys.argv[1]
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever started it may ignore it
from itertools import islice
from app.netsis.parse_ways import RECORDS
from app.netsis.parse_workers import read_all
from app.netsis.input_file import open_source
with open_source(sys.argv[2]) as source:
    spans = source.spans()
    reading = read_all(source, RECORDS, iter(lambda: list(islice(spans, 1000)), []), 2)
    next(reading)
    if sys.argv[3] == "sees":
        signal.signal(signal.SIGINT, lambda *_: print("Ctrl+C"))
    os.killpg(0, getattr(signal, sys.argv[4]))
    print(sum(map(len, reading)))
"""


def interrupted(path: Path, how: str, sent: str) -> subprocess.CompletedProcess[str]:
    """What such a program says. That its output ends tells that all its readers ended."""
    command = [sys.executable, "-c", _INTERRUPTED, str(ROOT), str(path), how, sent]
    return subprocess.run(
        command, capture_output=True, text=True, start_new_session=True, timeout=30, check=False
    )


def test_ctrl_c_is_the_programs_to_answer_and_its_readers_go_on(big: Path) -> None:
    with open_source(big) as source:
        count = len(list(source.spans()))
    done = interrupted(big, "sees", "SIGINT")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Ctrl+C\n{count - 1000}\n", "")


def test_readers_end_silently_with_a_program_that_is_killed(big: Path) -> None:
    done = interrupted(big, "dies", "SIGKILL")
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGKILL, "", "")


def test_an_interrupt_that_nobody_answers_leaves_no_reader_behind(big: Path) -> None:
    done = interrupted(big, "dies", "SIGINT")
    assert done.returncode == -signal.SIGINT
    assert done.stderr.count("Traceback") == 1
    assert "KeyboardInterrupt" in done.stderr
