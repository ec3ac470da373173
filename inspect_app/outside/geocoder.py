"""Asks a public geocoding service where an address may be: rarely, one at a time, saying who asks. Only a proposal."""

import fcntl
import time
from dataclasses import dataclass
from pathlib import Path

from geopy.exc import GeopyError
from geopy.geocoders import Nominatim

from inspect_app.domain.distance import PROVINCE

PATIENCE = 8  # seconds for one answer
PAUSE = 1.1  # the service allows one question a second, from the whole installation
MOST = 5


class Unanswered(Exception):
    """The service is away, slow, or refuses."""


@dataclass(frozen=True, slots=True)
class Proposal:
    label: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Geocoder:
    """contact: an address of ours, as the service's rules ask; turn: a file that all processes wait at."""

    contact: str
    turn: Path
    host: str = "nominatim.openstreetmap.org"
    scheme: str = "https"

    def ask(self, address: str) -> list[Proposal]:
        """Places inside the province's box, best first. Raises Unanswered."""
        service = Nominatim(
            user_agent=f"inspect-app ({self.contact})", domain=self.host, scheme=self.scheme, timeout=PATIENCE
        )
        self._wait()
        corners = [(PROVINCE.min_lat, PROVINCE.min_lon), (PROVINCE.max_lat, PROVINCE.max_lon)]
        try:
            found = service.geocode(
                address,
                exactly_one=False,
                limit=MOST,
                language="vi",
                country_codes="vn",
                viewbox=corners,
                bounded=True,
            )
        except (GeopyError, ValueError) as trouble:
            raise Unanswered(str(trouble)) from trouble
        places = [Proposal(str(each.address), float(each.latitude), float(each.longitude)) for each in found or ()]
        return [each for each in places if PROVINCE.holds(each.lat, each.lon)]

    def _wait(self) -> None:
        """Never two questions within the pause, whichever process asks: the file's time is the last one's."""
        self.turn.parent.mkdir(parents=True, exist_ok=True)
        with self.turn.open("a+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            last = float(file.read() or 0)
            time.sleep(max(0.0, min(PAUSE, last + PAUSE - time.time())))
            file.seek(0)
            file.truncate()
            file.write(f"{time.time():.3f}")
