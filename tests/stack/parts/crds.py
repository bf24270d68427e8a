"""Which kinds the cluster knows: sets of CRDs, and the ways an old cluster differs."""

import copy

from . import build
from .api import Api, Refused

# The operator's CRD is in no module; this one takes any IstioOperator.
ISTIO_OPERATOR = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "istiooperators.install.istio.io"},
    "spec": {
        "group": "install.istio.io", "scope": "Namespaced",
        "names": {"kind": "IstioOperator", "listKind": "IstioOperatorList", "plural": "istiooperators",
                  "singular": "istiooperator", "shortNames": ["iop"]},
        "versions": [{
            "name": "v1alpha1", "served": True, "storage": True, "subresources": {"status": {}},
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        }],
    },
}


def chosen(options) -> list:
    """The CRDs that the options of `up` ask for."""
    sets = []
    if not options.no_istio:
        sets += [only(each, options.old_crds) for each in build.crds("istio")]
    if options.istio_operator:
        sets.append(ISTIO_OPERATOR)
    if options.old_cert_manager:
        sets += build.crds("cert-manager-old")
    elif not options.no_cert_manager:
        sets += build.crds("cert-manager")
    if not options.no_gateway_api:
        sets += build.crds("gateway-api")
    return sets


def only(crd: dict, version: str) -> dict:
    """A CRD that serves one version only, if it has that version at all."""
    crd = copy.deepcopy(crd)
    versions = crd["spec"]["versions"]
    if version and any(each["name"] == version for each in versions):
        for each in versions:
            each["served"] = each["name"] == version
    return crd


def established(api: Api) -> bool:
    """Whether all CRDs of the cluster are served."""
    return all(any(each["type"] == "Established" and each["status"] == "True"
                   for each in crd.get("status", {}).get("conditions", []))
               for crd in api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"])


def kinds(api: Api) -> list:
    """(where it is listed, version, kind) of each kind that a CRD makes, in each version that is served."""
    return [(f"/apis/{spec['group']}/{version['name']}/{spec['names']['plural']}",
             f"{spec['group']}/{version['name']}", spec["names"]["kind"])
            for spec in (each["spec"]
                         for each in api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"])
            for version in spec["versions"] if version["served"]]


def warm(api: Api, cold: list) -> list:
    """Those of these kinds that are not ready to be listed yet: the first to ask for each is put off."""
    still = []
    for path in cold:
        try:
            api.request("GET", f"{path}?limit=1", patience=0)
        except Refused as refused:
            if refused.status not in (404, 429):
                raise
            still.append(path)
    return still
