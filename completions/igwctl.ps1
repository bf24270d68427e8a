
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
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
        'igwctl;explain' {
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Report only what has to do with this namespace')
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
