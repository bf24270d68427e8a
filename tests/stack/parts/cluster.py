"""One cluster, from its first process to its last: what the supervisor does."""

import base64
import fcntl
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from . import build, crds, load, users
from .api import Api, Refused
from .processes import Group, Stop, free_ports

NODE = "kwok-1"
PLAYED = {"igwctl.test/node": "played"}
SERVICES = "10.96.0.0/12"


class Cluster:
    """The folder of a cluster, and the processes that the supervisor started for it."""

    def __init__(self, options):
        self.options = options
        self.dir = Path(options.dir)
        self.outside = os.environ.get("IGWCTL_TEST_KUBECONFIG", "")
        self.ports, self.begun, self.restarts = {}, time.monotonic(), 0
        self.socket, self.server = None, ""
        self.tokens, self._cold = {}, []
        self.api = None
        for each in ("logs", "pod-logs", "created", "certificates"):
            (self.dir / each).mkdir(parents=True, exist_ok=True)
        self.group = Group(self.dir / "logs", options.owner_pid)
        # Neither proxies nor settings of whoever runs the tests reach these processes; but the way to a cluster
        # of others may need them.
        self.environment = ({**os.environ, "KUBECONFIG": self.outside} if self.outside else
                            {"PATH": os.environ.get("PATH", ""), "HOME": str(self.dir), "NO_PROXY": "*"})

    def up(self) -> dict:
        """Brings all up and returns what there is to know."""
        if self.outside:
            self._reach_outside()
        else:
            self._start_control_plane()
        self.api.notes = self.dir / "created" / "up"
        for each in build.crds("kwok"):
            self._crd(each)
        self._start_workers()
        for each in crds.chosen(self.options):
            self._crd(each)
            self.group.check()
        users.create(self.api)
        for each in ("default", *([users.GATEWAY_NAMESPACE] if not self.options.no_istio else [])):
            users.create_namespace(self.api, each, self.options.one_namespace)
        load.create_node(self.api, NODE, PLAYED)
        self.group.until("establishing the CRDs", lambda: crds.established(self.api), 20)
        self._cold = [each[0] for each in crds.kinds(self.api)]
        self.group.until("the new kinds", self._warm, 20)
        self.group.until("the node's becoming ready", self._node_ready, 20)
        return self._described()

    def restart(self) -> None:
        """Ends the API server, starts it anew, and notes it once it is ready."""
        self.group.restart("kube-apiserver", 2)
        self.group.until("the API server's coming back", self._ready, 60)
        self.restarts += 1
        restarts_of(self.dir).write_text(str(self.restarts))

    def down(self) -> None:
        """Ends all, and leaves a cluster of others as it was found."""
        if self.outside and self.api is not None:
            for notes in ("load", "up"):
                self.api.forget(self.dir / "created" / notes)
        self.group.end()
        if self.socket is not None:
            shutil.rmtree(self.socket.parent, ignore_errors=True)
        if not self.options.keep:
            shutil.rmtree(self.dir, ignore_errors=True)

    def _start_control_plane(self) -> None:
        base = self.options.ports
        numbers = free_ports(4) if base == "auto" else [int(base) + n for n in range(4)]
        self.ports = dict(zip(("api", "etcd", "etcd-peer", "kwok"), numbers))
        tokens = {user: secrets.token_hex(16) for user in ("admin", *users.USERS)}
        self._private("tokens.csv", "".join(
            f"{token},{user},{user}" + (',"system:masters"' if user == "admin" else "") + "\n"
            for user, token in tokens.items()))
        self._private("service-accounts.pem", _private_key())
        etcd, peer = (f"http://127.0.0.1:{self.ports[each]}" for each in ("etcd", "etcd-peer"))
        self._start("etcd", [
            f"--data-dir={self.dir / 'etcd'}", "--unsafe-no-fsync", "--log-level=warn", "--name=stack",
            f"--listen-client-urls={etcd}", f"--advertise-client-urls={etcd}",
            f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=stack={peer}"])
        self._start("kube-apiserver", [
            f"--etcd-servers={etcd}", f"--secure-port={self.ports['api']}",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
            f"--cert-dir={self.dir / 'certificates'}", f"--token-auth-file={self.dir / 'tokens.csv'}",
            "--authorization-mode=RBAC,Node", "--allow-privileged=true", "--profiling=false",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self.dir / 'service-accounts.pem'}",
            f"--service-account-signing-key-file={self.dir / 'service-accounts.pem'}",
            # Nothing here mounts tokens into pods or takes a taint off a node.
            "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition",
            f"--service-cluster-ip-range={SERVICES}"])
        certificate = self.dir / "certificates" / "apiserver.crt"
        self.group.until("the API server's certificate", certificate.exists, 60)
        self.api = Api(self.ports["api"], str(certificate), tokens["admin"])
        self.group.until("the API server", self._ready, 60)
        self.tokens = tokens
        authority = base64.b64encode(certificate.read_bytes()).decode()
        self._write_kubeconfig(
            {"server": f"https://127.0.0.1:{self.ports['api']}", "certificate-authority-data": authority},
            {user: {"token": token} for user, token in tokens.items()})

    def _reach_outside(self) -> None:
        """A cluster of others: its credentials, and impersonation for the users."""
        if self.options.old_crds:
            raise Stop("--old-crds would change the CRDs of the cluster in IGWCTL_TEST_KUBECONFIG")
        given = load.kubectl(self.environment, "config", "view", "--raw", "--minify", "--flatten", "-o", "json")
        given = json.loads(given)
        cluster, mine = given["clusters"][0]["cluster"], given["users"][0]["user"]
        self.tokens = {"admin": mine.get("token")}
        self._write_kubeconfig(cluster, {"admin": mine, **{user: {**mine, "as": user} for user in users.USERS}})
        self.ports = {"api": urlsplit(cluster["server"]).port or 443, "kwok": free_ports(1)[0]}
        self.socket = Path(tempfile.mkdtemp(prefix="igwctl-")) / "proxy"
        self.group.start("kubectl-proxy", [
            str(build.binary("kubectl")), "proxy", f"--unix-socket={self.socket}"], self.environment)
        self.group.until("kubectl proxy", self.socket.exists, 20)
        self.api = Api(proxy=str(self.socket))
        self.group.until("the cluster", self._ready, 20)

    def _start_workers(self) -> None:
        config = f"--kubeconfig={self.dir / 'kubeconfig'}"
        if not self.outside:
            self._start("kube-controller-manager", [
                config, "--controllers=*,-nodelifecycle,-nodeipam", "--leader-elect=false", "--secure-port=0",
                f"--service-account-private-key-file={self.dir / 'service-accounts.pem'}",
                f"--root-ca-file={self.dir / 'certificates' / 'apiserver.crt'}"])
            self._start("kube-scheduler", [config, "--leader-elect=false", "--secure-port=0"])
        # A container whose log nobody recorded has an empty one.
        (self.dir / "pod-logs" / "empty.log").touch()
        nothing = {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterLogs", "metadata": {"name": "empty"},
                   "spec": {"logs": [{"logsFile": str(self.dir / "pod-logs" / "empty.log")}]}}
        (self.dir / "kwok.yaml").write_text(build.stages().read_text() + "---\n" + json.dumps(nothing) + "\n")
        self._start("kwok", [
            config, f"--config={self.dir / 'kwok.yaml'}", "--enable-crds=Logs", "--node-ip=127.0.0.1",
            f"--node-port={self.ports['kwok']}", f"--server-address=127.0.0.1:{self.ports['kwok']}",
            "--manage-all-nodes=false",
            "--manage-nodes-with-label-selector=" + ",".join(f"{k}={v}" for k, v in PLAYED.items())])

    def _start(self, name: str, arguments: list) -> None:
        self.group.start(name, [str(build.binary(name)), *arguments], self.environment)

    def _ready(self) -> bool:
        try:
            self.api.get("/readyz")
        except (Refused, OSError):
            return False
        return True

    def _warm(self) -> bool:
        self._cold = crds.warm(self.api, self._cold)
        return not self._cold

    def _node_ready(self) -> bool:
        status = self.api.get(f"/api/v1/nodes/{NODE}").get("status", {})
        return any(each["type"] == "Ready" and each["status"] == "True" for each in status.get("conditions", []))

    def _crd(self, crd: dict) -> None:
        if self.outside:
            # What a cluster of others has already is none of our business.
            try:
                self.api.get(self.api.path(crd))
                return
            except Refused as refused:
                if refused.status != 404:
                    raise
        self.api.put(crd)

    def _write_kubeconfig(self, cluster: dict, credentials: dict) -> None:
        value = users.kubeconfig(cluster, credentials, self.options.one_namespace)
        self._private("kubeconfig", json.dumps(value, indent=2) + "\n")
        self.server = cluster["server"]

    def _private(self, name: str, text: str) -> None:
        path = self.dir / name
        path.touch(mode=0o600)
        path.write_text(text)

    def _described(self) -> dict:
        return {
            "dir": str(self.dir),
            "kubeconfig": str(self.dir / "kubeconfig"),
            "server": self.server,
            "keep": self.options.keep,
            "outside": bool(self.outside),
            "kubectl": str(build.binary("kubectl")),
            "supervisor": os.getpid(),
            "pids": {name: process.pid for name, process in self.group.running.items()},
            "ports": self.ports,
            "users": {user: {"context": user, "token": self.tokens.get(user)} for user in ("admin", *users.USERS)},
            "one_namespace": self.options.one_namespace,
            "gateway_namespace": users.GATEWAY_NAMESPACE,
            "node": NODE,
            "proxy": str(self.socket) if self.socket else None,
            "versions": build.versions(),
            "seconds": round(time.monotonic() - self.begun, 2),
        }


def supervise(options) -> int:
    """Brings a cluster up, says so on stdout in one line, and keeps it until it is to end."""
    Path(options.dir).mkdir(parents=True, exist_ok=True)
    with open(lock_of(options.dir), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()
        told, cluster, restarts = False, None, []
        signal.signal(signal.SIGUSR1, lambda *_: restarts.append(True))
        try:
            cluster = Cluster(options)
            described = json.dumps(cluster.up())
            (cluster.dir / "stack.json").touch(mode=0o600)
            (cluster.dir / "stack.json").write_text(described + "\n")
            print(described, flush=True)
            told = True
            _let_go_of_stdout()
            while True:
                cluster.group.wait(1)
                if restarts:
                    restarts.clear()
                    cluster.restart()
        except Exception as error:  # pylint: disable=broad-exception-caught
            print(f"stack: {error}", file=sys.stderr if not told else _log(cluster), flush=True)
            return 0 if told and isinstance(error, Stop) else 1
        finally:
            if cluster is not None:
                cluster.down()
            Path(lock.name).unlink(missing_ok=True)


def restarts_of(folder) -> Path:
    """The file that says how often the API server came back."""
    return Path(folder) / "restarts"


def lock_of(folder) -> Path:
    """The file that is locked, and names the supervisor, as long as a cluster runs; beside its folder."""
    folder = Path(folder)
    return folder.with_name(folder.name + ".pid")


def _log(cluster: Cluster):
    # The folder may be gone by now, and then nobody wants to know.
    try:
        return open(cluster.dir / "logs" / "supervisor.log", "a", encoding="utf-8")
    except OSError:
        return open(os.devnull, "w", encoding="utf-8")


def _let_go_of_stdout() -> None:
    # Whoever started `up` reads until the end of these two.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _private_key() -> str:
    """A P-256 key that signs service account tokens: any number below the curve's order is one."""
    number = bytes([secrets.randbelow(254) + 1]) + secrets.token_bytes(31)
    curve = bytes.fromhex("a00a06082a8648ce3d030107")
    body = b"\x02\x01\x01" + b"\x04\x20" + number + curve
    der = b"\x30" + bytes([len(body)]) + body
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{text}-----END EC PRIVATE KEY-----\n"
