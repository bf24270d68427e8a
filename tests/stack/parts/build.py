"""Where the stack's binaries and CRDs come from: built once, kept in a cache."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
REPOSITORY = HERE.parent.parent

# Program: the module of ours that pins it, and the package that is its main.
PROGRAMS = {
    "etcd": ("etcd", "go.etcd.io/etcd/server/v3"),
    "kube-apiserver": ("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    "kube-controller-manager": ("kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    "kube-scheduler": ("kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler"),
    "kubectl": ("kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
    "kwok": ("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
}

# Set of CRDs: the module of ours that pins it, the module that carries it, and the files in there.
CRDS = {
    "istio": ("crds", "istio.io/api", "kubernetes/customresourcedefinitions.gen.yaml"),
    "cert-manager": ("crds", "github.com/cert-manager/cert-manager", "deploy/crds/*.yaml"),
    "cert-manager-old": ("crds", "github.com/jetstack/cert-manager", "deploy/crds/crd-*.yaml"),
    "gateway-api": ("crds", "sigs.k8s.io/gateway-api", "config/crd/standard/*_*s.yaml"),
    "kwok": ("kwok", "sigs.k8s.io/kwok", "kustomize/crd/bases/kwok.x-k8s.io_logs.yaml"),
}

# What plays nodes and pods: KWOK starts with nothing of the kind built in.
STAGES = (
    "kustomize/stage/node/fast/node-initialize.yaml",
    "kustomize/stage/node/heartbeat/node-heartbeat.yaml",
    "kustomize/stage/pod/fast/pod-ready.yaml",
    "kustomize/stage/pod/fast/pod-complete.yaml",
    "kustomize/stage/pod/fast/pod-delete.yaml",
)


class BuildError(Exception):
    """A part of the stack could not be built."""


def cache() -> Path:
    """The folder that keeps what was built."""
    return Path(os.environ.get("IGWCTL_STACK_CACHE") or REPOSITORY / "target" / "stack").resolve()


def version(part: str, module: str) -> str:
    """The version of `module` that our go.mod in `part` requires."""
    text = (HERE / part / "go.mod").read_text()
    found = re.search(rf"^\s*(?:require\s+)?{re.escape(module)} (v\S+)", text, re.MULTILINE)
    if found is None:
        raise BuildError(f"{part}/go.mod does not require {module}")
    return found.group(1)


def versions() -> dict:
    """What the stack is made of, by name."""
    return {
        "etcd": version("etcd", "go.etcd.io/etcd/server/v3"),
        "kubernetes": version("kubernetes", "k8s.io/kubernetes"),
        "kwok": version("kwok", "sigs.k8s.io/kwok"),
        "istio": version("crds", "istio.io/api"),
        "cert-manager": version("crds", "github.com/cert-manager/cert-manager"),
        "cert-manager-old": version("crds", "github.com/jetstack/cert-manager"),
        "gateway-api": version("crds", "sigs.k8s.io/gateway-api"),
    }


def binary(name: str) -> Path:
    """Where `name` is or will be: the folder people already have comes first."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets:
        given = Path(assets).resolve() / name
        if os.access(given, os.X_OK):
            return given
    return cache() / "bin" / name


def crds(name: str) -> list:
    """The CRDs of a set, as objects."""
    return json.loads((cache() / "crds" / f"{name}.json").read_text())


def stages() -> Path:
    """KWOK's configuration."""
    return cache() / "kwok-stages.yaml"


def build(programs=tuple(PROGRAMS)) -> dict:
    """Builds what is missing; returns the seconds each part took, nothing for what was there."""
    took = {}
    (cache() / "bin").mkdir(parents=True, exist_ok=True)
    (cache() / "crds").mkdir(exist_ok=True)
    with _lock(cache() / "lock"):
        for name in programs:
            if binary(name).parent == cache() / "bin":
                _when_stale(f"bin/{name}", _program_key(name), took, lambda n=name: _build_program(n))
        for name in CRDS:
            _when_stale(f"crds/{name}.json", _crds_key(name), took, lambda n=name: _build_crds(n))
        _when_stale("kwok-stages.yaml", version("kwok", "sigs.k8s.io/kwok"), took, _build_stages)
    return took


