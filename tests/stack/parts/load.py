"""Puts objects and recordings into a cluster."""

import itertools
import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import build, crds, logs, users
from .api import Api, Refused

OBJECTS = build.HERE / "objects"
PLAYED = {"igwctl.test/node": "played"}

# What comes first because others point to it; the rest is in between.
FIRST = ("CustomResourceDefinition", "Namespace", "Node", "ServiceAccount", "Service", "Pod")
LAST = ("Secret", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")

# From this many on, objects of a kind are created side by side.
MANY = 50

# The server's own fields.
OWN = ("uid", "resourceVersion", "managedFields", "creationTimestamp", "generation", "selfLink", "deletionTimestamp")

# A recording's log: the container that wrote it.
LOGS = (("gw-main.log", "istio-proxy"), ("istiod.log", "discovery"))

# What a reset takes away beside the kinds of CRDs; what follows from these goes with them.
BUILT_IN = (
    *(("v1", kind) for kind in ("Pod", "Service", "Secret", "ConfigMap", "ServiceAccount", "ResourceQuota")),
    *(("apps/v1", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
    *(("rbac.authorization.k8s.io/v1", kind) for kind in ("Role", "RoleBinding")),
    *(("admissionregistration.k8s.io/v1", f"{kind}WebhookConfiguration") for kind in ("Mutating", "Validating")),
    *(("networking.k8s.io/v1", kind) for kind in ("Ingress", "NetworkPolicy")),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
)

# These would make pods of their own beside the recorded ones.
MAKERS = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob")


class Loader:
    """A running cluster, seen from a process that came later."""

    def __init__(self, folder: Path):
        self.dir = Path(folder)
        self.about = json.loads((self.dir / "stack.json").read_text())
        self.api = connect(self.about, self.dir)
        self.api.notes = self.dir / "created" / "load"
        self._uids = {}
        self._namespaces = {each["metadata"]["name"] for each in self.api.get("/api/v1/namespaces")["items"]}

    def reset(self) -> int:
        """Takes away all objects, whoever made them; in a cluster of others only what was loaded.

        Namespaces stay, with the users' rights: one that is being deleted takes nothing new for seconds.
        """
        gone = self.api.forget(self.api.notes, stays=_is_of_namespace)
        if not self.about["outside"]:
            for version, kind in BUILT_IN + tuple(each[1:] for each in crds.kinds(self.api)):
                gone += self._clear(version, kind)
            self._unlabel()
        return gone

    def _unlabel(self) -> None:
        """Takes off what decides about pods: Pod Security's levels."""
        for item in self.api.get("/api/v1/namespaces")["items"]:
            labels = item["metadata"].get("labels", {})
            levels = {label: None for label in labels if label.startswith("pod-security.kubernetes.io/")}
            if levels:
                self.api.patch(f"/api/v1/namespaces/{item['metadata']['name']}", {"metadata": {"labels": levels}})

    def _clear(self, version: str, kind: str) -> int:
        base, plural, _ = self.api.resource(version, kind)
        gone = 0
        for item in self.api.get(f"{base}/{plural}")["items"]:
            item = {"apiVersion": version, "kind": kind, "metadata": item["metadata"]}
            if not _of_the_cluster(item):
                self._delete(self.api.path(item))
                gone += 1
        return gone

    def _delete(self, path: str) -> None:
        """An admission policy holds for a moment after it is gone itself."""
        until = time.monotonic() + 30
        while True:
            try:
                return self.api.delete(path)
            except Refused as refused:
                if refused.status != 422 or time.monotonic() > until:
                    raise
            time.sleep(0.2)

    def objects(self, items: list, recorded: bool = False) -> int:
        """Creates objects, in an order that works, with the status they come with."""
        items = [each for each in items if not _of_the_cluster(each)]
        if recorded:
            items = [each for each in items if each["kind"] not in MAKERS]
        for _, alike in itertools.groupby(sorted(items, key=_rank), key=_rank):
            self._alike(list(alike))
        for item in items:
            if item["kind"] == "Deployment" and not self.about["outside"]:
                self._available(item)
        return len(items)

    def mesh(self) -> None:
        """An ingress gateway and istiod."""
        self.objects(build.documents(OBJECTS / "mesh.yaml", OBJECTS / "istiod.yaml"))

    def capture(self, folder: Path, log_time: str) -> dict:
        """Loads a recording: its objects, its secrets and its logs as those of its pods."""
        sources = [folder / each for each in ("cluster.yaml", "secrets.json") if (folder / each).exists()]
        items = build.documents(*sources)
        pods = [each for each in items if each["kind"] == "Pod"]
        if any(_has(each, "discovery") for each in pods) and not _service(items, "istiod"):
            items += build.documents(OBJECTS / "istiod.yaml")
        count = self.objects(items, recorded=True)
        recorded = [(folder / name, container) for name, container in LOGS if (folder / name).exists()]
        move = logs.shift([file for file, _ in recorded], log_time)
        served = []
        for file, container in recorded:
            for pod in pods:
                if _has(pod, container) and (container == "discovery" or _is_gateway(pod)):
                    where = pod["metadata"]
                    served.append(self.log(where["namespace"], where["name"], container, file, move=move))
        return {"objects": count, "logs": served}

    def log(self, namespace: str, pod: str, container: str, file: Path, previous=None, *, move) -> dict:
        """Makes a file the log of a container, from now on."""
        kept = self.dir / "pod-logs"
        entry = {"containers": [container], "follow": False,
                 "logsFile": logs.convert(file, kept / f"{namespace}_{pod}_{container}.log", move)}
        if previous:
            entry["previousLogsFile"] = logs.convert(
                previous, kept / f"{namespace}_{pod}_{container}.previous.log", move)
        item = {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "Logs",
                "metadata": {"namespace": namespace, "name": pod}}
        try:
            others = self.api.get(self.api.path(item))["spec"]["logs"]
        except Refused as refused:
            if refused.status != 404:
                raise
            others = [{"logsFile": str(kept / "empty.log")}]
        entries = [each for each in others if each.get("containers") != [container]]
        self.api.put({**item, "spec": {"logs": [entry, *entries]}})
        return {"namespace": namespace, "pod": pod, "container": container, "file": entry["logsFile"],
                "served": self._served(namespace, pod, container, entry["logsFile"])}

    def _available(self, item: dict) -> None:
        """Waits until a Deployment's pods are Ready."""
        patience = time.monotonic() + 20
        while True:
            now = self.api.get(self.api.path(item))
            if now.get("status", {}).get("availableReplicas", 0) == now["spec"]["replicas"]:
                return
            if time.monotonic() > patience:
                raise TimeoutError(f"Deployment {item['metadata']['name']} does not become available")
            time.sleep(0.05)

    def _served(self, namespace: str, pod: str, container: str, file: str) -> bool:
        """Waits until the API server gives a container's log as it is in the file; false where it never does."""
        wanted = logs.last_line(file)
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log?container={container}&tailLines=1"
        patience = time.monotonic() + (2 if self.about["outside"] else 10)
        while time.monotonic() < patience:
            try:
                if self.api.text(path).removesuffix("\n") == wanted:
                    return True
            except Refused:
                # The pod or its container is not there yet, or KWOK has not heard of the log.
                pass
            time.sleep(0.02)
        return False

    def _alike(self, items: list) -> None:
        """Creates objects that do not point to one another."""
        if len(items) < MANY:
            for item in items:
                self._object(item)
            return
        # What several would make on their way is made first, once.
        for item in items:
            version = self.api.served(item["apiVersion"], item["kind"])
            if self.api.resource(version, item["kind"])[2]:
                self._namespace(item["metadata"].setdefault("namespace", "default"))
        with ThreadPoolExecutor(8) as pool:
            for done in pool.map(self._object, items):
                assert done is None

    def _object(self, item: dict) -> None:
        status, old = item.get("status"), item["metadata"].get("uid")
        item = self._cleaned(item)
        if item["kind"] == "Namespace":
            users.create_namespace(self.api, item["metadata"]["name"], self.about["one_namespace"],
                                   item["metadata"].get("labels"))
            self._namespaces.add(item["metadata"]["name"])
            return
        if self.api.resource(item["apiVersion"], item["kind"])[2]:
            self._namespace(item["metadata"].setdefault("namespace", "default"))
        if item["kind"] == "Pod":
            self._node(item["spec"].get("nodeName"))
        made = self.api.put(item)
        if old:
            self._uids[old] = made["metadata"]["uid"]
        if status:
            self._status(item, status)

    def _cleaned(self, item: dict) -> dict:
        """An object as one would create it, in a version that the cluster serves."""
        metadata = {key: value for key, value in item["metadata"].items() if key not in OWN}
        # A Pod's maker is not loaded, and an owner that is not there would take its own with it.
        owners = [{**each, "uid": self._uids[each["uid"]]} for each in metadata.pop("ownerReferences", [])
                  if each["uid"] in self._uids]
        if owners:
            metadata["ownerReferences"] = owners
        version = self.api.served(item["apiVersion"], item["kind"])
        return {**{key: value for key, value in item.items() if key != "status"},
                "apiVersion": version, "metadata": metadata}

    def _namespace(self, name: str) -> None:
        if name not in self._namespaces:
            users.create_namespace(self.api, name, self.about["one_namespace"])
            self._namespaces.add(name)

    def _node(self, name) -> None:
        """Makes the node of a pod, unless it is there: one that was loaded is played by nobody."""
        if not name or name == self.about["node"]:
            return
        try:
            self.api.get(f"/api/v1/nodes/{name}")
        except Refused as refused:
            if refused.status != 404:
                raise
            create_node(self.api, name, PLAYED)

    def _status(self, item: dict, status: dict) -> None:
        try:
            self.api.patch(self.api.path(item) + "/status", {"status": status})
        except Refused as refused:
            # A kind without that subresource keeps its status in the object itself.
            if refused.status not in (404, 405):
                raise
            self.api.patch(self.api.path(item), {"status": status})


def connect(about: dict, folder: Path) -> Api:
    """The way to a running cluster's API server, as its administrator."""
    if about["outside"]:
        return Api(proxy=about["proxy"])
    certificate = str(folder / "certificates" / "apiserver.crt")
    return Api(about["ports"]["api"], certificate, about["users"]["admin"]["token"])


def create_node(api: Api, name: str, labels: dict) -> None:
    """A node that KWOK plays."""
    api.put({"apiVersion": "v1", "kind": "Node",
             "metadata": {"name": name, "labels": {**labels, "kubernetes.io/hostname": name}}})


def kubectl(environment: dict, *arguments: str) -> str:
    """What kubectl says."""
    done = subprocess.run([str(build.binary("kubectl")), *arguments], env=environment, capture_output=True,
                          text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise build.BuildError(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def _rank(item: dict) -> int:
    kind = item["kind"]
    if kind in FIRST:
        return FIRST.index(kind)
    return len(FIRST) + (1 + LAST.index(kind) if kind in LAST else 0)


def _of_the_cluster(item: dict) -> bool:
    """Whether a cluster, or the stack, makes this by itself."""
    kind, namespace, name = item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]
    return (namespace.startswith("kube-") or name.startswith(users.PREFIX + ":")
            or (kind, namespace, name) == ("Service", "default", "kubernetes")
            or (kind, name) in (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")))


def _is_of_namespace(path: str) -> bool:
    """Whether this is a namespace, or what a user may do in it."""
    inside = path.removeprefix("/api/v1/namespaces/")
    return inside != path and "/" not in inside or f"/rolebindings/{users.PREFIX}:" in path


def _has(pod: dict, container: str) -> bool:
    return any(each["name"] == container for each in pod["spec"]["containers"])


def _is_gateway(pod: dict) -> bool:
    return pod["metadata"].get("labels", {}).get("istio") == "ingressgateway"


def _service(items: list, name: str) -> bool:
    return any(each["kind"] == "Service" and each["metadata"]["name"] == name for each in items)
