/*
 * sale_sides.c
 *	  The sides of the sale: how each of them holds, confirms and gives back the
 *	  seats of a party, and the SQL and Redis below.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sale.h"

#define ALL_SEATS(party) ((1u << (party)->size) - 1)

static const char *const SCHEDULE_ID = "00000000-0000-7000-9000-100000000000";

/* -------- SQL and Redis -------- */

void
prepare(Client *client, const char *name, const char *sql)
{
	PGresult   *result = PQprepare(client->conn, name, sql, 0, NULL);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		die(sql, PQerrorMessage(client->conn));
	PQclear(result);
}

/* Errors in the classes that a sale expects: refused, unique key. */
static bool
refused(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL && (strncmp(state, "PT4", 3) == 0 || strcmp(state, "23505") == 0);
}

bool
execute(Client *client, const char *name, const char *const *values, int count, char *answer)
{
	PGresult   *result = PQexecPrepared(client->conn, name, count, values, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);
	bool		good;

	if (status == PGRES_TUPLES_OK)
	{
		good = PQntuples(result) > 0;
		if (good && answer != NULL)
			snprintf(answer, ID_SIZE, "%s", PQgetvalue(result, 0, 0));
	}
	else if (status == PGRES_COMMAND_OK)
		good = atoi(PQcmdTuples(result)) > 0;
	else if (refused(result))
		good = false;
	else
		die(name, PQerrorMessage(client->conn));
	PQclear(result);
	return good;
}

static void
command(Client *client, const char *sql)
{
	PQclear(PQexec(client->conn, sql));
}

static void
redis_send(Client *client, const char *text, size_t length)
{
	if (write(client->redis, text, length) != (ssize_t) length)
		die("redis", strerror(errno));
}

/* Read that many one-line answers; bit n is set when the n-th is not nil. */
static unsigned
redis_answers(Client *client, int expected)
{
	char		buffer[1024];
	int			lines = 0;
	unsigned	positive = 0;
	bool		at_start = true;

	while (lines < expected)
	{
		ssize_t		length = read(client->redis, buffer, sizeof(buffer));

		if (length <= 0)
			die("redis", "connection lost");
		for (ssize_t i = 0; i < length; i++)
		{
			if (at_start && buffer[i] == '-')
				die("redis", buffer + i);
			if (at_start && buffer[i] != '$')
				positive |= 1u << lines;
			at_start = buffer[i] == '\n';
			lines += at_start;
		}
	}
	return positive;
}

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *) a - *(const int *) b;
}

void
write_seat_ids(Party *party)
{
	int			length = 0;

	qsort(party->seats, party->size, sizeof(int), compare_ints);
	for (int i = 0; i < party->size; i++)
	{
		snprintf(party->seat_ids[i], ID_SIZE, "00000000-0000-7000-8000-%lld", 100000000000LL + party->seats[i]);
		length += snprintf(party->array + length, sizeof(party->array) - length, "%c%s",
						   i == 0 ? '{' : ',', party->seat_ids[i]);
	}
	snprintf(party->array + length, sizeof(party->array) - length, "}");
}

/* -------- the extension -------- */

/* The form of the README, with the columns that a buyer is shown: a row as one value costs a tenth of a hold. */
#define EXTENSION_CONFIRM "SELECT booking_number FROM concert_booking.confirm_booking($1, $2, seat_ids => $3)"

static void
prepare_extension(Client *client)
{
	prepare(client, "hold", "SELECT expires_at FROM concert_booking.hold_seats($1, $2)");
	prepare(client, "confirm", EXTENSION_CONFIRM);
	prepare(client, "release", "SELECT concert_booking.release_seats($1, $2)");
}

static bool
hold_by_call(Client *client, Party *party)
{
	const char *values[] = {party->array, party->booker_id};

	return execute(client, "hold", values, 2, NULL);
}

static bool
confirm_by_call(Client *client, Party *party)
{
	const char *values[] = {SCHEDULE_ID, party->booker_id, party->array};

	return execute(client, "confirm", values, 3, NULL);
}

