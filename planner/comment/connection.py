"""Connections to a forge's server: over TLS, through the environment's proxy, with limits of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["checked_token", "checked_url", "connections", "origin"]

_CONNECT_SECONDS: Final = 10.0
_READ_SECONDS: Final = 30.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"http": 80, "https": 443}


def checked_token(environment: Mapping[str, str], *names: str) -> str | None:
    """Return the first token that is set.

    Raises:
        InputError: for one with characters that no token has, such as a line's end.
    """
    for name in names:
        token = environment.get(name)
        if token:
            if not token.isascii() or not token.isprintable() or " " in token:
                raise InputError(f"{name} has characters that no token has; was a line end copied with it?")
            return token
    return None


def checked_url(url: str, *, variable: str) -> str:
    """Return an API's address without its last slash.

    Raises:
        InputError: for one that a token must not be sent to: without TLS, but for this machine, or with a password.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        allowed = known and bool(parts.hostname) and parts.port != 0
    except ValueError:
        allowed = False
    if not allowed or set(url) & set("@?#\\ ") or not url.isprintable():
        raise InputError(f"{variable}: is no https address of an API, such as https://api.github.com")
    return url.rstrip("/")


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Return what an address shares with all others of its server; of one that is none, nothing."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", None, None


def connections(url: str) -> Any:  # noqa: ANN401  (urllib3 has no common type of pools with and without a proxy)
    """Return what asks an API's server, through the proxy of HTTPS_PROXY unless NO_PROXY names it.

    Raises:
        InputError: for a proxy whose address is none, or of a kind that is not spoken.
    """
    import urllib.request

    import urllib3
    from urllib3.exceptions import HTTPError

    host = urlsplit(url).hostname or ""
    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    proxy = urllib.request.getproxies().get("https")
    # What is on this machine is asked without TLS: a proxy would see the token.
    if not proxy or host in _LOOPBACK or urllib.request.proxy_bypass(host):
        return urllib3.PoolManager(timeout=timeout)
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(proxy)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise InputError("HTTPS_PROXY: is no http or https address of a proxy, such as http://proxy.example:3128")
        headers = None
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers = urllib3.make_headers(proxy_basic_auth=login)
        address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return urllib3.ProxyManager(address, proxy_headers=headers, timeout=timeout)
    except (HTTPError, ValueError):
        # Its address may hold a password: it is not shown.
        raise InputError("HTTPS_PROXY: is no address of a proxy, such as http://proxy.example:3128") from None
