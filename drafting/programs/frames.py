"""Messages between our own processes over a stream: a kind, a length, and so many bytes."""

from __future__ import annotations

import socket
import struct

HEAD = struct.Struct("<cI")
_BLOCK = 1024 * 1024


def send(stream: socket.socket, kind: bytes, body: bytes) -> None:
    """Send a frame of a kind (one byte)."""
    # Apart: to put them together would copy a file of 20 MB once more.
    stream.sendall(HEAD.pack(kind, len(body)))
    if body:
        # Of an empty frame nothing is left to send, and whoever has read it may be gone already.
        stream.sendall(body)


def read(stream: socket.socket, most: int) -> tuple[bytes, bytes]:
    """Return the next frame's kind and what is in it; raises :class:`EOFError` at the end, and for
    one of more than ``most`` bytes."""
    kind, length = HEAD.unpack(_exactly(stream, HEAD.size))
    if length > most:
        raise EOFError
    return kind, _exactly(stream, length)


def _exactly(stream: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        block = stream.recv(min(length - len(found), _BLOCK))
        if not block:
            raise EOFError
        found += block
    return bytes(found)
