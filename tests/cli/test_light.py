"""What a command does not load: it has to start fast, and without a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.commandline import Desk, environment
from tests.store.bookkeeping import typed

_RUN = """
import sys
sys.argv = ["toplu-fatura", *sys.argv[1:]]
from app.__main__ import main
status = main()
sys.stderr.write("\\n".join(sorted(sys.modules)))
sys.exit(status)
"""


def _loaded(desk: Desk, *arguments: object) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *map(typed, arguments)], cwd=desk.folder, text=True,
        env=environment(desk.folder), capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "-h", "--surum"])
def test_help_loads_next_to_nothing(desk: Desk, option: str) -> None:
    heavy = {"argparse", "peewee", "apsw", "msgspec", "textual", "rich", "logging", "asyncio"}
    assert not _loaded(desk, option) & heavy
    said = desk.run(option)
    assert (said.status, said.err) == (0, "")
    assert said.out.isprintable() or "\n" in said.out


def test_help_may_stand_anywhere(desk: Desk) -> None:
    whole = desk.run("--help").out
    for command in (
        "iceri",
        "disari-aktar",
        "iceri-aktar",
        "listele",
        "goster",
        "ornek-veri",
        "denetle",
    ):
        assert f"toplu-fatura {command}" in whole
    assert desk.run("iceri-aktar", "--help").out == whole


def test_a_command_without_books_loads_no_database(desk: Desk) -> None:
    for arguments in (["tamamlama", "bash"], ["sema"]):
        assert not _loaded(desk, *arguments) & {"peewee", "apsw", "textual", "rich"}, arguments


def test_no_command_loads_the_screens(shop: Desk) -> None:
    here = ("--veritabani", shop.database)
    for arguments in (
        ["listele", *here],
        ["goster", "B-1", *here],
        ["disari-aktar", "x.json", *here],
        ["iceri-aktar", "x.json", "--kaynak-no", "--dene", *here],
        ["iceri-aktar", "x.json", "--kaynak-no", *here],
        ["denetle", *here],
        ["ornek-veri", "--fatura", "5", "--veritabani", "ornek.db"],
    ):
        assert not _loaded(shop, *arguments) & {"textual", "rich", "app.tui"}, arguments


def test_the_first_tab_loads_neither_parsers_nor_jobs_nor_dialogs() -> None:
    """What it loads is time to the first frame."""
    lean = "import sys, app.tui.start, app.tui.app, app.tui.screens.export_tab; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", lean], capture_output=True, text=True, check=True)
    late = {"app.netsis.tolerant", "app.netsis.wire", "app.netsis.fast_parser", "app.demo",
            "app.transfer.decide", "app.transfer.import_file", "app.transfer.export_run",
            "app.store.books", "app.store.preview", "app.store.migrations", "app.store.server",
            "app.tui.screens.import_tab", "app.tui.screens.run_list", "app.tui.screens.totals",
            "app.tui.screens.numbering", "app.tui.screens.picker", "app.tui.screens.advanced",
            "xlsxwriter", "psycopg"}  # fmt: skip
    too_soon = late & set(done.stdout.split())
    assert not too_soon


_INTERRUPTED = """
import runpy, sys

class CtrlC:
    def find_spec(self, name, *_):
        if name == at:
            raise KeyboardInterrupt

at = sys.argv.pop(1)
sys.meta_path.insert(0, CtrlC())
runpy.run_module("app", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    "at", ["app.cli.streams", "app.log", "app.cli.arguments", "app.cli.subcommands", "peewee"]
)
def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_word(desk: Desk, at: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, at, "--veritabani", "defter.db", "listele"],
        cwd=desk.folder, env=environment(desk.folder), capture_output=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
