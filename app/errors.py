"""One exception tree: a Turkish sentence for the user, and where it applies, the place.

And what the operating system's own errors are called in such a sentence.
"""

from __future__ import annotations

import errno
from typing import Final


class AppError(Exception):
    """An error that the user is told of; `sentence` is Turkish and fits one line."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class UsageError(AppError):
    """The command line or a field on the screen asks for something that cannot be."""


class FileRefused(AppError):
    """A file, as a whole, cannot be read or written."""


class DatabaseRefused(AppError):
    """The database cannot be opened, read or written."""


class Stopped(AppError):
    """The user stopped the work; what was committed before stays."""


_SYSTEM_CAUSES: Final = {
    errno.EACCES: "erişim izni yok",
    errno.EBADF: "dosya kapanmış",
    errno.EBUSY: "başka bir işlem kullanıyor",
    errno.EDQUOT: "disk kotası doldu",
    errno.EEXIST: "zaten var; üzerine yazılmadı",
    errno.EFBIG: "dosya izin verilenden büyük oluyor",
    errno.EINVAL: "dosya sistemi bu adı ya da işlemi kabul etmiyor",
    errno.EIO: "disk okuma/yazma hatası",
    errno.EISDIR: "bu bir klasör, dosya değil",
    errno.ELOOP: "bağlantılar kendi içinde dönüyor",
    errno.EMFILE: "açık dosya sayısı sınırda",
    errno.EMLINK: "dosyanın bağlantı sayısı sınırda",
    errno.ENAMETOOLONG: "dosya adı çok uzun",
    errno.ENFILE: "sunucuda açık dosya sayısı sınırda",
    errno.ENODEV: "aygıt yok",
    errno.ENOENT: "böyle bir dosya ya da klasör yok",
    errno.ENOMEM: "bellek yetmedi",
    errno.ENOSPC: "diskte yer kalmadı; yer açıp yeniden deneyin",
    errno.ENOTDIR: "yolun içinde klasör olmayan bir ad var",
    errno.ENXIO: "bu düz bir dosya değil",
    errno.EOVERFLOW: "dosya çok büyük",
    errno.EPERM: "işleme izin yok",
    errno.EROFS: "disk salt okunur",
    errno.ESTALE: "ağdaki dosyaya ulaşılamıyor",
    errno.ETIMEDOUT: "ağdaki disk yanıt vermedi",
    errno.ETXTBSY: "çalışan bir program bu dosyayı kullanıyor",
}


def system_cause(number: int | None) -> str:
    """What an errno says, as a Turkish phrase."""
    if number is None:
        return "okuma/yazma hatası"
    return _SYSTEM_CAUSES.get(number, f"sistem hatası {number}")
