# Completion of igwctl for fish 3.0 and later: igwctl itself says what a line is completed with.

function __igwctl_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l program $words[1]
    type -q -- "$program"; or set program igwctl
    set -e words[1]
    set words (string replace -r '^~/' "$HOME/" -- $words)
    set -l typed (string replace -r '^~/' "$HOME/" -- (string unescape -- $current; or echo -- $current))
    set -l answer ($program __complete $words "$typed" 2>/dev/null)
    set -l directive (string match -r '^:(\d+)$' -- $answer[-1])[2]
    test -n "$directive"; or return
    set -e answer[-1]

    # fish completes the whole word, the flag with its = too.
    set -l flag (string match -r -- '^-[^=]*=' $current)
    set -l rest (string replace -r -- '^-[^=]*=' '' $current)
    if test (count $answer) -gt 0
        string replace -r '^' -- "$flag" $answer
    else if test $directive -eq 16
        string replace -r '^' -- "$flag" (__fish_complete_directories $rest '')
    else if test $directive -eq 0
        string replace -r '^' -- "$flag" (__fish_complete_path $rest)
    end
end

for name in igwctl kubectl-igw
    complete --command $name --erase
    complete --command $name --no-files --keep-order --arguments '(__igwctl_complete)'
end