static void
release_by_call(Client *client, Party *party)
{
	const char *values[] = {party->array, party->booker_id};

	if (!execute(client, "release", values, 2, NULL))
		die("release", "nothing to give back");
}

/* -------- the extension chooses -------- */

static void
prepare_best(Client *client)
{
	prepare(client, "hold", "SELECT (right(h.seat_id::text, 12)::bigint - 100000000000)::text"
							" FROM concert_booking.hold_best_seats($1, $2, user_id => $3) h");
	prepare(client, "confirm", EXTENSION_CONFIRM);
	prepare(client, "release", "SELECT concert_booking.release_seats($1, $2)");
}

static bool
hold_best(Client *client, Party *party)
{
	char		size[12];
	const char *values[] = {SCHEDULE_ID, size, party->booker_id};
	PGresult   *result;
	bool		good;

	snprintf(size, sizeof(size), "%d", party->size);
	result = PQexecPrepared(client->conn, "hold", 3, values, NULL, NULL, 0);
	good = PQresultStatus(result) == PGRES_TUPLES_OK;
	if (!good && !refused(result))
		die("hold_best_seats", PQerrorMessage(client->conn));
	if (good && PQntuples(result) != party->size)
		die("hold_best_seats", "another number of seats than asked for");
	for (int i = 0; good && i < party->size; i++)
	{
		party->seats[i] = atoi(PQgetvalue(result, i, 0));
		if (party->seats[i] < 0 || party->seats[i] >= seat_count)
			die("hold_best_seats", "a seat that is not for sale");
	}
	PQclear(result);
	write_seat_ids(party);
	return good;
}

/* -------- PL/pgSQL on system A's tables -------- */

static void
prepare_twin(Client *client)
{
	prepare(client, "hold", "SELECT seed_a.hold_seats($1, $2)");
	prepare(client, "confirm", "SELECT seed_a.confirm_booking($1, $2, $3)");
	prepare(client, "release", "SELECT seed_a.release_seats($1, $2)");
}

/* -------- system A's statements, seat by seat -------- */

static void
prepare_seed_a(Client *client)
{
	prepare(client, "lock", "SELECT status FROM seed_a.seats WHERE id = $1 FOR UPDATE");
	prepare(client, "insert_hold", "INSERT INTO seed_a.temp_reservations (user_id, seat_id, expires_at)"
								   " VALUES ($1, $2, now() + interval '10 minutes')");
	prepare(client, "mark_held", "UPDATE seed_a.seats SET status = 'temp_reserved', updated_at = now()"
								 " WHERE id = $1");
	prepare(client, "insert_booking", "INSERT INTO seed_a.bookings (user_id, concert_schedule_id, booking_number)"
									  " VALUES ($1, $2, $3) RETURNING id");
	prepare(client, "insert_seats", "INSERT INTO seed_a.booking_seats (booking_id, seat_id)"
									" SELECT $1, seat_id FROM seed_a.temp_reservations WHERE user_id = $2");
	prepare(client, "mark_sold", "UPDATE seed_a.seats SET status = 'reserved', updated_at = now() WHERE id IN"
								 " (SELECT seat_id FROM seed_a.temp_reservations WHERE user_id = $1)");
	prepare(client, "delete_holds", "DELETE FROM seed_a.temp_reservations WHERE user_id = $1");
	prepare(client, "mark_free", "UPDATE seed_a.seats SET status = 'available', updated_at = now() WHERE id IN"
								 " (SELECT seat_id FROM seed_a.temp_reservations WHERE user_id = $1)");
	prepare(client, "count_down", "UPDATE seed_a.concert_schedules SET available_seats = available_seats - $2::int,"
								  " is_sold_out = (available_seats - $2::int = 0), updated_at = now() WHERE id = $1");
}

