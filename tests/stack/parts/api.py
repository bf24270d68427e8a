"""The API server, spoken to over HTTP: by token, or through kubectl's proxy for a cluster of others."""

import http.client
import json
import socket
import ssl
import threading
import time
from pathlib import Path


class Refused(Exception):
    """The API server said no."""

    def __init__(self, method: str, path: str, status: int, body: dict):
        super().__init__(f"{method} {path}: {status} {body.get('message', body)}")
        self.status = status
        self.reason = body.get("reason")


class _OverSocket(http.client.HTTPConnection):
    def __init__(self, path: str):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Api:
    """Objects in and out of one cluster, and a note of what was created."""

    def __init__(self, port: int = 0, ca: str = "", token: str = "", proxy: str = ""):
        self._make = (lambda: _OverSocket(proxy)) if proxy else (lambda: _tls(port, ca))
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._mine = threading.local()
        self._resources = {}
        self.notes = None

    def request(self, method: str, path: str, body=None, content="application/json", patience: float = 10):
        """The answer's JSON, or `Refused`; asks again for a while where the server has too much to do."""
        end = time.monotonic() + patience
        while True:
            try:
                return self._request(method, path, body, content)
            except Refused as refused:
                if refused.status != 429 or time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def _request(self, method: str, path: str, body, content: str):
        data = None if body is None else json.dumps(body)
        headers = {**self._headers, "Content-Type": content, "Accept": "application/json, */*"}
        for attempt in (1, 2):
            try:
                connection = self._mine.connection = getattr(self._mine, "connection", None) or self._make()
                connection.request(method, path, data, headers)
                answer = connection.getresponse()
                text = answer.read()
                break
            except (http.client.HTTPException, OSError):
                # A connection that was kept alive may have been closed meanwhile.
                self._mine.connection = None
                if attempt == 2:
                    raise
        try:
            value = json.loads(text or b"{}")
        except ValueError:
            value = {"message": text.decode(errors="replace").strip()}
        if answer.status < 300 and content == "text/plain":
            return text.decode(errors="surrogateescape")
        if answer.status >= 300:
            raise Refused(method, path, answer.status, value if isinstance(value, dict) else {"message": value})
        return value

    def get(self, path: str) -> dict:
        """What is at `path`."""
        return self.request("GET", path)

    def text(self, path: str) -> str:
        """What is at `path`, where that is not JSON."""
        return self.request("GET", path, content="text/plain")

    def patch(self, path: str, body: dict) -> dict:
        """A JSON merge patch."""
        return self.request("PATCH", path, body, "application/merge-patch+json")

    def resource(self, group_version: str, kind: str):
        """(resource, namespaced) of a kind, or None where the cluster does not serve it."""
        if (group_version, kind) not in self._resources:
            base = f"/api/{group_version}" if "/" not in group_version else f"/apis/{group_version}"
            try:
                listed = self.get(base)["resources"]
            except Refused as refused:
                if refused.status != 404:
                    raise
                return None
            for each in listed:
                if "/" not in each["name"]:
                    self._resources[group_version, each["kind"]] = (f"{base}", each["name"], each["namespaced"])
        return self._resources.get((group_version, kind))

    def served(self, group_version: str, kind: str) -> str:
        """`group_version`, or the one that the cluster serves this kind in instead."""
        if self.resource(group_version, kind):
            return group_version
        group = group_version.split("/")[0]
        for each in self.get(f"/apis/{group}")["versions"] if "/" in group_version else ():
            if self.resource(each["groupVersion"], kind):
                return each["groupVersion"]
        raise LookupError(f"the cluster does not serve {kind} in {group_version}")

    def path(self, item: dict, name: bool = True) -> str:
        """Where an object is kept, or (`name` false) where it is to be created."""
        base, plural, namespaced = self.resource(item["apiVersion"], item["kind"])
        where = f"/namespaces/{item['metadata'].get('namespace', 'default')}" if namespaced else ""
        return f"{base}{where}/{plural}" + (f"/{item['metadata']['name']}" if name else "")

    def put(self, item: dict) -> dict:
        """Creates an object, or brings the one that is there to the same state."""
        path = self.path(item, name=False)
        try:
            made = self._create(path, item)
        except Refused as refused:
            if refused.reason != "AlreadyExists":
                raise
            return self.patch(self.path(item), item)
        if self.notes is not None:
            with open(self.notes, "a", encoding="utf-8") as notes:
                notes.write(self.path(item) + "\n")
        return made

    def _create(self, path: str, item: dict) -> dict:
        # A CRD is established a moment before its objects are taken.
        patience = time.monotonic() + 3
        while True:
            try:
                return self.request("POST", path, item)
            except Refused as refused:
                if refused.status != 404 or 'namespaces "' in str(refused) or time.monotonic() > patience:
                    raise
                time.sleep(0.05)

    def delete(self, path: str) -> None:
        """Takes an object away at once, if it is there."""
        try:
            self.request("DELETE", path, {"gracePeriodSeconds": 0, "propagationPolicy": "Background"})
        except Refused as refused:
            if refused.status != 404:
                raise

    def forget(self, notes: Path, stays=lambda path: False) -> int:
        """Deletes what a file of notes says was created, the newest first, less what stays."""
        paths = notes.read_text().split() if notes.exists() else []
        gone = [each for each in paths if not stays(each)]
        for path in reversed(gone):
            self.delete(path)
        if paths:
            notes.write_text("".join(f"{each}\n" for each in paths if stays(each)))
        return len(gone)


def _tls(port: int, ca: str):
    context = ssl.create_default_context(cafile=ca)
    return http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=60)
