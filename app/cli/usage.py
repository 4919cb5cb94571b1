"""The text of --help: the contract that scripts rely on (design §6)."""

USAGE = """\
Toplu Fatura Aktarımı: Netsis faturalarını veritabanları arasında toplu aktarır.

Kullanım:
  toplu-fatura [--veritabani YOL|URL] [--olustur] [--ornek]
      Ekranları açar. --ornek: ilk kullanımda hazırlanan örnek veritabanı ve dosyalarla.
  toplu-fatura iceri DOSYA [--ornek]
      Ekranları İçeri Aktar sekmesinde, Dosya Yolu'nda bu dosyayla açar.
  toplu-fatura disari-aktar HEDEF KISITLAR [--kartlarla] [--json]
      Belgeleri dosyaya yazar. HEDEF: bir klasör ya da yeni bir .json dosyası;
      adı .json.gz ile biterse sıkıştırılır. -: standart çıktı; özet standart hataya yazılır.
      --kartlarla: belgelerin cari ve stok kartlarını da yanına yazar (…-cariler.json,
      …-stoklar.json); iceri-aktar --eksik-kartlari-olustur onları orada bulur.
  toplu-fatura iceri-aktar DOSYA (--kaynak-no | --seri SERİ) [--dene]
               [--eksik-kartlari-olustur] [--aktarilanlari-atla] [--kodlama utf-8|cp1254]
               [--hatada dur|surdur|N] [--hatalar DOSYA] [--json]
      Dosyadaki belgeleri kaydeder. --dene: hiçbir şey yazmadan ne olacağını söyler.
      DOSYA: .json, .json.gz, .zip ya da bir klasör (içindeki .json ve .json.gz, ad sırasıyla);
      -: standart girdi.
      --eksik-kartlari-olustur: DOSYA'nın yanındaki, klasördeki ya da .zip içindeki
      …-cariler.json ve …-stoklar.json dosyalarından, orada olmayanı adsız.
      --kodlama verilmezse UTF-8 ya da Windows-1254 (cp1254) olduğu kendiliğinden anlaşılır.
      Aynı dosyanın yarım kalmış bir aktarımından sonra yalnız kalanları kaydeder; dosyanın yolu
      ya da adı değişmişse --aktarilanlari-atla ekleyin.
      --hatada dur: ilk hatalı belgeden sonrasını denemez; N: N. hatalı belgeden sonrasını;
      surdur: hepsini dener (verilmezse de böyledir). Yeniden çalıştırınca aktarılmışlar atlanır.
      --hatalar: hatalı belgeleri yeni bir dosyaya yazar; .xlsx ya da .csv nedenleriyle,
      .json düzeltilip aktarılmak üzere oldukları gibi. Aktarım yarıda kalırsa o ana dek denenenler.
  toplu-fatura listele KISITLAR [--yaz DOSYA] [--json]
      Belgeleri listeler. --yaz: listeyi toplamlarıyla yeni bir .xlsx ya da .csv dosyasına yazar.
  toplu-fatura ozet KISITLAR [--json | --yaz DOSYA]
      Belgelerin kesin toplamları: KDV oranı, tipi, döviz, ay ve cariye göre. İadeler düşülür,
      satış ile alış toplanmaz. Matrah: genel toplamdan KDV, ek maliyet ve yuvarlama çıkınca kalan.
      --yaz: KDV listesiyle birlikte yeni bir .xlsx; ya da .csv, KDV listesi yanındaki
      …-kdv-listesi.csv dosyasında.
  toplu-fatura goster BELGE_NO [--tip satis|alis] [--cari KOD] [--json]
      Bir belgeyi gösterir; --json ile Netsis JSON'u olarak.
  toplu-fatura kart-aktar disari HEDEF [--json]
      Bütün cari ve stok kartlarını yazar. HEDEF bir klasörse cariler.json ve stoklar.json
      dosyalarına, yeni bir .json (.json.gz) dosyasıysa ikisini de ona.
  toplu-fatura kart-aktar iceri DOSYA [--dene] [--kodlama utf-8|cp1254] [--json]
      Kart dosyasındaki (.json, .json.gz, .zip, .xlsx, .csv) yeni kartları ekler, adsız
      kartları doldurur. Başka her farkı listeler, var olan kartı değiştirmez.
      .xlsx ve .csv: ilk satır alan adlarıdır (CARI_KOD ya da Cari Kodu, Stok_Adi …).
  toplu-fatura ornek-veri [--fatura N] [--tohum S]
      Boş veritabanını örnek veriyle doldurur; aynı tohum, aynı veri.
  toplu-fatura sirket ["ADI"] [--json]
      Veritabanının şirketini adlandırır ya da adını söyler; ekranların başında yazar.
  toplu-fatura doviz [KOD AD] [--json]
      Döviz koduna ad verir (doviz 1 USD) ya da verilmiş adları listeler.
  toplu-fatura aktarimlar [NO] [--yaz DOSYA] [--json]
      Aktarımları yeniden eskiye listeler; NO verilirse o aktarımın belgelerini, sonra kendisini.
      NO ile --yaz: o aktarımın belgelerini yeni bir .xlsx ya da .csv dosyasına yazar.
      Durumlar: tamam, durduruldu, hata, yarim, geri-alindi; şu anda çalışan: suruyor.
      Standart girdiden okunanın dosyası --json'da “- ÖZET”tir: aynı girdi aynı özeti verir.
  toplu-fatura geri-al NO [--dene] [--json]
      Bir içeri aktarımı bütünüyle geri alır: belgeleri Silinen Belgeler'e taşır, serinin sonundaki
      numaraları geri verir, boş kalanları söyler. Sonradan değişmiş ya da dışarı aktarılmış belge
      varsa hiçbir şey yapmaz. --dene: yalnız ne olacağını söyler.
  toplu-fatura geri-getir NO [--json]
      Geri alınmış aktarımın belgelerini aynı numaralarla geri getirir; yeri dolan kalır.
  toplu-fatura silinenler [--json]
      Silinen Belgeler'i, son geri alınan aktarımınkilerden başlayarak listeler.
  toplu-fatura denetle
      Veritabanını denetler; sorun yoksa sessizdir.
  toplu-fatura yedekle HEDEF [--json]
      Veritabanını denetlenmiş bir kopyaya yedekler; çalışanları bekletmez.
      HEDEF: bir klasör ya da yeni bir dosya.
  toplu-fatura geri-yukle DOSYA [--json]
      Yedeği denetler ve veritabanının yerine koyar; öncekini başka adla saklar.
  toplu-fatura tasi KAYNAK HEDEF [--json]
      Bütün veritabanını, numaraları ve geçmişiyle, dosyadan sunucuya ya da sunucudan yeni bir
      dosyaya kopyalar; her satırın aynı olduğunu sağlama toplamıyla denetler. KAYNAK değişmez;
      HEDEF boş olmalı. Biri postgresql://sunucu/veritabani?sema=FIRMA, diğeri bir dosya ya da
      başka bir şema. Sunucuya taşırken kaynağa kimse yazamaz; aktarım sürüyorsa başlamaz.
  toplu-fatura sema
      Yazılan dosyaların JSON Schema'sını (2020-12) yazar.
  toplu-fatura tamamlama bash|zsh|fish
      Komut satırını Tab ile tamamlayan betiği yazar: source <(toplu-fatura tamamlama bash)

KISITLAR:
  --tip satis|alis       belge tipi (yoksa ikisi de)
  --tarih BAŞ..SON       belge tarihi: 2024-03-01..2024-03-31 ya da 01.03.2024..31.03.2024;
                         2024, 2024-03, gecen-ay, bu-ay, bu-yil; son 30 gün: -30..b
  --fatura-no NO|İLK..SON  A600, A00000000000600'ü de bulur; aralık tek seriden olur
  --cari KOD             cari kodu ya da başı: 120-034*
  --tur TİPİ             bos, kapali, acik, muhtelif, iade, zayi-iade, ihracat, yurt-ici
                         ya da yurt-disi
  --sube NO              ortak şube -1; şubesi yazmayan belge 0 sayılır
  --doviz TL|KOD|AD      belgenin ya da bir kaleminin dövizi (1 ya da USD); TL: dövizsiz
  --tutar EN_AZ..EN_ÇOK  genel toplam: 1000..2500,50 ya da 1000..
  --seri SERİ            belgenin serisi ya da numarasının öneki: RDM ya da RDM2024
  --proje KOD
  --plasiyer KOD
  --kdv-orani ORAN       bu oranda bir kalemi olan
  --aciklama METİN       açıklamasında ya da notlarında geçen (büyük/küçük harf, ş/s ayrılmaz)
  --kayit-tarihi BAŞ..SON  belgenin bu veritabanına girildiği gün
  --aktarilan evet|hayir   daha önce dışarı aktarılmış ya da aktarılmamış
  --dosyadan evet|hayir    dosyadan alınmış ya da burada girilmiş

Ortak:
  --veritabani YOL|URL   alt komuttan önce ya da sonra; yoksa TOPLU_FATURA_VERITABANI,
                         o da yoksa kullanıcının veri klasörü
  --olustur              verilen yolda veritabanı yoksa oluşturur, klasörünü oluşturmaz; bu
                         seçenek yoksa ekranlar sorar, ornek-veri dışında her alt komut 2 döner
  --json                 standart çıktıya satır başına bir JSON nesnesi; tutarlar dosyadaki
                         yazımla metindir: en az bir ondalık, gereksiz sıfır yok ("1802.0")
  --sessiz               hatalar dışında hiçbir şey yazmaz; sonucu çıkış kodu söyler.
                         --json ile ve işi göstermek olan komutlarla verilmez
  --help, --surum

Çıkış kodu: 0 hepsi oldu, 1 bazı belgeler olmadı, 2 hiçbir şey yapılmadı, 130 durduruldu.
iceri-aktar belgeleri denediyse hepsi hatalı olsa da, --hatada durdursa da 1 döner.
"""
