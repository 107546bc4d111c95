# Guests of the lab with our command-line tool in them. Sourced by a scenario after lib.sh; it sources guest.sh.
#
#   need_java_guests                 skips the scenario if there are no guests (lab/setup), or the JDK has no jlink
#   java_guest_start NAME [OPTION... as guest_start has them]
#       Starts a guest (two processors and 1 GiB, if the options do not say otherwise) that has the command `netdev`: the CLI as `./netdev`
#       built it last and a JDK cut down to what it needs, on a read-only drive at /opt/netdev4j. Then: guest NAME 'netdev backends'.
#       In the guest NETDEV_JAVA_OPTS works, NETDEV_PLUGINS does not. A command takes two to four seconds there (without KVM).
#   java_guest_image                 makes that drive's image, if it is not there, and leaves its path in $JAVA_IMAGE
#
# Nothing is downloaded: JDK and jars are those that `./netdev` runs with. Images lie in the lab's cache, one for each state of the jars;
# those that nobody used for two hours go.
. "$(dirname "${BASH_SOURCE[0]}")/guest.sh"

# Counted up when an image is made otherwise.
JAVA_FORMAT=1
# What the CLI, its libraries and the conformance suite use; java.desktop and java.sql, which some of them could use, are left out.
JAVA_MODULES=java.base,java.compiler,java.instrument,java.logging,java.management,java.naming,java.xml,jdk.jcmd,jdk.management,jdk.unsupported
JAVA_CACHE=$LAB_CACHE/java

need_java_guests() {
  need_guests
  need mke2fs sha256sum
  "$NETDEV" --version >/dev/null 2>"$WORK/netdev.err" || { cat "$WORK/netdev.err"; echo "the CLI does not start"; exit 1; }
  local jdk
  jdk=$(<"$LAB_ROOT/.netdev/current/jdk")
  [ -x "$jdk/bin/jlink" ] || skip "$jdk has no jlink"
}

java_guest_start() { # NAME OPTION...
  local name=$1
  shift
  java_guest_image && guest_start "$name" --cpus 2 --memory 1024 "$@" && guest_drive "$name" "$JAVA_IMAGE" /opt/netdev4j &&
    guest "$name" 'ln -sfn /opt/netdev4j/bin/netdev /usr/local/bin/netdev'
}

java_guest_image() {
  local current jdk runtime key
  "$NETDEV" --version >/dev/null || return
  current=$(readlink -f "$LAB_ROOT/.netdev/current")
  jdk=$(<"$current/jdk")
  runtime=$JAVA_CACHE/runtime-$({ echo "$JAVA_FORMAT $jdk $JAVA_MODULES"; cat "$jdk/release"; } | sha256sum | cut -c1-12)
  key=$({ echo "$runtime"; declare -f java_make_image java_launcher; cd "$current" && sha256sum -- *.jar; } | sha256sum | cut -c1-12)
  JAVA_IMAGE=$JAVA_CACHE/netdev-$key.img
  mkdir -p "$JAVA_CACHE" || return
  # Two scenarios at once: one does it, the other waits.
  (
    exec 8>"$JAVA_CACHE/lock" && flock -w 300 8 || exit 1
    touch -c "$JAVA_IMAGE"
    [ ! -f "$JAVA_IMAGE" ] || exit 0
    rm -rf "$JAVA_CACHE"/new.*
    find "$JAVA_CACHE" -maxdepth 1 -name 'netdev-*.img' -mmin +120 -delete
    new=$(mktemp -d "$JAVA_CACHE/new.XXXXXX") || exit 1
    trap 'rm -rf "$new"' EXIT
    java_make_image "$current" "$jdk" "$runtime" "$new" >"$WORK/java-image.log" 2>&1 && mv "$new/image" "$JAVA_IMAGE" ||
      { echo "the image with the CLI could not be made:"; tail -n 20 "$WORK/java-image.log"; exit 1; }
  )
}

java_make_image() { # CURRENT JDK RUNTIME NEW
  local current=$1 jdk=$2 runtime=$3 new=$4 tree=$4/tree kilobytes
  if [ ! -d "$runtime" ]; then
    "$jdk/bin/jlink" --add-modules "$JAVA_MODULES" --strip-debug --no-header-files --no-man-pages --output "$new/runtime" &&
      mv -T "$new/runtime" "$runtime" || return
  fi
  mkdir -p "$tree/lib" "$tree/bin" && cp -a "$runtime" "$tree/jdk" && cp -p "$current"/*.jar "$tree/lib/" || return
  java_launcher >"$tree/bin/netdev" && chmod 755 "$tree" "$tree/bin/netdev" || return
  # What is trained here serves in the guest: names and times of the jars stay, and where they lie does not matter.
  JAVA_TRAIN="$tree/cache.aot" "$tree/bin/netdev" || return
  kilobytes=$(du -sk "$tree" | cut -f1)
  mke2fs -q -F -t ext4 -O ^has_journal -m 0 -E root_owner=0:0 -d "$tree" "$new/image" $((kilobytes * 6 / 5 + 8192))k
}

# As ../netdev starts the tool, without what finds a JDK and builds. The processor is emulated, and what the JIT makes is translated once more:
# so it compiles little, and what is trained on this machine's processor has no code in it. Options of the JVM that are given come last and win.
java_launcher() {
  cat <<'LAUNCHER'
#!/bin/bash
here=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
classpath=$(printf ':%s' "$here"/lib/*.jar)
jvm=(-XX:+UseSerialGC -XX:-UsePerfData --enable-native-access=ALL-UNNAMED -Xlog:disable -Xlog:all=error:stderr -XX:+UnlockDiagnosticVMOptions)
if [ -n "${JAVA_TRAIN:-}" ]; then
  exec "$here/jdk/bin/java" "${jvm[@]}" -XX:-AOTAdapterCaching -XX:-AOTStubCaching -XX:AOTCacheOutput="$JAVA_TRAIN" -cp "${classpath#:}" \
    org.netdev4j.cli.Training
fi
jvm+=(-XX:AOTCache="$here/cache.aot" -XX:ArchiveRelocationMode=0 -XX:-BytecodeVerificationRemote -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=5)
read -r -a extra <<<"${NETDEV_JAVA_OPTS:-}"
exec "$here/jdk/bin/java" "${jvm[@]}" "${extra[@]}" -cp "${classpath#:}" org.netdev4j.cli.Main "$@"
LAUNCHER
}
