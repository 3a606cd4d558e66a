#!/usr/bin/env bash
# Install an aarch64 bundle on a small Debian of that processor, which qemu plays, and start it:
#   scripts/try-aarch64.sh dist/drafting-…-linux-aarch64.tar.gz
# No Python, no compiler, no network in there; nothing of this machine is changed: the packages are
# unpacked into a folder that goes away, the processor is known in a namespace of its own only.
# Needs Debian, apt and a kernel whose user namespaces have their own binfmt_misc (6.7 or newer).
set -euo pipefail
bundle=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
suite=${SUITE:-bullseye}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root="$work/root"

archive=$(apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | head -1)
[ -n "$archive" ] || { echo "这台机器没有设置 Debian 软件源。" >&2; exit 1; }
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/packages" "$root"
key=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [arch=amd64,arm64 signed-by=$key] $archive $suite main" > "$work/sources.list"
settings=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
  -o Dir::State::status=/dev/null -o APT::Architectures::=amd64 -o APT::Architectures::=arm64)
apt-get "${settings[@]}" -qq update
# tar as this machine's own: qemu 7.2 answers one of its questions wrongly.
foreign=(libc6 libc-bin libgcc-s1 libstdc++6 zlib1g dash coreutils grep sed gzip findutils
  libselinux1 libpcre2-8-0 libpcre3 libacl1 libattr1 libgmp10 libcrypt1)
cd "$work/packages"
apt-get "${settings[@]}" -qq download "${foreign[@]/%/:arm64}" busybox-static:amd64
(apt-get -qq download qemu-user-static)
for package in ./*_arm64.deb; do dpkg-deb -x "$package" "$root"; done
mkdir "$work/tools"
for package in ./busybox*.deb ./qemu*.deb; do dpkg-deb -x "$package" "$work/tools"; done

mkdir -p "$root"/{dev,proc,tmp,opt,srv/bundle,etc,root,bin}
[ -e "$root/bin/sh" ] || ln -s dash "$root/bin/sh"
[ -e "$root/lib/ld-linux-aarch64.so.1" ] || ln -s usr/lib/ld-linux-aarch64.so.1 "$root/lib/"
echo root:x:0:0:root:/root:/bin/sh > "$root/etc/passwd"
echo root:x:0: > "$root/etc/group"
cp "$work/tools/bin/busybox" "$root/bin/busybox-here"
printf '#!/bin/sh\nexec /bin/busybox-here tar -xz -f "$2" -o -C "$5"\n' > "$root/bin/tar"
chmod +x "$root/bin/tar"
tar -xzf "$bundle" --no-same-owner --strip-components=1 -C "$root/srv/bundle"
cat > "$root/srv/try.sh" <<'EOF'
set -e
program="/opt/提案 助手" data="/srv/数据 目录"
echo "$(uname -m)，$(getconf GNU_LIBC_VERSION)"
sh /srv/bundle/install.sh --prefix "$program" --data "$data" --no-service
"$program/current/bin/python" -c '
import platform, sqlite3, ssl
import cffi, cryptography.hazmat.primitives.ciphers, docx, lxml.etree, markupsafe, msgspec
import numpy, openpyxl, PIL._imaging, pypdfium2, rjieba
assert numpy.dot([1.0, 2.0], [3.0, 4.0]) == 11.0
print(platform.machine(), platform.python_version(), ssl.OPENSSL_VERSION, sqlite3.sqlite_version)'
"$program/current/bin/drafting" --data "$data" doctor | head -n 5
"$program/current/bin/drafting" --data "$data" read \
  "$program"/current/lib/python3.11/site-packages/corpus/samples/proposals/kehou-jiaqi-fuwu.txt | head -n 8
"$program/current/bin/python" "$program/current/answers.py" --trial "$program/current/bin/drafting"
echo 答出了页面
EOF
cat > "$work/enter.sh" <<'EOF'
set -e
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
head='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
printf '%s' ":aarch64:M::$head:$mask:$2:F" > /proc/sys/fs/binfmt_misc/register
ip link set lo up
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/tmp"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 chroot "$1" /bin/sh /srv/try.sh
EOF
time timeout 1800 unshare -U -r -m -n -p -f --mount-proc \
  sh "$work/enter.sh" "$root" "$work/tools/usr/bin/qemu-aarch64-static"
