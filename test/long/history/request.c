/*
 * request.c
 *		What a client asks for next, as SQL and as a line of the journal.
 *
 * Draws depend on the seed, the client's number and what the client has been
 * told so far, on nothing else. Seats of the first schedules are drawn more
 * often, so that clients meet; keyed sales are repeated by other clients while
 * the first is still under way, with the same content or another.
 *
 * Bookers are numbers: even ones are members, odd ones are guests. The first
 * SHARED_BOOKERS are anybody's, two more belong to each client alone: what such
 * a booker owns is known exactly.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

#define RECENT_SALES	64
#define RECENT_BOOKINGS	8
#define UNDER_WAY_US	1000	/* a sale takes about that long */
#define LONGEST_WAIT_US	400000

static Request recent[RECENT_SALES];
static int	recent_count;
static int64_t recent_us;		/* when the latest was drawn */
static KnownBooking shared[RECENT_BOOKINGS];	/* that anybody may cancel */
static int	shared_count;
static int	last_key;

static const char *const names[KIND_COUNT] = {
	[HOLD] = "hold", [HOLD_MANY] = "hold_many", [HOLD_BEST] = "hold_best",
	[EXTEND] = "extend", [RELEASE] = "release", [RELEASE_ALL] = "release_all",
	[CONFIRM] = "confirm", [CONFIRM_NAMED] = "confirm_named", [BOOK] = "book",
	[CANCEL] = "cancel", [CANCEL_GUEST] = "cancel_guest", [EXPIRE] = "expire",
	[BLOCK] = "block", [UNBLOCK] = "unblock",
	[CANCEL_SCHEDULE] = "cancel_schedule", [AUDIT] = "audit",
	[SEAT_STATUS] = "seat_status", [SEAT_MAP] = "seat_map",
	[BEGIN] = "begin", [SAVEPOINT] = "savepoint",
	[ROLLBACK_TO] = "rollback_to", [COMMIT] = "commit",
	[ROLLBACK] = "rollback", [SET_TIMEOUT] = "set_timeout"
};

const char *
kind_name(Kind kind)
{
	return names[kind];
}

/* -------- drawing -------- */

static Kind
draw_kind(const Plan *plan, Rng *rng)
{
	double		total = 0,
				point;

	for (int i = 0; i < BEGIN; i++)
		total += plan->weight[i];
	point = total * rng_below(rng, 1000000) / 1000000;
	for (int i = 0; i < BEGIN; i++)
	{
		point -= plan->weight[i];
		if (point < 0)
			return i;
	}
	return HOLD;
}

static int
draw_booker(Rng *rng, int client)
{
	if (rng_chance(rng, 0.6))
		return rng_below(rng, SHARED_BOOKERS);
	return SHARED_BOOKERS + 2 * client + rng_below(rng, 2);
}

static int
draw_schedule(const Plan *plan, Rng *rng)
{
	int			a = rng_below(rng, world.schedule_count),
				b = rng_below(rng, world.schedule_count);

	return plan->crowd ? 0 : a < b ? a : b;
}

/* Different seats of one schedule, in no order. */
static void
draw_seats(Request *request, Rng *rng, int count)
{
	const Schedule *schedule = &world.schedules[request->schedule];

	if (count > schedule->seat_count)
		count = schedule->seat_count;
	request->seat_count = 0;
	while (request->seat_count < count)
	{
		int			seat = schedule->first_seat + rng_below(rng, schedule->seat_count);
		bool		again = false;

		for (int i = 0; i < request->seat_count; i++)
			again |= request->seats[i] == seat;
		if (!again)
			request->seats[request->seat_count++] = seat;
	}
}

