"""The worked example of domain §3, and how a story changes it."""

from __future__ import annotations

import copy
import json
from typing import Any

_EXAMPLE = """
{"Seri":"RDM","FaturaTip":0,"KalemAdedi":2,"KayitliNumaraOtomatikGuncellensin":false,
  "FatUst":{"Sube_Kodu":0,"FATIRS_NO":"RDM202400000348","GIB_FATIRS_NO":"RDM2024000000348",
    "CariKod":"120-001-001","Tarih":"2024-03-15 00:00:00","ODEMEGUNU":30,
    "ODEMETARIHI":"2024-04-14 00:00:00","Tip":0,"TIPI":2,"KDV_DAHILMI":false,
    "Aciklama":"Mart sevkiyatı","KOD1":"S","BRUTTUTAR":1802.0,"SAT_ISKT":217.5,"GEN_ISK1O":2.0,
    "GEN_ISK1T":31.69,"KDV":280.97,"KDV1O":20.0,"KDV1T":251.37,"KDV2O":10.0,"KDV2T":29.6,
    "GENELTOPLAM":1833.78,"DOVIZTIP":0,"EKACK1":"Sipariş SIP0000012"},
  "Kalems":[
    {"Sira":1,"StokKodu":"150-01-0001","STra_GCMIK":10.0,"Olcubr":1,"STra_BF":150.0,
     "STra_NF":128.25,"STra_SatIsk":10.0,"STra_SatIsk2":5.0,"STra_KDV":20.0,"STra_FTIRSIP":"1",
     "STra_GC":"C","DEPO_KODU":1,"STra_DOVTIP":0},
    {"Sira":2,"StokKodu":"HIZ-NAKLIYE","STra_GCMIK":4.0,"Olcubr":1,"STra_BF":75.5,"STra_NF":75.5,
     "STra_KDV":10.0,"STra_FTIRSIP":"1","STra_GC":"C","DEPO_KODU":1,"MuhasebeKodu":"600-01-001"}]}
"""

ABSENT = object()
"""As a value: the member is taken out."""


def example() -> dict[str, Any]:
    """The document, to be changed freely."""
    return copy.deepcopy(json.loads(_EXAMPLE))


def changed(path: str, value: Any) -> dict[str, Any]:
    """The document with one member set, or taken out: `Kalems.1.STra_GCMIK`."""
    document = example()
    *outer, name = path.split(".")
    record: Any = document
    for step in outer:
        record = record[int(step) if step.isdigit() else step]
    if value is ABSENT:
        del record[name]
    elif isinstance(record, list):
        record[int(name)] = value
    else:
        record[name] = value
    return document


def compact(document: Any) -> bytes:
    """One line of JSON, as Logo's client spells it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def spelled(path: str, spelling: str) -> bytes:
    """The document with a member's value spelled in the file exactly so."""
    return compact(changed(path, "\ufffc")).replace('"\ufffc"'.encode(), spelling.encode())
