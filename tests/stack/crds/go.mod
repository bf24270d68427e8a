// Modules that are read for the CRDs they carry and never built, for the test stack.
module igwctl.test/stack/crds

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/jetstack/cert-manager v1.5.4
	istio.io/api v1.30.3
	sigs.k8s.io/gateway-api v1.5.1
)
