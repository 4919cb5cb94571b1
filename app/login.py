"""The login name of the user who runs the program."""

from __future__ import annotations

import os
import pwd

from app.domain.text import one_line


def login_name() -> str:
    """Return the name of the real user id, or the id if it has no name.

    $USER and $LOGNAME are not used because anyone may set them.
    """
    user = os.getuid()
    try:
        return one_line(pwd.getpwuid(user).pw_name) or str(user)
    except KeyError:
        return str(user)
