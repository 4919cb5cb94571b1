"""Turn errors of the operating system into Turkish refusals of a file."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.domain import text
from app.errors import FileRefused
from app.guarded_open import DatabaseFile
from app.paths import absolute

_NAME_WIDTH: Final = 60

OUT_OF_INODES: Final = (
    "diskte yeni dosya açılamıyor, dosya sayısı doldu; gereksiz dosyaları silip yeniden deneyin"
)
OUT_OF_MEMORY: Final = (
    "bellek yetmedi; başka programları kapatın ya da yöneticinizden bellek sınırını (ulimit -v) "
    "yükseltmesini isteyin"
)
TOO_LARGE: Final = (
    "dosya izin verilenden büyük oluyor; yöneticinizden dosya boyutu sınırını (ulimit -f) "
    "yükseltmesini isteyin ya da başka bir diske yazın"
)
MANY_FILES: Final = (
    "açık dosya sayısı sınırda; yöneticinizden sınırı (ulimit -n) yükseltmesini isteyin"
)
NO_FOLDER: Final = "böyle bir klasör yok"
NOT_A_FOLDER: Final = "bu bir klasör değil"
_SYSTEM_CAUSES: Final = {
    errno.EACCES: "erişim izni yok",
    errno.EBADF: "dosya kapanmış",
    errno.EBUSY: "başka bir işlem kullanıyor",
    errno.EDQUOT: "disk kotası doldu; yer açıp yeniden deneyin",
    errno.EEXIST: "zaten var; üzerine yazılmadı",
    errno.EFBIG: TOO_LARGE,
    errno.EINVAL: "dosya sistemi bu adı ya da işlemi kabul etmiyor",
    errno.EIO: "disk okuma/yazma hatası",
    errno.EISDIR: "bu bir klasör, dosya değil",
    errno.ELOOP: "bağlantılar kendi içinde dönüyor",
    errno.EMFILE: MANY_FILES,
    errno.EMLINK: "dosyanın bağlantı sayısı sınırda",
    errno.ENAMETOOLONG: "dosya adı çok uzun",
    errno.ENFILE: "sunucuda açık dosya sayısı sınırda",
    errno.ENODEV: "aygıt yok",
    errno.ENOENT: "böyle bir dosya ya da klasör yok",
    errno.ENOMEM: OUT_OF_MEMORY,
    errno.ENOSPC: "diskte yer kalmadı; yer açıp yeniden deneyin",
    errno.ENOTDIR: NOT_A_FOLDER,
    errno.ENXIO: "bu düz bir dosya değil",
    errno.EOVERFLOW: "dosya çok büyük",
    errno.EPERM: "işleme izin yok",
    errno.EROFS: "disk salt okunur",
    errno.ESTALE: "ağdaki dosyaya ulaşılamıyor",
    errno.ETIMEDOUT: "ağdaki disk yanıt vermedi",
    errno.ETXTBSY: "çalışan bir program bu dosyayı kullanıyor",
}
_ABOUT_FOLDERS: Final = (errno.ENOENT, errno.ENOTDIR)


def refused(path: str | os.PathLike[str], reason: str) -> FileRefused:
    """Return the refusal of a file for `reason`, which calls it by the last part of its path."""
    return FileRefused(f"{shown_name(path)}: {reason}")


def refusal(error: OSError | ValueError, path: str | os.PathLike[str]) -> FileRefused:
    """Return the refusal of `path` for an error of the operating system.

    It names the part of the path that does not exist. Python raises ValueError for a path that no
    system call would take (one with a NUL).
    """
    if not isinstance(error, OSError):
        return refused(path, "dosya adında izin verilmeyen karakter var")
    if isinstance(error, DatabaseFile):
        return refused(path, "bu, açık olan veritabanının dosyası; başka bir dosya verin")
    if error.errno in _ABOUT_FOLDERS and (wrong := wrong_folder(path)):
        return refused(*wrong)
    return refused(path, cause_at(error.errno, path))


def wrong_folder(path: str | os.PathLike[str]) -> tuple[Path, str] | None:
    """Return the first ancestor of a path that is not a folder, and the reason, or None."""
    for folder in reversed(Path(absolute(path)).parents):
        if not os.path.isdir(folder):
            return folder, NOT_A_FOLDER if os.path.lexists(folder) else NO_FOLDER
    return None


def shown_name(path: str | os.PathLike[str]) -> str:
    """Return the last part of a path, made safe to show on one line."""
    whole = os.fspath(path)
    return text.shorten(text.one_line(Path(whole).name or whole), _NAME_WIDTH)


def cause_at(number: int | None, path: str | os.PathLike[str]) -> str:
    """Return the meaning of an errno of a call on `path`, with the part of the path at fault.

    ENOSPC may also mean that the disk has no free inodes.
    """
    if number == errno.ENOSPC and is_out_of_inodes(path):
        return OUT_OF_INODES
    if number in _ABOUT_FOLDERS and (wrong := wrong_folder(path)):
        return f"{shown_name(wrong[0])}: {wrong[1]}"
    return system_cause(number)


def is_out_of_inodes(path: str | os.PathLike[str]) -> bool:
    """Return whether the disk of `path` has no free inodes."""
    for folder in Path(absolute(path)).parents:
        with suppress(OSError):  # the path itself may not exist yet
            disk = os.statvfs(folder)
            return disk.f_files > 0 and disk.f_favail == 0  # some file systems do not count inodes
    return False


def system_cause(number: int | None) -> str:
    """Return the meaning of an errno as a Turkish phrase."""
    if number is None:
        return "okuma/yazma hatası"
    return _SYSTEM_CAUSES.get(number, f"sistem hatası {number}")
