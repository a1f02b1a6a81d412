"""The load of the relay, in a process of its own: pairs of a visitor and an agent.

A visitor says the next line when the agent has received the last one. Both sides are checked: every
line must come to its own agent, once, and must be acknowledged to its visitor.
"""

import argparse
import asyncio
import json
import os
import time
from typing import Any

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from . import cpu_of, cpu_of_all, percentile
from .library import AGENT, SITE
from .serving import more_files

EVENT = b'{"jsonrpc":"2.0","method":"event"'
POSTED = b'"type":"Posted"'
BODY = "Hello, I have a question about my order: it has not arrived yet, can you help me, please?"
PATIENCE = 30.0
WAVE = 25
SETTLED = 1.5
"""So long after the last set-up the library has told all agents of it, in seconds."""


class Run:
    """What all pairs share."""

    def __init__(self) -> None:
        self.sending = False
        self.measuring = False
        self.sent = 0
        self.received = 0
        self.acknowledged = 0
        self.wrong = 0
        self.latencies: list[float] = []


class Client(WSListener):
    """One connection: questions with answers while it is set up, then only `heard`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.pair: Pair | None = None
        self.transport: WSTransport
        self.answers: dict[int, asyncio.Future[Any]] = {}
        self.offers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.count = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take a frame."""
        if frame.msg_type != WSMsgType.TEXT:
            return
        payload = frame.get_payload_as_bytes()
        if self.pair is not None:
            self.heard(self.pair, payload)
        else:
            self.set_up(json.loads(payload))

    def heard(self, pair: "Pair", payload: bytes) -> None:
        """Take a frame of the measured span."""
        raise NotImplementedError

    def set_up(self, frame: dict[str, Any]) -> None:
        """Take a frame while the chat is being set up."""
        if frame.get("method") == "list":
            for offer in frame["params"]["changed"] if frame["params"]["list"] == "offers" else ():
                self.offers.put_nowait(offer)
        elif answer := self.answers.pop(frame.get("id", 0), None):
            if "error" in frame:
                answer.set_exception(RuntimeError(str(frame["error"])))
            else:
                answer.set_result(frame["result"])

    async def ask(self, method: str, **params: object) -> Any:  # noqa: ANN401 - JSON
        """Return the result of a request."""
        self.count += 1
        answer = self.answers[self.count] = asyncio.get_running_loop().create_future()
        self.tell(method, self.count, **params)
        return await asyncio.wait_for(answer, PATIENCE)

    def tell(self, method: str, number: int = 0, **params: object) -> None:
        """Send a request."""
        frame = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self.transport.send(WSMsgType.TEXT, json.dumps(frame).encode())


class Visitor(Client):
    """The side that speaks."""

    def heard(self, pair: "Pair", payload: bytes) -> None:
        """Count an acknowledgement."""
        if payload.startswith(b'{"jsonrpc":"2.0","id":'):
            self.run.acknowledged += 1
            self.run.wrong += b'"result":' not in payload


class Agent(Client):
    """The side that is spoken to."""

    def heard(self, pair: "Pair", payload: bytes) -> None:
        """Let the visitor go on if this is his line."""
        if payload.startswith(EVENT) and POSTED in payload:
            pair.came(payload)


class Pair:
    """A visitor and an agent in one chat."""

    def __init__(self, run: Run, index: int, visitor: Visitor, agent: Agent, stream: str) -> None:
        self.run = run
        self.visitor = visitor
        self.agent = agent
        self.mark = f"pair {index:06d} line "
        self.stream = stream
        self.count = 0
        self.waits = b""
        self.begun = 0.0

    def ready(self) -> None:
        """Prepare what is sent every time."""
        params = {"stream": self.stream, "id": "@id", "text": f"@text {BODY}"}
        frame = {"jsonrpc": "2.0", "id": "@n", "method": "conversation.post", "params": params}
        text = json.dumps(frame, separators=(",", ":"))
        self.template = text.replace('"@n"', "%d").replace("@id", "%s").replace("@text", "%s")
        self.visitor.pair = self.agent.pair = self

    def say(self) -> None:
        """Send the next line."""
        self.count += 1
        mark = f"{self.mark}{self.count:08d}"
        self.waits = mark.encode()
        frame = self.template % (self.count, mark.replace(" ", "-"), mark)
        self.run.sent += 1
        self.begun = time.perf_counter()
        self.visitor.transport.send(WSMsgType.TEXT, frame.encode())

    def came(self, payload: bytes) -> None:
        """Take a line that the agent received."""
        run = self.run
        if not self.waits or self.waits not in payload:
            run.wrong += 1
            return
        if run.measuring:
            run.received += 1
            run.latencies.append(time.perf_counter() - self.begun)
        self.waits = b""
        if run.sending:
            self.say()


# --- setting up -------------------------------------------------------------------------------


async def connect(make: type[Client], run: Run, port: int, **headers: str) -> Any:  # noqa: ANN401
    """Open one connection."""
    url = f"ws://127.0.0.1:{port}/ws"
    _, client = await ws_connect(lambda: make(run), url, extra_headers=headers)
    return client


