#!/bin/sh
# Installs the system parts named as arguments when they are missing, or says which command does it and fails.
set -eu

missing=""
for part in "$@"; do
    case "$part" in
        chromium) command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="$missing chromium" ;;
        postgresql)
            command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
            ;;
        node)
            version=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/') || version=""
            if [ "${version:-0}" -lt 20 ] || ! command -v npm >/dev/null 2>&1; then missing="$missing nodejs npm"; fi
            ;;
        venv) missing="$missing python3-venv" ;;
        *) echo "need.sh: unknown part: $part" >&2; exit 2 ;;
    esac
done
[ -n "$missing" ] || exit 0

command="apt-get install -y --no-install-recommends$missing"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing:$missing. This machine has no apt-get; install them with its own package manager." >&2
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
export DEBIAN_FRONTEND=noninteractive
# The package lists of a fresh machine may be old or absent.
$sudo apt-get update -q >/dev/null </dev/null
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive $command </dev/null

case "$missing" in
    *nodejs*)
        version=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
        if [ "$version" -lt 20 ]; then
            echo "The system's Node.js is version $version; the JavaScript checks need 20 or newer." >&2
            exit 1
        fi
        ;;
esac
