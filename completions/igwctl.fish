# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_igwctl_global_optspecs
    string join \n n/namespace= A/all-namespaces kubeconfig= context= cluster= user= as= as-group= request-timeout= color= h/help V/version
end

function __fish_igwctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_igwctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_igwctl_using_subcommand
    set -l cmd (__fish_igwctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c igwctl -n "__fish_igwctl_needs_command" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_needs_command" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_needs_command" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_needs_command" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_needs_command" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_needs_command" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_needs_command" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_needs_command" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_needs_command" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_needs_command" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_needs_command" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_needs_command" -s V -l version -d 'Print version'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "discover" -d 'Say which ingress gateways there are and where each is reached: addresses, ports, pods, Gateways'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "diagnose" -d 'Say what is wrong with the ingress gateways: which object, why, how it is known, and the fix'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "probe" -d 'Ask for a URL as a client does, and say what each stage got and what that means for a gateway'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "render" -d 'Write the Gateway, VirtualService and Certificate (or Secret) of an application; contacts nothing, unless --live says so'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "apply" -d 'Put an application on a gateway: what render writes, completed by what the cluster is like, and sent'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "diff" -d 'Show what apply would change, object by object; ends with 1 where something would'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "delete" -d 'Delete what apply made for an application, and nothing else'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "list" -d 'List the applications that igwctl put on gateways, with their state and where they answer'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "explain" -d 'Show the page of a finding: what it means, why it happens, what to do'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "snapshot" -d 'Write the world as `diagnose` sees it into one file, without private material'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "completion" -d 'Print the completion script of a shell'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "man" -d 'Print the man page of igwctl or of a subcommand'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "version" -d 'Print the versions of igwctl and, where there is a cluster, of istiod and the gateways'
complete -c igwctl -n "__fish_igwctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l for -d 'Give the name of an application that resolves to the gateway by itself' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l magic-domain -d 'The domain that answers for the addresses in such names' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -s o -l output -d 'How to write the report [default: table]' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''
env\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l shell -d 'The shell that -o env is for' -r -f -a "sh\t''
fish\t''
powershell\t''
github\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l from -d 'Files, directories, or - for standard input (repeatable). Without, the cluster' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l resolver -d 'The name server to ask for a load balancer\'s host name, instead of the system\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l timeout -d 'How long to wait [default: 5m]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l complete -d 'The inputs show all objects of these kinds (kubectl\'s names), or of every kind shown, so that one which is not there does not exist' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l assume-gateway -d 'Where the gateway is that the files mean, for files that show no pods: its namespace, and its pods\' labels if it matters (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l now -d 'The moment to judge by, instead of now: RFC 3339' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l ip -d 'Print the gateway\'s IP address and nothing else'
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l url -d 'Print the gateway\'s URL and nothing else; with --for, that of the application'
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l wait -d 'Wait until the gateway has an address and a pod that is ready'
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l no-input -d 'Ask nothing, even on a terminal'
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -l live -d 'Ask the cluster too, and hold the files against what is there'
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand discover" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l gateway -d 'Report only what has to do with this gateway: a Service, a Gateway, or a host that is served' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l fail-on -d 'From which severity on to exit with 1' -r -f -a "error\t''
warning\t''
info\t''
undecided\t''
none\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -s o -l output -d 'How to write the report' -r -f -a "table\t''
json\t''
yaml\t''
name\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l complete -d 'The inputs show all objects of these kinds (kubectl\'s names), or of every kind shown, so that one which is not there does not exist' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l assume-gateway -d 'Where the gateway is that the files mean, for files that show no pods: its namespace, and its pods\' labels if it matters (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l now -d 'The moment to judge by, instead of now: RFC 3339' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l since -d 'How far back the cluster\'s logs are read; 0 means all' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l tail -d 'Read only the last lines of each of the cluster\'s logs' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l dry-run -d 'Only say what would be done; server: by the API server\'s word, client: by what is known here' -r -f -a "client\t''
server\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l timeout -d 'How long to wait until a new Certificate is Ready' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l live -d 'Ask the cluster too, and hold the files against what is there'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l no-logs -d 'Read none of the cluster\'s logs'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l fix -d 'Apply the fixes that are safe, each shown as a diff, and diagnose again; what does not help is undone'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l copy-private-keys -d 'Copy secrets too, with their private keys, to where a gateway reads them: all who may read secrets there may then read these'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -s y -l yes -d 'Do it without asking'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l no-input -d 'Ask nothing, even on a terminal'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -l ignore-repository -d 'Change objects too that Argo CD, Flux or Helm keeps, though they may change them back'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand diagnose" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l address -d 'Ask here, rather than where the host resolves to (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l gateway -d 'Ask at this gateway: a Service, a Gateway, or a host that is served. Its address and ports are those that `igwctl discover` tells, from the cluster or --from' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l resolver -d 'The name server to ask for host names, and nobody else' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l http-port -d 'The port to connect to for http, whatever the URL says' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l https-port -d 'The port to connect to for https, whatever the URL says' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -s H -l header -d 'A header of the request, "Name: value" (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -s X -l method -d 'The method' -r -f -a "GET\t''
HEAD\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l times -d 'How many requests, in turn over the addresses; without, one for each address' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l timeout -d 'How long each stage may take: 5s, 1m, or a number of seconds' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l from -d 'Files, directories, or - for standard input, that say where the gateway is and which object is to blame (repeatable). Without, the cluster is asked where that is needed' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -s o -l output -d 'How to write the report' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l complete -d 'The inputs show all objects of these kinds (kubectl\'s names), or of every kind shown, so that one which is not there does not exist' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l assume-gateway -d 'Where the gateway is that the files mean, for files that show no pods: its namespace, and its pods\' labels if it matters (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l now -d 'The moment to judge by, instead of now: RFC 3339' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l ca -d 'The CAs to trust, or a certificate that signed itself, rather than those of this machine: PEM' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l cert -d 'The client\'s certificate: PEM, with those between it and its CA' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l key -d 'The key of the client\'s certificate: PEM' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l tls-max -d 'The newest TLS to speak' -r -f -a "1.2\t''
1.3\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -s L -l follow -d 'Go where redirects lead, up to 10 of them'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l no-cluster -d 'Ask no cluster'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l no-input -d 'Ask nothing of you, even on a terminal'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l live -d 'Ask the cluster too, and hold the files against what is there'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l http1.0 -d 'Speak HTTP/1.0'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l http1.1 -d 'Speak HTTP/1.1'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -l http2 -d 'Speak HTTP/2; without TLS, by prior knowledge'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -s k -l insecure -d 'Do not fail for a certificate that does not prove the host; what is wrong with it is told'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand probe" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -s f -l file -d 'Read applications from a file instead, or - for standard input: the same, by its fields' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l host -d 'A host name that is served (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l route -d 'Which requests go where (repeatable): PATH=SERVICE:PORT, and more, as below' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l http-port -d 'The port of plain HTTP; 0: none [default: 80]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l https-port -d 'The port of TLS [default: 443]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l address -d 'The gateway\'s IP address: without --host, for a name of sslip.io that resolves to it' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l assume-gateway -d 'Where the gateway\'s pods are: their namespace, and their labels (repeatable) [default: as discover finds it; offline istio-system:istio=ingressgateway]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l gateway-selector -d 'The labels that select the gateway\'s pods [default: as discover finds them; offline istio=ingressgateway]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l istio-api -d 'The version of networking.istio.io [default: v1, or what the cluster serves]' -r -f -a "v1\t''
v1beta1\t''
v1alpha3\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l cert-manager-api -d 'The version of cert-manager.io [default: v1, or what the cluster serves]' -r -f -a "v1\t''
v1beta1\t''
v1alpha3\t''
v1alpha2\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l tls -d 'Serve TLS: SIMPLE, MUTUAL (clients show certificates too), or PASSTHROUGH [default: SIMPLE]' -r -f -a "SIMPLE\t''
MUTUAL\t''
PASSTHROUGH\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l min-tls -d 'The oldest TLS that is spoken' -r -f -a "1.2\t''
1.3\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l client-ca -d 'The CAs (PEM) that clients of MUTUAL are checked against' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l secret -d 'Take the certificate from a secret that is there, in the gateway\'s namespace' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l cert -d 'Take it from a file (PEM); the chain behind it' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l key -d 'Its key (PEM)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l issuer -d 'Have cert-manager make it, by this issuer; a ClusterIssuer unless said' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l create-issuer -d 'Make the issuer too: the one that --issuer names, else an Issuer of the application\'s own' -r -f -a "selfsigned\t''
ca\t''
acme\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l ca-secret -d 'The secret with the CA of --create-issuer ca' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l acme-server -d 'The server of --create-issuer acme: letsencrypt, letsencrypt-staging, or a URL [default: letsencrypt]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l acme-email -d 'Whom that server writes to' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l acme-ingress-class -d 'The class of the Ingress that answers for HTTP-01 [default: istio]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l certificate-name -d 'The Certificate\'s name [default: APP; in a gateway\'s namespace of its own NAMESPACE-APP]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l secret-name -d 'The secret\'s name [default: as the Certificate\'s, with -cert]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l duration -d 'How long the certificate is valid [default: 2160h]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l renew-before -d 'How long before its end it is renewed [default: 360h]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l organization -d 'An organization of its subject (repeatable); \'\' for none [default: APP]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l common-name -d 'Its common name; \'\' for none [default: the first host, up to 64 bytes]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l dns-name -d 'A DNS name of it (repeatable) [default: the hosts]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l ip-address -d 'An IP address of it (repeatable); \'\' for none [default: --address]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l usage -d 'What its key may be used for (repeatable) [default: \'server auth\' and \'client auth\']' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l key-algorithm -d 'The algorithm of its key [default: RSA]' -r -f -a "RSA\t''
ECDSA\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l key-size -d 'The size of its key in bits [default: 2048, of ECDSA 256]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l key-encoding -d 'How its key is written [default: PKCS1]' -r -f -a "PKCS1\t''
PKCS8\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l from -d 'Files, directories, or - for standard input, that show Services, gateways and other applications (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l complete -d 'The files show all objects of these kinds (kubectl\'s names), or of every kind shown, so that one which is not there does not exist' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l gateway -d 'The gateway: a Service, a Gateway, or a host that is served. Without, the only one there is' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -s o -l output -d 'How to write the objects' -r -f -a "yaml\t''
json\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l output-dir -d 'Write a folder instead: a file for each object, and a kustomization' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l ca-dir -d 'Where the CA of --self-signed is kept [default: igwctl among the user\'s data]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l now -d 'The moment to judge certificates by, instead of now: RFC 3339' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l https-redirect -d 'Send plain HTTP to https, but for ACME\'s HTTP-01'
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l self-signed -d 'Make it here, signed by a CA that is kept in --ca-dir'
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l acme -d 'That issuer is an ACME one, which takes names alone'
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l live -d 'Ask the cluster: where the gateway is, its address, the Services, and the versions served'
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l show-secrets -d 'Write private keys to a terminal too'
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -l no-labels -d 'Leave out the labels of igwctl, for objects that something else is to manage'
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand render" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -s f -l file -d 'Read applications from a file instead, or - for standard input: the same, by its fields' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l host -d 'A host name that is served (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l route -d 'Which requests go where (repeatable): PATH=SERVICE:PORT, and more, as below' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l http-port -d 'The port of plain HTTP; 0: none [default: 80]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l https-port -d 'The port of TLS [default: 443]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l address -d 'The gateway\'s IP address: without --host, for a name of sslip.io that resolves to it' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l assume-gateway -d 'Where the gateway\'s pods are: their namespace, and their labels (repeatable) [default: as discover finds it; offline istio-system:istio=ingressgateway]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l gateway-selector -d 'The labels that select the gateway\'s pods [default: as discover finds them; offline istio=ingressgateway]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l istio-api -d 'The version of networking.istio.io [default: v1, or what the cluster serves]' -r -f -a "v1\t''
v1beta1\t''
v1alpha3\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l cert-manager-api -d 'The version of cert-manager.io [default: v1, or what the cluster serves]' -r -f -a "v1\t''
v1beta1\t''
v1alpha3\t''
v1alpha2\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l tls -d 'Serve TLS: SIMPLE, MUTUAL (clients show certificates too), or PASSTHROUGH [default: SIMPLE]' -r -f -a "SIMPLE\t''
MUTUAL\t''
PASSTHROUGH\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l min-tls -d 'The oldest TLS that is spoken' -r -f -a "1.2\t''
1.3\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l client-ca -d 'The CAs (PEM) that clients of MUTUAL are checked against' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l secret -d 'Take the certificate from a secret that is there, in the gateway\'s namespace' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l cert -d 'Take it from a file (PEM); the chain behind it' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l key -d 'Its key (PEM)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l issuer -d 'Have cert-manager make it, by this issuer; a ClusterIssuer unless said' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l create-issuer -d 'Make the issuer too: the one that --issuer names, else an Issuer of the application\'s own' -r -f -a "selfsigned\t''
ca\t''
acme\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l ca-secret -d 'The secret with the CA of --create-issuer ca' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l acme-server -d 'The server of --create-issuer acme: letsencrypt, letsencrypt-staging, or a URL [default: letsencrypt]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l acme-email -d 'Whom that server writes to' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l acme-ingress-class -d 'The class of the Ingress that answers for HTTP-01 [default: istio]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l certificate-name -d 'The Certificate\'s name [default: APP; in a gateway\'s namespace of its own NAMESPACE-APP]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l secret-name -d 'The secret\'s name [default: as the Certificate\'s, with -cert]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l duration -d 'How long the certificate is valid [default: 2160h]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l renew-before -d 'How long before its end it is renewed [default: 360h]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l organization -d 'An organization of its subject (repeatable); \'\' for none [default: APP]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l common-name -d 'Its common name; \'\' for none [default: the first host, up to 64 bytes]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l dns-name -d 'A DNS name of it (repeatable) [default: the hosts]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l ip-address -d 'An IP address of it (repeatable); \'\' for none [default: --address]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l usage -d 'What its key may be used for (repeatable) [default: \'server auth\' and \'client auth\']' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l key-algorithm -d 'The algorithm of its key [default: RSA]' -r -f -a "RSA\t''
ECDSA\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l key-size -d 'The size of its key in bits [default: 2048, of ECDSA 256]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l key-encoding -d 'How its key is written [default: PKCS1]' -r -f -a "PKCS1\t''
PKCS8\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l gateway -d 'The gateway: a Service, a Gateway, or a host that is served. Without, the only one there is' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l resolver -d 'The name server to ask for a load balancer\'s host name, instead of the system\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l ca-dir -d 'Where the CA of --self-signed is kept [default: igwctl among the user\'s data]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l dry-run -d 'Only say what would be done; server: by the API server\'s word, client: by what is known here' -r -f -a "client\t''
server\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l timeout -d 'How long to wait' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l https-redirect -d 'Send plain HTTP to https, but for ACME\'s HTTP-01'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l self-signed -d 'Make it here, signed by a CA that is kept in --ca-dir'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l acme -d 'That issuer is an ACME one, which takes names alone'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l adopt -d 'Take over objects of these names that igwctl did not make for this application'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l force-conflicts -d 'Take over fields that others set'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l ignore-repository -d 'Change objects too that a repository keeps (Argo CD, Flux, Helm): they may be changed back'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -s y -l yes -d 'Do it without asking'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l no-input -d 'Ask nothing, even on a terminal'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l prune -d 'Delete what igwctl made for the application before and is no longer wanted'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -l wait -d 'Wait until the certificate is there and the gateway answers'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand apply" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -s f -l file -d 'Read applications from a file instead, or - for standard input: the same, by its fields' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l host -d 'A host name that is served (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l route -d 'Which requests go where (repeatable): PATH=SERVICE:PORT, and more, as below' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l http-port -d 'The port of plain HTTP; 0: none [default: 80]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l https-port -d 'The port of TLS [default: 443]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l address -d 'The gateway\'s IP address: without --host, for a name of sslip.io that resolves to it' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l assume-gateway -d 'Where the gateway\'s pods are: their namespace, and their labels (repeatable) [default: as discover finds it; offline istio-system:istio=ingressgateway]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l gateway-selector -d 'The labels that select the gateway\'s pods [default: as discover finds them; offline istio=ingressgateway]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l istio-api -d 'The version of networking.istio.io [default: v1, or what the cluster serves]' -r -f -a "v1\t''
v1beta1\t''
v1alpha3\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l cert-manager-api -d 'The version of cert-manager.io [default: v1, or what the cluster serves]' -r -f -a "v1\t''
v1beta1\t''
v1alpha3\t''
v1alpha2\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l tls -d 'Serve TLS: SIMPLE, MUTUAL (clients show certificates too), or PASSTHROUGH [default: SIMPLE]' -r -f -a "SIMPLE\t''
MUTUAL\t''
PASSTHROUGH\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l min-tls -d 'The oldest TLS that is spoken' -r -f -a "1.2\t''
1.3\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l client-ca -d 'The CAs (PEM) that clients of MUTUAL are checked against' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l secret -d 'Take the certificate from a secret that is there, in the gateway\'s namespace' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l cert -d 'Take it from a file (PEM); the chain behind it' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l key -d 'Its key (PEM)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l issuer -d 'Have cert-manager make it, by this issuer; a ClusterIssuer unless said' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l create-issuer -d 'Make the issuer too: the one that --issuer names, else an Issuer of the application\'s own' -r -f -a "selfsigned\t''
ca\t''
acme\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l ca-secret -d 'The secret with the CA of --create-issuer ca' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l acme-server -d 'The server of --create-issuer acme: letsencrypt, letsencrypt-staging, or a URL [default: letsencrypt]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l acme-email -d 'Whom that server writes to' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l acme-ingress-class -d 'The class of the Ingress that answers for HTTP-01 [default: istio]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l certificate-name -d 'The Certificate\'s name [default: APP; in a gateway\'s namespace of its own NAMESPACE-APP]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l secret-name -d 'The secret\'s name [default: as the Certificate\'s, with -cert]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l duration -d 'How long the certificate is valid [default: 2160h]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l renew-before -d 'How long before its end it is renewed [default: 360h]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l organization -d 'An organization of its subject (repeatable); \'\' for none [default: APP]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l common-name -d 'Its common name; \'\' for none [default: the first host, up to 64 bytes]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l dns-name -d 'A DNS name of it (repeatable) [default: the hosts]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l ip-address -d 'An IP address of it (repeatable); \'\' for none [default: --address]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l usage -d 'What its key may be used for (repeatable) [default: \'server auth\' and \'client auth\']' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l key-algorithm -d 'The algorithm of its key [default: RSA]' -r -f -a "RSA\t''
ECDSA\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l key-size -d 'The size of its key in bits [default: 2048, of ECDSA 256]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l key-encoding -d 'How its key is written [default: PKCS1]' -r -f -a "PKCS1\t''
PKCS8\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l gateway -d 'The gateway: a Service, a Gateway, or a host that is served. Without, the only one there is' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l resolver -d 'The name server to ask for a load balancer\'s host name, instead of the system\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l ca-dir -d 'Where the CA of --self-signed is kept [default: igwctl among the user\'s data]' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l https-redirect -d 'Send plain HTTP to https, but for ACME\'s HTTP-01'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l self-signed -d 'Make it here, signed by a CA that is kept in --ca-dir'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l acme -d 'That issuer is an ACME one, which takes names alone'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l adopt -d 'Take over objects of these names that igwctl did not make for this application'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l force-conflicts -d 'Take over fields that others set'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l ignore-repository -d 'Change objects too that a repository keeps (Argo CD, Flux, Helm): they may be changed back'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l prune -d 'Show too what apply --prune would delete'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -l no-input -d 'Ask nothing, even on a terminal'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand diff" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l dry-run -d 'Only say what would be done; server: by the API server\'s word, client: by what is known here' -r -f -a "client\t''
server\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l secrets -d 'Delete the secrets too that cert-manager wrote for its Certificates'
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l ignore-not-found -d 'That nothing is there is no failure'
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -s y -l yes -d 'Do it without asking'
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -l no-input -d 'Ask nothing, even on a terminal'
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand delete" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -s o -l output -d 'How to write the list' -r -f -a "table\t''
wide\t''
json\t''
yaml\t''
name\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand list" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l all -d 'All pages, as they stand in docs/checks.md'
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -l list -d 'The codes, a line each'
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand explain" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l from -d 'Files, directories, or - for standard input (repeatable). Without, the cluster' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l to -d 'The file to write; without, standard output if that is no terminal' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l complete -d 'The inputs show all objects of these kinds (kubectl\'s names), or of every kind shown, so that one which is not there does not exist' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l assume-gateway -d 'Where the gateway is that the files mean, for files that show no pods: its namespace, and its pods\' labels if it matters (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l now -d 'The moment to judge by, instead of now: RFC 3339' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l since -d 'How far back the cluster\'s logs are read; 0 means all' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l tail -d 'Read only the last lines of each of the cluster\'s logs' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l redact -d 'Replace the names of objects, namespaces and hosts by stand-ins, the same everywhere'
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l live -d 'Ask the cluster too, and hold the files against what is there'
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -l no-logs -d 'Read none of the cluster\'s logs'
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand snapshot" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand completion" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand man" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -s o -l output -d 'How to write it' -r -f -a "table\t''
json\t''
yaml\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -s n -l namespace -d 'Report only what has to do with this namespace; of render, apply, diff and delete, the application\'s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l kubeconfig -d 'The kubeconfig file' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l context -d 'The context of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l cluster -d 'The cluster of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l user -d 'The user of the kubeconfig' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l as -d 'The user to impersonate' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l as-group -d 'A group to impersonate (repeatable)' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l request-timeout -d 'How long one request may take: 5s, 1m, or a number of seconds; 0 means the default, 30 s' -r
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l color -d 'When to colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -l client -d 'Only igwctl\'s own version; nothing is contacted'
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -s A -l all-namespaces -d 'Report all namespaces, even if --namespace is given'
complete -c igwctl -n "__fish_igwctl_using_subcommand version" -s h -l help -d 'Print help'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "discover" -d 'Say which ingress gateways there are and where each is reached: addresses, ports, pods, Gateways'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "diagnose" -d 'Say what is wrong with the ingress gateways: which object, why, how it is known, and the fix'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "probe" -d 'Ask for a URL as a client does, and say what each stage got and what that means for a gateway'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "render" -d 'Write the Gateway, VirtualService and Certificate (or Secret) of an application; contacts nothing, unless --live says so'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "apply" -d 'Put an application on a gateway: what render writes, completed by what the cluster is like, and sent'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "diff" -d 'Show what apply would change, object by object; ends with 1 where something would'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "delete" -d 'Delete what apply made for an application, and nothing else'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "list" -d 'List the applications that igwctl put on gateways, with their state and where they answer'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "explain" -d 'Show the page of a finding: what it means, why it happens, what to do'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "snapshot" -d 'Write the world as `diagnose` sees it into one file, without private material'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "completion" -d 'Print the completion script of a shell'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "man" -d 'Print the man page of igwctl or of a subcommand'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "version" -d 'Print the versions of igwctl and, where there is a cluster, of istiod and the gateways'
complete -c igwctl -n "__fish_igwctl_using_subcommand help; and not __fish_seen_subcommand_from discover diagnose probe render apply diff delete list explain snapshot completion man version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
