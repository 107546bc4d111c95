# Guests of the lab: Linux in QEMU, without KVM, with the lab's tools in it. Sourced by a scenario after lib.sh.
#
#   need_guests                      skips the scenario if the lab's root is not built (lab/setup builds it), or a tool is missing
#   guest_start NAME [OPTION...] [-- QEMU-ARGUMENT...]
#       Starts a guest and waits until it answers. Call it in the scenario's own shell (not in $(...)): it dies with that shell.
#       --kernel old|new   trixie's kernel (6.12) or trixie-backports' (7.x); default new. guest_kernel NAME prints the exact version
#       --memory MIB       default 512, shared (memfd), so that a vfio-user server can map it
#       --cpus N           default 1
#       --cpu MODEL        default Nehalem-v1 (SSE4.2: the least that DPDK wants)
#       --iommu            an Intel IOMMU with interrupt remapping and caching mode, for vfio-pci in the guest
#       --append WORDS     for the kernel's command line, for example "hugepages=64"
#       --cold             boots, instead of going on from the snapshot of such a guest (made at its first use; 0.5 s instead of 5 s)
#       QEMU arguments are given as they are, and make it boot cold; devices can be plugged in later instead.
#   guest NAME COMMAND [SECONDS]     runs a command (bash) in the guest: prints its output, has its exit code; 124 when it took longer (default 30 s)
#   guest_put NAME FILE PATH [SECONDS]   copies a file into the guest; execute permission is kept. FILE - is standard input
#   guest_plug NAME SOCKET [PORT [SECONDS]]   plugs a vfio-user device in, hot, at PORT (0 to 3, default 0), and waits until the guest sees it
#       There is no unplugging: QEMU 11.1.3 aborts when a vfio-user device is deleted, whatever the device (memory_region_del_subregion).
#   guest_pci NAME [PORT]                     prints the device's PCI address in the guest (0000:01:00.0)
#   guest_qmp NAME JSON...           commands for QEMU's monitor
#   guest_plug_device NAME MEMBERS [PORT [SECONDS]]  the same with another device of QEMU: members of the JSON object that device_add takes
#   guest_drive NAME IMAGE DIRECTORY [SECONDS]   plugs a file system's image in as a drive and mounts it read-only; once for a guest
#   guest_stop NAME                  ends a guest. It happens by itself at the end of the scenario
#   guest_console NAME               the file with the guest's console
#   QEMU's own messages are in $WORK/NAME.err. In the guest: /opt/linux/{old,new,current} are the kernels' selftests (current: those of the
#   running kernel), everything is root's, and all that is written is gone with the guest.
. "$(dirname "${BASH_SOURCE[0]}")/cache.sh"

GUEST_PORTS=4
declare -A GUEST_PID=()

need_guests() {
  need python3 flock setpriv
  [ -f "$LAB_IMAGE/complete" ] || skip "the guests' root is not built; lab/setup builds it (as root)"
}

guest_console() { printf '%s\n' "$WORK/$1.console"; }
guest_kernel() { guest "$1" 'uname -r'; }

# Runs a program of the lab's root without chroot: by the root's own loader, since its libc is newer than this machine's may be.
guest_qemu() {
  local lib=$LAB_SYSTEM/usr/lib/x86_64-linux-gnu
  QEMU_MODULE_DIR=$lib/qemu exec setpriv --pdeathsig KILL "$LAB_SYSTEM/lib64/ld-linux-x86-64.so.2" --library-path "$lib" \
    "$LAB_SYSTEM/usr/bin/qemu-system-x86_64" -L "$LAB_SYSTEM/usr/share/qemu" "$@"
}

guest_start() {
  local name=$1 kernel=new memory=512 cpus=1 cpu=Nehalem-v1 iommu='' append='' cold='' machine=q35 port
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --kernel) kernel=$2; shift ;;
      --memory) memory=$2; shift ;;
      --cpus) cpus=$2; shift ;;
      --cpu) cpu=$2; shift ;;
      --iommu) iommu=1 ;;
      --append) append=$2; shift ;;
      --cold) cold=1 ;;
      --) shift; break ;;
      *) echo "guest_start: unknown option $1" >&2; return 2 ;;
    esac
    shift
  done
  [ $# = 0 ] || cold=1
  # no_timer_check: on a busy machine an emulated timer may be late, for which some kernels panic.
  local args=(-nodefaults -no-user-config -display none -no-reboot -accel tcg,thread=multi -cpu "$cpu" -smp "$cpus" -m "$memory"
    -object "memory-backend-memfd,id=mem,size=${memory}M,share=on" -bios qboot.rom
    -kernel "$LAB_BASE/kernels/$kernel/vmlinux" -initrd "$LAB_IMAGE/initramfs-$kernel"
    -append "console=ttyS0 quiet loglevel=4 panic=-1 no_timer_check ${iommu:+intel_iommu=on }$append")
  [ -z "$iommu" ] || { machine=q35,kernel-irqchip=split; args+=(-device intel-iommu,intremap=on,caching-mode=on); }
  args+=(-machine "$machine,memory-backend=mem"
    -blockdev "driver=file,node-name=image,filename=$LAB_IMAGE/guest.img,read-only=on,locking=off" -device virtio-blk-pci,drive=image
    -device virtio-serial-pci -device virtserialport,chardev=agent,name=netdev.agent)
  for ((port = 0; port < GUEST_PORTS; port++)); do
    args+=(-device "pcie-root-port,id=port$port,addr=1$port.0,chassis=$((port + 1)),slot=$((port + 1))")
  done
  args+=(-device "pcie-root-port,id=drives,addr=18.0,chassis=20,slot=20")
  if [ -n "$cold" ]; then
    guest_launch "$name" "${args[@]}" "$@" && guest_ready "$name" 180
    return
  fi
  local snapshot
  snapshot=$LAB_IMAGE/snapshot-$(printf '%s\n' "${args[@]}" | sha256sum | cut -c1-16)
  [ -f "$snapshot" ] || guest_snapshot "$snapshot" "${args[@]}" || return
  guest_launch "$name" "${args[@]}" -incoming "file:$snapshot" && guest_monitor "$name" 30 resume && guest_ready "$name" 30
}

