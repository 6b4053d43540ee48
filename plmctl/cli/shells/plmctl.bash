# Completion of plmctl for bash.
#
# Bash splits words at '@', '=' and ':'; they are put together again here. It replaces only what it gives as $2, '1.'
# of 'a=1.' and '@1.' of 'a@1.': what stands before that is cut off.
_plmctl() {
    local IFS=$' \t\n' rest=${COMP_LINE:0:COMP_POINT} words=() word cut line i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $rest == [[:space:]]* || $i == 0 ]]; then
            rest=${rest#"${rest%%[![:space:]]*}"}
            words+=("")
        fi
        # The last word ends at the cursor.
        [[ $rest == "$word"* ]] || word=$rest
        words[${#words[@]} - 1]+=$word
        rest=${rest#"$word"}
    done
    word=${words[${#words[@]} - 1]}
    cut=${word%"$2"}
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files) compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word") ;;
            :folders) compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$word") ;;
            *) line=${line%%$'\t'*}; COMPREPLY+=("${line#"$cut"}") ;;
        esac
    done < <(_PLMCTL_COMPLETE=1 "${words[0]}" "${words[@]:1}" 2>/dev/null)
}
complete -F _plmctl plmctl
