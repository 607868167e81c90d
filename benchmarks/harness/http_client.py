"""The few requests the harness makes itself."""
import json
import urllib.error
import urllib.request


class Refused(Exception):
    """The server answered, and not with success."""


def send(method: str, url: str, body: object = None, headers: dict[str, str] | None = None, timeout: float = 30) -> str:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"content-type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        raise Refused(f"{method} {url}: {error.code} {error.read().decode(errors='replace')[:500]}") from None
