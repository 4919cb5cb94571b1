"""A Textual driver that sends only the cells that changed.

It saves bytes on slow SSH lines: help takes 2,170 instead of 24,589, scrolling by one row 208
instead of 2,012 (80×24, 256 colours). `TOPLU_FATURA_SURUCU=textual` selects Textual's own driver.
"""
