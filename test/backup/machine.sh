# What the commands of deploy/backup/README.md call on a Debian, done to a folder.
#
# MACHINE names the folder: a cluster NAME is there with its data (NAME), its configuration
# (etc/NAME, outside of the data as Debian has it), its port and its socket (run). The
# programs are those of scripts/server.

# the paths of a text of deploy/backup
in_machine()
{
	sed -E "s,/var/lib/postgresql/[0-9]+/,$MACHINE/,g; s,/etc/postgresql/[0-9]+/,$MACHINE/etc/,g
		s,/usr/lib/postgresql/[0-9]+/bin,$SERVER_BIN,g; s,/var/lib/pgbackrest,$MACHINE/repository,g; s,/usr/bin/pgbackrest,pgbackrest,"
}
as_server()
{
	(cd / && $SERVER_AS "$@")
}
# sudo [-u postgres] COMMAND...: as the user of the servers, who owns all of the machine
sudo()
{
	[ "$1" != -u ] || shift 2
	if [ "$(type -t "$1")" = function ]; then
		"$@"
	else
		as_server "$@"
	fi
}
# pg_createcluster VERSION NAME: on the next port, as Debian's gives
pg_createcluster()
{
	local conf=$MACHINE/etc/$2
	as_server mkdir -p "$conf/conf.d"
	as_server "$SERVER_BIN/initdb" -D "$MACHINE/$2" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
	as_server cp "$MACHINE/$2/pg_hba.conf" "$conf/"
	as_server tee "$conf/postgresql.conf" >/dev/null <<-END
		data_directory = '$MACHINE/$2'
		hba_file = '$conf/pg_hba.conf'
		port = $((5431 + $(find "$MACHINE/etc" -name postgresql.conf | wc -l) + 1))
		listen_addresses = ''
		unix_socket_directories = '$MACHINE/run'
		fsync = off
		log_min_messages = warning
		log_line_prefix = '%m [%p] %q%a '
		include_dir = 'conf.d'
	END
}
# pg_ctlcluster VERSION NAME start|stop|restart
pg_ctlcluster()
{
	as_server "$SERVER_BIN/pg_ctl" -D "$MACHINE/etc/$2" -l "$SERVER_DIR/log" -m fast -w -s "$3"
}
# systemctl VERB postgresql@15-NAME
systemctl()
{
	pg_ctlcluster 15 "${2#*-}" "$1"
}
