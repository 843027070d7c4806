#!/bin/sh
# render.sh MANIFEST: providers.yaml (through yq) or providers.json to OpenCode's two files, with jq and
# envsubst. The config is made as a whole; in auth.json all other logins stay. Each file is written only
# when it changes. keys.sh and auth.json.tmpl lie in the working folder, a line for each provider.
set -eu
umask 077
config=$XDG_CONFIG_HOME/opencode/opencode.json
auth=$XDG_DATA_HOME/opencode/auth.json

replace() {
  if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

case $1 in
  *.yaml) yq -f "${0%/*}/opencode.jq" "$1" >"$config.new" ;;
  *) jq -f "${0%/*}/opencode.jq" "$1" >"$config.new" ;;
esac
chmod 644 "$config.new"
replace "$config"

. ./keys.sh
[ -e "$auth" ] || echo '{}' >"$auth"
envsubst <auth.json.tmpl | jq -s '.[0] * .[1]' "$auth" - >"$auth.new"
replace "$auth"
