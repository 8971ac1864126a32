#!/usr/bin/env bash
# The result of the runs in results/ as Markdown, for the page of a CI job: summary.sh [heading]
# A run that did not pass has an issue ready to file; it follows, folded.
set -euo pipefail
cd "$(dirname "$0")/../.."
shopt -s nullglob
printf '## %s\n\n' "${1:-NodeLocal DNSCache drill}"
summaries=(results/[0-9]*/summary.md)
if [ ${#summaries[@]} -eq 0 ]; then
  printf 'No run left a result: what came before it broke. The log of the job says why.\n'
fi
for summary in "${summaries[@]}"; do
  cat "$summary"
  issue=$(dirname "$summary")/issue.md
  if [ -f "$issue" ]; then
    printf '\n<details><summary>Issue, ready to file (%s)</summary>\n\n' "$issue"
    cat "$issue"
    printf '\n</details>\n'
  fi
done