/* Known holds of one booker on one schedule; false if there are none. */
static bool
draw_known_holds(Request *request, Rng *rng, const Knowledge *known)
{
	const KnownHold *first;

	if (known->hold_count == 0)
		return false;
	first = &known->holds[rng_below(rng, known->hold_count)];
	request->booker = first->booker;
	request->schedule = world.seats[first->seat].schedule;
	request->seat_count = 0;
	for (int i = 0; i < known->hold_count && request->seat_count < MAX_PICK; i++)
	{
		const KnownHold *hold = &known->holds[i];

		if (hold->booker == first->booker &&
			world.seats[hold->seat].schedule == request->schedule &&
			(hold == first || rng_chance(rng, 0.7)))
			request->seats[request->seat_count++] = hold->seat;
	}
	return true;
}

static bool
draw_known_booking(Request *request, Rng *rng, const Knowledge *known, bool alone)
{
	bool		guest = request->kind == CANCEL_GUEST;
	const KnownBooking *booking;

	if (alone && shared_count > 0 && rng_chance(rng, 0.3))
		booking = &shared[rng_below(rng, Min(shared_count, RECENT_BOOKINGS))];
	else if (known->booking_count > 0)
		booking = &known->bookings[rng_below(rng, known->booking_count)];
	else
		return false;
	if (booking->shared && !alone)
		return false;
	request->booker = booking->booker;
	snprintf(request->text, sizeof(request->text), "%s",
			 guest ? booking->number : booking->id);
	return true;
}

static void
draw_key(Request *request, const Plan *plan, Rng *rng)
{
	if (plan->keys || rng_chance(rng, 0.6))
		snprintf(request->key, sizeof(request->key), "k%d", ++last_key);
}

/*
 * One text of a list; the later in it, the rarer. "" is none.
 */
static void
draw_wish(char *wish, Rng *rng, const char *const *texts, int count)
{
	int			a = rng_below(rng, count),
				b = rng_below(rng, count);

	snprintf(wish, WISH_SIZE, "%s", texts[a < b ? a : b]);
}

/*
 * The best seats, in every combination of what can be asked for. The highest
 * price is one of world.sql, in the middle of a row or at its end.
 */
static void
draw_best(Request *request, Rng *rng)
{
	static const char *const grades[] = {"", "", "R", "S", "VIP", "no such"};
	static const char *const sections[] = {"", "", "stalls", "balcony"};

	request->number = 1 + rng_below(rng, 4);
	request->flag = rng_chance(rng, 0.6);
	draw_wish(request->grade, rng, grades, 6);
	draw_wish(request->section, rng, sections, 4);
	if (rng_chance(rng, 0.3))
		request->max_price = 100000 - 1000 * (1 + rng_below(rng, 5)) + rng_below(rng, 9);
}

static void
draw_content(Request *request, const Plan *plan, Rng *rng, const Knowledge *known,
			 bool alone)
{
	switch (request->kind)
	{
		case HOLD:
			draw_seats(request, rng, 1);
			break;
		case HOLD_MANY:
			draw_seats(request, rng, 2 + rng_below(rng, plan->crowd ? 5 : 3));
			break;
		case HOLD_BEST:
			draw_best(request, rng);
			break;
		case RELEASE:
			if (!draw_known_holds(request, rng, known))
				draw_seats(request, rng, 1);
			break;
		case EXTEND:
			draw_known_holds(request, rng, known);
			request->seat_count = 0;
			break;
		case CONFIRM:
			draw_known_holds(request, rng, known);
			request->seat_count = 0;
			draw_key(request, plan, rng);
			break;
		case CONFIRM_NAMED:
			if (!draw_known_holds(request, rng, known))
				draw_seats(request, rng, 1 + rng_below(rng, 2));
			draw_key(request, plan, rng);
			break;
		case BOOK:
			if (!rng_chance(rng, 0.2) || !draw_known_holds(request, rng, known))
				draw_seats(request, rng, 1 + rng_below(rng, 4));
			draw_key(request, plan, rng);
			break;
		case CANCEL:
			if (!draw_known_booking(request, rng, known, alone))
				snprintf(request->text, sizeof(request->text),
						 "00000000-0000-4000-9000-%012x", rng_below(rng, 1000));
			else if (rng_chance(rng, 0.1))
				request->booker = rng_below(rng, SHARED_BOOKERS);
			break;
		case CANCEL_GUEST:
			if (!draw_known_booking(request, rng, known, alone))
				snprintf(request->text, sizeof(request->text), "AAAA-BBBB-CCCC-%c",
						 'A' + rng_below(rng, 20));
			else if (rng_chance(rng, 0.1))
				request->booker = rng_below(rng, SHARED_BOOKERS);
			break;
		case EXPIRE:
			request->number = rng_chance(rng, 0.5) ? 1000 : 1 + rng_below(rng, 4);
			break;
		case BLOCK:
		case UNBLOCK:
			draw_seats(request, rng, 1 + rng_below(rng, 2));
			break;
		default:
			break;
	}
}

