/* The documents as SQLite's own functions make them; amounts as text, the rest under `ek`. */
SELECT json_object(
    'Seri', series,
    'FaturaTip', document_type,
    'KalemAdedi', line_count,
    'ek', json(extra),
    'FatUst', json_object(
        'Tip', document_type,
        'Sube_Kodu', branch,
        'FATIRS_NO', number,
        'CariKod', account_code,
        'Tarih', document_date || ' 00:00:00',
        'TIPI', kind,
        'BRUTTUTAR', gross_total,
        'KDV', vat_total,
        'GENELTOPLAM', grand_total,
        'DOVIZTIP', currency,
        'PLA_KODU', salesman,
        'Proje_Kodu', project,
        'ek', json(header_extra)
    ),
    'Kalems', (
        SELECT json_group_array(json_object(
            'Sira', "order",
            'StokKodu', stock_code,
            'STra_GCMIK', quantity,
            'Olcubr', unit,
            'STra_BF', gross_price,
            'STra_NF', net_price,
            'STra_KDV', vat_rate,
            'ek', json(extra)
        ))
        FROM line WHERE invoice_id = invoice.id
    )
) AS document
FROM invoice ORDER BY id
