"""--sessiz: nothing but errors is written, and the exit status tells the rest."""

from __future__ import annotations

import pytest
from commandline import Desk

from app.cli.arguments import parse
from app.errors import UsageError


def test_a_quiet_job_writes_nothing_and_does_its_work(shop: Desk) -> None:
    exported = shop.ask("disari-aktar", "giden.json", "--sessiz")
    assert (exported.status, exported.out, exported.err) == (0, "", "")
    assert (shop.folder / "giden.json").exists()
    for asked in (["listele"], ["goster", "B-1"], ["denetle"], ["sirket"], ["yedekle", "y.db"]):
        said = shop.ask("--sessiz", *asked)
        assert (said.status, said.out, said.err) == (0, "", ""), asked


def test_a_quiet_import_tells_its_failures_alone_on_standard_error(desk: Desk) -> None:
    (desk.folder / "x.json").write_text('[{"FaturaTip": 0}]')
    quiet = desk.ask("iceri-aktar", "x.json", "--kaynak-no", "--sessiz")
    told = desk.ask("iceri-aktar", "x.json", "--kaynak-no")
    assert (quiet.status, quiet.out) == (told.status, "")
    assert quiet.err == told.out.partition("\n")[0] + "\n"
    assert "Hata: " in quiet.err


def test_what_cannot_be_done_is_said_all_the_same(shop: Desk) -> None:
    said = shop.ask("goster", "yok", "--sessiz")
    assert (said.status, said.out, said.err) == (2, "", "yok numaralı belge yok\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["listele", "--json", "--sessiz"], "--sessiz ile --json birlikte verilemez"),
        (["--sessiz"], "--sessiz ekranlarla birlikte verilemez; alt komutlar içindir"),
        (["iceri", "/", "--sessiz"],
         "--sessiz ekranlarla birlikte verilemez; alt komutlar içindir"),
    ],
)  # fmt: skip
def test_quiet_with_what_must_be_seen_is_refused(arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(arguments)
    assert refused.value.sentence.removesuffix("; kullanım için: --help") == sentence
