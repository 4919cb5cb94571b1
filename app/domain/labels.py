"""Name the members of a file in the user's words: `Miktar (STra_GCMIK)`."""

from __future__ import annotations

from typing import Final

_NUMBERED: Final = {
    "GEN_ISK{}O": ("Genel iskonto oranı {}", range(1, 4)),
    "GEN_ISK{}T": ("Genel iskonto {}", range(1, 4)),
    "FAT_ALTM{}": ("Ek maliyet {}", range(1, 4)),
    "KDV{}O": ("{}. KDV oranı", range(1, 6)),
    "KDV{}T": ("{}. KDV tutarı", range(1, 6)),
    "EKACK{}": ("Not {}", range(1, 17)),
    "STra_SatIsk{}": ("İskonto {}", range(2, 7)),
}
LABELS: Final = {
    "Seri": "Seri",
    "FaturaTip": "Belge Tipi",
    "Tip": "Belge Tipi",
    "KalemAdedi": "Kalem sayısı",
    "FatUst": "Üst bilgiler",
    "Kalems": "Kalemler",
    "Sube_Kodu": "Şube",
    "FATIRS_NO": "Fatura No",
    "GIB_FATIRS_NO": "GİB No",
    "CariKod": "Cari Kodu",
    "CARI_KOD2": "İkinci Cari Kodu",
    "Tarih": "Belge Tarihi",
    "ENTEGRE_TRH": "Entegre tarihi",
    "FiiliTarih": "Fiili tarih",
    "ODEMEGUNU": "Ödeme günü",
    "ODEMETARIHI": "Vade",
    "TIPI": "Tipi",
    "KDV_DAHILMI": "KDV dahil mi",
    "EfaturaCarisiMi": "E-fatura carisi mi",
    "Aciklama": "Açıklama",
    "KOD1": "Kod 1",
    "KOD2": "Kod 2",
    "BRUTTUTAR": "Brüt toplam",
    "SAT_ISKT": "Satır iskontoları",
    "MFAZ_ISKT": "Mal fazlası iskontosu",
    "KDV": "KDV tutarı",
    "OTV": "ÖTV",
    "YUVARLAMA": "Yuvarlama",
    "GENELTOPLAM": "Genel toplam",
    "DOVIZTIP": "Döviz",
    "DovizTut": "Döviz tutarı",
    "PLA_KODU": "Plasiyer",
    "Proje_Kodu": "Proje",
    "KOSULKODU": "Koşul kodu",
    "OdemeKodu": "Ödeme kodu",
    "Sira": "Sıra",
    "StokKodu": "Stok Kodu",
    "STra_GCMIK": "Miktar",
    "STra_MALFISK": "Mal fazlası",
    "Olcubr": "Ölçü birimi",
    "STra_BF": "Fiyat",
    "STra_NF": "Net fiyat",
    "STra_KDV": "KDV oranı",
    "STra_SatIsk": "İskonto 1",
    "Isk_Flag": "İskonto türü",
    "STra_FTIRSIP": "Kalemin belge tipi",
    "STra_GC": "Giriş/çıkış",
    "STra_HTUR": "Hareket türü",
    "DEPO_KODU": "Depo",
    "STra_DOVTIP": "Döviz",
    "STra_DOVFIAT": "Döviz fiyatı",
    "STra_ACIK": "Açıklama",
    "Ekalan": "Ek alan",
    "Ekalan1": "Ek alan 1",
    "STra_SIPNUM": "Sipariş No",
    "Irsaliyeno": "İrsaliye No",
    "Irsaliyetar": "İrsaliye tarihi",
    "ProjeKodu": "Proje",
    "MuhasebeKodu": "Muhasebe kodu",
    "Plasiyer_Kodu": "Plasiyer",
    "Vadetar": "Vade",
    "MALADI": "Stok adı",
} | {
    name.format(number): label.format(number)
    for name, (label, numbers) in _NUMBERED.items()
    for number in numbers
}
"""Netsis' name → the label of screens, where a screen shows the member."""


def labelled(name: str) -> str:
    """Return a member's label with its name behind; the name alone where it has no other."""
    label = LABELS.get(name, name)
    return name if label == name else f"{label} ({name})"
