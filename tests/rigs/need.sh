#!/bin/sh
# Installs the system parts named as arguments when they are missing, or says which command does it and fails.
set -eu

is_there() {
    case "$1" in
        chromium)
            # Asked for its version because Ubuntu's command of this name may be a stub that only advertises a snap.
            for name in chromium chromium-browser google-chrome; do
                if "$name" --version >/dev/null 2>&1; then return 0; fi
            done
            return 1
            ;;
        postgresql) command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
        poppler-utils) command -v pdftoppm >/dev/null 2>&1 ;;
        redis-server) command -v redis-server >/dev/null 2>&1 ;;
        python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        node)
            version=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
            [ "${version:-0}" -ge 20 ] && command -v npm >/dev/null 2>&1
            ;;
        *)
            echo "need.sh: unknown part: $1" >&2
            exit 2
            ;;
    esac
}

missing=""
for part in "$@"; do
    is_there "$part" || missing="$missing $part"
done
[ -n "$missing" ] || exit 0

command="apt-get install -y --no-install-recommends$missing"
if [ "$missing" = " node" ]; then
    # The system's package is often too old; the Makefile puts one into the environment instead.
    exit 1
elif ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing:$missing. This machine has no apt-get; please install them with its own package manager." >&2
    exit 1
elif [ "$(id -u)" -eq 0 ]; then
    sudo=""
elif sudo -n true 2>/dev/null; then
    sudo="sudo"
else
    echo "Missing:$missing. Please run:  sudo $command" >&2
    exit 1
fi

echo "Installing:$missing"
# The package lists of a fresh machine may be old or absent.
$sudo apt-get update -q >/dev/null </dev/null
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive $command </dev/null

for part in $missing; do
    if ! is_there "$part"; then
        echo "$part is installed and still does not work. On Ubuntu, where chromium is a snap, install google-chrome-stable." >&2
        exit 1
    fi
done
