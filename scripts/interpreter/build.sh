#!/usr/bin/env bash
# A CPython that runs from any folder of any Linux with glibc 2.28: build.sh MACHINE ARCHIVE
# MACHINE is x86_64 or aarch64. Built from Debian's sources (sources.list) with zig's clang, which
# links against the symbols of an old glibc. Needs a Python of the same 3.x (PYTHON), make and perl.
#   INTERPRETER_SOURCES=DIR   where the source packages are kept (default: build/interpreter)
set -euo pipefail
machine=$1
mkdir -p "$(dirname "$2")"
archive=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=$(command -v "${PYTHON:-$root/.venv/bin/python}") || { echo "没有 Python：${PYTHON:-先 make run}。" >&2; exit 1; }
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
sources=${INTERPRETER_SOURCES:-$root/build/interpreter}
glibc=2.28
jobs=$(nproc)

case $machine in x86_64 | aarch64) ;; *) echo "不认识的处理器：$machine（x86_64 或 aarch64）。" >&2; exit 1 ;; esac
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
  { echo "编译解释器要用 Python 3.11 来做：PYTHON=路径。" >&2; exit 1; }
for tool in make perl patch xz; do
  command -v $tool >/dev/null || { echo "编译解释器缺 $tool（apt-get install make perl patch xz-utils）。" >&2; exit 1; }
done
mkdir -p "$sources"
sources=$(cd "$sources" && pwd)
bash "$here/fetch.sh" "$sources"

# The paths of this machine are in nothing that is made: the same sources make the same archive.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log="$sources/build-$machine.log"
export ZIG_GLOBAL_CACHE_DIR="$work/zig-cache" ZIG_LOCAL_CACHE_DIR="$work/zig-cache"
export SOURCE_DATE_EPOCH=1577836800 PYTHONHASHSEED=0 LC_ALL=C TZ=UTC
"$python" -m pip install -q --disable-pip-version-check --require-hashes --no-deps \
  --target "$work/zig" -r "$here/requirements.txt"
mkdir -p "$work/bin" "$work/deps/include" "$work/deps/lib"
cat > "$work/bin/cc" <<EOF
#!/bin/sh
# Asked by setup.py, which would then look into this machine's own folders; and by configure.
case \$1 in
-print-multiarch) echo none; exit ;;
--print-multiarch) echo $machine-linux-gnu; exit ;;
esac
exec "$work/zig/ziglang/zig" cc -target $machine-linux-gnu.$glibc -fno-sanitize=all \
  -Wno-date-time -ffile-prefix-map=$work=. "\$@"
EOF
for one in ar ranlib; do
  printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$work/zig/ziglang/zig" $one > "$work/bin/$one"
