"""LibreOffice as a library: one process that stays ready and turns .docx files into PDF.

``libreofficekit_hook_2`` is the C interface by which LibreOffice's own viewers use it
(``LibreOfficeKit.h``): two tables of functions, which only ever grow at their end. This module is
the program of that one process; :mod:`drafting.programs.kept_office` starts it and asks it.

The process takes orders from the socket whose number it is given, each with a socket on which it
answers in frames: ``S`` begun, then ``R`` the result or ``F`` that none came out. It ends by itself
after so many files, where it has grown too large, where nobody asks for long, and when the other
side is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from drafting.programs import frames
from drafting.programs.limits import bound_memory, bound_processor_time
from drafting.programs.memory import give_back, own_kb
from drafting.programs.running import NICENESS

FILES = 60
"""Files after which another process takes over: what one of them left behind goes with it."""

IDLE = 3
"""The exit code where nobody asked for long: no other process is wanted for now."""

"""A frame: its kind, and how many bytes follow."""

_IDLE_SECONDS = 1800
_MEMORY_MB = 1024
_GROWN_MB = 500
_FILE_SECONDS = 60
_ORDER_BYTES = 4096
_FILE_BYTES = 256 * 1024 * 1024
_LIBRARIES = ("libmergedlo.so", "libsofficeapp.so")
_PR_SET_PDEATHSIG = 1
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_PLACE = ctypes.c_void_p
# Places in the tables of LibreOfficeKit.h; at 0 stands the table's size.
_DESTROY, _SAVE_AS, _LOAD_WITH_OPTIONS = 1, 2, 4


def library(program: str) -> Path | None:
    """Return LibreOffice's library beside ``program`` (its ``soffice``), where it has one."""
    folder = Path(program).resolve().parent
    return next((path for name in _LIBRARIES if (path := folder / name).is_file()), None)


class Kit:
    """LibreOffice in this process. It can be made once, and not from a process with threads."""

    def __init__(self, library: Path, profile: Path) -> None:
        """Load it, with its user profile in the folder ``profile``.

        Raises :class:`OSError` where the library does not fit or does not begin.
        """
        hook = ctypes.CDLL(str(library)).libreofficekit_hook_2
        hook.restype, hook.argtypes = _PLACE, [ctypes.c_char_p, ctypes.c_char_p]
        self._office = hook(str(library.parent).encode(), profile.as_uri().encode())
        if not self._office:
            raise OSError(f"{library} does not begin")

    def convert(self, source: Path, target: Path, ending: str, options: str) -> bool:
        """Turn ``source`` into ``target``; return whether that was done."""
        load = ctypes.CFUNCTYPE(_PLACE, _PLACE, ctypes.c_char_p, ctypes.c_char_p)(
            _function(self._office, _LOAD_WITH_OPTIONS)
        )
        document = load(self._office, source.as_uri().encode(), b"")
        if not document:
            return False
        save = ctypes.CFUNCTYPE(ctypes.c_int, _PLACE, *[ctypes.c_char_p] * 3)(
            _function(document, _SAVE_AS)
        )
        done = save(document, target.as_uri().encode(), ending.encode(), options.encode())
        ctypes.CFUNCTYPE(None, _PLACE)(_function(document, _DESTROY))(document)
        return bool(done)


def _function(thing: int, place: int) -> int:
    """The address of a function in the table to which ``thing`` points first."""
    table = ctypes.cast(thing, ctypes.POINTER(_PLACE))[0]
    return int(ctypes.cast(ctypes.c_void_p(table), ctypes.POINTER(_PLACE))[place] or 0)


# ------------------------------------------------------------------ the process


def main() -> None:
    """Serve; called with the socket's number, the library and a folder of this process's own."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    number, path, folder = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    line = socket.socket(fileno=number)
    _leave_the_net()
    bound_memory(_MEMORY_MB)
    # Pages come first.
    os.nice(NICENESS)
    kit = Kit(path, folder / "profile")
    code = IDLE
    with contextlib.suppress(TimeoutError):
        serve(line, folder, kit.convert)
        code = 0
    # Its own threads are not waited for, nor what it would save of itself.
    os._exit(code)


def serve(
    line: socket.socket, folder: Path, convert: Callable[[Path, Path, str, str], bool]
) -> None:
    """Do what is asked for by ``line``, one file after the other, until one of the bounds."""
    line.settimeout(_IDLE_SECONDS)
    for _ in range(FILES):
        message, fds, _, _ = socket.recv_fds(line, _ORDER_BYTES, 1)
        if not message:
            return
        with socket.socket(fileno=fds[0]) as stream, contextlib.suppress(OSError, EOFError):
            _answer(stream, json.loads(message), folder, convert)
        give_back()
        if own_kb() > _GROWN_MB * 1024:
            return


def _answer(
    stream: socket.socket,
    order: dict[str, str],
    folder: Path,
    convert: Callable[[Path, Path, str, str], bool],
) -> None:
    stream.settimeout(_FILE_SECONDS)
    # Who asked may have gone meanwhile: then nothing is done.
    frames.send(stream, b"S", b"")
    source, target = folder / f"file.{order['from']}", folder / f"result.{order['to']}"
    try:
        source.write_bytes(read_frame(stream)[1])
        bound_processor_time(int(_used_seconds()) + _FILE_SECONDS)
        done = convert(source, target, order["to"], order["options"]) and target.is_file()
        result = target.read_bytes() if done else b""
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
    frames.send(stream, b"R" if done else b"F", result)


def read_frame(stream: socket.socket) -> tuple[bytes, bytes]:
    """Return the next frame's kind and what is in it; raises :class:`EOFError` at the end."""
    return frames.read(stream, _FILE_BYTES)


def _leave_the_net() -> None:
    """Have no network at all, where the system lets a process say so."""
    library = ctypes.CDLL(None)
    if library.unshare(_CLONE_NEWNET):
        library.unshare(_CLONE_NEWNET | _CLONE_NEWUSER)


def _used_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