static bool
hold_seed_a_seat(Client *client, const char *seat_id, const char *booker_id)
{
	char		status[ID_SIZE] = "";
	const char *hold[] = {booker_id, seat_id};
	bool		good;

	command(client, "BEGIN");
	good = execute(client, "lock", &seat_id, 1, status) && strcmp(status, "available") == 0 &&
		execute(client, "insert_hold", hold, 2, NULL) &&
		execute(client, "mark_held", &seat_id, 1, NULL);
	command(client, good ? "COMMIT" : "ROLLBACK");
	return good;
}

/* System A has no statement for giving seats back; its cron job's, in order. */
static void
release_seed_a(Client *client, Party *party)
{
	const char *values[] = {party->booker_id};

	command(client, "BEGIN");
	execute(client, "mark_free", values, 1, NULL);
	execute(client, "delete_holds", values, 1, NULL);
	command(client, "COMMIT");
}

static bool
hold_seed_a(Client *client, Party *party)
{
	for (int i = 0; i < party->size; i++)
	{
		if (hold_seed_a_seat(client, party->seat_ids[i], party->booker_id))
			continue;
		if (i > 0)
			release_seed_a(client, party);
		return false;
	}
	return true;
}

static bool
confirm_seed_a(Client *client, Party *party)
{
	char		booking_id[ID_SIZE];
	char		number[24];
	char		size[12];
	const char *booking[] = {party->booker_id, SCHEDULE_ID, number};
	const char *booked[] = {booking_id, party->booker_id};
	const char *counted[] = {SCHEDULE_ID, size};
	bool		good;

	snprintf(number, sizeof(number), "%d", atomic_fetch_add(&attempts, 1));
	snprintf(size, sizeof(size), "%d", party->size);
	command(client, "BEGIN");
	good = execute(client, "insert_booking", booking, 3, booking_id) &&
		execute(client, "insert_seats", booked, 2, NULL) &&
		execute(client, "mark_sold", booked + 1, 1, NULL) &&
		execute(client, "delete_holds", booked + 1, 1, NULL) &&
		execute(client, "count_down", counted, 2, NULL);
	command(client, good ? "COMMIT" : "ROLLBACK");
	return good;
}

/* -------- system B: locks in Redis, the booking in SQL -------- */

static void
prepare_redis(Client *client)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", redis_socket);
	client->redis = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(client->redis, (struct sockaddr *) &address, sizeof(address)) != 0)
		die(redis_socket, strerror(errno));
	prepare(client, "lock", "SELECT id FROM seed_b.seats WHERE id = ANY ($1::uuid[]) AND status = 'available' FOR UPDATE");
	prepare(client, "book", "INSERT INTO seed_b.reservations (schedule_id, seat_ids, total_price, customer_name,"
							" customer_phone, customer_email) VALUES ($1, $2, $3, $4, $5, NULL) RETURNING id");
	prepare(client, "mark_sold", "UPDATE seed_b.seats SET status = 'reserved', updated_at = now() WHERE id = ANY ($1::uuid[])");
}

static void
redis_unlock(Client *client, Party *party, unsigned which)
{
	char		text[MAX_PARTY * 80];
	int			length = 0;
	int			count = 0;

	for (int i = 0; i < party->size; i++)
		if (which & (1u << i))
		{
			length += snprintf(text + length, sizeof(text) - length, "DEL seat_lock:%s\r\n", party->seat_ids[i]);
			count++;
		}
	redis_send(client, text, length);
	redis_answers(client, count);
}

static void
release_redis(Client *client, Party *party)
{
	redis_unlock(client, party, ALL_SEATS(party));
}

/* All locks in one round trip; those got beside a taken seat are given back. */
static bool
hold_redis(Client *client, Party *party)
{
	char		text[MAX_PARTY * 160];
	int			length = 0;
	unsigned	locked;

	for (int i = 0; i < party->size; i++)
		length += snprintf(text + length, sizeof(text) - length, "SET seat_lock:%s %s NX EX 300\r\n",
						   party->seat_ids[i], party->booker_id);
	redis_send(client, text, length);
	locked = redis_answers(client, party->size);
	if (locked == ALL_SEATS(party))
		return true;
	if (locked != 0)
		redis_unlock(client, party, locked);
	return false;
}