/*
 * A keyed sale that some client has sent before, as it was or (one time in
 * five) for another booker, with other seats or on another schedule.
 */
static void
draw_repeat(Request *request, Rng *rng)
{
	int			stored = Min(recent_count, RECENT_SALES);

	/* mostly the latest: the first may still be under way */
	*request = recent[rng_chance(rng, 0.6) ? (recent_count - 1) % RECENT_SALES
					  : rng_below(rng, stored)];
	if (!rng_chance(rng, 0.2))
		return;
	if (rng_chance(rng, 0.3))
	{
		request->booker = rng_below(rng, SHARED_BOOKERS);
		return;
	}
	if (request->kind == CONFIRM || rng_chance(rng, 0.3))
		request->schedule = rng_below(rng, world.schedule_count);
	if (request->kind != CONFIRM)
		draw_seats(request, rng, 1 + rng_below(rng, 3));
}

/*
 * Something on a seat whose hold ends soon, or a look at it, to be sent within 1.5 ms of that
 * instant; false if there is none.
 */
static bool
draw_at_deadline(Request *request, const Plan *plan, Rng *rng, int client,
				 const Knowledge *known)
{
	static const Kind kinds[] = {HOLD, CONFIRM_NAMED, BOOK, RELEASE, SEAT_STATUS};
	const KnownHold *hold;
	int64_t		now = now_us();

	if (known->hold_count == 0)
		return false;
	hold = &known->holds[rng_below(rng, known->hold_count)];
	if (hold->expires_us < now || hold->expires_us > now + LONGEST_WAIT_US)
		return false;
	request->kind = kinds[rng_below(rng, 5)];
	if (plan->weight[request->kind] == 0)
		return false;
	request->booker = rng_chance(rng, 0.5) ? hold->booker : draw_booker(rng, client);
	request->schedule = world.seats[hold->seat].schedule;
	request->seat_count = request->kind != SEAT_STATUS;
	request->seats[0] = hold->seat;
	if (request->kind == CONFIRM_NAMED || request->kind == BOOK)
		draw_key(request, plan, rng);
	request->not_before_us = hold->expires_us - 1500 + rng_below(rng, 3000);
	return true;
}

/*
 * alone: outside a transaction. Only then is a sale repeated, or kept for
 * others to repeat: a repeat under an open transaction would wait for it, and
 * the checker could not tell which of the two made the booking. For the same
 * reason a booking that others may know is not cancelled in a transaction.
 */
void
request_draw(Request *request, const Plan *plan, Rng *rng, int client,
			 const Knowledge *known, bool alone)
{
	memset(request, 0, sizeof(*request));
	if (rng_chance(rng, 0.03) && draw_at_deadline(request, plan, rng, client, known))
		return;
	memset(request, 0, sizeof(*request));
	request->alone = alone;
	/* two calls with one key must meet, however fast the server is */
	if (alone && recent_count > 0 &&
		rng_chance(rng, now_us() < recent_us + UNDER_WAY_US ? 0.15 : 0.06))
	{
		draw_repeat(request, rng);
		return;
	}
	do
		request->kind = draw_kind(plan, rng);
	while (!alone && (request->kind == RELEASE_ALL || request->kind == CANCEL_SCHEDULE));
	request->booker = draw_booker(rng, client);
	request->schedule = draw_schedule(plan, rng);
	if (request->kind == RELEASE_ALL)
		request->booker = SHARED_BOOKERS + 2 * client + rng_below(rng, 2);
	/* the last schedule is for cancelling as a whole */
	if (request->kind == CANCEL_SCHEDULE)
		request->schedule = world.schedule_count - 1;
	draw_content(request, plan, rng, known, alone);
	if (alone && request->key[0])
	{
		recent[recent_count++ % RECENT_SALES] = *request;
		recent_us = now_us();
	}
}

