# Builds what the kernels' selftests of network drivers need: their helpers in C and BPF, by the kernels' own makefiles.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
for tree in /opt/linux/*/; do
  tree=${tree%/}
  selftests=$tree/tools/testing/selftests
  # The generators of netlink code look for this file upwards, without end.
  touch "$tree/MAINTAINERS"
  for part in net/lib drivers/net drivers/net/hw; do
    # One helper that does not build costs the tests that need it, which then say so.
    timeout 300 make -s -k -j"$(nproc)" -C "$selftests/$part" || echo "selftests: not all of $part of $tree was built"
    rm -rf "$selftests/$part/tools"
  done
  python3 -m compileall -q "$tree/tools/net/ynl" "$selftests/net/lib" "$selftests/drivers/net" || true
  [ -x "$selftests/net/lib/csum" ] || [ -x "$selftests/drivers/net/hw/csum" ] || { echo "selftests: no csum in $tree"; exit 1; }
done
