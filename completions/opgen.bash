# Completion of opgen for bash. `opgen completion --help` says where it goes.
#
# opgen itself knows what can stand where. It is given the line as it stands, and nothing of the line
# is run; what it answers is quoted already, and begins where readline would put it.

_opgen() {
    local mode='' reply
    COMPREPLY=()
    while IFS= read -r reply; do
        if [[ -z $mode ]]; then mode=$reply; else COMPREPLY+=("$reply"); fi
    done <<<"$(command opgen __complete bash -- "${COMP_LINE:0:COMP_POINT}" \
        "$COMP_WORDBREAKS" </dev/null 2>/dev/null)"
    case $mode in
        files) compopt -o default 2>/dev/null ;;
        folders) compopt -o dirnames 2>/dev/null ;;
        command\ *) _opgen_command "${mode#command }" ;;
    esac
}

# Complete a command that begins at a character of the line, as if it stood alone.
_opgen_command() {
    local count=0 place=0 rest=$COMP_LINE word
    for word in "${COMP_WORDS[@]}"; do
        while [[ -n $rest && $rest != "$word"* ]]; do
            rest=${rest:1}
            place=$((place + 1))
        done
        if [[ -z $word ]] || ((place >= $1)); then break; fi
        rest=${rest:${#word}}
        place=$((place + ${#word}))
        count=$((count + 1))
    done
    if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$count"
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$count"
    elif ((COMP_CWORD == count)); then
        while IFS= read -r word; do
            if [[ -n $word ]]; then COMPREPLY+=("$word"); fi
        done <<<"$(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")"
    else
        compopt -o default 2>/dev/null
    fi
}

# Before bash 4 there is no compopt: files are then offered wherever opgen has nothing.
if type compopt >/dev/null 2>&1; then
    complete -F _opgen opgen
else
    complete -o default -F _opgen opgen
fi