/* -------- SQL -------- */

typedef struct Text
{
	char	   *data;
	size_t		size;
	size_t		used;
} Text;

static void __attribute__((format(printf, 2, 3)))
append(Text *text, const char *format,...)
{
	va_list		args;
	int			length;

	va_start(args, format);
	length = vsnprintf(text->data + text->used, text->size - text->used, format, args);
	va_end(args);
	text->used += length;
	if (text->used >= text->size)
		die("a text of %zu bytes is too long", text->used);
}

#define HOLD_COLUMNS \
	"SELECT h.seat_id, (extract(epoch FROM h.expires_at) * 1000000)::bigint FROM concert_booking."
#define RECEIPT_COLUMNS \
	"SELECT r.booking_id, r.booking_number, r.concert_schedule_id, r.status, r.seat_count," \
	" r.total_price, array_to_string(r.seat_numbers, ',')," \
	" (extract(epoch FROM r.created_at) * 1000000)::bigint," \
	" (extract(epoch FROM r.cancelled_at) * 1000000)::bigint FROM concert_booking."

/*
 * What must be true in every snapshot, counted: schedules whose availability
 * differs from their seats, seats whose status differs from who owns them.
 */
#define AUDIT_SQL \
	"SELECT (SELECT count(*) FROM concert_booking.schedule_availability v" \
	"  JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER" \
	"    (WHERE s.status IN ('available', 'temp_reserved')) AS free" \
	"    FROM concert_booking.seats s WHERE s.concert_schedule_id = v.concert_schedule_id) n ON true" \
	"  WHERE (v.total_seats, v.available_seats) IS DISTINCT FROM (n.total::int, n.free::int))," \
	" (SELECT count(*) FROM concert_booking.seats s" \
	"  LEFT JOIN concert_booking.booking_seats b ON b.seat_id = s.id AND b.active" \
	"  LEFT JOIN concert_booking.temp_reservations t ON t.seat_id = s.id" \
	"  WHERE (s.status = 'reserved') <> (b.id IS NOT NULL)" \
	"     OR (s.status = 'temp_reserved') <> (t.id IS NOT NULL)" \
	"     OR s.hold_expires_at IS DISTINCT FROM t.expires_at)," \
	" (SELECT count(*) FROM concert_booking.bookings b" \
	"  LEFT JOIN (SELECT x.booking_id, count(*) AS seats, sum(x.price) AS price" \
	"    FROM concert_booking.booking_seats x GROUP BY x.booking_id) x ON x.booking_id = b.id" \
	"  WHERE b.seat_count IS DISTINCT FROM x.seats OR b.total_price IS DISTINCT FROM x.price)"

/* The letters of a map as seat_status() has them, and which seats they are of. */
#define SEAT_MAP_SQL \
	"SELECT string_agg(left(m.status, 1), ''), md5(string_agg(m.seat_id::text, ','))" \
	" FROM concert_booking.seat_map(concert_schedule_id => $1) m"

#define BOOKER "user_id => $1, session_id => $2"
#define BOOKER_ID "00000000-0000-4000-8000-%012x"

/*
 * Each call is a prepared statement of its session: to parse and plan it every
 * time would take twice as long as to do it. $1 and $2 are the booker, where
 * there is one.
 */
