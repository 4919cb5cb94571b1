"""Steps of a simulated office: something happens to a file of the books, whoever has them open."""

from __future__ import annotations

import random

from app.store.opening import close_database
from tests.promises.books_model import Broken, Model, held_by_copy
from tests.promises.file_acts import (
    ACTS,
    FILES,
    KEEPING,
    REPLACING,
    Act,
    Colleague,
    can_be_done,
    remove_log_and_index,
    said,
)
from tests.promises.simulated_office import Office


def act_on_closed(office: Office, chance: random.Random) -> None:
    """Nobody has the books open."""
    colleague = Colleague(office.books)
    office.let_save(colleague, chance)
    _maybe_keep_older(office, chance)
    colleague.leave()
    _act(office, "closed", None, chance)


def act_on_killed(office: Office, chance: random.Random) -> None:
    """Whoever had them open was killed, between documents or at an operation on a file."""
    if chance.random() < 0.5:
        office.do_killed_import(chance)
    else:
        colleague = Colleague(office.books)
        for _ in range(chance.randrange(1, 5)):
            office.let_save(colleague, chance)
            _maybe_keep_older(office, chance)
        colleague.kill()
    _act(office, "killed", None, chance)


def act_on_open(office: Office, chance: random.Random) -> None:
    """A colleague has them open; at the end they leave, or are killed."""
    colleague = Colleague(office.books)
    for _ in range(chance.randrange(1, 5)):
        office.let_save(colleague, chance)
        _maybe_keep_older(office, chance)
    _act(office, "open", colleague, chance)


def _act(
    office: Office,
    state: str,
    colleague: Colleague | None,
    chance: random.Random,
) -> None:
    act, end = chance.choice((*ACTS, remove_log_and_index)), chance.choice(FILES)
    what = f"{act.__name__} {end or 'database'}, {state}"
    good, then = office.files.content(), office.model.copy()
    if can_be_done(office.files, act, end):
        _do(office, act, end, state, has_log=bool(good.get("-wal")))
        office.told["acts"] += 1
    try:
        refused = _looks(office, colleague, chance)
    except Exception as error:
        raise Broken(f"{what}: {error}") from error
    if not refused:
        office.files.tidy()
        return
    office.told[f"{what}: {refused}"] += 1
    if act in KEEPING or (end not in ("", "-wal") and act is not remove_log_and_index):
        good, then = office.files.content(), office.model  # what was saved since is in them
        if act not in KEEPING:
            good.pop(end, None)
    elif office.model.must.keys() - then.must.keys():
        office.told[f"saved, and refused later: {what}"] += 1
    _mend(office, good, then, chance)


def _do(office: Office, act: Act, end: str, state: str, *, has_log: bool) -> None:
    act(office.files, end)
    if state != "open" and not has_log and not end and act in REPLACING:
        office.model = Model(held_by_copy(office.books.read_bytes()))  # it is the copy


def _looks(office: Office, colleague: Colleague | None, chance: random.Random) -> str:
    """The colleague saves, we look, they end, we look again; what is said at the end."""
    if colleague:
        for work in chance.sample(
            (lambda: office.let_save(colleague, chance), lambda: _look(office, chance)), 2
        ):
            work()
        if chance.random() < 0.7:
            colleague.leave()
        else:
            colleague.kill()
    return _look(office, chance) or _look(office, chance)


def _look(office: Office, chance: random.Random) -> str:
    """Open the books as another user would: what is said; else all is there, and one more."""

    def look() -> None:
        office.check()
        office.with_books(lambda: office.enter(chance))

    try:
        return said(look).replace(str(office.folder), "")
    finally:
        close_database()


def _mend(office: Office, good: dict[str, bytes], then: Model, chance: random.Random) -> None:
    """Come back to the backup, or to the files as they were."""
    if office.backup and chance.random() < 0.5:
        sentence = said(office.restore).replace(str(office.folder), "")
        office.told[f"geri-yukle: {sentence or 'done'}"] += 1
        if not sentence:
            office.check()
            office.files.tidy()
            return
    office.files.put_back(good)
    office.model = then


def _maybe_keep_older(office: Office, chance: random.Random) -> None:
    if chance.random() < 0.2:
        office.files.keep_older()
