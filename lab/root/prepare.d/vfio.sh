# Builds VFIO's modules of the newer kernel once more, with what Debian's kernels leave out: nothing but options of the kernel's own
# differs, so they load into Debian's kernel (its structures do not depend on these options, and it checks no versions of symbols).
#   /opt/vfio-noiommu  VFIO_NOIOMMU: vfio.ko with /dev/vfio/noiommu-N, for machines without an IOMMU
#   /opt/vfio-cdev     IOMMUFD and VFIO_DEVICE_CDEV: /dev/iommu and /dev/vfio/devices/vfioN beside the groups
# In each, the file "order" names the modules in the order to load them in, by insmod, after modprobe irqbypass.
set -euo pipefail
version=$(cat /opt/linux/new.version)
tree=/opt/linux/new
work=$(mktemp -d /opt/vfio.XXXXXX)
trap 'rm -rf "$work" /opt/linux/*/{drivers,lib}' EXIT

# Debian's headers, unpacked: installing them would bring newer libraries along, for the type information that is not built here.
release=${version%-cloud-amd64}
(cd /var/cache/apt/archives && apt-get -qq -o APT::Sandbox::User=root download -t trixie-backports \
  "linux-headers-$version" "linux-headers-$release-common" "linux-kbuild-$release")
for name in "linux-headers-$version" "linux-headers-$release-common" "linux-kbuild-$release"; do
  dpkg-deb -x /var/cache/apt/archives/"$name"_*.deb "$work/headers"
done
headers=$work/headers/usr/src/linux-headers-$version
sed -i "s|/usr/src/|$work/headers&|" "$headers/Makefile"

build() { # DIRECTORY OPTION=VALUE...
  local at=$1 option flags=''
  shift
  for option in "$@"; do
    case $option in
      *=y) flags+=" -D${option%=y}=1" ;;
      *=m) flags+=" -D${option%=m}_MODULE=1" ;;
    esac
  done
  make -s -j"$(nproc)" -C "$headers" M="$at" KCFLAGS="$flags" CONFIG_DEBUG_INFO_BTF_MODULES= KBUILD_EXTRA_SYMBOLS="$symbols" "$@" modules
}
keep() { # NAME MODULE...
  local into=/opt/$1 module
  shift
  mkdir -p "$into"
  for module in "$@"; do
    strip -g -o "$into/${module##*/}" "$module"
    echo "${module##*/}" >>"$into/order"
  done
}

symbols=
cp -r "$tree/drivers/vfio" "$work/vfio-noiommu"
build "$work/vfio-noiommu" CONFIG_VFIO_NOIOMMU=y
(cd "$work/vfio-noiommu" && keep vfio-noiommu vfio.ko vfio_iommu_type1.ko pci/vfio-pci-core.ko pci/vfio-pci.ko)

cp -r "$tree/drivers/vfio" "$work/vfio-cdev"
cp -r "$tree/drivers/iommu" "$work/iommu"
# A part of the kernel's library that only iommufd uses, and that a kernel without it lacks, goes into the module.
{
  printf '#include <linux/%s>\n' interval_tree.h interval_tree_generic.h
  sed -n '/^#ifdef CONFIG_INTERVAL_TREE_SPAN_ITER/,/^#endif/p' "$tree/lib/interval_tree.c" | sed '/^EXPORT_SYMBOL/d'
} >"$work/iommu/iommufd/span_iter.c"
echo 'iommufd-y += span_iter.o' >>"$work/iommu/iommufd/Makefile"
options=(CONFIG_IOMMUFD=m CONFIG_VFIO_DEVICE_CDEV=y CONFIG_INTERVAL_TREE_SPAN_ITER=y)
build "$work/iommu/iommufd" "${options[@]}"
symbols=$work/iommu/iommufd/Module.symvers
build "$work/vfio-cdev" "${options[@]}"
(cd "$work" && keep vfio-cdev iommu/iommufd/iommufd.ko vfio-cdev/{vfio,vfio_iommu_type1,pci/vfio-pci-core,pci/vfio-pci}.ko)
