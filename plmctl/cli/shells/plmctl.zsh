#compdef plmctl
# Completion of plmctl for zsh.
_plmctl() {
    local line
    local -a found shown typed
    typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    for line in "${(@f)$(_PLMCTL_COMPLETE=1 "${(Q)words[1]}" "${typed[@]}" 2>/dev/null)}"; do
        case $line in
            '') ;;
            :files) _files ;;
            :folders) _files -/ ;;
            *)
                found+=("${line%%$'\t'*}")
                if [[ $line == *$'\t'* ]]; then
                    shown+=("${line%%$'\t'*} -- ${line#*$'\t'}")
                else
                    shown+=("$line")
                fi
                ;;
        esac
    done
    (( $#found )) && compadd -l -d shown -a found
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _plmctl "$@"
else
    compdef _plmctl plmctl
fi
