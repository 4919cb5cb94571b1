"""The help texts of both tabs and of their fields, by the fields' ids."""

from typing import Final

from app.domain.filters import FIELDS

FILTER_HELP: Final = {
    member: f"{field.label}: {text}"
    for field in FIELDS
    for member, text in zip(field.members, (field.help, field.help_to), strict=False)
} | {"advanced": "İleri Kısıt: Enter ya da F7 ile tipi, şube, tutar ve başka kısıtlar."}

EXPORT_HELP: Final = FILTER_HELP | {
    "path": "Dosya Yolu: dosyanın yazılacağı klasör (ya da yeni bir .json adı). Tab tamamlar, "
    "F4 klasörleri gösterir, ↑ son kullanılanları getirir; → yazılı yolu korur, sonuna eklenir.",
    "list": "Liste: Boşluk işaretler, a tümünü seçer, y yalnız işaretlileri gösterir, F2 "
    "işaretlileri dosyaya yazar.",
}
EXPORT_TAB_HELP: Final = (
    "Dışarı Aktar: kısıtları yazın, F5 ile belgeleri getirin, işaretleyin, F2 ile dosyaya yazın."
)

IMPORT_HELP: Final = {
    "path": "Dosya Yolu: aktarılacak JSON dosyası, bir .json.gz ya da .zip, "
    "ya da bir klasör. Tab tamamlar, F4 dosyaları tarihiyle gösterir, "
    "↑ son kullanılanları getirir; → yazılı yolu korur, sonuna eklenir; Enter ya da F5 dosyadaki "
    "belgeleri listeler.",
    "encoding": "Kodlama: dosyadan kendiliğinden anlaşılır ve burada yazılır. Harfler bozuk "
    "görünürse UTF-8 ya da Windows-1254 seçip F5'e basın; başka bir dosyada yine anlaşılır.",
    "list": "Liste: Boşluk işaretler, a tümünü seçer, F2 kaydeder, Enter belgeyi açar; y yalnız "
    "işaretlileri, sonra hatalıları, sonra uyarılıları gösterir.",
}
IMPORT_TAB_HELP: Final = (
    "İçeri Aktar: dosyayı yazın, F5 ile belgeleri getirin, işaretleyin, F2 ile numaralarını "
    "seçip kaydedin. Durum sütunu her belgenin sonucunu, Netsis Belge No aldığı numarayı gösterir."
)
