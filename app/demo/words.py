"""Words for the names, stock cards and notes of the generated company."""

from __future__ import annotations

from typing import Final

FIRST_NAMES: Final = (
    "Ahmet", "Ayşe", "Burak", "Canan", "Çağla", "Deniz", "Emine", "Ferhat", "Gökhan", "Gülşen",
    "Hüseyin", "İbrahim", "İpek", "Kâmil", "Leylâ", "Mehmet", "Nurgül", "Oğuz", "Özlem", "Pınar",
    "Rıza", "Sibel", "Şükrü", "Tuğba", "Uğur", "Ümit", "Yasemin", "Yiğit", "Zeynep", "Işıl",
)  # fmt: skip

SURNAMES: Final = (
    "Akgündüz", "Aydoğan", "Bağcı", "Başaran", "Bıçakçı", "Ceylan", "Çakıroğlu", "Çınarlı",
    "Dağdelen", "Demirağ", "Doğruer", "Ekşioğlu", "Erdoğmuş", "Gençtürk", "Gökçeli", "Gümüşsoy",
    "Güneşli", "Hacıosmanoğlu", "Işıklar", "İnceoğlu", "Karabıyık", "Karakuş", "Kılınçarslan",
    "Kızılkayalı", "Köseoğlu", "Küçükyıldız", "Mıhçı", "Oduncu", "Oğuzhan", "Öksüzoğlu",
    "Önder", "Özgüneş", "Peynirci", "Sağıroğlu", "Saraçoğlu", "Sığırcı", "Şahingöz", "Şekerci",
    "Taşçıoğlu", "Tunçbilek", "Türkyılmaz", "Uğurlu", "Uzunçarşılı", "Ünlüer", "Yağmurlu",
    "Yavuzer", "Yeşilyurt", "Yıldızeli", "Yorgancı", "Yücesoy",
)  # fmt: skip

TRADES: Final = (
    "Ambalaj", "Bilişim", "Boya ve Yalıtım", "Büro Mobilyaları", "Elektrik", "Endüstriyel Mutfak",
    "Gıda", "Hırdavat", "İnşaat Malzemeleri", "Isı Sistemleri", "Kırtasiye", "Makine", "Nakliyat",
    "Otomotiv Yedek Parça", "Ölçü Aletleri", "Sıhhi Tesisat", "Tarım Ürünleri", "Tekstil",
    "Temizlik Ürünleri", "Züccaciye",
)  # fmt: skip

FORMS: Final = (
    "Ltd. Şti.", "San. ve Tic. Ltd. Şti.", "Tic. Ltd. Şti.", "A.Ş.", "San. ve Tic. A.Ş.",
    "Paz. ve Dağ. A.Ş.", "İth. İhr. Ltd. Şti.", "ve Oğulları Koll. Şti.",
)  # fmt: skip

# City and its plate number, which groups account codes.
CITIES: Final = (
    ("İstanbul", 34), ("Ankara", 6), ("İzmir", 35), ("Bursa", 16), ("Kocaeli", 41), ("Konya", 42),
    ("Gaziantep", 27), ("Adana", 1), ("Antalya", 7), ("Kayseri", 38), ("Eskişehir", 26),
    ("Denizli", 20), ("Samsun", 55), ("Şanlıurfa", 63), ("Diyarbakır", 21), ("Muğla", 48),
    ("Çanakkale", 17), ("Balıkesir", 10), ("Tekirdağ", 59), ("Ağrı", 4),
)  # fmt: skip

FOREIGN: Final = (
    ("Hafenblick Handels GmbH", "Hamburg"), ("Möller & Söhne Vertriebs GmbH", "Köln"),
    ("Duindal Groothandel B.V.", "Rotterdam"), ("Varoshko Trade OOD", "Plovdiv"),
    ("Carpelia Distribuție S.R.L.", "Cluj-Napoca"), ("Zeytuna General Trading LLC", "Şarika"),
    ("Aral Qurilish Savdo MChJ", "Taşkent"), ("Kartlia Import Ltd.", "Tiflis"),
    ("Northmere Supplies Ltd.", "Leeds"), ("Bakvira Ticarət MMC", "Bakü"),
    ("Sarajka Promet d.o.o.", "Saraybosna"), ("Aurelle Négoce S.A.R.L.", "Lyon"),
    ("Lombavera Forniture S.r.l.", "Brescia"), ("Kuzbor Handel Sp. z o.o.", "Lublin"),
    ("Olvira Suministros S.L.", "Valensiya"), ("Tianhesheng Hardware Co. Ltd.", "Ningbo"),
)  # fmt: skip

