# Where the lab's root and guest images lie. Sourced by lab/root/build, which makes them, and by lab/guest.sh, which uses them.
# The directories are named after what they are made from, so that a changed list gives new ones.
LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_CACHE=${NETDEV_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/netdev4j/lab}

lab_key() { (cd "$LAB_DIR" && find "$@" -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-12); }

# Counted up when lab/root/build makes something else of the same lists.
LAB_FORMAT=1
LAB_BASE=$LAB_CACHE/base-$LAB_FORMAT-$(lab_key root/packages root/kernels root/sources root/prepare.d)
LAB_IMAGE=$LAB_BASE/image-$(lab_key root/exclude root/guest)
LAB_SYSTEM=$LAB_BASE/root
