"""The help texts of both tabs and of their fields, by the fields' ids."""

from typing import Final

_FORMS = (
    "5, 0503, 5.3, 2026-03-05, +7, -1, b (bugün) yazılabilir; yazılı bir tarihi + ve - bir gün "
    "oynatır. g geçen ayı, a bu ayı, y bu yılı iki tarihe birden yazar."
)

FILTER_HELP: Final = {
    "document_type": "Belge Tipi: ←/→ ya da S, A, H ile seçilir.",
    "account_code": "Cari Kodu: boşsa bütün cariler; 120-034* bu kodla başlayanlar. F4 Rehberi "
    "açar.",
    "advanced": "İleri Kısıt: Enter ya da F7 ile tipi, şube, tutar ve başka kısıtlar.",
    "date_from": f"İlk tarih; boşsa sınır yok. {_FORMS}",
    "date_to": f"Son tarih; boşsa sınır yok. {_FORMS}",
    "number_from": "Fatura No: yalnız ilki doluysa o numara, ikisi doluysa aralarındakiler. A600, "
    "A00000000000600'ü de bulur. F4 seçili tipin numaralarını listeler.",
    "number_to": "Son Fatura No: aralık tek seridendir; ilki boşsa serinin başından buraya kadar. "
    "F4 seçili tipin numaralarını listeler.",
    "kind": "Tipi: ←/→ ya da baş harfle seçilir; F4 listeler.",
    "branch": "Şube: yalnız bu şubenin belgeleri. Şubesi yazmayan belge 0 sayılır; -1 ortak.",
    "currency": "Döviz: TL ya da döviz kodu; belgenin kendisi ya da bir kalemi bu dövizdeyse.",
    "amount_from": "Tutar: genel toplamın en azı. Boşsa sınır yok.",
    "amount_to": "Tutar: genel toplamın en çoğu. Boşsa sınır yok.",
    "series": "Seri: belgenin serisi ya da numarasının öneki, yıllı ya da yılsız.",
    "project": "Proje: belgenin proje kodu.",
    "salesman": "Plasiyer: belgenin plasiyer kodu.",
    "vat_rate": "KDV Oranı: bu oranda en az bir kalemi olan belgeler.",
    "note": "Açıklama: açıklamasında ya da notlarında bu metin geçen belgeler.",
    "entered_from": f"Kayıt Tarihi: veritabanına girildiği ilk gün. {_FORMS}",
    "entered_to": f"Kayıt Tarihi: veritabanına girildiği son gün. {_FORMS}",
    "exported": "Dışarı aktarılan: Hayır, daha önce dosyaya yazılmamış belgeleri bırakır.",
    "imported": "Dosyadan alınan: Hayır, dosyadan alınmamış belgeleri bırakır.",
}

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
