"""Commands ornek-veri, denetle, yedekle and geri-yukle: fill, check, back up, restore."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app import log
from app.cli.arguments import target_of
from app.cli.command_line import Options
from app.cli.output import Bar, print_error, print_fault, print_json, print_line, print_note, result
from app.cli.signals import DONE, SOME_FAILED, StopSignal
from app.cli.streams import reader_may_leave
from app.domain.text import one_line, turkish_count
from app.errors import DatabaseRefused
from app.store import backup, checks
from app.store.database import reading
from app.store.opening import open_path


def demo_data(options: Options) -> int:
    """Run ornek-veri and return the exit status."""
    from app.demo.filling import fill  # loads word lists that no other command needs

    bar = Bar("Örnek veri yazılıyor")
    stop = StopSignal()

    def progress(done: int, of: int) -> None:
        stop.saved = done
        bar(done, of)

    try:
        fill(options.fatura, options.tohum, progress=progress, stop=stop)
    except DatabaseRefused as error:
        if not stop.saved:
            raise
        bar.close()
        log.fault(error)
        written = f"{turkish_count(stop.saved)} fatura yazıldı, gerisi yazılmadı"
        print_error(f"{error.sentence}. {written}; tamamı için yeni bir veritabanı verin")
        return SOME_FAILED
    finally:
        bar.close()
    said = f"{turkish_count(options.fatura)} fatura yazıldı"
    with result(said):
        print_line(said)
    return DONE


def check(_options: Options) -> int:
    """Run denetle and return the exit status."""
    with reading():
        found = checks.failures()
    with reader_may_leave():
        for name, offender in found:
            print_fault(f"{name}: {offender}")
    return SOME_FAILED if found else DONE


def back_up(options: Options) -> int:
    """Run yedekle and return the exit status."""
    target = backup.backup_path(target_of(options.hedef), open_path(), datetime.now())
    with Bar("Yedekleniyor") as bar:
        done = backup.back_up(target, bar, StopSignal())
    said = f"Yedeklendi: {done.path}, {turkish_count(done.documents)} belge, denetlendi"
    with result(said):
        if options.json:
            told = {"uyarilar": done.told} if done.told else {}
            print_json({"dosya": one_line(str(done.path)), "adet": done.documents, **told})
        else:
            print_line(said)
    for one in done.told:
        print_note(f"Dikkat, yedeğe de böyle geçti: {one}")
    return DONE


def restore(options: Options) -> int:
    """Run geri-yukle and return the exit status."""
    source, target = Path(options.dosya), Path(options.veritabani)
    make = options.olustur
    with Bar("Geri yükleniyor") as bar:
        done = backup.restore(source, target, datetime.now(), bar, StopSignal(), make=make)
    lines = [f"Geri yüklendi: {target}, {turkish_count(done.documents)} belge, denetlendi"]
    lines += [f"Önceki veritabanı duruyor: {done.aside}"] if done.aside else []
    with result(". ".join(lines)):
        if options.json:
            aside = one_line(str(done.aside)) if done.aside else None
            companies = {"sirket": done.company, "oncekiSirket": done.replaced_company}
            counts = {"adet": done.documents, "onceki": aside}
            print_json({"dosya": one_line(str(target)), **counts, **companies})
        else:
            for line in lines:
                print_line(line)
    _print_other_company(done)
    return DONE


def _print_other_company(done: backup.RestoredDatabase) -> None:
    """Tell if the backup is another company's; the replaced database can be put back."""
    if done.replaced_company and done.company != done.replaced_company:
        whose = f"{done.company} şirketinin" if done.company else "adı yazmayan bir şirketin"
        print_note(
            f"Dikkat: yedek {whose}; yerine geçtiği veritabanı {done.replaced_company} şirketinindi"
        )
