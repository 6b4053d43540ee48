# Completion of plmctl for fish.
function __plmctl_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    for line in (_PLMCTL_COMPLETE=1 $typed[1] $typed[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c plmctl -f -a '(__plmctl_complete)'
