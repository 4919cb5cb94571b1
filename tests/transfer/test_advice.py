"""What an import that failed advises follows from the cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import DatabaseDamaged
from app.store import preview
from app.store.opening import close_database, open_database
from app.transfer import import_run
from app.transfer.phrases import cut_off, list_cut_off
from tests.short_steps import short_steps
from tests.store.bookkeeping import document, make_cards
from tests.transfer.carrying import Carried, write


@pytest.mark.broken_books
def test_after_a_lost_log_it_says_to_restore_before_the_same_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is truncated between two transactions; a backup may lack what was saved."""
    short_steps(monkeypatch, batch=1, seconds=0)
    path, coming = tmp_path / "defter.db", [document(f"K-{n}") for n in range(1, 5)]
    open_database(str(path))
    make_cards(coming)
    with Carried(write(tmp_path / "x.json", coming)) as carried:

        def told(_: list[preview.Outcome]) -> None:
            Path(f"{path}-wal").write_bytes(b"")

        with pytest.raises(DatabaseDamaged) as refused:
            import_run.run_import(carried.incoming, None, import_run.ImportRule(), told=told)
    close_database()
    cause = refused.value.sentence
    assert cause.endswith(f"yedekten dönün: toplu-fatura geri-yukle YEDEK --veritabani {path}")
    assert cut_off(refused.value, 1, 3) == (
        f"{cause}. 1 belge aktarılmıştı; geri yükledikten sonra aynı komut yedekte olmayanları"
        " aktarır"
    )
    assert list_cut_off(refused.value, 1, 4, marked=True) == (
        f"{cause}. 1 belge aktarılmıştı; geri yükledikten sonra dosyayı yeniden listeleyin"
    )
