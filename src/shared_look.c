/*
 * shared_look.c - the last look at the seats of a schedule, for all who poll it.
 *
 * A look is good for concert_booking.share_seat_status. The first poll after that
 * looks anew and publishes what it saw; who polls meanwhile is told the old look,
 * if it is not older than PATIENCE times as much. What changed between two looks
 * stands in the look itself (seat_look.c).
 *
 * Nothing here knows of sales: a look reads the seats as seat_status() does, so
 * that it does not matter who changed them and how. A look is published unless a
 * newer one was since its turn began, and who has looked is told no older look
 * than his own: so each one is newer than the one that it replaces, however long
 * somebody stands still between looking and publishing.
 *
 * Locking: the area's one lock (shared_area.c), shared by those who read and alone
 * for those who publish. Nobody has it during a look. Whose turn it is decides one
 * comparison and exchange; a turn that comes to nothing, by an error or a kill,
 * ends by itself when the next one begins.
 *
 * Memory: as a processor's cache keeps lines, a schedule has one of eight places
 * in one of 128 sets, and the place used least recently goes when there is none
 * left, or no room in the area.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"

#include "clock.h"
#include "same.h"
#include "settings.h"
#include "shared_area.h"
#include "shared_look.h"

#define SETS 128
#define PLACES_A_SET 8

/* How many times older than it should be an answer is while somebody looks. */
#define PATIENCE 10

/* A look larger than this would push out too many others. */
#define LARGEST_LOOK ((Size) 4 * 1024 * 1024)

/* How often a place notes that it is used. */
#define USE_STEP_US USECS_PER_SEC

/* Where a look is. */
typedef struct Place
{
	Oid			database;		/* InvalidOid: there is none here */
	pg_uuid_t	schedule_id;
	dsa_pointer look;
	uint64		serial;			/* another number after each publication */
	TimestampTz looked_at;
	pg_atomic_uint64 claimed_at;	/* when a turn began */
	pg_atomic_uint64 used_at;
} Place;

typedef struct Directory
{
	uint64		last_serial;
	Place		sets[SETS][PLACES_A_SET];
} Directory;

static Directory *
open_directory(void)
{
	return shared_area_open(sizeof(Directory));
}

/* -------- places -------- */

static Place *
find_set(Directory *directory, const pg_uuid_t *schedule_id)
{
	uint32		hash = hash_bytes(schedule_id->data, UUID_LEN);

	return directory->sets[hash_combine(hash, MyDatabaseId) % SETS];
}

/* The schedule's place; NULL if it has none. */
static Place *
find_place(Directory *directory, const pg_uuid_t *schedule_id)
{
	Place	   *set = find_set(directory, schedule_id);
	int			i;

	for (i = 0; i < PLACES_A_SET; i++)
	{
		if (set[i].database == MyDatabaseId &&
			same_uuid(&set[i].schedule_id, schedule_id))
			return &set[i];
	}
	return NULL;
}

static Place *
find_empty(Place *set)
{
	int			i;

	for (i = 0; i < PLACES_A_SET; i++)
	{
		if (!OidIsValid(set[i].database))
			return &set[i];
	}
	return NULL;
}

static bool
used_before(Place *one, Place *other)
{
	return pg_atomic_read_u64(&one->used_at) < pg_atomic_read_u64(&other->used_at);
}

/* The place used least recently; NULL if all are empty. */
static Place *
least_used(Place *places, int count)
{
	Place	   *least = NULL;
	int			i;

	for (i = 0; i < count; i++)
	{
		if (OidIsValid(places[i].database) &&
			(least == NULL || used_before(&places[i], least)))
			least = &places[i];
	}
	return least;
}

static void
note_use(Place *place, TimestampTz now)
{
	if ((uint64) now - pg_atomic_read_u64(&place->used_at) >= USE_STEP_US)
		pg_atomic_write_u64(&place->used_at, now);
}

/* Whether an instant is so little ago; one that is yet to come is not. */
static bool
is_within(TimestampTz instant, TimestampTz now, int64 span_us)
{
	return now >= instant && now - instant < span_us;
}

/* Whether it is this backend's turn to look: one at a time. */
static bool
take_turn(Place *place, TimestampTz now, int64 span_us)
{
	uint64		seen = pg_atomic_read_u64(&place->claimed_at);

	return !is_within((TimestampTz) seen, now, span_us) &&
		pg_atomic_compare_exchange_u64(&place->claimed_at, &seen, now);
}

/* Whether the look may be told: it is fresh, or somebody else looks already. */
static bool
may_tell(Place *place, TimestampTz now)
{
	int64		span_us = (int64) settings_share_seat_status_ms * 1000;

	if (is_within(place->looked_at, now, span_us))
		return true;
	return !take_turn(place, now, span_us) &&
		is_within(place->looked_at, now, PATIENCE * span_us);
}

/* -------- asking -------- */

/*
 * What a look that is fresh enough tells who knows a version (or NULL). False if
 * the caller has to look: what it sees goes to shared_look_publish(), with turn.
 */
