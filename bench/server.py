"""The real server process, and its number, so that its clock can be read."""

from tests.rigs.server import Server


class BenchServer(Server):
    """As in the tests; `pid` is the process all its workers descend from."""

    @property
    def pid(self) -> int:
        assert self._child is not None, "the server is not running"
        return self._child.pid
