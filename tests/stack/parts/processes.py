"""Processes that never outlive the one that started them."""

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1


class Stop(Exception):
    """The stack is to end: it was told to, its owner is gone, or a part of it died."""


class Group:
    """Starts processes, watches them and an owner, and ends them all."""

    def __init__(self, logs: Path, owner: int = 0):
        self.logs, self.owner = logs, owner
        self.running = {}
        self._started = {}
        self._owner = _watchable(owner) if owner else None
        self._wake, wakened = socket.socketpair()
        self._wake.setblocking(False)
        wakened.setblocking(False)
        signal.set_wakeup_fd(wakened.fileno(), warn_on_full_buffer=False)
        self._wakened, self._told = wakened, ""
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, self._tell)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _tell(self, number, _frame):
        self._told = self._told or signal.Signals(number).name

    def start(self, name: str, command: list, environment: dict) -> None:
        """Starts a process whose output goes to a file of its own."""
        self._started[name] = (command, environment)
        with open(self.logs / f"{name}.log", "ab") as output:
            self.running[name] = subprocess.Popen(  # pylint: disable=consider-using-with
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None)

    def restart(self, name: str, pause: float) -> None:
        """Ends a process as a crash would, and starts it anew after a while."""
        process = self.running.pop(name)
        process.kill()
        process.wait()
        time.sleep(pause)
        self.start(name, *self._started[name])

    def check(self) -> None:
        """Raises `Stop` when it is time to end."""
        if self._told:
            raise Stop(f"told by {self._told}")
        if self._owner is not None and _gone(self._owner, self.owner):
            raise Stop(f"the owner, process {self.owner}, is gone")
        for name, process in self.running.items():
            if process.poll() is not None:
                raise Stop(f"{name} ended with {process.returncode}: {self.last_words(name)}")

    def last_words(self, name: str) -> str:
        """The end of a process's log, for an error."""
        lines = (self.logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
        return " | ".join(lines[-3:])[-1500:]

    def wait(self, seconds: float) -> None:
        """Sleeps until something happens, the owner dies or the time is over; then checks."""
        watched = [self._wake] + ([self._owner] if isinstance(self._owner, int) and self._owner >= 0 else [])
        select.select(watched, [], [], seconds)
        try:
            self._wake.recv(64)
        except BlockingIOError:
            pass
        self.check()

    def until(self, what: str, ready, seconds: float) -> None:
        """Waits until `ready()` is true."""
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                raise Stop(f"{what} took more than {seconds:.0f} s")
            self.wait(0.03)

    def end(self) -> None:
        """Ends all that runs. Nothing in there is worth a farewell: the data is thrown away."""
        for process in reversed(self.running.values()):
            process.kill()
        for process in self.running.values():
            process.wait()
        self.running.clear()


def free_ports(count: int) -> list:
    """Ports of 127.0.0.1 that nobody listens on."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def _die_with_parent() -> None:
    # Even a supervisor that is killed outright leaves nothing behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _watchable(pid: int):
    """A handle on a process that stays right when its number is used again; -1 where there is none."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        raise Stop(f"the owner, process {pid}, is gone") from None
    except (AttributeError, OSError):
        return -1


def _gone(handle: int, pid: int) -> bool:
    if handle >= 0:
        return bool(select.select([handle], [], [], 0)[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
