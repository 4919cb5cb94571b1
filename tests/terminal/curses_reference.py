"""A lean curses program that shows given screens, each at the press of a key.

    python curses_reference.py SCREENS.json

The file holds a list of screens: `rows` of runs `[text, foreground, background, attributes]` and
the `cursor`. Colours are terminal numbers, -1 the default; attributes are names of curses. Ctrl+L
draws the next screen whole. curses knows the terminal by heart (REP, HPA, erasing in colour) and
finds the rows that moved: what it sends is what a program written by hand for it would send.
"""

import curses
import json
import locale
import sys
from contextlib import suppress
from functools import cache
from itertools import count

CTRL_L = 12


def show(window, screens):
    curses.use_default_colors()
    curses.curs_set(0)
    curses.nonl()
    window.idlok(True)
    window.idcok(True)
    style = styles()
    for screen in screens:
        for y, row in enumerate(screen["rows"]):
            window.move(y, 0)
            for text, *look in row:
                with suppress(curses.error):  # raised behind the last cell of all
                    window.addstr(text, style(*look))
        window.move(*reversed(screen["cursor"]))
        window.refresh()
        if window.getch() == CTRL_L:
            window.clearok(True)


def styles():
    numbers = count(1)

    @cache
    def pair(foreground, background):
        number = next(numbers)
        curses.init_pair(number, foreground, background)
        return curses.color_pair(number)

    def style(foreground, background, attributes):
        look = 0 if foreground == background == -1 else pair(foreground, background)
        for name in attributes:
            look |= getattr(curses, name)
        return look

    return style


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    with open(sys.argv[1], encoding="utf-8") as file:
        curses.wrapper(show, json.load(file))