static const struct
{
	const char *types;
	const char *sql;
}			statements[KIND_COUNT] = {
	[HOLD] = {"(uuid, uuid, uuid)", HOLD_COLUMNS "hold_seat(seat_id => $3, " BOOKER ") h"},
	[HOLD_MANY] = {"(uuid, uuid, uuid[])", HOLD_COLUMNS "hold_seats(seat_ids => $3, " BOOKER ") h"},
	[HOLD_BEST] = {"(uuid, uuid, uuid, integer, boolean, text, text, integer)", HOLD_COLUMNS
		"hold_best_seats(concert_schedule_id => $3, seat_count => $4, adjacent => $5,"
	" seat_grade => $6, section => $7, max_price => $8, " BOOKER ") h"},
	[EXTEND] = {"(uuid, uuid, uuid)", HOLD_COLUMNS "extend_holds(concert_schedule_id => $3, " BOOKER ") h"},
	[RELEASE] = {"(uuid, uuid, uuid[])", "SELECT concert_booking.release_seats(seat_ids => $3, " BOOKER ")"},
	[RELEASE_ALL] = {"(uuid, uuid)", "SELECT concert_booking.release_seats(seat_ids => NULL, " BOOKER ")"},
	[CONFIRM] = {"(uuid, uuid, uuid, text, text, text)", RECEIPT_COLUMNS
		"confirm_booking(concert_schedule_id => $3, " BOOKER
		", customer_name => $4, customer_phone => $5, idempotency_key => $6) r"},
	[CONFIRM_NAMED] = {"(uuid, uuid, uuid, text, text, text, uuid[])", RECEIPT_COLUMNS
		"confirm_booking(concert_schedule_id => $3, seat_ids => $7, " BOOKER
		", customer_name => $4, customer_phone => $5, idempotency_key => $6) r"},
	[BOOK] = {"(uuid, uuid, uuid[], text, text, text)", RECEIPT_COLUMNS
		"book_seats(seat_ids => $3, " BOOKER
		", customer_name => $4, customer_phone => $5, idempotency_key => $6) r"},
	[CANCEL] = {"(uuid, uuid, uuid)", RECEIPT_COLUMNS
		"cancel_booking(booking_id => $3, reason => 'history', " BOOKER ") r"},
	[CANCEL_GUEST] = {"(text, text)", RECEIPT_COLUMNS
		"cancel_guest_booking(booking_number => $1, customer_phone => $2) r"},
	[EXPIRE] = {"(integer)", "SELECT concert_booking.expire_holds($1)"},
	[BLOCK] = {"(uuid[])", "SELECT concert_booking.block_seats(seat_ids => $1)"},
	[UNBLOCK] = {"(uuid[])", "SELECT concert_booking.unblock_seats(seat_ids => $1)"},
	[CANCEL_SCHEDULE] = {"(uuid)", "SELECT concert_booking.cancel_schedule(concert_schedule_id => $1)"},
	[AUDIT] = {"", AUDIT_SQL},
	[SEAT_STATUS] = {"(uuid)", "SELECT s.statuses FROM concert_booking.seat_status(concert_schedule_id => $1) s"},
	[SEAT_MAP] = {"(uuid)", SEAT_MAP_SQL},
};

/* Everything a session needs to be prepared, as one text for the server. */
void
requests_prepare_sql(const Plan *plan, char *data, size_t size)
{
	Text		sql = {data, size, 0};

	data[0] = '\0';
	for (int i = 0; i < BEGIN; i++)
		if (plan->weight[i] > 0)
			append(&sql, "PREPARE %s %s AS %s;", names[i], statements[i].types,
				   statements[i].sql);
}

static void
append_booker(Text *sql, const Request *request)
{
	bool		guest = request->booker % 2;

	append(sql, guest ? "NULL, '" BOOKER_ID "'" : "'" BOOKER_ID "', NULL", request->booker);
}

static void
append_seats(Text *sql, const Request *request)
{
	append(sql, "'{");
	for (int i = 0; i < request->seat_count; i++)
		append(sql, "%s%s", i ? "," : "", world.seats[request->seats[i]].id);
	append(sql, "}'");
}

