# The compilers that the next scripts use; without-compilers.sh takes them away again, so that the guest's image stays small.
set -euo pipefail
apt() { apt-get -qq -y -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 -o APT::Keep-Downloaded-Packages=true --no-install-recommends "$@"; }
dpkg-query -W -f '${Package}\n' | sort >/opt/packages-before
apt install binutils clang gcc libc6-dev libelf-dev make zlib1g-dev
apt -t trixie-backports install linux-libc-dev
