# shellcheck shell=bash
# Completion of igwctl for bash 3.2 and later: igwctl itself says what a line is completed with.

_igwctl() {
    local IFS=$'\n'
    local line=${COMP_LINE:0:COMP_POINT} words=() count=0 piece i

    # bash cuts words at = and : too; what no blank parts is one word.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        if [[ $i -eq 0 || $line == [[:blank:]]* ]]; then
            line=${line#"${line%%[![:blank:]]*}"}
            words[count++]=
        fi
        # Of the last piece only what stands before the cursor.
        ((i < COMP_CWORD)) || piece=$line
        words[count - 1]+=$piece
        line=${line#"$piece"}
    done

    local program
    program=$(type -P -- "${words[0]}") || program=igwctl
    for ((i = 1; i < count; i++)); do
        words[i]=${words[i]/#\~\//$HOME/}
    done

    COMPREPLY=()
    local answer=0 values=() abouts=() longest=0 value
    while IFS= read -r line; do
        value=${line%%$'\t'*}
        if [[ $line == :* ]]; then
            answer=${line#:}
        elif [[ $line == *$'\t'* ]]; then
            abouts[${#values[@]}]=${line#*$'\t'}
            values+=("$value")
        else
            values+=("$value")
        fi
        ((${#value} <= longest)) || longest=${#value}
    done < <("$program" __complete "${words[@]:1}" 2>/dev/null)

    # What readline replaces begins after the last of the characters at which it cuts.
    local word=${words[count - 1]} flag='' lead=''
    if [[ $word == -*=* ]]; then
        flag=${word%%=*}=
        word=${word#*=}
        [[ $COMP_WORDBREAKS != *=* ]] || flag=
    fi
    if [[ $COMP_WORDBREAKS == *:* && $word == *:* ]]; then
        lead=${word%"${word##*:}"}
    fi

    if ((answer & 4)); then
        ! type compopt &>/dev/null || compopt +o default
    elif ((answer & 16)); then
        ! type compopt &>/dev/null || compopt +o default -o filenames
        while IFS= read -r line; do
            COMPREPLY+=("$flag$line")
        done < <(compgen -d -- "$word")
        return
    fi
    if ((${#values[@]} == 1)); then
        value=${values[0]#"$lead"}
        # A comma or a colon is nothing to be quoted, and bash would.
        [[ $value != *[![:alnum:]_.,:/@%+=-]* ]] || printf -v value '%q' "$value"
        COMPREPLY=("$flag$value")
        return
    fi
    local room=$((${COLUMNS:-80} - longest - 6)) about
    for ((i = 0; i < ${#values[@]}; i++)); do
        value=${values[i]}
        about=${abouts[i]:-}
        # 37 and 42: values are put into the line as they are.
        if [[ -n $about && $COMP_TYPE != 37 && $COMP_TYPE != 42 ]] && ((room > 10)); then
            ((${#about} <= room)) || about=${about:0:room - 3}...
            printf -v value '%-*s  (%s)' "$longest" "$value" "$about"
        fi
        COMPREPLY+=("$flag${value#"$lead"}")
    done
}

complete -o default -F _igwctl igwctl kubectl-igw
