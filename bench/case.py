"""Case files: writing and checking one with many photos, as the commands do it; time and greatest memory."""

import hashlib
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from bench.ground import folder
from bench.results import Table
from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.store.database import migrate
from inspect_app.web.request import ground
from tests.builders import NOW
from tests.cast import PUSH, Cast
from tests.sealing import introduced
from tests.sending import upload

TOP = Path(__file__).parent.parent
PHOTOS, SIZE = 500, 350 * 1024
GOAL = 30


def main(*, quick: bool) -> None:
    """One inspection with sealed pushes and its photos; two processes: `case export` and `case verify`."""
    photos = 50 if quick else PHOTOS
    table = Table("case", "Case files", ["what", "photos", "file, MB", "seconds", "greatest memory, MB", "goal"])
    with folder() as made:
        inspection, key = _fill(made, photos)
        case = made / "case.zip"
        environment = {
            **os.environ,
            "INSPECT_DATA_DIR": str(made),
            "INSPECT_DATABASE_URL": f"sqlite:///{made}/db",
            "PYTHONPATH": str(TOP),
        }
        for what, words, goal in (
            ("case export", ["run.py", "case", "export", str(inspection), "--out", str(case)], ""),
            ("case verify", ["run.py", "case", "verify", str(case), f"--key={key}"], f"≤ {GOAL} s"),
            ("case_verify.py alone", ["inspect_app/case_verify.py", str(case), f"--key={key}"], f"≤ {GOAL} s"),
        ):
            seconds, memory = _run(words, environment)
            table.add(what, photos, case.stat().st_size / 1e6, seconds, memory, goal)
    table.notes.append(
        "SQLite; photos of 350 KB of noise, none of them in memory beside another one; pages just written"
    )
    table.keep()


def _fill(made: Path, photos: int) -> tuple[UUID, str]:
    url = f"sqlite:///{made}/db"
    migrate(url)
    app = create_app(Settings.from_environment({"INSPECT_DATABASE_URL": url, "INSPECT_DATA_DIR": str(made)}))
    here = ground(app)
    app.extensions["inspect"] = replace(here, clock=lambda: NOW)
    cast = Cast(app)
    phone, client = cast.phone(cast.alice), cast.client(cast.alice)
    key = introduced(cast, cast.alice, phone)
    inspection = cast.inspection(cast.alice)
    chance = random.Random(1)
    for _ in range(photos):
        content = b"\xff\xd8\xff" + chance.randbytes(SIZE - 3)
        op = phone.photo(inspection, "GEN-01", content, sha=hashlib.sha256(content).hexdigest())
        batch = phone.batch((inspection, [op]))
        head = phone.head(inspection)
        batch["scopes"][0] |= {"head": head, "seal": key.seal(phone, inspection, op["n"], head)}
        assert client.post(PUSH, json=batch).status_code == 200
        assert upload(client, inspection, content).status_code == 201
    with cast.writing() as tx:
        tx.connection().exec_driver_sql("UPDATE inspection_checklist SET sha256 = ?", (here.library.sha256("GEN", 1),))
        tx.commit()
    here.engine.dispose()
    return inspection, here.signer.key


# The child says itself how much it needed: what the kernel counts for a child includes its parent before the exec.
_PROBE = """
import atexit, runpy, sys
def tell():
    with open("/proc/self/status") as status:
        print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
atexit.register(tell)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def _run(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds, and the greatest memory of the process that ran."""
    started = time.perf_counter()
    command = [sys.executable, "-c", _PROBE, *words]
    done = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    assert done.returncode == 0, done.stdout + done.stderr
    return seconds, int(done.stdout.split()[-1]) / 1024