bool
shared_look_ask(const pg_uuid_t *schedule_id, const SeatVersion *since,
				LookTurn *turn, SeatNews *news)
{
	Directory  *directory = open_directory();
	Place	   *place;
	bool		told = false;

	turn->schedule_id = *schedule_id;
	turn->began_at = clock_now();
	turn->serial = 0;
	if (directory == NULL)
		return false;
	shared_area_lock(LW_SHARED);
	place = find_place(directory, schedule_id);
	if (place != NULL)
	{
		note_use(place, turn->began_at);
		told = may_tell(place, turn->began_at);
		if (told)
			seat_look_tell(shared_area_address(place->look), since, news);
		turn->serial = place->serial;
	}
	shared_area_unlock();
	return told;
}

/* -------- publishing -------- */

/*
 * Whether a newer look than the turn's has been published. Instants tell that only of
 * what was published since the turn began: the clock may have been set back before.
 */
static bool
is_outdone(const Place *place, const LookTurn *turn)
{
	return place != NULL && place->serial != turn->serial &&
		place->looked_at >= turn->began_at;
}

static void
date_place(Directory *directory, Place *place, const LookTurn *turn)
{
	place->serial = ++directory->last_serial;
	place->looked_at = turn->began_at;
}

/* Writes over the look that the turn is to replace; false where it cannot be. */
static bool
renew_place(Directory *directory, Place *place, const LookTurn *turn,
			const SeatNews *seen)
{
	SeatLook   *look = shared_area_address(place->look);

	if (!seat_look_fits(look, seen))
		return false;
	seat_look_renew(look, seen);
	date_place(directory, place, turn);
	return true;
}

/* Empties the place used least recently of all; false if there is none. */
static bool
make_room(Directory *directory)
{
	dsa_pointer piece = InvalidDsaPointer;
	Place	   *place;

	shared_area_lock(LW_EXCLUSIVE);
	place = least_used(&directory->sets[0][0], SETS * PLACES_A_SET);
	if (place != NULL)
	{
		piece = place->look;
		place->database = InvalidOid;
	}
	shared_area_unlock();
	if (place != NULL)
		shared_area_free(piece);
	return place != NULL;
}

/* A piece with the look in it; InvalidDsaPointer if there is no room for it. */
static dsa_pointer
make_piece(Directory *directory, const SeatNews *seen)
{
	Size		size = seat_look_size(seen->seat_count);
	dsa_pointer piece = InvalidDsaPointer;

	if (size > LARGEST_LOOK)
		return InvalidDsaPointer;
	do
		piece = shared_area_allocate(size);
	while (!DsaPointerIsValid(piece) && !shared_area_rests() && make_room(directory));
	if (DsaPointerIsValid(piece))
		seat_look_begin(shared_area_address(piece), seen);
	return piece;
}

/* A place for a schedule that has none, and what was in it. */
static Place *
occupy_place(Directory *directory, const LookTurn *turn, dsa_pointer *was)
{
	Place	   *set = find_set(directory, &turn->schedule_id);
	Place	   *place = find_empty(set);

	if (place == NULL)
	{
		place = least_used(set, PLACES_A_SET);
		*was = place->look;
	}
	place->database = MyDatabaseId;
	place->schedule_id = turn->schedule_id;
	pg_atomic_init_u64(&place->claimed_at, turn->began_at);
	pg_atomic_init_u64(&place->used_at, turn->began_at);
	return place;
}

/* Puts the piece into the schedule's place, and gives back what was there. */
static void
replace_look(Directory *directory, const LookTurn *turn, dsa_pointer piece)
{
	dsa_pointer unused = InvalidDsaPointer;
	Place	   *place;

	shared_area_lock(LW_EXCLUSIVE);
	place = find_place(directory, &turn->schedule_id);
	if (is_outdone(place, turn))
		unused = piece;
	else
	{
		if (place != NULL)
			unused = place->look;
		else
			place = occupy_place(directory, turn, &unused);
		place->look = piece;
		date_place(directory, place, turn);
	}
	shared_area_unlock();
	if (DsaPointerIsValid(unused))
		shared_area_free(unused);
}

static void
publish(Directory *directory, const LookTurn *turn, const SeatNews *seen)
{
	Place	   *place;
	dsa_pointer piece;
	bool		done;

	shared_area_lock(LW_EXCLUSIVE);
	place = find_place(directory, &turn->schedule_id);
	done = is_outdone(place, turn) ||
		(place != NULL && renew_place(directory, place, turn, seen));
	shared_area_unlock();
	if (done)
		return;
	piece = make_piece(directory, seen);
	if (DsaPointerIsValid(piece))
		replace_look(directory, turn, piece);
}

/*
 * Publishes what was seen in this backend's turn, news, unless a newer look was
 * published meanwhile; then news becomes what the published look tells who knows a
 * version (or NULL). False, and news stays, where there is no room.
 */
bool
shared_look_publish(const LookTurn *turn, const SeatVersion *since, SeatNews *news)
{
	Directory  *directory = open_directory();
	Place	   *place;
	bool		told;

	if (directory == NULL)
		return false;
	publish(directory, turn, news);
	shared_area_lock(LW_SHARED);
	place = find_place(directory, &turn->schedule_id);
	told = place != NULL && place->looked_at >= turn->began_at;
	if (told)
		seat_look_tell(shared_area_address(place->look), since, news);
	shared_area_unlock();
	return told;
}
