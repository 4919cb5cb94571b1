"""What an invoice is: structs, exact amounts, numbers and series, rules, Turkish text."""