static bool
confirm_redis(Client *client, Party *party)
{
	char		price[12];
	const char *seats[] = {party->array};
	const char *booking[] = {SCHEDULE_ID, party->array, price, "Hong Gildong", "010-1234-5678"};
	PGresult   *locked;
	bool		good;

	snprintf(price, sizeof(price), "%d", party->size * 150000);
	command(client, "BEGIN");
	locked = PQexecPrepared(client->conn, "lock", 1, seats, NULL, NULL, 0);
	good = PQntuples(locked) == party->size &&
		execute(client, "book", booking, 5, NULL) && execute(client, "mark_sold", seats, 1, NULL);
	PQclear(locked);
	command(client, good ? "COMMIT" : "ROLLBACK");
	release_redis(client, party);
	return good;
}

/* -------- no rules: null_sale.c -------- */

static void
prepare_null(Client *client)
{
	prepare(client, "hold", "SELECT bench.null_hold($1, $2, false)");
	prepare(client, "confirm", "SELECT bench.null_confirm($1, $2, $3)");
	prepare(client, "release", "SELECT bench.null_release($1, false)");
}

static void
prepare_null_async(Client *client)
{
	prepare(client, "hold", "SELECT bench.null_hold($1, $2, true)");
	prepare(client, "confirm", "SELECT bench.null_confirm($1, $2, $3)");
	prepare(client, "release", "SELECT bench.null_release($1, true)");
}

/* The server does not look whose the seat is; a client that is too late asks for another. */
static bool
hold_null(Client *client, Party *party)
{
	const char *values[] = {party->array, party->booker_id};

	return claim_seats(party) && execute(client, "hold", values, 2, NULL);
}

static bool
confirm_null(Client *client, Party *party)
{
	char		slot_id[ID_SIZE];
	const char *values[] = {party->array, party->booker_id, slot_id};

	snprintf(slot_id, ID_SIZE, "00000000-0000-4000-8000-%lld", 100000000000LL + client->number);
	return execute(client, "confirm", values, 3, NULL);
}

static void
release_null(Client *client, Party *party)
{
	const char *values[] = {party->array};

	execute(client, "release", values, 1, NULL);
}

/* -------- no rows either: as many messages, bytes of WAL and flushes -------- */

static void
prepare_empty(Client *client)
{
	prepare(client, "write", "SELECT pg_logical_emit_message(true, '', repeat('x', $1::int))");
}

/* Bytes of WAL of a party: some for each seat, some for the call, as the workload wal finds them. */
static bool
write_wal(Client *client, Party *party, int of_seat, int of_call)
{
	char		bytes[12];
	const char *values[] = {bytes};

	snprintf(bytes, sizeof(bytes), "%d", of_call + of_seat * party->size);
	return execute(client, "write", values, 1, NULL);
}

static bool
hold_empty(Client *client, Party *party)
{
	return claim_seats(party) && write_wal(client, party, 450, 0);
}

static bool
confirm_empty(Client *client, Party *party)
{
	return write_wal(client, party, 800, 1200);
}

static void
release_empty(Client *client, Party *party)
{
	write_wal(client, party, 170, 0);
}

static const Side SIDES[] = {
	{"extension", prepare_extension, hold_by_call, confirm_by_call, release_by_call},
	{"best", prepare_best, hold_best, confirm_by_call, release_by_call},
	{"twin", prepare_twin, hold_by_call, confirm_by_call, release_by_call},
	{"seed_a", prepare_seed_a, hold_seed_a, confirm_seed_a, release_seed_a},
	{"redis", prepare_redis, hold_redis, confirm_redis, release_redis},
	{"null", prepare_null, hold_null, confirm_null, release_null},
	{"null_async", prepare_null_async, hold_null, confirm_null, release_null},
	{"empty", prepare_empty, hold_empty, confirm_empty, release_empty},
};

const Side *
find_side(const char *name)
{
	for (size_t i = 0; i < sizeof(SIDES) / sizeof(SIDES[0]); i++)
		if (strcmp(SIDES[i].name, name) == 0)
			return &SIDES[i];
	return NULL;
}
