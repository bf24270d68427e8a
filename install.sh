#!/bin/sh
# Installs igwctl: the binary, its names as a kubectl plugin, completions and man pages.
# `sh install.sh --help` says what it takes.
#
# All of it is in functions, and the one call stands in braces on the last line: a download that
# was cut off anywhere runs nothing.

set -eu

say() { printf '%s\n' "install.sh: $*" >&2; }
die() { say "$*"; exit 1; }
wrong() { say "$*"; say "--help says what it takes"; exit 2; }

usage() {
    cat <<'USAGE'
Installs igwctl.

  sh install.sh [OPTIONS]

  --to DIR         where to: DIR/bin and DIR/share
                   (default: ~/.local, for root /usr/local)
  --version X.Y.Z  that release instead of the newest
  --target TRIPLE  the build for that system instead of this one
  --base-url URL   the folder that holds igwctl-TARGET.tar.gz and
                   igwctl-TARGET.tar.gz.sha256, instead of the project's
                   releases; https: or file:
  --from-source    build the checkout in which this script stands, by cargo
  --uninstall      take away what this script installs under --to
  --help           this text

Without a release to be had, and with this script in a checkout, it builds
from source, unless --version, --target or --base-url was given. An archive
without a matching SHA-256 checksum is never installed.
USAGE
}

has() { command -v "$1" >/dev/null 2>&1; }

this_target() {
    case $(uname -s)-$(uname -m) in
        Linux-x86_64 | Linux-amd64) echo x86_64-unknown-linux-musl ;;
        Linux-aarch64 | Linux-arm64) echo aarch64-unknown-linux-musl ;;
        Darwin-arm64 | Darwin-aarch64) echo aarch64-apple-darwin ;;
        Darwin-x86_64) echo x86_64-apple-darwin ;;
        *) return 1 ;;
    esac
}

fetch() { # URL FILE
    case $1 in
        file:*)
            path=${1#file:}
            case $path in //*) path=/${path#//} ;; esac
            case $path in //*) path=${path#/} ;; esac
            cp "$path" "$2" 2>/dev/null
            ;;
        https:*)
            if has curl; then
                curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location \
                    --retry 2 --output "$2" "$1"
            elif has wget; then
                wget -q -O "$2" "$1"
            else
                say "curl or wget is needed to read it"
                return 1
            fi
            ;;
    esac
}

sum_of() { # FILE
    if has sha256sum; then
        sha256sum < "$1" | cut -d' ' -f1
    elif has shasum; then
        shasum -a 256 < "$1" | cut -d' ' -f1
    elif has openssl; then
        openssl dgst -sha256 -r < "$1" | cut -d' ' -f1
    else
        die "sha256sum, shasum or openssl is needed: nothing is installed unchecked"
    fi
}

# Before anything is fetched or built: whether there is a place for it.
may_write() {
    for folder in "$to/bin" "$to/share"; do
        while ! [ -e "$folder" ]; do
            folder=$(dirname "$folder")
        done
        if ! [ -d "$folder" ] || ! [ -w "$folder" ]; then
            die "$folder may not be written to: --to names another folder"
        fi
    done
}

# A file to its place, whole or not at all.
place() { # MODE FILE PLACE
    mkdir -p "$(dirname "$3")"
    cp "$2" "$3.new.$$"
    chmod "$1" "$3.new.$$"
    mv -f "$3.new.$$" "$3"
}

# The names under which kubectl calls it, and asks it for completions.
plugin_names='kubectl-igw kubectl_complete-igw'

install_tree() { # TREE BINARY
    mkdir -p "$to/bin" 2>/dev/null || die "$to/bin cannot be made: --to names another folder"
    place 755 "$2" "$to/bin/igwctl"
    for name in $plugin_names; do
        if [ -L "$to/bin/$name" ] || ! [ -e "$to/bin/$name" ]; then
            ln -sf igwctl "$to/bin/$name"
        else
            say "$to/bin/$name is a file of others and stays as it is"
        fi
    done
    if [ -d "$1/completions" ]; then
        place 644 "$1/completions/igwctl.bash" "$to/share/bash-completion/completions/igwctl"
        place 644 "$1/completions/_igwctl" "$to/share/zsh/site-functions/_igwctl"
        place 644 "$1/completions/igwctl.fish" "$to/share/fish/vendor_completions.d/igwctl.fish"
    fi
    for page in "$1"/man/igwctl*.1; do
        if [ -f "$page" ]; then
            place 644 "$page" "$to/share/man/man1/${page##*/}"
        fi
    done
}