# Boots such a guest once and keeps its state. Two scenarios at once: one does it, the other waits.
guest_snapshot() { # FILE QEMU-ARGUMENT...
  local file=$1 name=snapshot
  shift
  (
    exec 8>"$LAB_IMAGE/lock" && flock -w 300 8 || exit 1
    [ ! -f "$file" ] || exit 0
    trap 'kill -KILL "${GUEST_PID[$name]:-}" 2>/dev/null; rm -f "$file.new"' EXIT
    guest_launch "$name" "$@" && guest_ready "$name" 180 && guest_monitor "$name" 60 save "$file.new" && mv "$file.new" "$file"
  )
}

# Starts QEMU with the sockets and logs of a guest.
guest_launch() { # NAME QEMU-ARGUMENT...
  local name=$1
  shift
  rm -f "$WORK/$name.agent" "$WORK/$name.qmp"
  guest_qemu "$@" -serial "file:$WORK/$name.console" -chardev "socket,id=agent,path=$WORK/$name.agent,server=on,wait=off" \
    -qmp "unix:$WORK/$name.qmp,server=on,wait=off" >>"$WORK/$name.out" 2>>"$WORK/$name.err" </dev/null 8>&- 9>&- &
  GUEST_PID[$name]=$!
  CHILDREN+=("$!")
  until_true 20 guest_up "$name" || { echo "guest $name: QEMU did not start"; cat "$WORK/$name.err"; return 1; }
}
guest_up() { [ -S "$WORK/$1.qmp" ] && [ -S "$WORK/$1.agent" ]; }

guest_ready() { # NAME SECONDS
  guest "$1" "date -s @$(date +%s) >/dev/null; dmesg -n 7" "$2" && return
  echo "guest $1 does not answer; the end of its console:"
  tail -n 20 "$WORK/$1.console"
  cat "$WORK/$1.err"
  return 1
}

guest() { # NAME COMMAND [SECONDS]
  flock -w 600 "$WORK/$1.lock" "$LAB_DIR/guest.py" run "$WORK/$1.agent" "${3:-30}" "$2"
}

guest_put() { # NAME FILE PATH [SECONDS]
  local from=$2
  [ "$from" != - ] || from=/dev/stdin
  flock -w 600 "$WORK/$1.lock" "$LAB_DIR/guest.py" put "$WORK/$1.agent" "${4:-30}" "$3" "$from"
}

guest_monitor() { # NAME SECONDS WHAT...
  local name=$1 seconds=$2 what=$3
  shift 3
  "$LAB_DIR/guest.py" "$what" "$WORK/$name.qmp" "$seconds" "$@"
}

guest_qmp() { # NAME JSON...
  local name=$1
  shift
  guest_monitor "$name" 30 qmp "$@"
}

guest_plug() { # NAME SOCKET [PORT [SECONDS]]
  local port=${3:-0}
  guest_plug_device "$1" "\"driver\":\"vfio-user-pci\",\"socket\":{\"type\":\"unix\",\"path\":\"$2\"}" "$port" "${4:-30}"
}

# The same with another device than ours: members of a JSON object as device_add wants them.
guest_plug_device() { # NAME MEMBERS [PORT [SECONDS]]
  local port=${3:-0} seconds=${4:-30}
  guest_monitor "$1" "$seconds" qmp "{\"execute\":\"device_add\",\"arguments\":{\"id\":\"nic$port\",\"bus\":\"port$port\",$2}}" >/dev/null &&
    guest "$1" "until ls -d /sys/bus/pci/devices/0000:00:1$port.0/0000:*/vendor; do sleep 0.02; done >/dev/null 2>&1" "$seconds"
}

# Hot, so that a guest's snapshot serves with any image.
guest_drive() { # NAME IMAGE DIRECTORY [SECONDS]
  guest_qmp "$1" '{"execute":"blockdev-add","arguments":{"driver":"file","node-name":"drive","filename":"'"$2"'","read-only":true,"locking":"off"}}' \
    '{"execute":"device_add","arguments":{"driver":"virtio-blk-pci","id":"drive","drive":"drive","bus":"drives"}}' >/dev/null &&
    guest "$1" "until [ -b /dev/vdb ]; do sleep 0.02; done; mkdir -p '$3' && mount -t ext4 -o ro /dev/vdb '$3'" "${4:-30}"
}

guest_pci() { # NAME [PORT]
  guest "$1" "basename /sys/bus/pci/devices/0000:00:1${2:-0}.0/0000:*:00.0"
}

guest_stop() { # NAME
  local pid=${GUEST_PID[$1]:-}
  [ -n "$pid" ] || return 0
  unset "GUEST_PID[$1]"
  guest_qmp "$1" '{"execute":"quit"}' >/dev/null 2>&1
  until_true 5 not_running "$pid" || kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  return 0
}