static void
append_schedule(Text *sql, const Request *request)
{
	append(sql, "'%s'", world.schedules[request->schedule].id);
}

static void
append_customer(Text *sql, const Request *request)
{
	if (request->booker % 2)
		append(sql, ", 'guest %d', '010-0000-%04d'", request->booker, request->booker);
	else
		append(sql, ", NULL, NULL");
	append(sql, request->key[0] ? ", '%s'" : ", NULL", request->key);
}

static void
append_text(Text *sql, const char *text)
{
	append(sql, text[0] ? ", '%s'" : ", NULL", text);
}

/* The arguments of a call behind its booker. */
static void
append_arguments(Text *sql, const Request *request)
{
	switch (request->kind)
	{
		case HOLD:
			append(sql, ", '%s'", world.seats[request->seats[0]].id);
			break;
		case HOLD_MANY:
		case RELEASE:
			append(sql, ", ");
			append_seats(sql, request);
			break;
		case HOLD_BEST:
			append(sql, ", ");
			append_schedule(sql, request);
			append(sql, ", %d, %s", request->number, request->flag ? "true" : "false");
			append_text(sql, request->grade);
			append_text(sql, request->section);
			append(sql, request->max_price ? ", %d" : ", NULL", request->max_price);
			break;
		case EXTEND:
			append(sql, ", ");
			append_schedule(sql, request);
			break;
		case CONFIRM:
		case CONFIRM_NAMED:
			append(sql, ", ");
			append_schedule(sql, request);
			append_customer(sql, request);
			if (request->kind == CONFIRM_NAMED)
			{
				append(sql, ", ");
				append_seats(sql, request);
			}
			break;
		case BOOK:
			append(sql, ", ");
			append_seats(sql, request);
			append_customer(sql, request);
			break;
		case CANCEL:
			append(sql, ", '%s'", request->text);
			break;
		default:
			break;
	}
}

static void
append_call(Text *sql, const Request *request)
{
	append(sql, "EXECUTE %s", names[request->kind]);
	if (request->kind == AUDIT)
		return;
	append(sql, " (");
	switch (request->kind)
	{
		case CANCEL_GUEST:
			append(sql, "'%s', '0100000%04d'", request->text, request->booker);
			break;
		case EXPIRE:
			append(sql, "%d", request->number);
			break;
		case BLOCK:
		case UNBLOCK:
			append_seats(sql, request);
			break;
		case CANCEL_SCHEDULE:
		case SEAT_STATUS:
		case SEAT_MAP:
			append_schedule(sql, request);
			break;
		default:
			append_booker(sql, request);
			append_arguments(sql, request);
			break;
	}
	append(sql, ")");
}

void
request_sql(const Request *request, char *data, size_t size)
{
	Text		sql = {data, size, 0};

	switch (request->kind)
	{
		case BEGIN:
			append(&sql, "BEGIN ISOLATION LEVEL %s", request->text);
			break;
		case SAVEPOINT:
			append(&sql, "SAVEPOINT s");
			break;
		case ROLLBACK_TO:
			append(&sql, "ROLLBACK TO SAVEPOINT s");
			break;
		case COMMIT:
			append(&sql, "COMMIT");
			break;
		case ROLLBACK:
			append(&sql, "ROLLBACK");
			break;
		case SET_TIMEOUT:
			append(&sql, "SET %s = %d", request->text, request->number);
			break;
		default:
			append_call(&sql, request);
			break;
	}
}

/* -------- journal -------- */

