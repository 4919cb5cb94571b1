"""The login name of whoever runs the program."""

from __future__ import annotations

import os
import pwd

from app.domain.text import one_line


def login_name() -> str:
    """Return the name of the real user id, or the id where it has no name.

    Not from $USER or $LOGNAME, which anyone may set.
    """
    user = os.getuid()
    try:
        return one_line(pwd.getpwuid(user).pw_name) or str(user)
    except KeyError:
        return str(user)
