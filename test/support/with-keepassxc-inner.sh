#!/usr/bin/env bash
# with-keepassxc-inner.sh - run a command against KeePassXC as the Secret Service of a private session.
#
#   WK_STATE=absent with-keyring.sh bash with-keepassxc-inner.sh CMD [ARG...]
#
# Exit code is CMD's. with-keyring.sh gives the bus and the empty HOME, which it removes afterwards.
# Needs (Debian/Ubuntu): apt-get install -y --no-install-recommends keepassxc xxd libsecret-tools
# Exit 125: could not start (reason on stderr).
set -u
umask 077
me=${0##*/}
fail() { printf '%s: %s\n' "$me" "$*" >&2; exit 125; }
[ $# -gt 0 ] || fail "usage: $me CMD [ARG...]"
for t in keepassxc keepassxc-cli xxd base64 dbus-send secret-tool; do
  command -v "$t" >/dev/null 2>&1 ||
    fail "$t is missing (Debian/Ubuntu: apt-get install -y --no-install-recommends keepassxc xxd libsecret-tools)"
done

dir=$HOME/keepassxc
mkdir -p "$dir" || fail "no folder $dir"
# A database whose root group is offered to other programs, which only its user can switch on by hand.
hex=0102030405060708090a0b0c0d0e0f10
uuid="{01020304-0506-0708-090a-0b0c0d0e0f10}"
cat >"$dir/new.xml" <<XML
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile>
  <Meta>
    <Generator>tests</Generator><DatabaseName>tests</DatabaseName><RecycleBinEnabled>False</RecycleBinEnabled>
    <CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>$uuid</Value></Item></CustomData>
  </Meta>
  <Root><Group><UUID>$(printf %s $hex | xxd -r -p | base64)</UUID><Name>Root</Name></Group></Root>
</KeePassFile>
XML
cat >"$dir/settings.ini" <<INI
[General]
ConfigVersion=2
SingleInstance=false
UpdateCheckMessageShown=true
[GUI]
CheckForUpdates=false
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmAccessItem=false
ConfirmDeleteItem=false
[Security]
IconDownloadFallback=false
INI
printf 'pw\npw\n' | keepassxc-cli import -p -t 100 "$dir/new.xml" "$dir/tests.kdbx" >"$dir/log" 2>&1 ||
  { cat "$dir/log" >&2; fail "the database could not be made"; }

# It ends when this script is killed outright, too (pdeathsig), so nothing is left behind.
printf 'pw\n' | QT_QPA_PLATFORM=offscreen setpriv --pdeathsig TERM \
  keepassxc --config "$dir/settings.ini" --localconfig "$dir/local.ini" --pw-stdin "$dir/tests.kdbx" \
  >"$dir/log" 2>&1 &
keepass=$!
# At once: asked to end, it takes seconds to write what is thrown away with the folder.
stop() { kill -KILL "$keepass" 2>/dev/null; wait "$keepass" 2>/dev/null; }
trap stop EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM

default() { # the path of the default collection
  local path
  path=$(dbus-send --session --print-reply=literal --dest=org.freedesktop.secrets \
    /org/freedesktop/secrets org.freedesktop.Secret.Service.ReadAlias string:default) || return 1
  path=${path//[[:space:]]/}
  [ -n "$path" ] && [ "$path" != / ]
}
# It names its collection before it can keep anything: only what was stored and found again proves it.
keeps() {
  local found
  printf ready | timeout 1 secret-tool store --label=ready tests ready &&
    found=$(timeout 1 secret-tool lookup tests ready) && [ "$found" = ready ] &&
    timeout 1 secret-tool clear tests ready
}
end=$((SECONDS + ${WK_TIMEOUT:-20}))
until default 2>/dev/null && keeps 2>/dev/null; do
  kill -0 "$keepass" 2>/dev/null || { cat "$dir/log" >&2; fail "keepassxc ended early"; }
  [ $SECONDS -lt $end ] || { cat "$dir/log" >&2; fail "keepassxc was not ready in time"; }
  sleep 0.05
done

"$@" <&0 &
child=$!
for s in HUP INT TERM; do trap "sig=1; kill -$s $child 2>/dev/null" "$s"; done
while :; do sig=; wait "$child"; rc=$?; [ -n "$sig" ] || break; done   # a trap ends wait early: wait again
exit $rc