void
request_args(const Request *request, char *data, size_t size)
{
	Text		args = {data, size, 0};

	data[0] = '\0';
	if (request->kind < EXPIRE)
		append(&args, "booker=%d\tschedule=%d", request->booker, request->schedule);
	if (request->kind == CANCEL_SCHEDULE || request->kind == SEAT_STATUS ||
		request->kind == SEAT_MAP)
		append(&args, "schedule=%d", request->schedule);
	if (request->seat_count > 0)
	{
		append(&args, "%sseats=", args.used ? "\t" : "");
		for (int i = 0; i < request->seat_count; i++)
			append(&args, "%s%d", i ? "," : "", request->seats[i]);
	}
	if (request->key[0])
		append(&args, "\tkey=%s", request->key);
	if (request->text[0])
		append(&args, "%stext=%s", args.used ? "\t" : "", request->text);
	if (request->number)
		append(&args, "%snumber=%d", args.used ? "\t" : "", request->number);
	if (request->flag)
		append(&args, "\tadjacent=1");
	if (request->grade[0])
		append(&args, "\tgrade=%s", request->grade);
	if (request->section[0])
		append(&args, "\tsection=%s", request->section);
	if (request->max_price)
		append(&args, "\tmax_price=%d", request->max_price);
}

/* -------- what a client learns -------- */

static void
forget_holds(Knowledge *known, int booker, int schedule, int seat)
{
	int			kept = 0;

	for (int i = 0; i < known->hold_count; i++)
	{
		const KnownHold *hold = &known->holds[i];

		if (hold->booker == booker &&
			(schedule < 0 || world.seats[hold->seat].schedule == schedule) &&
			(seat < 0 || hold->seat == seat))
			continue;
		known->holds[kept++] = *hold;
	}
	known->hold_count = kept;
}

/* Lapsed holds are kept for a while: to confirm one must be refused. */
static void
learn_hold(Knowledge *known, int booker, int seat, int64_t expires_us)
{
	forget_holds(known, booker, -1, seat);
	if (known->hold_count == MAX_KNOWN)
		memmove(&known->holds[0], &known->holds[1],
				--known->hold_count * sizeof(KnownHold));
	known->holds[known->hold_count++] = (KnownHold){booker, seat, expires_us};
}

static void
learn_booking(Knowledge *known, const Request *request, const PGresult *result)
{
	KnownBooking *booking;

	if (known->booking_count == MAX_KNOWN)
		memmove(&known->bookings[0], &known->bookings[1],
				--known->booking_count * sizeof(KnownBooking));
	booking = &known->bookings[known->booking_count++];
	booking->booker = request->booker;
	booking->shared = request->alone && request->key[0];
	snprintf(booking->id, sizeof(booking->id), "%s", PQgetvalue(result, 0, 0));
	snprintf(booking->number, sizeof(booking->number), "%s", PQgetvalue(result, 0, 1));
	if (booking->shared)
		shared[shared_count++ % RECENT_BOOKINGS] = *booking;
}

/* Half of the cancelled bookings stay known: to cancel again must change nothing. */
static void
forget_booking(Knowledge *known, const char *id)
{
	for (int i = 0; i < known->booking_count; i++)
		if (strcmp(known->bookings[i].id, id) == 0 && id[strlen(id) - 1] % 2 == 0)
		{
			known->bookings[i] = known->bookings[--known->booking_count];
			return;
		}
}

void
knowledge_learn(Knowledge *known, const Request *request, const PGresult *result)
{
	switch (request->kind)
	{
		case HOLD:
		case HOLD_MANY:
		case HOLD_BEST:
		case EXTEND:
			for (int i = 0; i < PQntuples(result); i++)
				learn_hold(known, request->booker,
						   world_find_seat(PQgetvalue(result, i, 0)),
						   atoll(PQgetvalue(result, i, 1)));
			break;
		case RELEASE:
			for (int i = 0; i < request->seat_count; i++)
				forget_holds(known, request->booker, -1, request->seats[i]);
			break;
		case RELEASE_ALL:
			forget_holds(known, request->booker, -1, -1);
			break;
		case CONFIRM:
		case CONFIRM_NAMED:
		case BOOK:
			learn_booking(known, request, result);
			forget_holds(known, request->booker, request->schedule, -1);
			break;
		case CANCEL:
		case CANCEL_GUEST:
			forget_booking(known, PQgetvalue(result, 0, 0));
			break;
		default:
			break;
	}
}
