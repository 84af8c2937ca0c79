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
#define RECENT_ORDERS	24
#define RECENT_PAYMENTS	16
#define UNDER_WAY_US	1000	/* a sale takes about that long */
#define LONGEST_WAIT_US	400000

static Request recent[RECENT_SALES];
static int	recent_count;
static int64_t recent_us;		/* when the latest was drawn */
static KnownBooking shared[RECENT_BOOKINGS];	/* that anybody may cancel */
static int	shared_count;
static KnownBooking orders[RECENT_ORDERS];	/* that wait for payment, or did */
static int	order_count;
static Request charges[RECENT_PAYMENTS];	/* what the provider has told last */
static int	charge_count;
static Request refunds[RECENT_PAYMENTS];
static int	refund_count;
static int	last_key;
static int	last_reference;

static const char *const names[KIND_COUNT] = {
	[HOLD] = "hold", [HOLD_MANY] = "hold_many", [HOLD_BEST] = "hold_best",
	[EXTEND] = "extend", [RELEASE] = "release", [RELEASE_ALL] = "release_all",
	[CONFIRM] = "confirm", [CONFIRM_NAMED] = "confirm_named", [BOOK] = "book",
	[CANCEL] = "cancel", [CANCEL_GUEST] = "cancel_guest", [EXPIRE] = "expire",
	[BLOCK] = "block", [UNBLOCK] = "unblock",
	[CANCEL_SCHEDULE] = "cancel_schedule", [AUDIT] = "audit",
	[SEAT_STATUS] = "seat_status", [SEAT_MAP] = "seat_map",
	[BEGIN_PAYMENT] = "begin_payment", [CANCEL_PAYMENT] = "cancel_payment",
	[CANCEL_SEATS] = "cancel_seats", [CONFIRM_PAYMENT] = "confirm_payment",
	[DUE_REFUNDS] = "due_refunds", [RECORD_REFUND] = "record_refund",
	[EXPIRE_BOOKINGS] = "expire_bookings", [AUDIT_PAYMENTS] = "audit_payments",
	[BEGIN] = "begin", [SAVEPOINT] = "savepoint",
	[ROLLBACK_TO] = "rollback_to", [COMMIT] = "commit",
	[ROLLBACK] = "rollback", [SET_TIMEOUT] = "set_timeout"
};

const char *
kind_name(Kind kind)
{
	return names[kind];
}

bool
kind_has_reference(Kind kind)
{
	return kind == CONFIRM_PAYMENT || kind == RECORD_REFUND;
}