def documents(*paths) -> list:
    """The objects in manifests, lists taken apart. kubectl reads the YAML, offline."""
    objects, yaml = [], []
    for path in map(Path, paths):
        if path.suffix == ".json":
            value = json.loads(path.read_text())
            objects += value["items"] if value.get("kind", "").endswith("List") else [value]
        else:
            yaml += ["-f", str(path)]
    if yaml:
        # Taking away a label that is not there changes nothing, and prints all as JSON.
        command = [str(binary("kubectl")), "label", "--local", "-o", "json", *yaml, "igwctl.test/none-"]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={"PATH": os.environ.get("PATH", ""), "KUBECONFIG": os.devnull})
        if done.returncode != 0 and "no objects passed" not in done.stderr:
            raise BuildError(f"kubectl cannot read {', '.join(yaml[1::2])}: {done.stderr.strip()}")
        objects += _concatenated(done.stdout)
    return objects


def _concatenated(text: str) -> list:
    decoder, at, found = json.JSONDecoder(), 0, []
    while (at := at + len(text[at:]) - len(text[at:].lstrip())) < len(text):
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


@contextlib.contextmanager
def _lock(path: Path):
    with open(path, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _when_stale(target: str, key: str, took: dict, make) -> None:
    made, stamp = cache() / target, cache() / f"{target}.stamp"
    if made.exists() and stamp.exists() and stamp.read_text() == key:
        return
    begun = time.monotonic()
    print(f"stack: building {target}", file=sys.stderr, flush=True)
    make()
    stamp.write_text(key)
    took[target] = round(time.monotonic() - begun, 1)


def _flags(name: str) -> list:
    if PROGRAMS[name][0] != "kubernetes":
        return ["-trimpath", "-ldflags=-s -w"]
    # Without a stamp the API server calls itself v0.0.0.
    full = version("kubernetes", "k8s.io/kubernetes")
    major, minor, _ = full.removeprefix("v").split(".", 2)
    stamps = {"gitVersion": full, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    package = "k8s.io/component-base/version"
    return ["-trimpath", "-ldflags=-s -w " + " ".join(f"-X {package}.{k}={v}" for k, v in stamps.items())]


def _program_key(name: str) -> str:
    part = HERE / PROGRAMS[name][0]
    text = (part / "go.mod").read_bytes() + (part / "go.sum").read_bytes() + repr(_flags(name)).encode()
    return hashlib.sha256(text).hexdigest()


def _crds_key(name: str) -> str:
    part, module, files = CRDS[name]
    how = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return f"{module} {version(part, module)} {files} {how}"


def _go(part: str, *arguments: str) -> str:
    if shutil.which("go") is None:
        raise BuildError("go is not on the PATH; it builds the stack, see tests/stack/README.md")
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
    done = subprocess.run(["go", *arguments], cwd=HERE / part, env=environment, check=False,
                          stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise BuildError(f"go {' '.join(arguments)} in {part} failed: {done.stdout.strip()}")
    return done.stdout


def _build_program(name: str) -> None:
    part, package = PROGRAMS[name]
    made, fresh = cache() / "bin" / name, cache() / "bin" / f".{name}.new"
    _go(part, "build", *_flags(name), "-o", str(fresh), package)
    fresh.replace(made)


def _module(part: str, module: str) -> Path:
    """The folder of a module's source, checked against our go.sum."""
    if part != "crds":
        _go(part, "mod", "download", module)
        return Path(_go(part, "list", "-m", "-f", "{{.Dir}}", module).strip())
    # By its version, a module is fetched without the go.mod files of all that it needs itself.
    answer = _go(part, "mod", "download", "-json", f"{module}@{version(part, module)}")
    return Path(json.loads(answer)["Dir"])


def _build_crds(name: str) -> None:
    part, module, files = CRDS[name]
    found = sorted(_module(part, module).glob(files))
    objects = [_plain(each) for each in documents(*found) if each["kind"] == "CustomResourceDefinition"]
    if not objects:
        raise BuildError(f"no CRDs in {module} at {files}")
    (cache() / "crds" / f"{name}.json").write_text(json.dumps(objects))


def _plain(crd: dict) -> dict:
    """A CRD without what its chart or its webhook would have filled in."""
    crd.pop("status", None)
    # Kinds of groups under k8s.io are refused without this one.
    approved = "api-approved.kubernetes.io"
    annotations = {k: v for k, v in crd["metadata"].get("annotations", {}).items() if k == approved}
    crd["metadata"] = {"name": crd["metadata"]["name"], "annotations": annotations}
    crd["spec"]["conversion"] = {"strategy": "None"}
    return crd


def _build_stages() -> None:
    module = _module("kwok", "sigs.k8s.io/kwok")
    stages().write_text("---\n".join((module / each).read_text() for each in STAGES))
