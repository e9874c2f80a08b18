# Writes the report into one comment of the pull request: the first run creates it, later ones change it. In: MARKDOWN, IS_NEWS, NUMBER and COMMIT
# of the pull request, WORKSPACE, TOKEN and AUTHOR, and what GitHub tells every step. Out: the comment. One that cannot be written fails
# nothing: the log and the job summary say why.
set -euo pipefail
answer=$RUNNER_TEMP/schemactl.answer
request=$RUNNER_TEMP/schemactl.request
# GitHub has at most 2,500 comments on a pull request, and hands out 100 at once.
pages=25
# GitHub accepts 65,536 characters; the rest is for the marker and the last line.
longest=65000

give_up() {
  echo "::notice title=schemactl check::no comment on the pull request: $1. The report is in the job summary."
  printf '\n> No comment on the pull request: %s.\n' "$1" >> "$GITHUB_STEP_SUMMARY"
  exit 0
}

# Calls the API: METHOD PATH [FILE]. The status is left in `status`, the answer in its file. The token is not among the arguments, which every
# process of the machine can read.
call() {
  local arguments=(--silent --show-error --max-time 60 --request "$1" --output "$answer" --write-out '%{http_code}')
  if [ $# -gt 2 ]; then arguments+=(--data-binary "@$3" --header 'Content-Type: application/json'); fi
  : > "$answer"
  status=$(curl --config - "${arguments[@]}" --header 'Accept: application/vnd.github+json' \
    --header 'X-GitHub-Api-Version: 2022-11-28' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY$2" <<< "header = \"Authorization: Bearer $TOKEN\"") ||
    status="no answer"
}

# Ends the step, unless the last call was answered with a success.
require_success() {
  case "$status" in
    2??) ;;
    401 | 403 | 404)
      give_up "the token may not $1 (HTTP $status). The job needs the permission \`pull-requests: write\`, which pull requests from forks and of Dependabot never get"
      ;;
    *) give_up "GitHub did not $1 (HTTP $status: $(jq --raw-output '.message? // empty' "$answer" 2> /dev/null | head -c 200))" ;;
  esac
}

# Leaves the number of the comment in `comment`; nothing if there is none. It begins with the marker, and only its author can have written it:
# others may quote it, or write one like it.
find_comment() {
  comment=
  local page
  for ((page = 1; page <= pages; page++)); do
    call GET "/issues/$NUMBER/comments?per_page=100&page=$page"
    require_success "read its comments"
    comment=$(jq --raw-output --arg marker "$marker" --arg author "$AUTHOR" \
      '[.[] | select(.user.login == $author and (.body // "" | startswith($marker)))] | first | .id // empty' "$answer" | tr -d '\r')
    if [ -n "$comment" ] || [ "$(jq length "$answer" | tr -d '\r')" -lt 100 ]; then return; fi
  done
}

if [ -z "$NUMBER" ]; then exit 0; fi
for program in curl jq; do
  command -v "$program" > /dev/null || give_up "$program is not on PATH"
done
# A comment for each workspace that the action is used for: two jobs do not write over each other.
marker="<!-- schemactl check: ${WORKSPACE//[^A-Za-z0-9._\/-]/_} -->"
log=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID
find_comment
if [ -z "$comment" ] && [ "$IS_NEWS" != true ]; then
  echo "no comment: the pull request changes no schema, and nothing was found"
  exit 0
fi
jq --null-input --rawfile report "$MARKDOWN" --arg marker "$marker" --arg footer "<sub>$COMMIT · [log]($log)</sub>" --argjson longest "$longest" '
  ($longest - ($marker + $footer | length)) as $room
  | ($report | if length > $room then .[:$room - 100] + "\n\n… The whole report is in the job summary.\n" else . end) as $report
  | {body: ($marker + "\n" + $report + "\n" + $footer)}' > "$request"
if [ -n "$comment" ]; then
  call PATCH "/issues/comments/$comment" "$request"
  # Somebody has deleted it since.
  if [ "$status" = 404 ]; then comment=; fi
fi
if [ -z "$comment" ]; then call POST "/issues/$NUMBER/comments" "$request"; fi
require_success "write it"
jq --raw-output '"comment: " + (.html_url // "")' "$answer"
