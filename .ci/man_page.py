"""Build hook: put the man page, made from the usage text, into the wheel."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPageHook(BuildHookInterface[Any]):
    """Writes the page to a temporary folder, which is removed after the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Make the page, and name its place in the environment."""
        sys.path.insert(0, self.root)
        from app.cli.man_page import page

        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        day = datetime.fromtimestamp(int(epoch), UTC).date() if epoch else date.today()
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "toplu-fatura.1"
        file.write_text(page(self.metadata.version, day), encoding="utf-8")
        build_data["shared_data"][str(file)] = "share/man/man1/toplu-fatura.1"

    def finalize(self, *_: Any) -> None:
        """Remove the temporary folder."""
        self._folder.cleanup()
