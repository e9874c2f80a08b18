#!/usr/bin/env bash
# The first hour of somebody new, with the seconds of each step: an empty folder, a workspace, a first break that CI finds, the way out, a first
# push to a registry on this machine, and code. In: `schemactl` in PATH. Out: what each command prints, and a timeline. It fails if a command ends
# otherwise than it should, or does not say what a newcomer needs next. Nothing depends on how long a step takes.
#
#   PATH="$PWD/target/debug:$PATH" tests/newcomer.sh
set -eu

# Settings of whoever runs the script are not a newcomer's.
unset "${!AWS_@}" "${!SCHEMACTL_@}" "${!GIT_@}"
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
export GIT_CONFIG_GLOBAL="$folder/gitconfig" GIT_CONFIG_NOSYSTEM=1 HOME="$folder"
git config --global user.name Ann
git config --global user.email ann@example.com
git config --global init.defaultBranch main
mkdir shop
cd shop

timeline=
now() { date +%s%N; }

# step TITLE EXIT TEXT COMMAND…: runs a command, which has to end with EXIT and to say TEXT.
step() {
    local title=$1 expected=$2 text=$3 begin end code=0
    shift 3
    printf '\n$ %s\n' "$*"
    begin=$(now)
    "$@" > "$folder/said" 2>&1 || code=$?
    end=$(now)
    cat "$folder/said"
    timeline+=$(awk -v title="$title" -v nanos=$((end - begin)) 'BEGIN { printf "%8.2f s  %s", nanos / 1e9, title }')$'\n'
    [ "$code" = "$expected" ] || { echo "ended with $code, not with $expected" >&2; exit 1; }
    [ -z "$text" ] || grep -qF -- "$text" "$folder/said" || { echo "does not say: $text" >&2; exit 1; }
}

commit() { git add --all && git commit --quiet --message "$1"; }

# The registry of this machine, until the end of the script. The variables that it prints are set here.
serve() {
    mkfifo "$folder/printed"
    schemactl serve --data "$folder/registry" > "$folder/printed" 2> "$folder/served" &
    server=$!
    exec 3< "$folder/printed"
    while read -r line <&3; do
        echo "$line"
        case $line in export*) eval "$line" ;; esac
        case $line in *AWS_SECRET_ACCESS_KEY*) return 0 ;; esac
    done
    cat "$folder/served"
    return 1
}

schema=schemas/com.example.shop/OrderPlaced
begin=$(now)
step 'a repository'                0 ''                                        git init --quiet
step 'a workspace'                 0 'next: schemactl check'                   schemactl init
step 'the first check'             0 'nothing found'                           schemactl check
step 'the first release'           0 '1 version released'                      schemactl check --release
step 'a commit'                    0 ''                                        commit 'OrderPlaced 1.0'
step 'a second event'              0 'next: '                                  schemactl new event OrderShipped
step 'both are fine'               0 '2 events, 2 versions'                    schemactl check --against
git switch --quiet --create coupon
sed 's/"orderId": .*/&\n    "coupon": { "type": "string" },/; s/"placedAt"\]/"placedAt", "coupon"]/' $schema/1.0.json > $schema/1.1.json
step 'a commit that breaks'        0 ''                                        commit 'Orders have coupons'
step 'CI finds the break'          1 'this event breaks'                       schemactl check --against
step 'what the rule says'          0 'How to fix'                              schemactl explain required-property-added
step 'the right number'            0 '2.0.json'                                schemactl bump
step 'CI is green'                 0 'nothing found'                           schemactl check --against --release
step 'a merge'                     0 ''                                        commit 'OrderPlaced 2.0'
step 'a registry on this machine'  0 'AWS_ENDPOINT_URL_SCHEMAS'                serve
step 'what a push would do'        0 'writes to make'                          schemactl plan
step 'the first push'              0 'writes made, and read back'              schemactl push --create-registry
step 'the registry is up to date'  0 'nothing to push'                         schemactl push
step 'what is registered'          0 'registered'                              schemactl status
step 'Rust types'                  0 'lines, written'                          schemactl generate --output events.rs
end=$(now)

printf '\n%s' "$timeline"
awk -v nanos=$((end - begin)) 'BEGIN { printf "%8.2f s  in all\n", nanos / 1e9 }'
