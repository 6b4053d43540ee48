#!/bin/sh
# Compares what is checked out with what it would be merged into, and writes the summary of the job.
# The exit code is that of plmctl diff.
set -eu
# GitHub takes 1 MiB for a step.
largest=1000000

base=${PLMCTL_BASE:-}
if [ -z "$base" ] && [ -n "${GITHUB_BASE_REF:-}" ]; then base=origin/$GITHUB_BASE_REF; fi
if [ -z "$base" ]; then
    echo "::notice title=plmctl::nothing to compare with: this is no pull request, and the input 'base' is empty"
    exit 0
fi

# What is missing here is fetched; where that cannot be, plmctl says what is.
deepen=""
if [ "$(git rev-parse --is-shallow-repository)" = true ]; then deepen=--unshallow; fi
fetch() {
    # shellcheck disable=SC2086 # no word where nothing is to be deepened
    git fetch --quiet --no-recurse-submodules $deepen origin "$@" ||
        echo "::warning title=plmctl::git cannot fetch: check out with 'fetch-depth: 0'"
}
if ! git rev-parse --quiet --verify --end-of-options "$base^{commit}" >/dev/null; then
    case $base in
        origin/*) fetch "+refs/heads/${base#origin/}:refs/remotes/$base" ;;
        *) fetch --tags ;;
    esac
elif [ -n "$deepen" ]; then
    fetch
fi

folder=$RUNNER_TEMP/plmctl-diff
report=$folder/diff.md
brief=$RUNNER_TEMP/plmctl-diff.txt
mkdir -p "$folder"
rm -f "$report" "$brief"
set -- "$base...HEAD" --format github --report "markdown=$report" --report "concise=$brief"
if [ "${PLMCTL_FAIL_ON:-never}" != never ]; then set -- "$@" --fail-on "$PLMCTL_FAIL_ON"; fi
while IFS= read -r wanted; do
    if [ -n "$wanted" ]; then set -- "$@" --report "$wanted"; fi
done <<END
${PLMCTL_REPORTS:-}
END
code=0
plmctl diff "$@" || code=$?

if [ -s "$report" ]; then
    if [ "$(wc -c <"$report")" -le "$largest" ]; then
        cat "$report" >>"$GITHUB_STEP_SUMMARY"
    else
        echo "The report is too long for this page: run 'plmctl diff' to see it." >>"$GITHUB_STEP_SUMMARY"
    fi
    {
        echo "report=$report"
        echo "folder=$folder"
    } >>"$GITHUB_OUTPUT"
fi
# A pull request that changes nothing of the registry needs no new comment.
if [ -s "$brief" ] || [ "$code" -ne 0 ]; then changed=true; else changed=false; fi
echo "$changed" >"$folder/changed"
echo "changed=$changed" >>"$GITHUB_OUTPUT"
exit "$code"
