"""The people who use the cluster: what each may do, and the kubeconfig that holds them all."""

from .api import Api

GATEWAY_NAMESPACE = "istio-system"
PREFIX = "igwctl-test"

# All that diagnosing may want to read, less what the users below differ in.
READ = {
    "": ["configmaps", "endpoints", "events", "namespaces", "nodes", "pods", "serviceaccounts", "services"],
    "acme.cert-manager.io": ["*"],
    "admissionregistration.k8s.io": ["*"],
    "apiextensions.k8s.io": ["*"],
    "apps": ["*"],
    "cert-manager.io": ["*"],
    "discovery.k8s.io": ["*"],
    "events.k8s.io": ["*"],
    "extensions.istio.io": ["*"],
    "gateway.networking.k8s.io": ["*"],
    "install.istio.io": ["*"],
    "networking.istio.io": ["*"],
    "networking.k8s.io": ["*"],
    "policy": ["*"],
    "rbac.authorization.k8s.io": ["*"],
    "security.istio.io": ["*"],
    "telemetry.istio.io": ["*"],
}

ROLES = {
    "read": [{"apiGroups": [group], "resources": resources, "verbs": ["get", "list", "watch"]}
             for group, resources in READ.items()],
    "secrets": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list", "watch"]}],
    "logs": [{"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}],
    "reviews": [{"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"],
                 "verbs": ["create"]}],
}

# User: the roles above that hold in the whole cluster. Those that hold in some namespaces: `in_namespace`.
USERS = {
    "everything": ["cluster-admin"],
    "no-secrets": ["read", "logs", "reviews"],
    "no-gateway-secrets": ["read", "logs", "reviews"],
    "no-logs": ["read", "secrets", "reviews"],
    "no-reviews": ["read", "secrets", "logs"],
    "one-namespace": [],
    "nothing": [],
}


def in_namespace(namespace: str, only: str) -> dict:
    """User: the roles that hold in this namespace."""
    holds = {}
    if namespace != GATEWAY_NAMESPACE:
        holds["no-gateway-secrets"] = ["secrets"]
    if namespace == only:
        holds["one-namespace"] = ["read", "secrets", "logs"]
    return holds


def create(api: Api) -> None:
    """Roles and bindings for the whole cluster."""
    for name, rules in ROLES.items():
        api.put({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                 "metadata": {"name": f"{PREFIX}:{name}"}, "rules": rules})
    for user, roles in USERS.items():
        for role in roles:
            api.put(_binding(user, role))


def create_namespace(api: Api, namespace: str, only: str, labels=None) -> None:
    """A namespace, and what the users may do in it."""
    item = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    if labels:
        item["metadata"]["labels"] = labels
    api.put(item)
    for user, roles in in_namespace(namespace, only).items():
        for role in roles:
            api.put(_binding(user, role, namespace))


def _binding(user: str, role: str, namespace: str = "") -> dict:
    metadata = {"name": f"{PREFIX}:{user}:{role}"}
    if namespace:
        metadata["namespace"] = namespace
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                    "name": role if role == "cluster-admin" else f"{PREFIX}:{role}"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    }


def kubeconfig(cluster: dict, credentials: dict, only: str) -> dict:
    """A kubeconfig with a context for each user; the administrator's is current."""
    contexts = []
    for user in credentials:
        context = {"cluster": "stack", "user": user}
        if user == "one-namespace":
            context["namespace"] = only
        contexts.append({"name": user, "context": context})
    return {
        "apiVersion": "v1", "kind": "Config", "current-context": "admin",
        "clusters": [{"name": "stack", "cluster": cluster}],
        "users": [{"name": user, "user": value} for user, value in credentials.items()],
        "contexts": contexts,
    }
