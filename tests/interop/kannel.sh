# Sourced by the scripts beside it: Kannel, the network that it sends to, and `pap`.

export PATH=$PATH:/usr/sbin
gateway=127.0.0.1:13020/push
account=(--server-id com.mgmtsrv.manage --password password)

# Waits until a file has so many lines that match.
await() { timeout 20 bash -c "until [ \"\$(grep -c '$1' $2)\" -ge ${3:-1} ]; do sleep 0.1; done"; }

# Starts the network, what it prints into a file; then Kannel's bearerbox and wapbox.
start_kannel() {
    python3 tests/interop/network.py 13010 >"$1" &
    kannel=$!
    trap 'kill $kannel 2>/dev/null; wait $kannel || true' EXIT
    await ready "$1"
    local config=tests/interop/kannel.conf
    bearerbox -v 4 $config >target/interop/bearerbox.log 2>&1 &
    kannel+=" $!"
    timeout 20 bash -c 'until : </dev/tcp/127.0.0.1/13002; do sleep 0.1; done' 2>/dev/null
    wapbox -v 4 $config >target/interop/wapbox.log 2>&1 &
    kannel+=" $!"
    timeout 20 bash -c 'until : </dev/tcp/127.0.0.1/13020; do sleep 0.1; done' 2>/dev/null
}

pap() { target/debug/examples/pap "${account[@]}" "$@"; }
