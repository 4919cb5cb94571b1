"""--sessiz: nothing but errors is written, and the exit status tells the rest."""

from __future__ import annotations

import pytest

from app.cli.arguments import COMMANDS, parse, takes_quiet
from app.errors import UsageError
from tests.cli.commandline import Desk


def test_a_quiet_job_writes_nothing_and_does_its_work(shop: Desk) -> None:
    exported = shop.ask("disari-aktar", "giden.json", "--sessiz")
    assert (exported.status, exported.out, exported.err) == (0, "", "")
    assert (shop.folder / "giden.json").exists()
    for asked in (["listele", "--yaz", "l.csv"], ["denetle"], ["sirket"]):
        said = shop.ask("--sessiz", *asked)
        assert (said.status, said.out, said.err) == (0, "", ""), asked


@pytest.mark.files_only  # a server has tools of its own
def test_a_quiet_backup_writes_nothing(shop: Desk) -> None:
    said = shop.ask("--sessiz", "yedekle", "y.db")
    assert (said.status, said.out, said.err) == (0, "", "")
    assert (shop.folder / "y.db").exists()


def test_a_quiet_import_tells_its_failures_alone_on_standard_error(desk: Desk) -> None:
    (desk.folder / "x.json").write_text('[{"FaturaTip": 0}]')
    quiet = desk.ask("iceri-aktar", "x.json", "--kaynak-no", "--sessiz")
    told = desk.ask("iceri-aktar", "x.json", "--kaynak-no")
    assert (quiet.status, quiet.out) == (told.status, "")
    assert quiet.err == told.out.partition("\n")[0] + "\n"
    assert "Hata: " in quiet.err


def test_what_cannot_be_done_is_said_all_the_same(shop: Desk) -> None:
    said = shop.ask("geri-al", 9, "--sessiz")
    assert (said.status, said.out) == (2, "")
    assert said.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["geri-al", "1", "--json", "--sessiz"], "--sessiz ile --json birlikte verilemez"),
        *(
            ([*words, "--sessiz"],
             f"--sessiz ile {words[0]} birlikte verilemez; işi göstermektir")
            for words in (["listele"], ["ozet"], ["goster", "B-1"], ["aktarimlar"],
                          ["silinenler"], ["sema"],
                          ["tamamlama", "bash"])
        ),
        (["--sessiz"], "--sessiz ekranlarla birlikte verilemez; alt komutlar içindir"),
        (["iceri", "/", "--sessiz"],
         "--sessiz ekranlarla birlikte verilemez; alt komutlar içindir"),
    ],
)  # fmt: skip
def test_quiet_with_what_must_be_seen_is_refused(arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(arguments)
    assert refused.value.sentence.removesuffix("; kullanım için: --help") == sentence


def test_completion_offers_it_where_it_may_be_given() -> None:
    """A command takes it if it is not refused, alone or with --yaz."""
    for name, command in COMMANDS.items():
        choices = [next(iter(command.choices.get(one, ["1"]))) for one in command.operands]
        words = [name, *choices, *(["--kaynak-no"] if name == "iceri-aktar" else [])]
        sheet = [["--yaz", "x.csv"]] if any(o.name == "--yaz" for o in command.options) else []
        assert any(_accepted([*words, "--sessiz", *more]) for more in ([], *sheet)) == (
            takes_quiet(name)
        ), name


def _accepted(arguments: list[str]) -> bool:
    try:
        parse(arguments)
    except UsageError as error:
        if "--sessiz" not in error.sentence:
            raise
        return False
    return True