# Downloads and checks; fails if there is no such archive, and ends if it is not as it should be.
have_release() {
    archive=igwctl-$target.tar.gz
    if [ -z "$base_url" ]; then
        releases=https://github.com/igwctl/igwctl/releases
        case $version in
            '') base_url=$releases/latest/download ;;
            *) base_url=$releases/download/v$version ;;
        esac
    fi
    say "reading $base_url/$archive"
    fetch "$base_url/$archive" "$scratch/$archive" || return 1
    fetch "$base_url/$archive.sha256" "$scratch/sum" ||
        die "$archive has no checksum beside it, so it is not installed"
    expected=$(cut -d' ' -f1 < "$scratch/sum" | head -n 1)
    found=$(sum_of "$scratch/$archive")
    if [ ${#found} -ne 64 ] || [ "$expected" != "$found" ]; then
        die "the checksum of $archive is $found and should be ${expected:-there}; nothing is installed"
    fi
}

install_release() {
    mkdir "$scratch/unpacked"
    gzip -dc "$scratch/$archive" | tar -xf - -C "$scratch/unpacked" ||
        die "$archive cannot be unpacked; nothing is installed"
    tree=
    for folder in "$scratch"/unpacked/igwctl-*-"$target"; do
        tree=$folder
    done
    [ -f "$tree/igwctl" ] || die "$archive holds no igwctl; nothing is installed"
    name=${tree##*/igwctl-}
    in_it=${name%"-$target"}
    if [ -n "$version" ] && [ "$in_it" != "$version" ]; then
        die "$archive is version $in_it, not $version; nothing is installed"
    fi
    install_tree "$tree" "$tree/igwctl"
}

# The checkout in which this script stands; nothing if it was piped into a shell.
checkout() {
    case $0 in
        */*) folder=$(cd "$(dirname "$0")" && pwd) ;;
        *) folder=$(pwd) ;;
    esac
    [ -f "$folder/install.sh" ] && grep -q '^name = "igwctl"$' "$folder/Cargo.toml" 2>/dev/null &&
        printf '%s\n' "$folder"
}

from_source() { # FOLDER
    has cargo || die "cargo is needed to build from source; rustup brings it"
    say "building $1"
    # In PATH, lest cargo advise to put it there.
    PATH=$PATH:$scratch/built/bin \
        cargo install --path "$1" --locked --no-track --force --root "$scratch/built"
    install_tree "$1" "$scratch/built/bin/igwctl"
}

uninstall() {
    may_write
    for name in $plugin_names; do
        if [ -L "$to/bin/$name" ]; then
            rm -f "$to/bin/$name"
        fi
    done
    rm -f "$to/bin/igwctl" \
        "$to/share/bash-completion/completions/igwctl" \
        "$to/share/zsh/site-functions/_igwctl" \
        "$to/share/fish/vendor_completions.d/igwctl.fish" \
        "$to/share/man/man1/igwctl.1" "$to/share/man/man1/igwctl-"*.1
    say "igwctl is gone from $to"
}

hints() {
    say "igwctl is in $to/bin"
    case :$PATH: in
        *:"$to/bin":*)
            first=$(command -v igwctl) || first=
            case $first in
                '' | "$to/bin/igwctl") ;;
                *) say "$first comes before it in PATH, and is what igwctl runs" ;;
            esac
            ;;
        *)
            say "$to/bin is not in PATH; for sh, bash and zsh:"
            say "  export PATH=\"$to/bin:\$PATH\""
            say "for fish:"
            say "  fish_add_path \"$to/bin\""
            ;;
    esac
    if [ -f "$to/share/zsh/site-functions/_igwctl" ]; then
        say "zsh finds its completions with $to/share/zsh/site-functions in fpath"
    fi
}

igwctl_install() {
    to='' version='' target='' base_url='' act=release
    while [ $# -gt 0 ]; do
        option=$1
        case $option in
            --to=* | --version=* | --target=* | --base-url=*)
                value=${option#*=}
                option=${option%%=*}
                ;;
            --to | --version | --target | --base-url)
                [ $# -gt 1 ] || wrong "$option needs a value"
                value=$2
                shift
                ;;
            *) value= ;;
        esac
        shift
        case $option in
            --to) to=$value ;;
            --version) version=${value#v} ;;
            --target) target=$value ;;
            --base-url) base_url=${value%/} ;;
            --from-source) act=source ;;
            --uninstall) act=uninstall ;;
            -h | --help) usage; exit 0 ;;
            *) wrong "$option: not an option" ;;
        esac
    done
    case $base_url in
        '' | https:* | file:*) ;;
        *) wrong "--base-url $base_url: neither https: nor file:" ;;
    esac
    if [ -z "$to" ]; then
        if [ "$(id -u)" -eq 0 ]; then
            to=/usr/local
        else
            to=${HOME:?HOME is not set: give --to}/.local
        fi
    fi
    case $to in
        /*) ;;
        *) to=$(pwd)/$to ;;
    esac
    if [ "$act" = uninstall ]; then
        uninstall
        exit 0
    fi

    may_write
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    source=$(checkout) || source=
    if [ "$act" = source ]; then
        [ -n "$source" ] || die "--from-source: this script stands in no checkout of igwctl"
        from_source "$source"
    else
        is_free=
        [ -n "$version$target$base_url" ] || is_free=yes
        [ -n "$target" ] || target=$(this_target) || target=
        if [ -n "$target" ] && have_release; then
            install_release
        elif [ -n "$is_free" ] && [ -n "$source" ]; then
            say "no release for this system to be had"
            from_source "$source"
        elif [ -z "$target" ]; then
            die "no release is built for $(uname -s) on $(uname -m); in a checkout, --from-source builds it"
        else
            die "no such release to be had; in a checkout, --from-source builds it"
        fi
    fi
    hints
}

{ igwctl_install "$@"; }
