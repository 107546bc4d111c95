# Takes away what compilers.sh installed.
set -euo pipefail
apt() { apt-get -qq -y -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 --no-install-recommends "$@"; }
mapfile -t added < <(comm -13 /opt/packages-before <(dpkg-query -W -f '${Package}\n' | sort))
apt purge "${added[@]}"
rm -f /opt/packages-before
