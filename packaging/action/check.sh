# Runs `schemactl check` and writes every report. In: the inputs of the action, the event of the workflow. Out: annotations, the job summary, the
# SARIF file, and as outputs of the step `code`, `markdown` (a file) and `is-news` (whether the pull request is told in a new comment). The step
# itself fails only if there is nothing to report: the verdict is that of the last step.
set -euo pipefail
markdown=$RUNNER_TEMP/schemactl.md
messages=$RUNNER_TEMP/schemactl.stderr

fail() {
  echo "::error title=schemactl check::$1"
  exit 1
}

# The repository is that of the workspace: actions/checkout may have put it into a folder.
git() {
  command git -C "$WORKSPACE" "$@"
}

# Prints what the branch is compared with; `none` where there is nothing yet.
find_base() {
  case "$GITHUB_EVENT_NAME" in
    pull_request | pull_request_target) echo "origin/$GITHUB_BASE_REF" ;;
    merge_group) echo "$MERGE_GROUP_BASE" ;;
    *)
      if [ "$GITHUB_EVENT_NAME" = push ] && [ "$GITHUB_REF" = "refs/heads/$DEFAULT_BRANCH" ]; then
        find_state_before
      elif [ -n "$DEFAULT_BRANCH" ]; then
        echo "origin/$DEFAULT_BRANCH"
      else
        echo none
      fi
      ;;
  esac
}

# Prints the commit that the default branch was at: as it is now, it would be compared with itself. The first push has none.
find_state_before() {
  if [ -z "${BEFORE//0/}" ]; then
    echo none
    return
  fi
  # A push that rewrote the branch leaves it out of the clone.
  if git cat-file -e "$BEFORE^{commit}" 2> /dev/null || git fetch --quiet --no-tags origin "$BEFORE" >&2; then
    echo "$BEFORE"
  else
    echo "::warning title=schemactl check::the state before the push, $BEFORE, cannot be fetched: nothing is compared with it" >&2
    echo none
  fi
}

# actions/checkout fetches one commit, unless fetch-depth is 0.
fetch_history() {
  if [ "$(git rev-parse --is-shallow-repository 2> /dev/null)" != true ]; then return; fi
  local wanted
  wanted=("$(git rev-parse HEAD)")
  case "$against" in
    .* | /* | registry*) return ;;
    origin/*) wanted+=("+refs/heads/${against#origin/}:refs/remotes/$against") ;;
    *[!0-9a-f]*) wanted+=('+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*') ;;
    *) wanted+=("$against") ;;
  esac
  echo "the clone is shallow: fetching the history that the comparison needs (\`fetch-depth: 0\` of actions/checkout does the same)"
  git fetch --quiet --no-tags --unshallow origin "${wanted[@]}" || echo "git could not fetch it"
}

# Whether the branch changes anything that belongs to a workspace. What cannot be told counts as a change.
changes_schemas() {
  [ "$against" = none ] || ! git diff --quiet "$against...HEAD" -- ':(top,glob)**/schemactl.toml' ':(top,glob)**/schemactl.lock' \
    ':(top,glob)**/schemas/**' 2> /dev/null
}

# What is shown where there is no verdict: the messages, indented, so that nothing in them is markup. Those of a long run are cut.
write_messages() {
  sed 's/^/    /' "$messages" > "$messages.indented"
  { echo "### schemactl check: exit code $code, no verdict"; echo; head -c 50000 "$messages.indented"; echo; } > "$markdown"
  echo "::error title=schemactl check::exit code $code, no verdict: the messages are in the job summary"
}

write_sarif() {
  uri=$(printf '%s' "${WORKSPACE%/}/schemactl.toml" | sed -e 's/^\(\.\/\)*//' -e 's/%/%25/g' -e 's/ /%20/g' -e 's/\\/%5C/g' -e 's/"/%22/g')
  cat > "$SARIF" << END
{"\$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
  "tool": {"driver": {"name": "schemactl", "rules": [{"id": "no-verdict"}]}},
  "invocations": [{"executionSuccessful": false, "exitCode": $code}],
  "results": [{"ruleId": "no-verdict", "level": "error",
    "message": {"text": "schemactl check ended with exit code $code and has no verdict; its messages are in the job summary."},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "$uri"}, "region": {"startLine": 1}}}]}]}]}
END
}

run_check() {
  mkdir -p -- "$(dirname -- "$SARIF")"
  arguments=(--workspace "$WORKSPACE" check --against="$against" --fail-on="$FAIL_ON")
  arguments+=(--format text --format github --output "sarif=$SARIF" --output "markdown=$markdown")
  if [ -n "$POLICY" ]; then arguments+=(--policy="$POLICY"); fi
  if [ -n "$DENY" ]; then arguments+=(--deny="${DENY// /}"); fi
  code=0
  "$BINARY" "${arguments[@]}" 2> "$messages" || code=$?
  cat "$messages" >&2
}

case "$AGAINST" in
  auto | "") against=$(find_base) ;;
  *) against=$AGAINST ;;
esac
if [ "$against" != none ]; then
  fetch_history
else
  echo "nothing to compare with: only the versions in the checkout are compared with each other"
fi
if [ "$GITHUB_EVENT_NAME" = pull_request_target ] && [ "$(git rev-parse HEAD)" = "$GITHUB_SHA" ]; then
  fail "the checkout is the base branch and not the pull request, as \`on: pull_request_target\` has it: use \`on: pull_request\`"
fi
# Reports of an earlier run are none of this one.
rm -f -- "$SARIF" "$markdown"
run_check
if [ ! -f "$markdown" ]; then write_messages; fi
if [ ! -f "$SARIF" ]; then write_sarif; fi
# GitHub drops a summary of more than 1 MiB.
head -c 1000000 "$markdown" >> "$GITHUB_STEP_SUMMARY"
is_news=true
if [ "$code" = 0 ] && head -n 1 "$markdown" | grep -q ': nothing found$' && ! changes_schemas; then is_news=false; fi
{
  echo "code=$code"
  echo "markdown=$markdown"
  echo "is-news=$is_news"
} >> "$GITHUB_OUTPUT"
