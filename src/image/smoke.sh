#!/bin/bash
# Unpacks target/wfm-bridge-image.tar and runs it as a container engine would, without one: as uid 10001, its file system read-only
# but for /app/data and /tmp, with the entry point, variables and folder that the image names. Needs root and util-linux, python3 to read
# the image's own description, and openssl for the proof of TLS.
#   src/image/smoke.sh [TAR]
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
tar=${1:-$here/target/wfm-bridge-image.tar}

if [ "$(id -u)" != 0 ]; then
    echo "smoke.sh: needs root, for chroot and mounts" >&2
    exit 1
fi
# Mounts of its own, which end with it.
if [ "${SMOKE_UNSHARED:-}" != yes ]; then
    SMOKE_UNSHARED=yes exec unshare --mount --propagation private -- "$0" "$tar"
fi

work=$(mktemp -d)
trap 'umount -R "$work/unpacked" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/image" "$work/unpacked"
tar -xf "$tar" -C "$work/image"
# Config and layers, in order, by the image's own list.
python3 - "$work/image" >"$work/plan" <<'EOF'
import json, shlex, sys
folder = sys.argv[1]
manifest = json.load(open(folder + "/manifest.json"))[0]
config = json.load(open(folder + "/" + manifest["Config"]))["config"]
assert config["User"] == "10001:10001", config["User"]
assert config["Cmd"] == ["run"], config["Cmd"]
print("layers=(%s)" % " ".join(map(shlex.quote, manifest["Layers"])))
print("entry=(%s)" % " ".join(map(shlex.quote, config["Entrypoint"])))
print("env=(%s)" % " ".join(map(shlex.quote, config["Env"])))
print("folder=%s" % shlex.quote(config["WorkingDir"]))
EOF
# shellcheck disable=SC1091
. "$work/plan"
for layer in "${layers[@]}"; do
    tar -xf "$work/image/$layer" -C "$work/unpacked" --same-permissions --warning=no-unknown-keyword
done

# No program may be owned by, or be writable for, the one that runs it.
if find "$work/unpacked" \( -user 10001 -o -type f -perm /022 \) | grep -q .; then
    echo "smoke.sh: files that the user could change:" >&2
    find "$work/unpacked" \( -user 10001 -o -type f -perm /022 \) | head >&2
    exit 1
fi
test -s "$work/unpacked/app/wfm-bridge-sbom.json"
test -s "$work/unpacked/opt/jre/lib/security/cacerts"

mkdir -p "$work/unpacked/proc" "$work/unpacked/dev"
mount --bind "$work/unpacked" "$work/unpacked"
mount --bind /proc "$work/unpacked/proc"
mount --bind /dev "$work/unpacked/dev"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$work/unpacked/tmp"
mount -t tmpfs -o mode=0700,uid=10001,gid=10001 tmpfs "$work/unpacked/app/data"

run() {
    local variables=()
    while [[ ${1:-} == *=* ]]; do
        variables+=("$1")
        shift
    done
    inside "${variables[@]}" "${entry[@]}" "$@"
}

# A program in the container, in its folder, with its variables and those that come first here.
inside() {
    local variables=()
    while [[ ${1:-} == *=* ]]; do
        variables+=("$1")
        shift
    done
    env -i "${env[@]}" "${variables[@]}" /usr/bin/unshare --root "$work/unpacked" --wd "$folder" --setgid 10001 --setuid 10001 "$@"
}
mount -o remount,bind,ro "$work/unpacked"
if /usr/sbin/chroot --userspec=10001:10001 "$work/unpacked" /opt/jre/bin/java -version 2>&1 \
    | grep -q "openjdk version"; then
    echo "✓ the Java runtime starts as uid 10001"
else
    echo "✗ the Java runtime does not start" >&2
    exit 1
fi
if touch "$work/unpacked/app/x" 2>/dev/null; then
    echo "✗ the file system is not read-only" >&2
    exit 1
fi
echo "✓ the file system is read-only"

run sandbox
echo "✓ sandbox ends with exit status 0"
test -s "$work/unpacked/app/data/sandbox/runs/latest.json"

# As docs/runbook.md says it for containers.
inside BRIDGE_DATA_DIR=data/sandbox /opt/jre/bin/java @bridge report >"$work/report"
grep -q "^In step" "$work/report"
inside BRIDGE_DATA_DIR=data/sandbox /opt/jre/bin/java @bridge report --list | grep -q "  once  "
echo "✓ java @bridge report prints the pass"

loaded=$(inside /opt/jre/bin/java -Xlog:class+load @bridge --version | grep -c "source: shared objects file" || true)
if [ -e "$work/unpacked/app/wfm-bridge.jsa" ] && [ "$loaded" -lt 500 ]; then
    echo "✗ the archive of classes is there and is not used: $loaded classes come from it" >&2
    exit 1
fi
echo "✓ $loaded classes of a short start come from the archive"

# TLS: a server on loopback whose certificate nobody trusts must be refused for that reason, and no other; with its certificate as the
# trust store the same call goes through, and is answered with what is no API.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
cp "$work/cert.pem" "$work/unpacked/tmp/cert.pem"
chmod 644 "$work/unpacked/tmp/cert.pem"
python3 - "$work" >"$work/port" <<'EOF' &
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        open(sys.argv[1] + "/received", "a").write(self.path + "\n")
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_GET = do_POST
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/cert.pem", sys.argv[1] + "/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
EOF
server=$!
trap 'kill $server 2>/dev/null || true; umount -R "$work/unpacked" 2>/dev/null || true; rm -rf "$work"' EXIT
until [ -s "$work/port" ]; do
    kill -0 $server
    sleep 0.1
done
port=$(cat "$work/port")
cat >"$work/unpacked/tmp/mapping.yaml" <<EOF
organizations:
  acme:
    id: 8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11
    apiUrl: https://localhost:$port
    loginUrl: https://localhost:$port
    clientId: id
    clientSecret: secret
groups:
  - zendeskGroup: Support
    organization: acme
    scheduleId: sched-1
    status: APPROVED
EOF
chmod 644 "$work/unpacked/tmp/mapping.yaml"
check() {
    run "ZENDESK_URL=https://localhost:$port" ZENDESK_CLIENT_ID=id ZENDESK_CLIENT_SECRET=secret HTTP_BACKOFF=1ms-1ms \
        BRIDGE_MAPPING=/tmp/mapping.yaml "$@" check 2>&1 || true
}
: >"$work/received"
check >"$work/untrusted"
if [ -s "$work/received" ] || ! grep -i "^✗ Zendesk.*\(certificate\|TLS\)" "$work/untrusted"; then
    echo "✗ a certificate that nobody signed is to be refused, and said so:" >&2
    cat "$work/untrusted" >&2
    exit 1
fi
check HTTP_TRUST_STORE=/tmp/cert.pem >"$work/trusted"
if ! grep -q /oauth/tokens "$work/received" || ! grep "^✗ Zendesk.*401" "$work/trusted"; then
    echo "✗ a certificate that is trusted is to be accepted:" >&2
    cat "$work/trusted" >&2
    exit 1
fi
echo "✓ TLS: refused without trust, accepted with it"
