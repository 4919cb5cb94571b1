"""Commands yedekle and geri-yukle: back up the database, and restore it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.cli.command_line import Options
from app.cli.output import Bar, print_json, print_line
from app.cli.signals import DONE, StopSignal
from app.domain.text import one_line, turkish_count
from app.store import backup
from app.store.opening import open_path


def back_up(options: Options) -> int:
    """yedekle."""
    target = backup.backup_path(Path(options.hedef), open_path(), datetime.now())
    bar = Bar("Yedekleniyor")
    try:
        done = backup.back_up(target, bar, StopSignal())
    finally:
        bar.close()
    if options.json:
        print_json({"dosya": one_line(str(done.path)), "adet": done.documents})
    else:
        print_line(f"Yedeklendi: {done.path}, {turkish_count(done.documents)} belge, denetlendi")
    return DONE


def restore(options: Options) -> int:
    """geri-yukle."""
    bar = Bar("Geri yükleniyor")
    source, target = Path(options.dosya), Path(options.veritabani)
    make = options.olustur
    try:
        done = backup.restore(source, target, datetime.now(), bar, StopSignal(), make=make)
    finally:
        bar.close()
    if options.json:
        aside = one_line(str(done.aside)) if done.aside else None
        print_json({"dosya": one_line(str(target)), "adet": done.documents, "onceki": aside})
        return DONE
    print_line(f"Geri yüklendi: {target}, {turkish_count(done.documents)} belge, denetlendi")
    if done.aside:
        print_line(f"Önceki veritabanı duruyor: {done.aside}")
    return DONE
