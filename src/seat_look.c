/*
 * seat_look.c - what a schedule's seats were when somebody looked, and since when.
 *
 * Each look that finds other letters than the one before is a version, by number.
 * With each seat stands in which version it changed last, and the names of the
 * last versions are kept: so who names the version that he knows is told what
 * changed since, and nobody has to keep what it was.
 *
 * Memory: the caller's, which several backends may share (shared_look.c); what is
 * told is in the caller's context. Five bytes a seat, and two kilobytes.
 */
#include "postgres.h"

#include "seat_look.h"

/* How many versions have a name: 25 seconds' worth, if each look finds a change. */
#define VERSIONS_KEPT 256

/* A change takes about eight bytes of the answer, and a letter one. */
#define LETTERS_A_CHANGE 8

/* So many seats are passed over at a time where none of them changed. */
#define STRETCH 64

struct SeatLook
{
	int32		layout;
	int			count;
	uint32		number;			/* of the present version, from 1 */
	uint64		names[VERSIONS_KEPT];	/* of version n, at n modulo this */

	/* in which version one of STRETCH seats changed last; each seat; the letters */
	uint32		stretch_changed_in[FLEXIBLE_ARRAY_MEMBER];
};

static int
count_stretches(int seat_count)
{
	return (seat_count + STRETCH - 1) / STRETCH;
}

/* For each seat in which version it changed last. */
static uint32 *
changed_in_of(SeatLook *look)
{
	return look->stretch_changed_in + count_stretches(look->count);
}

static char *
letters_of(SeatLook *look)
{
	return (char *) (changed_in_of(look) + look->count);
}

/* How many bytes a look at so many seats takes. */
Size
seat_look_size(int seat_count)
{
	return offsetof(SeatLook, stretch_changed_in) +
		sizeof(uint32) * (Size) count_stretches(seat_count) +
		(sizeof(uint32) + sizeof(char)) * (Size) seat_count;
}

/* The number of a version by its name; 0 if it is not known any more. */
static uint32
find_version(const SeatLook *look, const SeatVersion *version)
{
	uint32		oldest = look->number > VERSIONS_KEPT ? look->number - VERSIONS_KEPT : 0;
	uint32		number;

	if (version == NULL || version->layout != look->layout)
		return 0;
	for (number = look->number; number > oldest; number--)
	{
		if (look->names[number % VERSIONS_KEPT] == version->letters)
			return number;
	}
	return 0;
}

/* What changed after a version; false if it is so much that all is shorter. */
static bool
tell_changes(SeatLook *look, uint32 known, SeatNews *news)
{
	const uint32 *seats = changed_in_of(look);
	const char *letters = letters_of(look);
	int			limit = look->count / LETTERS_A_CHANGE;
	int			i;

	if (known == look->number)
		return true;
	news->positions = palloc_extended(sizeof(int32) * (Size) limit + 1, MCXT_ALLOC_HUGE);
	news->changed = palloc_extended(limit + 1, MCXT_ALLOC_HUGE);
	for (i = 0; i < look->count; i++)
	{
		if (i % STRETCH == 0 && look->stretch_changed_in[i / STRETCH] <= known)
		{
			i += STRETCH - 1;
			continue;
		}
		if (seats[i] <= known)
			continue;
		if (news->change_count == limit)
			return false;
		news->positions[news->change_count] = i + 1;
		news->changed[news->change_count++] = letters[i];
	}
	return true;
}

/* What a look tells who knows a version (or NULL). */
void
seat_look_tell(SeatLook *look, const SeatVersion *since, SeatNews *news)
{
	uint32		known = find_version(look, since);

	memset(news, 0, sizeof(SeatNews));
	news->version.layout = look->layout;
	news->version.letters = look->names[look->number % VERSIONS_KEPT];
	news->seat_count = look->count;
	if (known != 0 && tell_changes(look, known, news))
		return;
	news->letters = palloc_extended(look->count + 1, MCXT_ALLOC_HUGE);
	memcpy(news->letters, letters_of(look), look->count);
}

/* Writes a first look into new memory. */
void
seat_look_begin(SeatLook *look, const SeatNews *seen)
{
	look->layout = seen->version.layout;
	look->count = seen->seat_count;
	look->number = 1;
	look->names[1] = seen->version.letters;
	memset(look->stretch_changed_in, 0, letters_of(look) - (char *) look->stretch_changed_in);
	memcpy(letters_of(look), seen->letters, look->count);
}

/* Whether a look can be written over another one of the same schedule. */
bool
seat_look_fits(const SeatLook *look, const SeatNews *seen)
{
	return look->layout == seen->version.layout && look->count == seen->seat_count &&
		look->number < PG_UINT32_MAX;
}

/* Writes a look over one that it fits, and with each seat whether it changed. */
void
seat_look_renew(SeatLook *look, const SeatNews *seen)
{
	uint32	   *changed_in = changed_in_of(look);
	char	   *letters = letters_of(look);
	int			i;

	if (memcmp(letters, seen->letters, look->count) == 0)
		return;
	look->number++;
	look->names[look->number % VERSIONS_KEPT] = seen->version.letters;
	for (i = 0; i < look->count; i++)
	{
		if (likely(letters[i] == seen->letters[i]))
			continue;
		letters[i] = seen->letters[i];
		changed_in[i] = look->number;
		look->stretch_changed_in[i / STRETCH] = look->number;
	}
}
