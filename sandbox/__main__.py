"""`python -m sandbox [--host H] [--port N]`: the demo world on its own, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import signal
import sys
from collections.abc import Callable, Sequence

from sandbox.demo import BOT_TOKEN, build_demo_world
from sandbox.server import Sandbox


async def serve(host: str, port: int, stop: asyncio.Event) -> None:
    """Serve a demo world until `stop` is set; raises OSError when the port is taken."""
    async with Sandbox(build_demo_world(), host, port) as sandbox:
        print(f"Page      {sandbox.base_url}/")
        print(f"Bot API   {sandbox.bot_url}<token>/<method>")
        print(f"Token     {BOT_TOKEN}", flush=True)
        await stop.wait()


async def run(host: str, port: int) -> None:
    """`serve` until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(host, port, stop)


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's loop where it is installed: it serves about twice as many calls a second."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    return importlib.import_module("uvloop").new_event_loop  # type: ignore[no-any-return]


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and serve; 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A Telegram on this machine.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    options = parser.parse_args(arguments)
    try:
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(run(options.host, options.port))
    except OSError as error:
        print(
            f"Cannot listen on {options.host}:{options.port}: {error.strerror}. Try --port 0.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