done
printf '#!/bin/sh\nexec "%s" cc -O1 -fno-sanitize=all "$@"\n' "$work/zig/ziglang/zig" > "$work/bin/build-cc"
chmod +x "$work"/bin/*
export CC="$work/bin/cc" AR="$work/bin/ar" RANLIB="$work/bin/ranlib" CC_FOR_BUILD="$work/bin/build-cc"
# What is linked into a module stays inside of it: numpy and cryptography bring their own copies.
small="-O2 -g0 -fPIC -fvisibility=hidden"

say() { echo "== $*"; }
# By the list: beside them in the folder lie signatures, and what an earlier version was made of.
source_of() { # source_of PACKAGE orig|debian
  echo "$sources/$(grep -oE " ${1}_[^ ]*\.$2\.tar\.[a-z0-9]+$" "$here/SHA256SUMS" | cut -c2-)"
}
# Debian's source with its patches; of python3.11 only those that mend what Python does.
unpack() {
  local package=$1 into="$work/$1"
  mkdir -p "$into" "$work/debian/$package"
  tar -xf "$(source_of "$package" orig)" -C "$into" --strip-components=1
  tar -xf "$(source_of "$package" debian)" -C "$work/debian/$package"
  local patches="$work/debian/$package/debian/patches"
  [ -e "$patches/series" ] || return 0
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$patches/series" | while read -r one _; do
    if [ "$package" = python3.11 ] && grep -qxF "$one" "$here/unwanted-patches.txt"; then continue; fi
    patch -d "$into" -p1 -s --no-backup-if-mismatch < "$patches/$one"
  done
}
archived() { # archived LIBRARY OBJECT...
  "$AR" rcs "$work/deps/lib/lib$1.a" "${@:2}"
}

build_zlib() (
  cd "$work/zlib"
  "$CC" $small -D_LARGEFILE64_SOURCE=1 -DHAVE_UNISTD_H -DHAVE_STDARG_H -c \
    adler32.c compress.c crc32.c deflate.c gzclose.c gzlib.c gzread.c gzwrite.c infback.c inffast.c \
    inflate.c inftrees.c trees.c uncompr.c zutil.c
  archived z ./*.o
  cp zlib.h zconf.h "$work/deps/include/"
)
build_bzip2() (
  cd "$work/bzip2"
  "$CC" $small -D_FILE_OFFSET_BITS=64 -c \
    blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c
  archived bz2 ./*.o
  cp bzlib.h "$work/deps/include/"
)
build_xz() (
  cd "$work/xz-utils"
  CFLAGS="$small" ./configure -q --build="$build" --host="$host" --prefix="$work/deps" \
    --disable-shared --disable-xz --disable-xzdec --disable-lzmadec --disable-lzmainfo \
    --disable-scripts --disable-doc --disable-nls --disable-microlzma
  make -s -j"$jobs" && make -s install
)
build_libffi() (
  cd "$work/libffi"
  CFLAGS="$small -Wno-implicit-function-declaration" \
    ./configure -q --build="$build" --host="$host" --prefix="$work/deps" \
    --libdir="$work/deps/lib" --disable-shared --disable-docs --disable-multi-os-directory
  make -s -j"$jobs" && make -s install
)
build_expat() (
  cd "$work/expat/expat/lib"
  cat > expat_config.h <<EOF
#define BYTEORDER 1234
#define HAVE_GETRANDOM 1
#define XML_CONTEXT_BYTES 1024
#define XML_DTD 1
#define XML_GE 1
#define XML_NS 1
EOF
  "$CC" $small -I. -DHAVE_EXPAT_CONFIG_H -c xmlparse.c xmlrole.c xmltok.c random_getrandom.c
  archived expat ./*.o
  cp expat.h expat_external.h expat_config.h "$work/deps/include/"
)
build_sqlite3() (
  cd "$work/sqlite3"
  (unset CC AR RANLIB; CC="$CC_FOR_BUILD" ./configure --disable-tcl --disable-readline >/dev/null)
  make -s sqlite3.c sqlite3.h
  "$CC" $small -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_FTS3 -DSQLITE_ENABLE_FTS3_PARENTHESIS \
    -DSQLITE_ENABLE_FTS4 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_MATH_FUNCTIONS \
    -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_UNLOCK_NOTIFY \
    -DSQLITE_SECURE_DELETE -DSQLITE_MAX_VARIABLE_NUMBER=250000 -DSQLITE_MAX_SCHEMA_RETRY=25 \
    -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_USE_URI -DSQLITE_OMIT_LOAD_EXTENSION \
    -DHAVE_ISNAN -DHAVE_FDATASYNC -DHAVE_USLEEP -DHAVE_LOCALTIME_R -c sqlite3.c
  archived sqlite3 sqlite3.o
  cp sqlite3.h "$work/deps/include/"
)
build_openssl() (
  cd "$work/openssl"
  unset CC AR RANLIB
  CC="$work/bin/cc" AR="$work/bin/ar" RANLIB="$work/bin/ranlib" perl ./Configure "linux-$machine" \
    no-shared no-module no-tests no-apps no-docs no-engine no-quic no-cmp no-dtls no-sctp no-srp \
    --prefix="$work/deps" --libdir=lib --openssldir=/etc/ssl $small >/dev/null
  make -s -j"$jobs" build_libs
  make -s install_dev
)
build_python() (
  cd "$work/python3.11"
  local deps="$work/deps"
  cp "$here/sitecustomize.py" Lib/
  # Debian's patch for CVE-2026-4224 asks for inner headers: there the module is part of the program.
  sed -i '1i #define Py_BUILD_CORE_MODULE 1' Modules/pyexpat.c
  # The names of build and host differ, so that nothing of this machine is looked at or linked.
  ./configure -q --build="$build" --host="$host" --prefix=/python --with-build-python="$python" \
    --with-openssl="$deps" --with-system-expat --with-ensurepip=no \
    --without-readline --without-static-libpython --disable-test-modules --with-pymalloc \
    ac_cv_file__dev_ptmx=yes ac_cv_file__dev_ptc=no ac_cv_buggy_getaddrinfo=no PKG_CONFIG=false READELF=false \
    CPPFLAGS="-I$deps/include" LDFLAGS="-L$deps/lib -s" CFLAGS="-g0" OPT="-DNDEBUG -O3 -fwrapv" \
    LIBSQLITE3_CFLAGS="-I$deps/include" LIBSQLITE3_LIBS="-L$deps/lib -lsqlite3 -lm" \
    ZLIB_CFLAGS="-I$deps/include" ZLIB_LIBS="-L$deps/lib -lz" \
    BZIP2_CFLAGS="-I$deps/include" BZIP2_LIBS="-L$deps/lib -lbz2" \
    py_cv_module__tkinter=n/a py_cv_module__curses=n/a py_cv_module__curses_panel=n/a \
    py_cv_module__dbm=n/a py_cv_module__gdbm=n/a py_cv_module_nis=n/a py_cv_module__crypt=n/a \
    py_cv_module__uuid=n/a py_cv_module_ossaudiodev=n/a py_cv_module_readline=n/a \
    py_cv_module_xxlimited=n/a py_cv_module_xxlimited_35=n/a
  make -s -j"$jobs"
  make -s install DESTDIR="$work/installed"
)

build=$(uname -m)-build-linux-gnu host=$machine-linux-gnu
: > "$log"
for package in zlib bzip2 xz-utils libffi expat sqlite3 openssl python3.11; do
  say "$package"
  unpack "$package"
  step=build_${package%%-*}
  step=${step%%.*}
  [ "$step" = build_python3 ] && step=build_python
  # In the background and waited for: inside a condition bash would go on after a step that failed.
  "$step" >> "$log" 2>&1 &
  wait $! || { tail -30 "$log" >&2; echo "没有编译成 $package，全部经过见 $log。" >&2; exit 1; }
done

say "整理"
made="$work/made/python" lib="$work/made/python/lib/python3.11"
mkdir -p "$made/bin" "$made/licenses"
cp "$work/installed/python/bin/python3.11" "$made/bin/"
ln -s python3.11 "$made/bin/python3"
cp -r "$work/installed/python/lib" "$made/"
# What a server never runs, and what only says where it was built.
(cd "$lib" && rm -rf test idlelib tkinter turtledemo turtle.py lib2to3 ensurepip pydoc_data config-*)
rm -rf "$made/lib/pkgconfig"
find "$made" -name __pycache__ -prune -exec rm -rf {} +
sed -i -e "s|$work|.|g" -e "s|$python|python3|g" "$lib"/_sysconfigdata_*.py
# Never checked against the source again: the service cannot write there, and starts faster.
"$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash -s "$made/" "$lib" >> "$log" 2>&1

listed() { # listed PACKAGE VERSION LICENCE PURL SHA256
  printf '%s\t%s\t%s\t%s\t%s\n' "$@" >> "$made/PARTS.tsv"
}
while read -r _ package version licence text; do
  mkdir "$made/licenses/$package"
  cp "$work/$package/$text" "$work/debian/$package/debian/copyright" "$made/licenses/$package/"
  encoded=$(printf %s "$version" | sed -e 's/+/%2B/g' -e 's/:/%3A/g')
  sum=$(grep -E " ${package}_.*\.orig\.tar" "$here/SHA256SUMS" | cut -d' ' -f1)
  listed "$package" "$version" "$licence" "pkg:deb/debian/$package@$encoded?arch=source" "$sum"
done < <(grep -v '^#' "$here/sources.list")
# Its run-time (compiler-rt) and glibc's start files are linked in.
mkdir -p "$made/licenses/ziglang"
cp "$work/zig/ziglang/LICENSE" "$made/licenses/ziglang/"
cp "$work/zig/ziglang/lib/libc/glibc/LICENSES" "$made/licenses/ziglang/LICENSE.glibc"
zig=$(grep -oE '^ziglang==[0-9.]+' "$here/requirements.txt" | cut -d= -f3)
listed ziglang "$zig" MIT "pkg:pypi/ziglang@$zig" \
  "$(grep -oE 'sha256:[0-9a-f]+' "$here/requirements.txt" | cut -d: -f2)"

for lacking in _ssl _hashlib _sqlite3 _ctypes _lzma _bz2 zlib pyexpat _decimal _socket _posixsubprocess; do
  ls "$lib/lib-dynload/$lacking".*.so >/dev/null 2>&1 || {
    echo "解释器没有编译出 $lacking，全部经过见 $log。" >&2
    exit 1
  }
done
tar -C "$work/made" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
  --mode=go-w -cf - python | gzip -n9 > "$archive.part.tar.gz"
PYTHONPATH="$root" "$python" -m tools.elf --machine "$machine" --glibc "$glibc" "$archive.part.tar.gz"
mv "$archive.part.tar.gz" "$archive"
say "$archive（$(du -h "$archive" | cut -f1)，$(sha256sum < "$archive" | cut -d' ' -f1)）"
