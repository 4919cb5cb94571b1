"""The quick look at a document's sums is never surer than the exact one."""

from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo import Company
from app.domain import arithmetic
from app.domain.amounts import canonical
from app.domain.invoice import Invoice, InvoiceHeader, InvoiceLine
from app.domain.members import members
from app.domain.quick_sums import adds_up

DEMO = list(Company(5).invoices(200))


def in_floats(record: InvoiceHeader | InvoiceLine) -> SimpleNamespace:
    values = {m.attribute: getattr(record, m.attribute) for m in members(type(record))}
    return SimpleNamespace(
        **{name: float(v) if hasattr(v, "quantize") else v for name, v in values.items()}
    )


def quick(invoice: Invoice) -> bool:
    lines = [in_floats(line) for line in invoice.lines]
    return adds_up(in_floats(invoice.header), lines, invoice.document_type.line_code)


def test_documents_that_are_right_are_nearly_all_seen_to_be():
    assert all(arithmetic.warnings(invoice) == [] for invoice in DEMO)
    assert sum(map(quick, DEMO)) > 0.95 * len(DEMO)


@settings(max_examples=500)
@given(st.integers(0, len(DEMO) - 1), st.data())
def test_what_the_quick_look_lets_pass_has_no_warning(place, data):
    """Figures are moved by small and by large steps, halves of a kurus among them."""
    invoice = list(Company(5).invoices(200))[place]
    records = [invoice.header, *invoice.lines]
    for _ in range(data.draw(st.integers(1, 3))):
        record = data.draw(st.sampled_from(records))
        amounts = [
            m.attribute
            for m in members(type(record))
            if m.places == 8 and getattr(record, m.attribute) is not None
        ]
        name = data.draw(st.sampled_from(amounts))
        step = data.draw(st.decimals(-1, 1, places=3) | st.decimals(-100, 100, places=8))
        setattr(record, name, canonical(getattr(record, name) + step))
    if quick(invoice):
        assert arithmetic.warnings(invoice) == []
