# Sourced by this project's commands (bash). It finds the checkout, keeps everything that is written
# inside `.build`, installs what the machine lacks, and sees to it that no process is left behind.

set -u -o pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# SwiftPM leaves an empty folder in TMPDIR for every command; these go when the command ends. The path
# stays short, because a test may put a Unix socket there, whose name has room for 107 bytes.
temporary=$(mktemp -d "${TMPDIR:-/tmp}/parley.XXXXXX") || exit 1

session=

# Runs a command, and waits for it, in a session of its own: SwiftPM gives every compiler a process
# group of its own, so killing a group, let alone SwiftPM alone, would leave compilers at work.
# `setpriv` covers the case that nothing here can: that this very shell is killed by SIGKILL.
# XDG_CACHE_HOME, because SwiftPM and clang would otherwise write to the home folder, and there may be none.
guarded() {
    XDG_CACHE_HOME="$root/.build/cache" TMPDIR="$temporary" setsid setpriv --pdeathsig INT -- "$@" </dev/null &
    session=$!
    wait "$session"
    local status=$?
    end_session
    return $status
}

# Kills whatever `guarded` started and is still there.
end_session() {
    [ -n "$session" ] || return 0
    local stat line fields
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        # After the command's name, which may hold anything: state, parent, group, session.
        read -r -a fields <<<"${line##*) }"
        [ "${fields[3]}" != "$session" ] || kill -KILL "${line%% *}" 2>/dev/null
    done
    session=
}

clean_up() {
    end_session
    rm -rf "$temporary"
}

trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '%s\n' "$*"; }

fail() {
    say "$*" >&2
    exit 1
}

# What must work before anything can be built, and the Debian 12 packages that make it work.
find_lacking() {
    lacking=()
    provided_by() {
        local packages=$1
        shift
        "$@" >/dev/null 2>&1 || read -r -a lacking <<<"${lacking[*]} $packages"
    }
    # Swift's own commands: the libraries they load, and what they link programs with. libstdc++ is for
    # programs that carry Swift's runtime in them, and for the fuzzer.
    provided_by "libncurses6 libcurl4 libxml2 libsqlite3-0" swift package --version
    provided_by "binutils" command -v ld.gold
    provided_by "libc6-dev" test -e /usr/include/stdlib.h
    provided_by "libstdc++-12-dev" compgen -G '/usr/lib/gcc/*/*/libstdc++.so'
    # Parley itself.
    provided_by "pkg-config" command -v pkg-config
    provided_by "libsodium-dev" pkg-config --exists libsodium
    provided_by "libsqlite3-dev" pkg-config --exists sqlite3
    # The checks.
    provided_by "python3" python3 -c 'import json'
    # The system's own, which sees the system's packages.
    provided_by "python3-aiosmtpd" /usr/bin/python3 -c 'import aiosmtpd'
}

# Installs what is missing, by apt; where all is there, nothing happens and nothing is asked of the network.
install_lacking() {
    command -v swift >/dev/null || fail "Parley is written in Swift 6.3, and there is no 'swift' here: https://www.swift.org/install"
    find_lacking
    [ ${#lacking[@]} -gt 0 ] || return 0

    command -v apt-get >/dev/null || fail "Missing here, by the names of their Debian packages: ${lacking[*]}." \
        "Install what your system calls them, and start again."
    apt_can_install || fail "Missing here: ${lacking[*]}. As root: apt-get install ${lacking[*]}"
    apt_install "${lacking[@]}" || fail "apt-get could not install ${lacking[*]}"
    find_lacking
    [ ${#lacking[@]} = 0 ] || fail "Installed, and yet it does not work: ${lacking[*]}"
}

apt_can_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }
}

apt_install() {
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    # A root shell made by `su` has no sbin in its path, and dpkg insists on it.
    as_root+=(env DEBIAN_FRONTEND=noninteractive "PATH=$PATH:/usr/sbin:/sbin")
    say "Installing by apt-get: $*"
    # A source that is out of reach need not be one that is needed here.
    "${as_root[@]}" apt-get update -qq || say "apt-get update failed; trying with what it knows"
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >"$temporary/apt.log" 2>&1 ||
        { cat "$temporary/apt.log" >&2; return 1; }
}
