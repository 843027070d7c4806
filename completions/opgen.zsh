#compdef opgen
# Completion of opgen for zsh. `opgen completion --help` says where it goes.
#
# opgen itself knows what can stand where. It is given the words as they stand, and nothing of them is run.

_opgen() {
    local -a answer described before
    local line value about
    if (( CURRENT > 2 )) before=("${(@)words[2,CURRENT-1]}")
    answer=("${(@f)$(command opgen __complete zsh -- "${(@)before}" "$PREFIX" </dev/null 2>/dev/null)}")
    case $answer[1] in
        (files | folders)
            if [[ $PREFIX == --*=* ]] compset -P 1 '*='
            if [[ $answer[1] == folders ]]; then _files -/; else _files; fi
            ;;
        (command\ <->)
            shift ${answer[1]#command } words
            (( CURRENT -= ${answer[1]#command } ))
            _normal
            ;;
        (words)
            for line in "${(@)answer[2,-1]}"; do
                value=${line%%$'\t'*}
                about=${line#*$'\t'}
                value=${value//\\/\\\\}
                described+=("${value//:/\\:}:$about")
            done
            _describe -t values value described
            ;;
    esac
}

# As a file of $fpath this is the body of _opgen; else it is being sourced or evaluated.
if [[ $funcstack[1] == _opgen ]]; then
    _opgen "$@"
elif (( $+functions[compdef] )); then
    compdef _opgen opgen
else
    print -u2 'opgen: hint: load its completion after compinit'
fi
