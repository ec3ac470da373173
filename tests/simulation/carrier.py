"""Between the phones and the server: carries every request, lets happen to it what was drawn, and watches both ends."""

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.simulation import network, watch
from tests.simulation.breakage import Plan
from tests.simulation.handset import Call, Handset, Session
from tests.simulation.model import Kind, Model
from tests.simulation.network import Fate
from tests.simulation.rack import Event, Order, Rack, Sent, answer, broken
from tests.simulation.site import Reply, Site, cookie_in, moment
from tests.simulation.trace import Trace

MOST_ALTERED = 3  # of one photo; after five the server waits for a person
DEEPEST = 12  # points at which a server may die in one request


@dataclass(slots=True)
class Tally:
    sessions: int = 0
    faulted: int = 0
    requests: int = 0
    fates: Counter[str] = field(default_factory=Counter)


class Carrier:
    """All traffic of one world."""

    def __init__(
        self, rack: Rack, site: Site, handsets: dict[str, Handset], model: Model, rng: Random, trace: Trace
    ) -> None:
        self.rack = rack
        self.site = site
        self.handsets = handsets
        self.model = model
        self.rng = rng
        self.trace = trace
        self.tally = Tally()
        self.likelihood = 0.0
        self.fates = network.WEIGHTS
        self.later: list[Sent] = []
        self.kept: list[Sent] = []  # for the very end: all this once more
        self.phones_at = 0
        self._calls = 0
        self._orders: list[Order] = []

    # --- asking the phones ------------------------------------------------------------------------

    def tell(self, *orders: Order) -> None:
        """Give orders to the phones and take in what happened by them."""
        for event in self.rack.do(*orders):
            self._hear(event)

    def call(self, phone: Handset, act: str, *, tab: int = 1, with_next: bool = False, **given: Any) -> int:
        """Let a person do something; the answer stands in phone.answers when it came.

        with_next: the next call comes before this one is done.
        """
        self._calls += 1
        phone.calls[self._calls] = Call(act, given)
        if act in ("open", "second"):
            phone.is_open = True
            phone.has_second = act == "second"
            self.tell({"do": act, "phone": phone.name, "call": self._calls})
        else:
            order = {"do": "act", "phone": phone.name, "call": self._calls, "act": act, "given": given}
            self._orders.append({**order, "tab": tab if phone.has_second else 1, "goesOn": with_next})
            if not with_next:
                orders, self._orders = self._orders, []
                self.tell(*orders)
        return self._calls

    def answer(self, phone: Handset, act: str) -> Any:
        """What a phone says to something it needs no network for; None when it refused."""
        return phone.answers.pop(self.call(phone, act), None)

    def ask(self, phone: Handset, act: str, **given: Any) -> Any:
        """The same, carried to its end without faults; None when the phone refused."""
        number = self.call(phone, act, **given)
        self.carry()
        return phone.answers.pop(number, None)

    def pass_time(self, milliseconds: int) -> None:
        """Time passes, and nobody answers meanwhile."""
        self.site.advance(milliseconds)
        self.tell(self._passing())

    def wait(self, milliseconds: int, *, deaf: bool = False) -> None:
        """Time passes, and what the phones want meanwhile is carried. deaf: nobody answers in all this time."""
        self.site.advance(milliseconds)
        end = self.site.wall
        while True:
            self.tell({"do": "time", "now": end, "deaf": deaf})
            if self.phones_at >= end:
                break
            self.site.now = moment(self.phones_at)
            self.carry()
            end = max(end, self.site.wall)
        self.site.now = moment(end)
        self.carry()

    def look(self, phone: Handset) -> dict[str, Any]:
        """What lies in a phone's database."""
        for event in self.rack.do({"do": "look", "phone": phone.name, "database": phone.database}):
            if event["t"] == "look":
                found: dict[str, Any] = event["found"]
                return found
            self._hear(event)
        raise RuntimeError("the phone said nothing")

    # --- hearing them -------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        if event["t"] == "time":
            self.phones_at = event["now"]
        elif event["t"] != "unhandled":  # a browser writes those into its console
            phone = self.handsets[event["phone"]]
            self._hear_of(phone, event)
            self._end_if_quiet(phone)

    def _hear_of(self, phone: Handset, event: Event) -> None:
        match event["t"]:
            case "fetch":
                self._begin(phone, Sent.of(event))
            case "gone":
                phone.inflight.pop(event["id"], None)
                self._blame(phone, "no answer in time")
            case "done":
                phone.answers[event["call"]] = watch.done(self.model, phone, phone.calls.pop(event["call"]), event)
            case "failed":
                watch.failed(self.model, phone, phone.calls.pop(event["call"]), event)
            case "died":
                self._buried(phone)
            case "trouble":
                watch.troubled(self.model, phone, event)

    def _begin(self, phone: Handset, sent: Sent) -> None:
        phone.inflight[sent.id] = sent
        if not sent.path.endswith("/session") and phone.session is None:
            phone.session = Session()

    def _buried(self, phone: Handset) -> None:
        phone.is_open = phone.has_second = False
        phone.deaths += 1
        phone.inflight.clear()
        self._blame(phone, "the phone died")
        watch.interrupted(self.model, phone)
        phone.calls.clear()

    def _end_if_quiet(self, phone: Handset) -> None:
        if phone.session is None or phone.inflight:
            return
        if any(each.act == "sync" for each in phone.calls.values()):
            return
        self.tally.sessions += 1
        self.tally.faulted += bool(phone.session.faults)
        phone.session = None

    def _blame(self, phone: Handset, fault: str) -> None:
        self.tally.fates[fault] += 1
        if phone.session is not None:
            phone.session.faults.append(fault)

    # --- carrying -----------------------------------------------------------------------------------

    def carry(self, most: int = 400) -> None:
        """Deliver whatever is under way, in an order drawn by lot, until nothing is."""
        for _ in range(most):
            waiting = [sent for each in self.handsets.values() for sent in each.inflight.values()]
            if not waiting:
                return
            self.deliver(self.rng.choice(waiting) if self.likelihood else waiting[0])
        self.model.breach(Kind.LOST, f"{most} requests and no end")

    def deliver(self, sent: Sent) -> None:
        """One request and what becomes of it."""
        phone = self.handsets[sent.phone]
        fate = self._fit(network.draw(self.rng, sent, self.likelihood, self.fates), sent)
        self.site.advance(self.rng.randint(20, 900))
        del phone.inflight[sent.id]
        if fate is not Fate.SERVED:
            self._blame(phone, fate)
        if self.rng.random() < 0.2 and not sent.path.endswith("/session"):
            self.kept.append(sent)
        reply = self._at_the_server(fate, sent, phone)
        self._at_the_phone(fate, sent, phone, reply)

    def _fit(self, fate: Fate, sent: Sent) -> Fate:
        if fate is Fate.ALTERED and self.model.altered[watch.sha_of(sent)] >= MOST_ALTERED:
            return Fate.BODY_CUT
        return fate

    def _at_the_server(self, fate: Fate, sent: Sent, phone: Handset) -> Reply | None:
        if fate in (Fate.DELAYED, Fate.REPEATED_LATER):
            self.later.append(sent)
        if fate in (Fate.DELAYED, Fate.REQUEST_LOST) or (fate is Fate.PHONE_DIED and self.rng.random() < 0.5):
            return None
        if fate is Fate.BUSY:
            return Reply(503, (("Content-Type", "application/problem+json"), ("Retry-After", "1")), b"{}")
        if fate is Fate.TWICE:
            first = self.serve(sent, phone)
            second = self.serve(sent, phone)
            return self.rng.choice([first, second])
        if fate is Fate.BODY_CUT:
            self.serve(sent, phone, arrives=self.rng.randrange(len(sent.body)))
            return None
        return self._served_badly(fate, sent, phone)

    def _served_badly(self, fate: Fate, sent: Sent, phone: Handset) -> Reply:
        """The request arrives once and in its length; what it meets there is another question."""
        match fate:
            case Fate.ALTERED:
                self.model.altered[watch.sha_of(sent)] += 1
                return self.serve(replace(sent, body=network.changed(self.rng, sent.body)), phone)
            case Fate.DIED:
                return self.serve(sent, phone, plan=Plan(die_at=self.rng.randint(1, DEEPEST)))
            case Fate.DISK_FULL:
                return self.serve(sent, phone, plan=Plan(no_room=True))
            case _:
                return self.serve(sent, phone)

    def _at_the_phone(self, fate: Fate, sent: Sent, phone: Handset, reply: Reply | None) -> None:
        self.trace.note(fate, sent, reply)
        if fate is Fate.PHONE_DIED:
            if reply is None or self.rng.random() < 0.3:
                self.tell({"do": "kill", "phone": phone.name, "after": 0})
                return
            # The answer arrives, and the page dies somewhere in the middle of taking it in.
            self.tell({"do": "kill", "phone": phone.name, "after": self.rng.randint(1, 60)}, self._brings(sent, reply))
            return
        if reply is None or reply.died or fate is Fate.ANSWER_LOST:
            self.tell(broken(phone.name, sent.id), self._passing())
            return
        if fate is Fate.ANSWER_CUT:
            reply = Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2])
        if (cookie := cookie_in(reply.headers)) is not None:
            phone.cookie = cookie
        self.tell(self._brings(sent, reply), self._passing())

    def _brings(self, sent: Sent, reply: Reply) -> Order:
        return answer(sent.phone, sent.id, reply.status, reply.headers, reply.body)

    def _passing(self) -> Order:
        return {"do": "time", "now": self.site.wall, "deaf": True}

    def serve(self, sent: Sent, phone: Handset, *, arrives: int | None = None, plan: Plan | None = None) -> Reply:
        """At the server, with everything that must be true right after it."""
        reply = self.site.serve(
            sent.method, sent.path, sent.headers, sent.body, cookie=phone.cookie, arrives=arrives, plan=plan
        )
        self.tally.requests += 1
        watch.leaks(self.model, phone.player.agency, self.site, sent.path, reply)
        if not reply.died:
            watch.served(self.model, self.site, sent, phone, reply)
        return reply

    def repeat(self, sent: Sent) -> None:
        """An old request arrives once more; nobody waits for its answer."""
        self.serve(sent, self.handsets[sent.phone])
