"""Where the portal listens: HOST and PORT."""

import errno
import http.client
import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from config import environment
from config.supervisor.errors import CannotRun

ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def local_host(self) -> str:
        """Where this machine itself reaches the portal."""
        any_address = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised here, not chosen
        return any_address.get(self.host, self.host)

    @property
    def url(self) -> str:
        return f"http://{Address(self.local_host, self.port).bind}"


def read_address(environ: Mapping[str, str]) -> Address:
    """Raises ImproperlyConfigured for a port that is none."""
    return Address(environ.get("HOST") or "127.0.0.1", environment.port(environ))


def require_free(address: Address) -> None:
    """CannotRun when nobody could listen there: the port is taken, not allowed, or the host is not this machine's."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        # Connections that have just ended do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
            probe.listen()
        except OSError as error:
            raise CannotRun(_why_not(address, error)) from error


def _why_not(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        other = address.port + 1 if address.port < 65535 else 8000
        return f"Port {address.port} is taken by another program: choose another one with `make run PORT={other}`."
    if error.errno == errno.EACCES:
        return f"Port {address.port} is not allowed to this user: choose one from 1024 with `make run PORT=8000`."
    return f"HOST={address.host} is not an address of this machine ({error.strerror})."


def wait_until_answering(address: Address, meanwhile: Callable[[], None]) -> None:
    """Return once the web server answers a request. `meanwhile` is called again and again, and may raise."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        meanwhile()
        if _answers(address):
            return
        time.sleep(0.05)
    raise CannotRun(f"The web server does not answer at {address.url}: see what it printed above.")


def _answers(address: Address) -> bool:
    # Asked by its public name, since a portal refuses names that it does not know.
    public_name = urlsplit(os.environ.get("BROADSHEET_URL", address.url)).netloc
    connection = http.client.HTTPConnection(address.local_host, address.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/", headers={"Host": public_name})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
