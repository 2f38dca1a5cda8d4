#!/bin/sh
# Lays out the image's file system below target/image: a Java runtime of the modules that are needed, what of the C library it
# is linked with, and the bridge. Run by the profile image; the same input gives the same bits.
#   assemble.sh JAVA_HOME TARGET [no-archive]
set -eu
umask 022
java_home=$1
target=$2
source=$(cd "$(dirname "$0")/../.." && pwd)
out=$target/image
jre=$out/system/opt/jre

# java.desktop holds java.beans, which Quartz and Camel read properties with; its windows are thrown away below.
modules=java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.rmi
modules=$modules,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management
modules=$modules,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

rm -rf "$out"
mkdir -p "$out/system/etc" "$out/system/opt" "$out/system/tmp" "$out/lib/app/lib" "$out/app/app/data"

"$java_home/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
    --compress=2 --output "$jre"
rm -f "$jre"/lib/libawt*.so "$jre"/lib/libfontmanager.so "$jre"/lib/libfreetype.so "$jre"/lib/libjavajpeg.so \
    "$jre"/lib/libjawt.so "$jre"/lib/liblcms.so "$jre"/lib/libmlib_image.so "$jre"/lib/libsplashscreen.so \
    "$jre"/lib/libjsound.so "$jre"/lib/psfont*
# Distributions link these two to files of their own.
for file in lib/security/cacerts lib/security/blocked.certs; do
    if [ -e "$java_home/$file" ]; then
        rm -f "$jre/$file"
        cp -L "$java_home/$file" "$jre/$file"
    fi
done

# The loader and all libraries at the places where the loader looks for them.
for binary in "$jre"/bin/* "$jre"/lib/*.so "$jre"/lib/server/*.so "$jre"/lib/jspawnhelper; do
    ldd "$binary" 2>/dev/null || true
done | awk '$1 ~ /^\// { print $1 } $3 ~ /^\// { print $3 }' | sort -u | while read -r library; do
    case $library in
        "$jre"/*) ;;
        *)
            mkdir -p "$out/system$(dirname "$library")"
            cp -L "$library" "$out/system$library"
            ;;
    esac
done
# Looked up when a name is resolved, where they are not in libc itself.
libc=$(ldd "$jre/bin/java" | awk '$1 ~ /^libc\.so/ { print $3 }')
for name in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
    if [ -e "$(dirname "$libc")/$name" ]; then
        cp -L "$(dirname "$libc")/$name" "$out/system$(dirname "$libc")/$name"
    fi
done

# Without it, what is no ASCII would be printed as a question mark.
if [ -d /usr/lib/locale/C.utf8 ]; then
    mkdir -p "$out/system/usr/lib/locale"
    cp -RL /usr/lib/locale/C.utf8 "$out/system/usr/lib/locale/"
fi

printf 'root:x:0:0:root:/:/sbin/nologin\nwfm:x:10001:10001:wfm-bridge:/app:/sbin/nologin\n' >"$out/system/etc/passwd"
printf 'root:x:0:\nwfm:x:10001:\n' >"$out/system/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$out/system/etc/nsswitch.conf"

cp "$target"/lib/*.jar "$out/lib/app/lib/"
cp "$target/wfm-bridge.jar" "$target/wfm-bridge-sbom.json" "$out/app/app/"
cp -R "$source/routes" "$source/config" "$out/app/app/"
cp "$source/LICENSE" "$source/src/image/bridge" "$out/app/app/"
# One mode for all, whatever the checkout had; what is to be executable is said in pom.xml.
find "$out" -type d -exec chmod 755 {} +
find "$out" -type f -exec chmod u=rw,go=r {} +

# The archive of classes, which halves the time of a start. Java takes it only if the jars have the same names, sizes and times as
# when it was made: so it is made by the image's own Java, with the names relative to /app, and the times that the image gives them.
mkdir -p "$out/archive/app"
if [ "${3:-}" != no-archive ]; then
    chmod u+x "$jre/bin/java"
    find "$out/lib" "$out/app" -type f -exec touch -d @1 {} +
    work=$target/image-archive
    rm -rf "$work"
    mkdir -p "$work"
    for part in "$out/app/app/wfm-bridge.jar" "$out/lib/app/lib" "$out/app/app/routes" "$out/app/app/config"; do
        # Copies: Java looks for what the manifest names beside the file that a link leads to.
        cp -Rp "$part" "$work/"
    done
    cd "$work"
    "$jre/bin/java" -XX:DumpLoadedClassList="$work/classes" -XX:-UsePerfData -jar wfm-bridge.jar \
        sandbox --mapping config/sandbox/mapping-small.yaml --data-dir "$work/data" >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        exit 1
    }
    grep -v '^#' "$work/classes" | LC_ALL=C sort -u >"$work/sorted"
    "$jre/bin/java" -Xshare:dump -XX:SharedClassListFile="$work/sorted" -XX:SharedArchiveFile="$out/archive/app/wfm-bridge.jsa" \
        -Xlog:disable -Xlog:all=error:stderr -jar wfm-bridge.jar
    rm -rf "$work"
    chmod 444 "$out/archive/app/wfm-bridge.jsa"
fi