/* Where a transaction stays open, the checker could not tell who did what. */
static bool
kind_is_alone(Kind kind)
{
	switch (kind)
	{
		case RELEASE_ALL:
		case CANCEL_SCHEDULE:
		case BEGIN_PAYMENT:
		case CANCEL_PAYMENT:
		case CANCEL_SEATS:
		case CONFIRM_PAYMENT:
		case DUE_REFUNDS:
		case RECORD_REFUND:
		case EXPIRE_BOOKINGS:
			return true;
		default:
			return false;
	}
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

/* -------- drawing: payment -------- */

/* What is to be paid for is mostly held still. */
static void
forget_lapsed_holds(Knowledge *known)
{
	int64_t		now = now_us();
	int			kept = 0;

	for (int i = 0; i < known->hold_count; i++)
		if (known->holds[i].expires_us > now)
			known->holds[kept++] = known->holds[i];
	known->hold_count = kept;
}

/* A booking that nobody knows. */
static void
draw_no_booking(Request *request, Rng *rng)
{
	snprintf(request->text, sizeof(request->text),
			 "00000000-0000-4000-9000-%012x", rng_below(rng, 1000));
}

/*
 * The same where the request's own booking would be: the ninth byte of an id says that. A
 * reference is known to the server that it was first told to, and to no other one.
 */
static void
draw_no_booking_there(Request *request, Rng *rng)
{
	char		place[3] = {request->text[19], request->text[20], '\0'};

	draw_no_booking(request, rng);
	memcpy(request->text + 19, place, 2);
}

/* A booking that waits for its payment, or did, or one that was sold without; null if there is none. */
static KnownBooking *
draw_order(Rng *rng, double without)
{
	int			stored = Min(order_count, RECENT_ORDERS);

	if (shared_count > 0 && rng_chance(rng, without))
		return &shared[rng_below(rng, Min(shared_count, RECENT_BOOKINGS))];
	if (stored == 0)
		return NULL;
	return &orders[rng_below(rng, stored)];
}

/* The latest that has not been paid for, one time in four any: to pay twice, or for what is over. */
static KnownBooking *
draw_unpaid_order(Rng *rng)
{
	int			stored = Min(order_count, RECENT_ORDERS);

	if (!rng_chance(rng, 0.25))
		for (int i = 1; i <= stored; i++)
		{
			KnownBooking *order = &orders[(order_count - i) % RECENT_ORDERS];

			if (order->charged < order->total)
				return order;
		}
	return draw_order(rng, 0.2);
}

/* Its booker gives a booking back, or some seats of it. */
static void
draw_give_back(Request *request, Rng *rng)
{
	const KnownBooking *order = draw_order(rng, request->kind == CANCEL_SEATS ? 0.3 : 0.05);

	request->seat_count = 0;
	if (order == NULL)
		draw_no_booking(request, rng);
	else
	{
		snprintf(request->text, sizeof(request->text), "%s", order->id);
		request->schedule = order->schedule;
		request->booker = rng_chance(rng, 0.1) ? rng_below(rng, SHARED_BOOKERS) : order->booker;
	}
	if (request->kind != CANCEL_SEATS)
		return;
	for (int i = 0; order != NULL && i < order->seat_count; i++)
		if (rng_chance(rng, 0.5))
			request->seats[request->seat_count++] = order->seats[i];
	if (request->seat_count == 0)
		draw_seats(request, rng, 1);	/* mostly none of it */
}

/* Keeps what the provider tells, so that it can tell it again. */
static void
keep_payment(Request *payments, int *count, Request *request, char prefix)
{
	snprintf(request->key, sizeof(request->key), "%c%d", prefix, ++last_reference);
	payments[(*count)++ % RECENT_PAYMENTS] = *request;
	payments[(*count - 1) % RECENT_PAYMENTS].not_before_us = 0;
}

/* What was told before, and now and then another charge under the same reference. */
static bool
draw_payment_again(Request *request, Rng *rng, const Request *payments, int count)
{
	int			stored = Min(count, RECENT_PAYMENTS);

	if (stored == 0 || !rng_chance(rng, 0.25))
		return false;
	*request = payments[rng_chance(rng, 0.6) ? (count - 1) % RECENT_PAYMENTS
						: rng_below(rng, stored)];
	/* it may be the first to come: a refund must not be of more than is due */
	if (payments == charges && rng_chance(rng, 0.05))
		request->number++;
	else if (payments == charges && rng_chance(rng, 0.05))
		draw_no_booking_there(request, rng);
	return true;
}

/* All of what is left to pay, a part of it, or more. */
static int
draw_amount(const KnownBooking *order, Rng *rng)
{
	int			rest = order->total - order->charged;

	if (rest <= 0 || rng_chance(rng, 0.08))
		return order->total;
	if (rng_chance(rng, 0.25) && rest > 1)
		return 1 + rng_below(rng, rest - 1);
	return rng_chance(rng, 0.1) ? rest + 1000 : rest;
}

/* At once, late, or within 1.5 ms of the end. */
static int64_t
draw_instant(const KnownBooking *order, Rng *rng)
{
	int64_t		now = now_us();

	if (order->pay_by_us < now || order->pay_by_us > now + LONGEST_WAIT_US || rng_chance(rng, 0.6))
		return 0;
	if (rng_chance(rng, 0.5))
		return order->pay_by_us - 1500 + rng_below(rng, 3000);
	return order->pay_by_us + rng_below(rng, 40000);
}

static void
draw_charge(Request *request, Rng *rng)
{
	KnownBooking *order;

	if (draw_payment_again(request, rng, charges, charge_count))
		return;
	order = rng_chance(rng, 0.02) ? NULL : draw_unpaid_order(rng);
	if (order == NULL)
	{
		draw_no_booking(request, rng);
		request->number = 1 + rng_below(rng, 200000);
	}
	else
	{
		snprintf(request->text, sizeof(request->text), "%s", order->id);
		request->number = draw_amount(order, rng);
		request->not_before_us = draw_instant(order, rng);
		order->charged += request->number;
	}
	keep_payment(charges, &charge_count, request, 'c');
}

/* Something that this client has claimed, or else it asks for something. */
static void
draw_refund(Request *request, Rng *rng, Knowledge *known)
{
	KnownRefund *refund;

	if (draw_payment_again(request, rng, refunds, refund_count))
		return;
	if (known->refund_count == 0)
	{
		request->kind = DUE_REFUNDS;
		request->number = 1 + rng_below(rng, 4);
		return;
	}
	refund = &known->refunds[--known->refund_count];
	snprintf(request->text, sizeof(request->text), "%s", refund->id);
	request->number = refund->amount;
	if (refund->amount > 1 && rng_chance(rng, 0.2))
		request->number = 1 + rng_below(rng, refund->amount - 1);
	keep_payment(refunds, &refund_count, request, 'r');
}

static void
draw_content(Request *request, const Plan *plan, Rng *rng, Knowledge *known,
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
		case BEGIN_PAYMENT:
			forget_lapsed_holds(known);
			if (!draw_known_holds(request, rng, known))
				draw_seats(request, rng, 1 + rng_below(rng, 2));
			snprintf(request->key, sizeof(request->key), "k%d", ++last_key);
			break;
		case CANCEL_PAYMENT:
		case CANCEL_SEATS:
			draw_give_back(request, rng);
			break;
		case CONFIRM_PAYMENT:
			draw_charge(request, rng);
			break;
		case DUE_REFUNDS:
			request->number = 1 + rng_below(rng, 4);
			break;
		case RECORD_REFUND:
			draw_refund(request, rng, known);
			break;
		case EXPIRE_BOOKINGS:
		case EXPIRE:
			request->number = rng_chance(rng, 0.5) ? 1000 : 1 + rng_below(rng, 4);
			/* each server takes so many: what all have taken would tell nothing */
			if (world.home_count > 1)
				request->number = 1000;
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
	{
		int			schedule = rng_below(rng, world.schedule_count);

		/* a key is known to the server that it was first sent to, and to no other one */
		if (world.schedules[schedule].home == world.schedules[request->schedule].home)
			request->schedule = schedule;
	}
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
			 Knowledge *known, bool alone)
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
	while (!alone && kind_is_alone(request->kind));
	request->booker = draw_booker(rng, client);
	request->schedule = draw_schedule(plan, rng);
	if (request->kind == RELEASE_ALL)
		request->booker = SHARED_BOOKERS + 2 * client + rng_below(rng, 2);
	/* the last schedule is for cancelling as a whole */
	if (request->kind == CANCEL_SCHEDULE)
		request->schedule = world.schedule_count - 1;
	draw_content(request, plan, rng, known, alone);
	if (alone && request->key[0] && !kind_has_reference(request->kind))
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
	"    FROM concert_booking.booking_seats x JOIN concert_booking.bookings y ON y.id = x.booking_id" \
	"    WHERE y.status <> 'confirmed' OR x.active GROUP BY x.booking_id) x ON x.booking_id = b.id" \
	"  WHERE b.seat_count IS DISTINCT FROM x.seats OR b.total_price IS DISTINCT FROM x.price)"

#define PAID_RECEIPT_COLUMNS(call) \
	"SELECT r.booking_id, r.booking_number, r.concert_schedule_id, r.status, r.seat_count," \
	" r.total_price, array_to_string(r.seat_numbers, ',')," \
	" (extract(epoch FROM r.created_at) * 1000000)::bigint," \
	" (extract(epoch FROM r.cancelled_at) * 1000000)::bigint," \
	" (extract(epoch FROM r.pay_by) * 1000000)::bigint, r.refund_due FROM concert_booking." call " r"
#define OUTCOME_COLUMNS(call) \
	"SELECT o.outcome, o.booking_id, o.status, o.refund_due FROM concert_booking." call " o"

/*
 * The law of money in one snapshot: bookings of which what was paid is not what is
 * paid for, kept, given back and due.
 */
#define AUDIT_PAYMENTS_SQL \
	"SELECT count(*) FROM concert_booking.bookings b" \
	" LEFT JOIN (SELECT p.booking_id, sum(CASE p.kind WHEN 'charge' THEN p.amount ELSE -p.amount END) AS paid" \
	"   FROM concert_booking.payments p GROUP BY p.booking_id) p ON p.booking_id = b.id" \
	" LEFT JOIN concert_booking.refunds_due d ON d.booking_id = b.id" \
	" LEFT JOIN (SELECT x.booking_id, sum(CASE WHEN x.active THEN x.price ELSE coalesce(x.cancellation_fee, 0) END) AS price" \
	"   FROM concert_booking.booking_seats x GROUP BY x.booking_id) x ON x.booking_id = b.id" \
	" WHERE CASE WHEN b.paid_at IS NOT NULL THEN coalesce(p.paid, 0) - coalesce(d.amount, 0) <> x.price" \
	"   WHEN b.status = 'pending' THEN coalesce(p.paid, 0) NOT BETWEEN 0 AND b.total_price - 1 OR d.amount IS NOT NULL" \
	"   ELSE coalesce(p.paid, 0) <> coalesce(d.amount, 0) END"

/* The letters of a map as seat_status() has them, and which seats they are of. */
#define SEAT_MAP_SQL \
	"SELECT string_agg(left(m.status, 1), ''), md5(string_agg(m.seat_id::text, ','))" \
	" FROM concert_booking.seat_map(concert_schedule_id => $1) m"

#define BOOKER "user_id => $1, session_id => $2"

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
	[BEGIN_PAYMENT] = {"(uuid, uuid, uuid, text, text, text, uuid[])", PAID_RECEIPT_COLUMNS(
		"begin_payment(concert_schedule_id => $3, seat_ids => $7, " BOOKER
		", customer_name => $4, customer_phone => $5, idempotency_key => $6)")},
	[CANCEL_PAYMENT] = {"(uuid, uuid, uuid)", PAID_RECEIPT_COLUMNS(
		"cancel_payment(booking_id => $3, " BOOKER ")")},
	[CANCEL_SEATS] = {"(uuid, uuid, uuid, uuid[])", PAID_RECEIPT_COLUMNS(
		"cancel_seats(booking_id => $3, seat_ids => $4, reason => 'history', " BOOKER ")")},
	[CONFIRM_PAYMENT] = {"(uuid, bigint, text)", OUTCOME_COLUMNS(
		"confirm_payment(booking_id => $1, amount => $2, provider => 'bank', reference => $3)")},
	[DUE_REFUNDS] = {"(integer)", "SELECT d.booking_id, d.amount FROM concert_booking.due_refunds(page_size => $1) d"},
	[RECORD_REFUND] = {"(uuid, bigint, text)", OUTCOME_COLUMNS(
		"record_refund(booking_id => $1, amount => $2, provider => 'bank', reference => $3)")},
	[EXPIRE_BOOKINGS] = {"(integer)", "SELECT concert_booking.expire_bookings($1)"},
	[AUDIT_PAYMENTS] = {"", AUDIT_PAYMENTS_SQL},
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
		case BEGIN_PAYMENT:
			append(sql, ", ");
			append_schedule(sql, request);
			append_customer(sql, request);
			if (request->kind != CONFIRM)
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
		case CANCEL_PAYMENT:
			append(sql, ", '%s'", request->text);
			break;
		case CANCEL_SEATS:
			append(sql, ", '%s', ", request->text);
			append_seats(sql, request);
			break;
		default:
			break;
	}
}

