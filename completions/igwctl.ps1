
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'igwctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'igwctl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'igwctl' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('discover', 'discover', [CompletionResultType]::ParameterValue, 'Say which ingress gateways there are and where each is reached: addresses, ports, pods, Gateways')
            [CompletionResult]::new('diagnose', 'diagnose', [CompletionResultType]::ParameterValue, 'Say what is wrong with the ingress gateways: which object, why, how it is known, and the fix')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Ask for a URL as a client does, and say what each stage got and what that means for a gateway')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Write the Gateway, VirtualService and Certificate (or Secret) of an application; contacts nothing')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Put an application on a gateway: what render writes, completed by what the cluster is like, and sent')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what apply would change, object by object; ends with 1 where something would')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete what apply made for an application, and nothing else')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the applications that igwctl put on gateways, with their state and where they answer')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show the page of a finding: what it means, why it happens, what to do')
            [CompletionResult]::new('snapshot', 'snapshot', [CompletionResultType]::ParameterValue, 'Write the world as `diagnose` sees it into one file, without private material')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the man page of igwctl or of a subcommand')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the versions of igwctl and, where there is a cluster, of istiod and the gateways')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'igwctl;discover' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Give the name of an application that resolves to the gateway by itself')
            [CompletionResult]::new('--magic-domain', '--magic-domain', [CompletionResultType]::ParameterName, 'The domain that answers for the addresses in such names')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the report [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the report [default: table]')
            [CompletionResult]::new('--shell', '--shell', [CompletionResultType]::ParameterName, 'The shell that -o env is for')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Files, directories, or - for standard input (repeatable). Without, the cluster')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'The name server to ask for a load balancer''s host name, instead of the system''s')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait [default: 5m]')
            [CompletionResult]::new('--complete', '--complete', [CompletionResultType]::ParameterName, 'The inputs show all objects of these kinds (kubectl''s names), or of every kind shown, so that one which is not there does not exist')
            [CompletionResult]::new('--assume-gateway', '--assume-gateway', [CompletionResultType]::ParameterName, 'Where the gateway is that the files mean, for files that show no pods: its namespace, and its pods'' labels if it matters (repeatable)')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'The moment to judge by, instead of now: RFC 3339')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--ip', '--ip', [CompletionResultType]::ParameterName, 'Print the gateway''s IP address and nothing else')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Print the gateway''s URL and nothing else; with --for, that of the application')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the gateway has an address and a pod that is ready')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the cluster too, and hold the files against what is there')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;diagnose' {
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Report only what has to do with this gateway: a Service, a Gateway, or a host that is served')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'From which severity on to exit with 1')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the report')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the report')
            [CompletionResult]::new('--complete', '--complete', [CompletionResultType]::ParameterName, 'The inputs show all objects of these kinds (kubectl''s names), or of every kind shown, so that one which is not there does not exist')
            [CompletionResult]::new('--assume-gateway', '--assume-gateway', [CompletionResultType]::ParameterName, 'Where the gateway is that the files mean, for files that show no pods: its namespace, and its pods'' labels if it matters (repeatable)')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'The moment to judge by, instead of now: RFC 3339')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'How far back the cluster''s logs are read; 0 means all')
            [CompletionResult]::new('--tail', '--tail', [CompletionResultType]::ParameterName, 'Read only the last lines of each of the cluster''s logs')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the cluster too, and hold the files against what is there')
            [CompletionResult]::new('--no-logs', '--no-logs', [CompletionResultType]::ParameterName, 'Read none of the cluster''s logs')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;probe' {
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'Ask here, rather than where the host resolves to (repeatable)')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Ask at this gateway: a Service, a Gateway, or a host that is served. Its address and ports are those that `igwctl discover` tells, from the cluster or --from')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'The name server to ask for host names, and nobody else')
            [CompletionResult]::new('--http-port', '--http-port', [CompletionResultType]::ParameterName, 'The port to connect to for http, whatever the URL says')
            [CompletionResult]::new('--https-port', '--https-port', [CompletionResultType]::ParameterName, 'The port to connect to for https, whatever the URL says')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header of the request, "Name: value" (repeatable)')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of the request, "Name: value" (repeatable)')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'The method')
            [CompletionResult]::new('--method', '--method', [CompletionResultType]::ParameterName, 'The method')
            [CompletionResult]::new('--times', '--times', [CompletionResultType]::ParameterName, 'How many requests, in turn over the addresses; without, one for each address')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long each stage may take: 5s, 1m, or a number of seconds')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Files, directories, or - for standard input, that say where the gateway is and which object is to blame (repeatable). Without, the cluster is asked where that is needed')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the report')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the report')
            [CompletionResult]::new('--complete', '--complete', [CompletionResultType]::ParameterName, 'The inputs show all objects of these kinds (kubectl''s names), or of every kind shown, so that one which is not there does not exist')
            [CompletionResult]::new('--assume-gateway', '--assume-gateway', [CompletionResultType]::ParameterName, 'Where the gateway is that the files mean, for files that show no pods: its namespace, and its pods'' labels if it matters (repeatable)')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'The moment to judge by, instead of now: RFC 3339')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'The CAs to trust, or a certificate that signed itself, rather than those of this machine: PEM')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'The client''s certificate: PEM, with those between it and its CA')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the client''s certificate: PEM')
            [CompletionResult]::new('--tls-max', '--tls-max', [CompletionResultType]::ParameterName, 'The newest TLS to speak')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Go where redirects lead, up to 10 of them')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Go where redirects lead, up to 10 of them')
            [CompletionResult]::new('--no-cluster', '--no-cluster', [CompletionResultType]::ParameterName, 'Ask no cluster')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing of you, even on a terminal')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the cluster too, and hold the files against what is there')
            [CompletionResult]::new('--http1.0', '--http1.0', [CompletionResultType]::ParameterName, 'Speak HTTP/1.0')
            [CompletionResult]::new('--http1.1', '--http1.1', [CompletionResultType]::ParameterName, 'Speak HTTP/1.1')
            [CompletionResult]::new('--http2', '--http2', [CompletionResultType]::ParameterName, 'Speak HTTP/2; without TLS, by prior knowledge')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Do not fail for a certificate that does not prove the host; what is wrong with it is told')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not fail for a certificate that does not prove the host; what is wrong with it is told')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;render' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read applications from a file instead, or - for standard input: the same, by its fields')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read applications from a file instead, or - for standard input: the same, by its fields')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'A host name that is served (repeatable)')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'Which requests go where (repeatable): PATH=SERVICE:PORT, and more, as below')
            [CompletionResult]::new('--http-port', '--http-port', [CompletionResultType]::ParameterName, 'The port of plain HTTP; 0: none [default: 80]')
            [CompletionResult]::new('--https-port', '--https-port', [CompletionResultType]::ParameterName, 'The port of TLS [default: 443]')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'The gateway''s IP address: without --host, for a name of sslip.io that resolves to it')
            [CompletionResult]::new('--assume-gateway', '--assume-gateway', [CompletionResultType]::ParameterName, 'Where the gateway''s pods are: their namespace, and their labels (repeatable) [default: as discover finds it; offline istio-system:istio=ingressgateway]')
            [CompletionResult]::new('--gateway-selector', '--gateway-selector', [CompletionResultType]::ParameterName, 'The labels that select the gateway''s pods [default: as discover finds them; offline istio=ingressgateway]')
            [CompletionResult]::new('--istio-api', '--istio-api', [CompletionResultType]::ParameterName, 'The version of networking.istio.io [default: v1, or what the cluster serves]')
            [CompletionResult]::new('--cert-manager-api', '--cert-manager-api', [CompletionResultType]::ParameterName, 'The version of cert-manager.io [default: v1, or what the cluster serves]')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Serve TLS: SIMPLE, MUTUAL (clients show certificates too), or PASSTHROUGH [default: SIMPLE]')
            [CompletionResult]::new('--min-tls', '--min-tls', [CompletionResultType]::ParameterName, 'The oldest TLS that is spoken')
            [CompletionResult]::new('--client-ca', '--client-ca', [CompletionResultType]::ParameterName, 'The CAs (PEM) that clients of MUTUAL are checked against')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'Take the certificate from a secret that is there, in the gateway''s namespace')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Take it from a file (PEM); the chain behind it')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Its key (PEM)')
            [CompletionResult]::new('--issuer', '--issuer', [CompletionResultType]::ParameterName, 'Have cert-manager make it, by this issuer; a ClusterIssuer unless said')
            [CompletionResult]::new('--create-issuer', '--create-issuer', [CompletionResultType]::ParameterName, 'Make the issuer too: the one that --issuer names, else an Issuer of the application''s own')
            [CompletionResult]::new('--ca-secret', '--ca-secret', [CompletionResultType]::ParameterName, 'The secret with the CA of --create-issuer ca')
            [CompletionResult]::new('--acme-server', '--acme-server', [CompletionResultType]::ParameterName, 'The server of --create-issuer acme: letsencrypt, letsencrypt-staging, or a URL [default: letsencrypt]')
            [CompletionResult]::new('--acme-email', '--acme-email', [CompletionResultType]::ParameterName, 'Whom that server writes to')
            [CompletionResult]::new('--acme-ingress-class', '--acme-ingress-class', [CompletionResultType]::ParameterName, 'The class of the Ingress that answers for HTTP-01 [default: istio]')
            [CompletionResult]::new('--certificate-name', '--certificate-name', [CompletionResultType]::ParameterName, 'The Certificate''s name [default: APP; in a gateway''s namespace of its own NAMESPACE-APP]')
            [CompletionResult]::new('--secret-name', '--secret-name', [CompletionResultType]::ParameterName, 'The secret''s name [default: as the Certificate''s, with -cert]')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'How long the certificate is valid [default: 2160h]')
            [CompletionResult]::new('--renew-before', '--renew-before', [CompletionResultType]::ParameterName, 'How long before its end it is renewed [default: 360h]')
            [CompletionResult]::new('--organization', '--organization', [CompletionResultType]::ParameterName, 'An organization of its subject (repeatable); '''' for none [default: APP]')
            [CompletionResult]::new('--common-name', '--common-name', [CompletionResultType]::ParameterName, 'Its common name; '''' for none [default: the first host, up to 64 bytes]')
            [CompletionResult]::new('--dns-name', '--dns-name', [CompletionResultType]::ParameterName, 'A DNS name of it (repeatable) [default: the hosts]')
            [CompletionResult]::new('--ip-address', '--ip-address', [CompletionResultType]::ParameterName, 'An IP address of it (repeatable); '''' for none [default: --address]')
            [CompletionResult]::new('--usage', '--usage', [CompletionResultType]::ParameterName, 'What its key may be used for (repeatable) [default: ''server auth'' and ''client auth'']')
            [CompletionResult]::new('--key-algorithm', '--key-algorithm', [CompletionResultType]::ParameterName, 'The algorithm of its key [default: RSA]')
            [CompletionResult]::new('--key-size', '--key-size', [CompletionResultType]::ParameterName, 'The size of its key in bits [default: 2048, of ECDSA 256]')
            [CompletionResult]::new('--key-encoding', '--key-encoding', [CompletionResultType]::ParameterName, 'How its key is written [default: PKCS1]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the objects')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the objects')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Write a folder instead: a file for each object, and a kustomization')
            [CompletionResult]::new('--ca-dir', '--ca-dir', [CompletionResultType]::ParameterName, 'Where the CA of --self-signed is kept [default: igwctl among the user''s data]')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'The moment to judge certificates by, instead of now: RFC 3339')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--https-redirect', '--https-redirect', [CompletionResultType]::ParameterName, 'Send plain HTTP to https, but for ACME''s HTTP-01')
            [CompletionResult]::new('--self-signed', '--self-signed', [CompletionResultType]::ParameterName, 'Make it here, signed by a CA that is kept in --ca-dir')
            [CompletionResult]::new('--acme', '--acme', [CompletionResultType]::ParameterName, 'That issuer is an ACME one, which takes names alone')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Write private keys to a terminal too')
            [CompletionResult]::new('--no-labels', '--no-labels', [CompletionResultType]::ParameterName, 'Leave out the labels of igwctl, for objects that something else is to manage')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;apply' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read applications from a file instead, or - for standard input: the same, by its fields')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read applications from a file instead, or - for standard input: the same, by its fields')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'A host name that is served (repeatable)')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'Which requests go where (repeatable): PATH=SERVICE:PORT, and more, as below')
            [CompletionResult]::new('--http-port', '--http-port', [CompletionResultType]::ParameterName, 'The port of plain HTTP; 0: none [default: 80]')
            [CompletionResult]::new('--https-port', '--https-port', [CompletionResultType]::ParameterName, 'The port of TLS [default: 443]')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'The gateway''s IP address: without --host, for a name of sslip.io that resolves to it')
            [CompletionResult]::new('--assume-gateway', '--assume-gateway', [CompletionResultType]::ParameterName, 'Where the gateway''s pods are: their namespace, and their labels (repeatable) [default: as discover finds it; offline istio-system:istio=ingressgateway]')
            [CompletionResult]::new('--gateway-selector', '--gateway-selector', [CompletionResultType]::ParameterName, 'The labels that select the gateway''s pods [default: as discover finds them; offline istio=ingressgateway]')
            [CompletionResult]::new('--istio-api', '--istio-api', [CompletionResultType]::ParameterName, 'The version of networking.istio.io [default: v1, or what the cluster serves]')
            [CompletionResult]::new('--cert-manager-api', '--cert-manager-api', [CompletionResultType]::ParameterName, 'The version of cert-manager.io [default: v1, or what the cluster serves]')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Serve TLS: SIMPLE, MUTUAL (clients show certificates too), or PASSTHROUGH [default: SIMPLE]')
            [CompletionResult]::new('--min-tls', '--min-tls', [CompletionResultType]::ParameterName, 'The oldest TLS that is spoken')
            [CompletionResult]::new('--client-ca', '--client-ca', [CompletionResultType]::ParameterName, 'The CAs (PEM) that clients of MUTUAL are checked against')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'Take the certificate from a secret that is there, in the gateway''s namespace')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Take it from a file (PEM); the chain behind it')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Its key (PEM)')
            [CompletionResult]::new('--issuer', '--issuer', [CompletionResultType]::ParameterName, 'Have cert-manager make it, by this issuer; a ClusterIssuer unless said')
            [CompletionResult]::new('--create-issuer', '--create-issuer', [CompletionResultType]::ParameterName, 'Make the issuer too: the one that --issuer names, else an Issuer of the application''s own')
            [CompletionResult]::new('--ca-secret', '--ca-secret', [CompletionResultType]::ParameterName, 'The secret with the CA of --create-issuer ca')
            [CompletionResult]::new('--acme-server', '--acme-server', [CompletionResultType]::ParameterName, 'The server of --create-issuer acme: letsencrypt, letsencrypt-staging, or a URL [default: letsencrypt]')
            [CompletionResult]::new('--acme-email', '--acme-email', [CompletionResultType]::ParameterName, 'Whom that server writes to')
            [CompletionResult]::new('--acme-ingress-class', '--acme-ingress-class', [CompletionResultType]::ParameterName, 'The class of the Ingress that answers for HTTP-01 [default: istio]')
            [CompletionResult]::new('--certificate-name', '--certificate-name', [CompletionResultType]::ParameterName, 'The Certificate''s name [default: APP; in a gateway''s namespace of its own NAMESPACE-APP]')
            [CompletionResult]::new('--secret-name', '--secret-name', [CompletionResultType]::ParameterName, 'The secret''s name [default: as the Certificate''s, with -cert]')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'How long the certificate is valid [default: 2160h]')
            [CompletionResult]::new('--renew-before', '--renew-before', [CompletionResultType]::ParameterName, 'How long before its end it is renewed [default: 360h]')
            [CompletionResult]::new('--organization', '--organization', [CompletionResultType]::ParameterName, 'An organization of its subject (repeatable); '''' for none [default: APP]')
            [CompletionResult]::new('--common-name', '--common-name', [CompletionResultType]::ParameterName, 'Its common name; '''' for none [default: the first host, up to 64 bytes]')
            [CompletionResult]::new('--dns-name', '--dns-name', [CompletionResultType]::ParameterName, 'A DNS name of it (repeatable) [default: the hosts]')
            [CompletionResult]::new('--ip-address', '--ip-address', [CompletionResultType]::ParameterName, 'An IP address of it (repeatable); '''' for none [default: --address]')
            [CompletionResult]::new('--usage', '--usage', [CompletionResultType]::ParameterName, 'What its key may be used for (repeatable) [default: ''server auth'' and ''client auth'']')
            [CompletionResult]::new('--key-algorithm', '--key-algorithm', [CompletionResultType]::ParameterName, 'The algorithm of its key [default: RSA]')
            [CompletionResult]::new('--key-size', '--key-size', [CompletionResultType]::ParameterName, 'The size of its key in bits [default: 2048, of ECDSA 256]')
            [CompletionResult]::new('--key-encoding', '--key-encoding', [CompletionResultType]::ParameterName, 'How its key is written [default: PKCS1]')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'The gateway: a Service, a Gateway, or a host that is served. Without, the only one there is')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'The name server to ask for a load balancer''s host name, instead of the system''s')
            [CompletionResult]::new('--ca-dir', '--ca-dir', [CompletionResultType]::ParameterName, 'Where the CA of --self-signed is kept [default: igwctl among the user''s data]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Only say what would happen; server: by the API server''s word, client: by what is there')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--https-redirect', '--https-redirect', [CompletionResultType]::ParameterName, 'Send plain HTTP to https, but for ACME''s HTTP-01')
            [CompletionResult]::new('--self-signed', '--self-signed', [CompletionResultType]::ParameterName, 'Make it here, signed by a CA that is kept in --ca-dir')
            [CompletionResult]::new('--acme', '--acme', [CompletionResultType]::ParameterName, 'That issuer is an ACME one, which takes names alone')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take over objects of these names that igwctl did not make for this application')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take over fields that others set')
            [CompletionResult]::new('--ignore-repository', '--ignore-repository', [CompletionResultType]::ParameterName, 'Change objects too that a repository keeps (Argo CD, Flux, Helm): they may be changed back')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Send without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Send without asking')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Delete what igwctl made for the application before and is no longer wanted')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the certificate is there and the gateway answers')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;diff' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read applications from a file instead, or - for standard input: the same, by its fields')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read applications from a file instead, or - for standard input: the same, by its fields')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'A host name that is served (repeatable)')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'Which requests go where (repeatable): PATH=SERVICE:PORT, and more, as below')
            [CompletionResult]::new('--http-port', '--http-port', [CompletionResultType]::ParameterName, 'The port of plain HTTP; 0: none [default: 80]')
            [CompletionResult]::new('--https-port', '--https-port', [CompletionResultType]::ParameterName, 'The port of TLS [default: 443]')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'The gateway''s IP address: without --host, for a name of sslip.io that resolves to it')
            [CompletionResult]::new('--assume-gateway', '--assume-gateway', [CompletionResultType]::ParameterName, 'Where the gateway''s pods are: their namespace, and their labels (repeatable) [default: as discover finds it; offline istio-system:istio=ingressgateway]')
            [CompletionResult]::new('--gateway-selector', '--gateway-selector', [CompletionResultType]::ParameterName, 'The labels that select the gateway''s pods [default: as discover finds them; offline istio=ingressgateway]')
            [CompletionResult]::new('--istio-api', '--istio-api', [CompletionResultType]::ParameterName, 'The version of networking.istio.io [default: v1, or what the cluster serves]')
            [CompletionResult]::new('--cert-manager-api', '--cert-manager-api', [CompletionResultType]::ParameterName, 'The version of cert-manager.io [default: v1, or what the cluster serves]')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Serve TLS: SIMPLE, MUTUAL (clients show certificates too), or PASSTHROUGH [default: SIMPLE]')
            [CompletionResult]::new('--min-tls', '--min-tls', [CompletionResultType]::ParameterName, 'The oldest TLS that is spoken')
            [CompletionResult]::new('--client-ca', '--client-ca', [CompletionResultType]::ParameterName, 'The CAs (PEM) that clients of MUTUAL are checked against')
            [CompletionResult]::new('--secret', '--secret', [CompletionResultType]::ParameterName, 'Take the certificate from a secret that is there, in the gateway''s namespace')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Take it from a file (PEM); the chain behind it')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Its key (PEM)')
            [CompletionResult]::new('--issuer', '--issuer', [CompletionResultType]::ParameterName, 'Have cert-manager make it, by this issuer; a ClusterIssuer unless said')
            [CompletionResult]::new('--create-issuer', '--create-issuer', [CompletionResultType]::ParameterName, 'Make the issuer too: the one that --issuer names, else an Issuer of the application''s own')
            [CompletionResult]::new('--ca-secret', '--ca-secret', [CompletionResultType]::ParameterName, 'The secret with the CA of --create-issuer ca')
            [CompletionResult]::new('--acme-server', '--acme-server', [CompletionResultType]::ParameterName, 'The server of --create-issuer acme: letsencrypt, letsencrypt-staging, or a URL [default: letsencrypt]')
            [CompletionResult]::new('--acme-email', '--acme-email', [CompletionResultType]::ParameterName, 'Whom that server writes to')
            [CompletionResult]::new('--acme-ingress-class', '--acme-ingress-class', [CompletionResultType]::ParameterName, 'The class of the Ingress that answers for HTTP-01 [default: istio]')
            [CompletionResult]::new('--certificate-name', '--certificate-name', [CompletionResultType]::ParameterName, 'The Certificate''s name [default: APP; in a gateway''s namespace of its own NAMESPACE-APP]')
            [CompletionResult]::new('--secret-name', '--secret-name', [CompletionResultType]::ParameterName, 'The secret''s name [default: as the Certificate''s, with -cert]')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'How long the certificate is valid [default: 2160h]')
            [CompletionResult]::new('--renew-before', '--renew-before', [CompletionResultType]::ParameterName, 'How long before its end it is renewed [default: 360h]')
            [CompletionResult]::new('--organization', '--organization', [CompletionResultType]::ParameterName, 'An organization of its subject (repeatable); '''' for none [default: APP]')
            [CompletionResult]::new('--common-name', '--common-name', [CompletionResultType]::ParameterName, 'Its common name; '''' for none [default: the first host, up to 64 bytes]')
            [CompletionResult]::new('--dns-name', '--dns-name', [CompletionResultType]::ParameterName, 'A DNS name of it (repeatable) [default: the hosts]')
            [CompletionResult]::new('--ip-address', '--ip-address', [CompletionResultType]::ParameterName, 'An IP address of it (repeatable); '''' for none [default: --address]')
            [CompletionResult]::new('--usage', '--usage', [CompletionResultType]::ParameterName, 'What its key may be used for (repeatable) [default: ''server auth'' and ''client auth'']')
            [CompletionResult]::new('--key-algorithm', '--key-algorithm', [CompletionResultType]::ParameterName, 'The algorithm of its key [default: RSA]')
            [CompletionResult]::new('--key-size', '--key-size', [CompletionResultType]::ParameterName, 'The size of its key in bits [default: 2048, of ECDSA 256]')
            [CompletionResult]::new('--key-encoding', '--key-encoding', [CompletionResultType]::ParameterName, 'How its key is written [default: PKCS1]')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'The gateway: a Service, a Gateway, or a host that is served. Without, the only one there is')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'The name server to ask for a load balancer''s host name, instead of the system''s')
            [CompletionResult]::new('--ca-dir', '--ca-dir', [CompletionResultType]::ParameterName, 'Where the CA of --self-signed is kept [default: igwctl among the user''s data]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--https-redirect', '--https-redirect', [CompletionResultType]::ParameterName, 'Send plain HTTP to https, but for ACME''s HTTP-01')
            [CompletionResult]::new('--self-signed', '--self-signed', [CompletionResultType]::ParameterName, 'Make it here, signed by a CA that is kept in --ca-dir')
            [CompletionResult]::new('--acme', '--acme', [CompletionResultType]::ParameterName, 'That issuer is an ACME one, which takes names alone')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take over objects of these names that igwctl did not make for this application')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take over fields that others set')
            [CompletionResult]::new('--ignore-repository', '--ignore-repository', [CompletionResultType]::ParameterName, 'Change objects too that a repository keeps (Argo CD, Flux, Helm): they may be changed back')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Show too what apply --prune would delete')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;delete' {
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Only say what would be deleted')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--secrets', '--secrets', [CompletionResultType]::ParameterName, 'Delete the secrets too that cert-manager wrote for its Certificates')
            [CompletionResult]::new('--ignore-not-found', '--ignore-not-found', [CompletionResultType]::ParameterName, 'That nothing is there is no failure')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Ask nothing, even on a terminal')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the list')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the list')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;explain' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All pages, as they stand in docs/checks.md')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'The codes, a line each')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;snapshot' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Files, directories, or - for standard input (repeatable). Without, the cluster')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The file to write; without, standard output if that is no terminal')
            [CompletionResult]::new('--complete', '--complete', [CompletionResultType]::ParameterName, 'The inputs show all objects of these kinds (kubectl''s names), or of every kind shown, so that one which is not there does not exist')
            [CompletionResult]::new('--assume-gateway', '--assume-gateway', [CompletionResultType]::ParameterName, 'Where the gateway is that the files mean, for files that show no pods: its namespace, and its pods'' labels if it matters (repeatable)')
            [CompletionResult]::new('--now', '--now', [CompletionResultType]::ParameterName, 'The moment to judge by, instead of now: RFC 3339')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'How far back the cluster''s logs are read; 0 means all')
            [CompletionResult]::new('--tail', '--tail', [CompletionResultType]::ParameterName, 'Read only the last lines of each of the cluster''s logs')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Replace the names of objects, namespaces and hosts by stand-ins, the same everywhere')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Ask the cluster too, and hold the files against what is there')
            [CompletionResult]::new('--no-logs', '--no-logs', [CompletionResultType]::ParameterName, 'Read none of the cluster''s logs')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;completion' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;man' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;version' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write it')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace; of render, apply, diff and delete, the application''s')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'The kubeconfig file')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The context of the kubeconfig')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'The cluster of the kubeconfig')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user of the kubeconfig')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The user to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'A group to impersonate (repeatable)')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only igwctl''s own version; nothing is contacted')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('--all-namespaces', '--all-namespaces', [CompletionResultType]::ParameterName, 'Report all namespaces, even if --namespace is given')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'igwctl;help' {
            [CompletionResult]::new('discover', 'discover', [CompletionResultType]::ParameterValue, 'Say which ingress gateways there are and where each is reached: addresses, ports, pods, Gateways')
            [CompletionResult]::new('diagnose', 'diagnose', [CompletionResultType]::ParameterValue, 'Say what is wrong with the ingress gateways: which object, why, how it is known, and the fix')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Ask for a URL as a client does, and say what each stage got and what that means for a gateway')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Write the Gateway, VirtualService and Certificate (or Secret) of an application; contacts nothing')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Put an application on a gateway: what render writes, completed by what the cluster is like, and sent')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what apply would change, object by object; ends with 1 where something would')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete what apply made for an application, and nothing else')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the applications that igwctl put on gateways, with their state and where they answer')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show the page of a finding: what it means, why it happens, what to do')
            [CompletionResult]::new('snapshot', 'snapshot', [CompletionResultType]::ParameterValue, 'Write the world as `diagnose` sees it into one file, without private material')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the man page of igwctl or of a subcommand')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the versions of igwctl and, where there is a cluster, of istiod and the gateways')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'igwctl;help;discover' {
            break
        }
        'igwctl;help;diagnose' {
            break
        }
        'igwctl;help;probe' {
            break
        }
        'igwctl;help;render' {
            break
        }
        'igwctl;help;apply' {
            break
        }
        'igwctl;help;diff' {
            break
        }
        'igwctl;help;delete' {
            break
        }
        'igwctl;help;list' {
            break
        }
        'igwctl;help;explain' {
            break
        }
        'igwctl;help;snapshot' {
            break
        }
        'igwctl;help;completion' {
            break
        }
        'igwctl;help;man' {
            break
        }
        'igwctl;help;version' {
            break
        }
        'igwctl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
