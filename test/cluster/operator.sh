# What the commands of deploy/cluster/README.md call on the hosts of a cluster, done to a
# cluster of scripts/cluster (CLUSTER_DIR), all of whose hosts are this machine.
#
#   describe NAME NUMBER    the block "toml NAME" of README.md, into the description, for that shard
#   run_block NAME          the commands of its block "sh NAME"
#
# PLACES has the hosts of README.md and the ports that their nodes have here:
# "10.0.0.4=12100 ...".

README=deploy/cluster/README.md
DESCRIPTION=$CLUSTER_DIR/cluster.toml
MACHINE=$CLUSTER_DIR/127.0.0.1
export README DESCRIPTION MACHINE PGUSER=postgres

# block KIND NAME: of README.md, a command in a line
block()
{
	sed -n "/^\`\`\`$1 $2\$/,/^\`\`\`\$/{/^\`\`\`/d;p}" $README | sed ':a;N;$!ba;s/\\\n\t*//g'
}
# the paths, addresses and ports of a text of README.md
in_machine()
{
	local place host port edits=(
		-e "s,/srv/concert-cluster,$MACHINE,g; s,/usr/lib/postgresql/15/bin,$SERVER_BIN,g; s,\<out/,$CLUSTER_DIR/,g; s,/var/lib/postgresql/15/main,$CLUSTER_DIR/old/data,g")
	for place in $PLACES; do
		host=${place%=*} port=${place#*=}
		edits+=(-e "/on $host /s/-p 9000\>/-p $port/; /on $host /s/-p 9001\>/-p $((port + 1))/"
			-e "s/host=$host port=9000/host=127.0.0.1 port=$port/; s/\"$host\", port = 9000/\"127.0.0.1\", port = $port/")
	done
	sed -E "${edits[@]}"
}

describe()
{
	block toml "$1" | in_machine | python3 -c '
import re, sys
path, number, block = sys.argv[1], sys.argv[2], sys.stdin.read()
with open(path, encoding="utf-8") as file:
    text = file.read()
if block.startswith("[["):
    text = text.rstrip("\n") + "\n\n" + block
else:
    shard = re.search(rf"(?m)^\[\[shard\]\]\nnumber = {number}\n(?:.+\n)*", text)
    text = text[:shard.start()] + re.sub(r"(?m)^nodes = .*\n", lambda _: block, shard[0]) + text[shard.end():]
with open(path, "w", encoding="utf-8") as file:
    file.write(text)' "$DESCRIPTION" "$2"
}
run_block()
{
	block sh "$1" | in_machine >"$CLUSTER_DIR/$1.sh"
	test -s "$CLUSTER_DIR/$1.sh"
	timeout 600 bash -euo pipefail -c '. test/cluster/operator.sh; . "$1"' - "$CLUSTER_DIR/$1.sh"
}
# free_port: the first of ten that are free for a node, after those of the description
free_port()
{
	grep -oE 'port = [0-9]+' "$DESCRIPTION" | awk '{ if ($3 > most) most = $3 } END { print most + 10 }'
}

# -------- the functions of README.md's block "names"

distribute()
{
	scripts/cluster generate "$CLUSTER_DIR"
}
on()
{
	"${@:2}"
}
sql()
{
	local hub_port=${CLUSTER_SQL_hub#*port=}
	hub_port=${hub_port%% *}
	psql -X -q -v ON_ERROR_STOP=1 -d "${CLUSTER_SQL_hub/port=$hub_port/port=$((hub_port - 31 + $1))}" "${@:2}"
}

# -------- the hosts

# sudo -u postgres COMMAND...: as the user of the servers
sudo()
{
	(cd / && $SERVER_AS "${@:3}")
}
# systemctl enable|disable --now|reload concert-cluster@PROCESS...
systemctl()
{
	local verb=$1 process names=()
	shift
	[ "$1" != --now ] || shift
	for process; do
		names+=("${process#concert-cluster@}")
	done
	case $verb in
	enable) scripts/cluster up "$CLUSTER_DIR" "${names[@]}" ;;
	disable)
		for process in "${names[@]}"; do
			case $process in
			postgrest) scripts/web-stack stop "$CLUSTER_DIR/old/rest" && continue ;;
			postgresql@15-main) old_server stop && continue ;;
			esac
			end_process "$(cut -d' ' -f1 "$CLUSTER_DIR/pid/$process")"
		done
		;;
	reload)
		for process in "${names[@]}"; do
			case $process in
			front) reload_front ;;
			*-postgrest) scripts/cluster kill "$CLUSTER_DIR" "$process" USR2 ;;
			*) scripts/cluster kill "$CLUSTER_DIR" "$process" HUP ;;
			esac
		done
		;;
	esac
}
# old_server start|stop: of the house of one machine
old_server()
{
	(cd / && $SERVER_AS "$SERVER_BIN/pg_ctl" -D "$CLUSTER_DIR/old/data" -l "$CLUSTER_DIR/old/log" -m fast -w -s "$1")
}
# HAProxy 2.6 does not hear a signal while its master begins anew: asked again until another worker answers
reload_front()
{
	local worker attempt end=$((SECONDS + 180))
	worker=$(front_worker)
	while [ "$(front_worker)" = "$worker" ]; do
		[ $SECONDS -lt $end ] || too_late 'HAProxy has no new worker'
		scripts/cluster kill "$CLUSTER_DIR" front USR2
		for ((attempt = 0; attempt < 50; attempt++)); do
			[ "$(front_worker)" = "$worker" ] || break
			sleep 0.1
		done
	done
}
# too_late WHAT: the test ends
too_late()
{
	echo "# $1: after minutes" >&2
	exit 1
}
front_worker()
{
	echo 'show info' | socat - "UNIX:$MACHINE/front/admin.sock" | sed -n 's/^Pid: //p'
}
# as KillSignal of the service does; what is over may wait to be buried
end_process()
{
	local end=$((SECONDS + 180))
	kill -INT "$1"
	while grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status"; do
		[ $SECONDS -lt $end ] || too_late "process $1 has not ended"
		sleep 0.01
	done
}

# -------- the buyers of buyers.py; LEDGER is their ledger

# sell HOUSE LEDGER [OPTION...]: in the background; their number is in "buyers"
sell()
{
	: >"$2"
	test/cluster/buyers.py sell "$@" &
	buyers=$!
}
# sold_on COUNT LEDGER SHARD...: until each shard has sold so many more bookings
sold_on()
{
	local count=$1 ledger=$2 shard end=$((SECONDS + 300))
	local -A wanted=()
	shift 2
	for shard; do
		wanted[$shard]=$(($(bookings "$ledger" "$shard") + count))
	done
	for shard; do
		until [ "$(bookings "$ledger" "$shard")" -ge "${wanted[$shard]}" ]; do
			kill -0 "$buyers"
			[ $SECONDS -lt $end ] || too_late "shard $shard has not sold $count bookings more"
			sleep 0.05
		done
	done
}
bookings()
{
	grep -c "^{\"what\": \"book\", \"shard\": $2," "$1" || true
}
# noted WHAT LEDGER: how many lines
noted()
{
	grep -c "^{\"what\": \"$1\"" "$2" || true
}
