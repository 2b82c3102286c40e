#!/usr/bin/python3
"""Holds one conversation with an echo: websocket_talk.py URI MESSAGES

Messages of 1 byte to 64 KiB are sent without waiting for their echoes, so that both directions are busy at once; every
echo is compared, and the closing handshake must come through. Prints how many came back.
"""
import asyncio
import os
import sys

import websockets


async def main(uri, count):
    messages = [os.urandom(1 + (n * 7919) % 65536) for n in range(count)]
    async with websockets.connect(uri, max_size=None) as socket:

        async def send():
            for message in messages:
                await socket.send(message)

        sending = asyncio.create_task(send())
        for number, message in enumerate(messages):
            if await socket.recv() != message:
                sys.exit(f"message {number} came back changed")
        await sending
        await (await socket.ping())
    if socket.close_code != 1000:
        sys.exit(f"closed with {socket.close_code}")
    print(f"{count} messages, {sum(map(len, messages))} bytes, closed with {socket.close_code}")


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