static void
append_call(Text *sql, const Request *request)
{
	append(sql, "EXECUTE %s", names[request->kind]);
	if (request->kind == AUDIT || request->kind == AUDIT_PAYMENTS)
		return;
	append(sql, " (");
	switch (request->kind)
	{
		case CANCEL_GUEST:
			append(sql, "'%s', '0100000%04d'", request->text, request->booker);
			break;
		case EXPIRE:
		case EXPIRE_BOOKINGS:
		case DUE_REFUNDS:
			append(sql, "%d", request->number);
			break;
		case CONFIRM_PAYMENT:
		case RECORD_REFUND:
			append(sql, "'%s', %d, '%s'", request->text, request->number, request->key);
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
		append(&args, "%skey=%s", args.used ? "\t" : "", request->key);
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
	memset(booking, 0, sizeof(*booking));
	booking->booker = request->booker;
	booking->shared = request->alone && request->key[0];
	booking->total = atoi(PQgetvalue(result, 0, 5));
	booking->schedule = request->schedule;
	booking->seat_count = request->seat_count;
	memcpy(booking->seats, request->seats, sizeof(booking->seats));
	if (request->kind == BEGIN_PAYMENT)
		booking->pay_by_us = atoll(PQgetvalue(result, 0, 9));
	snprintf(booking->id, sizeof(booking->id), "%s", PQgetvalue(result, 0, 0));
	snprintf(booking->number, sizeof(booking->number), "%s", PQgetvalue(result, 0, 1));
	if (request->kind == BEGIN_PAYMENT)
		orders[order_count++ % RECENT_ORDERS] = *booking;
	else if (booking->shared)
		shared[shared_count++ % RECENT_BOOKINGS] = *booking;
}

static void
learn_refunds(Knowledge *known, const PGresult *result)
{
	for (int i = 0; i < PQntuples(result) && known->refund_count < MAX_KNOWN; i++)
	{
		KnownRefund *refund = &known->refunds[known->refund_count++];

		snprintf(refund->id, sizeof(refund->id), "%s", PQgetvalue(result, i, 0));
		refund->amount = atoi(PQgetvalue(result, i, 1));
	}
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
		case BEGIN_PAYMENT:
			learn_booking(known, request, result);
			forget_holds(known, request->booker, request->schedule, -1);
			/* a hold that is not the booker's any more, and ends soon */
			learn_hold(known, request->booker, request->seats[0],
					   atoll(PQgetvalue(result, 0, 9)));
			break;
		case DUE_REFUNDS:
			learn_refunds(known, result);
			break;
		case CANCEL:
		case CANCEL_GUEST:
			forget_booking(known, PQgetvalue(result, 0, 0));
			break;
		default:
			break;
	}
}