# Group: code, VAT %, lowest and highest price in TL; products with their unit; variants.
STOCK_GROUPS: Final = (
    ("01", 20, (15, 900), (
        ("Yıldız Başlı Vida", "Kutu"), ("Dübel Takımı", "Kutu"), ("Çelik Halat", "Mt"),
        ("Kaynak Elektrodu", "Kg"), ("Şerit Metre", "Adet"), ("Pense", "Adet"),
        ("Zımpara Kâğıdı", "Paket"), ("Köşebent Bağlantı", "Adet"), ("İngiliz Anahtarı", "Adet"),
    ), ("4x40", "5x60", "6x80", "8 mm", "10 mm", "No:2")),
    ("02", 1, (12, 380), (
        ("Baldo Pirinç", "Kg"), ("Kırmızı Mercimek", "Kg"), ("Köftelik Bulgur", "Kg"),
        ("Ekmeklik Un", "Çuval"), ("Kuru Fasulye", "Kg"), ("Ayçiçek Yağı", "Teneke"),
        ("Toz Şeker", "Çuval"), ("İrmik", "Paket"),
    ), ("1. Kalite", "Yöresel", "Gurme", "25 kg", "5 kg", "Dökme")),
    ("03", 10, (20, 450), (
        ("Siyah Çay", "Paket"), ("Öğütülmüş Kahve", "Paket"), ("Ihlamur", "Paket"),
        ("Çikolatalı Gofret", "Koli"), ("Şalgam Suyu", "Koli"), ("Kayısı Kurusu", "Kg"),
        ("Fındık İçi", "Kg"), ("Yüz Havlusu", "Adet"),
    ), ("500 g", "1 kg", "Klasik", "Özel Seri", "12'li", "Ekonomik")),
    ("04", 20, (18, 620), (
        ("Sıvı Bulaşık Deterjanı", "Bidon"), ("Çamaşır Suyu", "Bidon"),
        ("Yüzey Temizleyici", "Adet"), ("Kâğıt Havlu", "Koli"), ("Çöp Poşeti", "Rulo"),
        ("Mikrofiber Bez", "Paket"), ("Oda Kokusu", "Adet"), ("Köpük Sabun", "Lt"),
    ), ("5 lt", "1 lt", "Limonlu", "Çiçekli", "Endüstriyel", "Ekonomik Boy")),
    ("05", 20, (4, 340), (
        ("Tükenmez Kalem", "Kutu"), ("Fotokopi Kâğıdı", "Paket"), ("Klasör", "Adet"),
        ("Yapışkanlı Not Kâğıdı", "Paket"), ("Zımba Teli", "Kutu"), ("Çizgili Defter", "Adet"),
        ("Gönye Takımı", "Adet"), ("Mürekkep Kartuşu", "Adet"),
    ), ("A4", "A5", "Mavi", "Siyah", "Geniş", "Öğrenci")),
    ("06", 20, (25, 1900), (
        ("NYA Kablo", "Mt"), ("LED Ampul", "Adet"), ("Sigorta", "Adet"), ("Priz", "Adet"),
        ("Kablo Kanalı", "Mt"), ("Uzatma Kablosu", "Adet"), ("Şalter", "Adet"),
    ), ("1,5 mm²", "2,5 mm²", "16 A", "25 A", "Beyaz", "Sıva Altı")),
)  # fmt: skip

SERVICES: Final = (
    ("HIZ-NAKLIYE", "Nakliye Hizmeti", "Sefer", 3500),
    ("HIZ-MONTAJ", "Yerinde Montaj", "Saat", 850),
    ("HIZ-BAKIM", "Yıllık Bakım Sözleşmesi", "Ay", 4200),
    ("HIZ-TEMIZLIK", "Depo Temizlik Hizmeti", "Ay", 12500),
    ("HIZ-GUVENLIK", "Güvenlik Hizmeti", "Ay", 28000),
    ("HIZ-DANISMAN", "Danışmanlık Hizmeti", "Saat", 2400),
    ("HIZ-KIRALAMA", "Forklift Kiralama", "Gün", 3100),
    ("HIZ-EGITIM", "İş Güvenliği Eğitimi", "Saat", 1750),
    ("HIZ-YAZILIM", "Yazılım Desteği", "Ay", 6800),
    ("HIZ-REKLAM", "Tabela ve Reklam", "Adet", 5400),
    ("HIZ-ARDIYE", "Ardiye Ücreti", "Gün", 640),
    ("HIZ-SIGORTA", "Taşıma Sigortası Payı", "Adet", 975),
)  # fmt: skip

# At most 20 characters each, the limit of Aciklama.
DESCRIPTIONS: Final = (
    "Bayi siparişi", "Şantiye teslimatı", "Kısmi teslimat", "Acil sipariş", "Depo çıkışı",
    "Yıl sonu sayım farkı", "Açık hesap", "İhale kapsamında", "Çerçeve sözleşme",
)  # fmt: skip
RETURN_DESCRIPTIONS: Final = ("Hatalı ürün iadesi", "Kırık ürün iadesi", "Fazla sevk iadesi")

NOTES: Final = (
    "Ürünler irsaliye ile eksiksiz teslim edilmiştir.",
    "Teslim yeri: Organize Sanayi Bölgesi 3. Cadde, Çağrı İş Merkezi, B Blok No: 17/4",
    "[B] grubu, koli 3/5; kırılacak eşya",
    "Ödeme çekle yapılacaktır, vade farkı %3,5 & masraf alıcıya aittir.",
    "Güler Hanım'ın \"öncelikli\" siparişi",
    "İade süresi 14 gündür. Ambalajı açılmış ürünün iadesi kabul edilmez; görüş ve şikâyetleriniz "
    "için müşteri hizmetlerimize yazınız.",
)  # fmt: skip
