#!/usr/bin/env bash
# Plants the faults of list.txt, one at a time, in a copy of the working tree, and runs what must notice each:
# `derive ARGUMENTS`, which must end with status 70, or `test ARGUMENTS`, of `cargo test`, which must fail. Without the fault it must pass.
# The copy and what is built of it stay in target/mutations.
#
# usage: tests/mutations/run.sh [WORD]     only the faults that have the word in their file, texts or notice
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
tree=$root/target/mutations/tree
export CARGO_TARGET_DIR=$root/target/mutations/built CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=0
export INSTA_UPDATE=no READ_BACK_LAYERS=${READ_BACK_LAYERS:-1000} READ_BACK_NETS=${READ_BACK_NETS:-500}

rm -rf "$tree"
mkdir -p "$tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$tree" 2>/dev/null || true
ln -sfn "$root/target/python" "$tree/python" 2>/dev/null || true
cd "$tree"

# How the last line of what a command said begins; 0 if it noticed something, 1 if not, 2 if it could not be built.
noticed() {
    local kind=$1 status=0
    shift
    if [ "$kind" = derive ]; then
        cargo build --quiet --bin derive >log 2>&1 || return 2
        timeout 300 "$CARGO_TARGET_DIR/debug/derive" "$@" >/dev/null 2>log || status=$?
        [ "$status" = 70 ]
    else
        cargo test --quiet --no-run "$@" >log 2>&1 || return 2
        timeout 900 cargo test --quiet "$@" >log 2>&1 || status=$?
        [ "$status" != 0 ]
    fi
}

declare -A clean
bad=0 caught=0
judge() {
    local notice outcome=0
    read -ra notice <<<"$4"
    if [ -z "${clean[$4]:-}" ]; then
        clean[$4]=passes
        noticed "${notice[@]}" && clean[$4]='complains without a fault' || { [ $? = 1 ] || clean[$4]='is not built'; }
    fi
    local text
    text=$(cat "$1"; printf .)
    text=${text%.}
    if [ "${clean[$4]}" != passes ]; then
        outcome=${clean[$4]}
    elif [[ $text != *"$2"* ]]; then
        outcome='not found'
    else
        printf %s "${text/"$2"/"$3"}" >"$1"
        noticed "${notice[@]}" && outcome=caught || { [ $? = 1 ] && outcome=SURVIVED || outcome='not built'; }
        printf %s "$text" >"$1"
    fi
    if [ "$outcome" = caught ]; then caught=$((caught + 1)); else bad=$((bad + 1)); fi
    printf '%-9s %4ss  %-34s  %s  =>  %s   [%s]\n' "$outcome" "$SECONDS" "${1#src/}" "$2" "$3" "$4"
}

file='' before='' after='' notice=''
while read -r key rest || [ -n "$key" ]; do
    case $key in
        file) file=$rest ;;
        before) before=$rest ;;
        after) after=$rest ;;
        notice)
            notice=$rest
            if [[ "$file $before $after $notice" == *"${1:-}"* ]]; then judge "$file" "$before" "$after" "$notice"; fi
            after=''
            ;;
    esac
done <"$root/tests/mutations/list.txt"
echo "$caught caught, $bad not"
[ "$bad" = 0 ]
