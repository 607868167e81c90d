# Types what stands in "$doc/N.sh" for each line "N STATUS" of the standard input, and says "N EXITCODE".
set -o pipefail

printf '#!/bin/sh\nexec dotnet "%s" "$@"\n' "$program" >agent-factory
chmod +x agent-factory

# An answer that is a problem is a failure, unless the page says which one it is.
curl() {
  command curl --dump-header "$doc/headers" "$@" || return
  local status
  status=$(sed -nE 's/^HTTP[^ ]+ ([0-9]+).*/\1/p' "$doc/headers" | tail -n 1)
  if [ "$doc_status" = any ]; then [ "$status" -lt 400 ]; else [ "$status" = "$doc_status" ]; fi || return 22
}

while read -r doc_n doc_status; do
  eval "$(<"$doc/$doc_n.sh")" >"$doc/$doc_n.out" 2>&1 </dev/null
  echo "$doc_n $?"
done
kill $(jobs -p) 2>/dev/null
wait
