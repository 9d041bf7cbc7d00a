"""A network between a client and the stack: every byte takes its time, in each direction."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from e2e.client import Api


@contextmanager
def distant(api: Api, round_trip_seconds: float) -> Iterator[Api]:
    """`api` as it is from so far away."""
    target = urlsplit(api.graphql_url)
    assert target.hostname is not None
    assert target.port is not None
    loop = asyncio.new_event_loop()
    started: asyncio.Future[int] = loop.create_future()
    stop = asyncio.Event()

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """What arrives is handed on when its time has come; what follows it may already be under way."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def arrive() -> None:
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(due - loop.time())
                if not data:
                    sink.close()
                    return
                sink.write(data)

        arriving = asyncio.create_task(arrive())
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                under_way.put_nowait((loop.time() + round_trip_seconds / 2, data))
        under_way.put_nowait((loop.time() + round_trip_seconds / 2, b""))
        await arriving

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The handshake of TCP takes one round trip before anything is sent.
        # At the end of a test what is still under way is cancelled.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(round_trip_seconds)
            there_reader, there_writer = await asyncio.open_connection(target.hostname, target.port)
            await asyncio.gather(carry(reader, there_writer), carry(there_reader, writer), return_exceptions=True)

    async def serve() -> None:
        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        started.set_result(server.sockets[0].getsockname()[1])
        await stop.wait()
        server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    port = asyncio.run_coroutine_threadsafe(asyncio.wait_for(asyncio.shield(started), 5), loop).result()
    near, far = f"{target.hostname}:{target.port}", f"127.0.0.1:{port}"
    try:
        yield replace(
            api, graphql_url=api.graphql_url.replace(near, far), realtime_url=api.realtime_url.replace(near, far)
        )
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