async def join_by_hand(run: Run, port: int, count: int) -> list[Pair]:
    """Set up pairs with a relay by hand."""
    pairs = []
    for index in range(count):
        visitor, agent = await connect(Visitor, run, port), await connect(Agent, run, port)
        pair = Pair(run, index, visitor, agent, f"conversation/{index:032x}")
        agent.tell("join", stream=pair.stream)
        pairs.append(pair)
    await say_first(pairs)
    return pairs


async def join_library(run: Run, port: int, count: int) -> list[Pair]:
    """Set up pairs with the library, a few at a time: a line of all would be another benchmark."""
    pairs: list[Pair] = []
    for first in range(0, count, WAVE):
        pairs += await join_wave(run, port, range(first, min(first + WAVE, count)))
    return pairs


async def join_wave(run: Run, port: int, numbers: range) -> list[Pair]:
    """Let guests start chats, and agents who just came to work accept what they are offered."""
    agents = await asyncio.gather(*(sign_in(run, port, number) for number in numbers))
    visitors = dict(await asyncio.gather(*(start(run, port, number) for number in numbers)))
    streams = await asyncio.gather(*map(accept, agents))
    pairs = [
        Pair(run, number, visitors[stream], agent, stream)
        for number, agent, stream in zip(numbers, agents, streams, strict=True)
    ]
    await say_first(pairs)
    return pairs


async def sign_in(run: Run, port: int, number: int) -> Agent:
    """Let an agent come to work."""
    agent: Agent = await connect(Agent, run, port, **{AGENT: f"a{number}"})
    await agent.ask("session.open", **{"as": "staff"})
    return agent


async def start(run: Run, port: int, number: int) -> tuple[str, Visitor]:
    """Let a visitor start a chat."""
    visitor: Visitor = await connect(Visitor, run, port)
    page = {"site": SITE, "url": "http://127.0.0.1/orders", "title": "Orders"}
    await visitor.ask("session.open", page=page)
    chat = {"id": f"start-{number:08d}", "site": SITE, "name": "Kim"}
    begun = await visitor.ask("conversation.start", **chat)
    return begun["stream"], visitor


async def accept(agent: Agent) -> str:
    """Let an agent accept the first chat that is offered, and follow it."""
    offer = await asyncio.wait_for(agent.offers.get(), PATIENCE)
    stream: str = offer["stream"]
    answer = {"id": f"accept-{stream[-16:]}", "stream": stream, "offer": offer["offer"]}
    await agent.ask("conversation.accept", **answer)
    await agent.ask("conversation.follow", stream=stream, after=0)
    return stream


async def say_first(pairs: list[Pair]) -> None:
    """Say the first line of each chat: it changes what all agents see of the chat."""
    for pair in pairs:
        pair.ready()
        pair.say()
    until = time.perf_counter() + PATIENCE
    while any(pair.waits for pair in pairs):
        if time.perf_counter() > until:
            raise TimeoutError("a first line was lost")
        await asyncio.sleep(0.01)


# --- the measured span ------------------------------------------------------------------------


async def measure(pairs: list[Pair], run: Run, pid: int, seconds: float) -> dict[str, Any]:
    """Keep one line under way for each pair, and count over a span behind a warm-up."""
    run.sending = True
    for pair in pairs:
        pair.say()
    await asyncio.sleep(seconds / 3)
    before, begun = _counters(pid), time.perf_counter()
    run.measuring = True
    await asyncio.sleep(seconds)
    run.measuring = False
    wall = time.perf_counter() - begun
    server, own, everybody = (now - then for now, then in zip(_counters(pid), before, strict=True))
    run.sending = False
    await _drain(pairs, run)
    latencies = sorted(run.latencies)
    return {
        "rate": run.received / wall,
        "p50": percentile(latencies, 0.5) * 1e3,
        "p99": percentile(latencies, 0.99) * 1e3,
        "cpu": server / max(run.received, 1) * 1e6,
        "load": own / wall,
        "others": max(everybody - own - server, 0.0) / wall,
        "wrong": run.wrong,
        "lost": sum(bool(pair.waits) for pair in pairs) + abs(run.sent - run.acknowledged),
    }


def _counters(pid: int) -> tuple[float, float, float]:
    return cpu_of(pid), cpu_of(os.getpid()), cpu_of_all()


async def _drain(pairs: list[Pair], run: Run) -> None:
    """Wait for what is still under way, as long as the last of it may take."""
    until = time.perf_counter() + PATIENCE / 10
    while time.perf_counter() < until:
        await asyncio.sleep(0.05)
        if run.acknowledged >= run.sent and not any(pair.waits for pair in pairs):
            return


async def main(options: argparse.Namespace) -> None:
    """Set up, measure, print."""
    run = Run()
    joining = join_library if options.library else join_by_hand
    pairs = await joining(run, options.port, options.pairs)
    await asyncio.sleep(SETTLED)
    print(json.dumps(await measure(pairs, run, options.pid, options.seconds)), flush=True)
    for pair in pairs:
        pair.visitor.transport.disconnect()
        pair.agent.transport.disconnect()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True, help="the server")
    parser.add_argument("--pairs", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--library", action="store_true")
    more_files()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(parser.parse_args()))
