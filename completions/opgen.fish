# Completion of opgen for fish. `opgen completion --help` says where it goes.
#
# opgen itself knows what can stand where. It is given the words as they stand, and nothing of them is run.

function __opgen_complete
    set -l before (commandline -opc)
    set -e before[1]
    set -l current (commandline -ct)
    set -l answer (command opgen __complete fish -- $before "$current" </dev/null 2>/dev/null)
    switch "$answer[1]"
        case words
            set -e answer[1]
            string join -- \n $answer
        case files folders
            set -l option (string match -r -- '^--[^=]*=' "$current")
            set -l value (string replace -r -- '^--[^=]*=' '' "$current")
            for file in (complete -C "'' $value")
                if test $answer[1] = files; or string match -q -r '/$' -- $file
                    string join '' -- "$option" $file
                end
            end
        case 'command *'
            set -l first (string replace 'command ' '' -- $answer[1])
            set -l command (string escape -- $before[$first..])
            complete -C (string join -- ' ' $command "$current")
    end
end

complete -c opgen -e
complete -c opgen -f -k -a '(__opgen_complete)'
