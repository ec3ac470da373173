"""The one password of all demo accounts: made once for an installation and kept beside its data."""

import os
import secrets
from pathlib import Path

NAME = "demo-password"


def kept_password(data_dir: Path) -> str:
    """The password of this installation's demo; readable by its owner only. Two starts at once agree on one."""
    kept = data_dir / NAME
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f".{NAME}.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{_word()}-{_word()}-{secrets.randbelow(9000) + 1000}")
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass  # another process was first; its password is the one
        finally:
            draft.unlink()
    return kept.read_text(encoding="ascii")


def _word() -> str:
    """Five letters that can be read aloud over a shoulder and typed on a phone."""
    return "".join(secrets.choice(letters) for letters in ("bdghklmnrstv", "aeiou", "bdghklmnrstv", "aeiou", "mnt"))
