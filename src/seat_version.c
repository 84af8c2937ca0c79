/*
 * seat_version.c - the name of what a poll was told.
 *
 * It is made of the answer alone: the layout's version and 64 bits of the
 * letters. So every server and every backend gives the same letters the same
 * name, also after a restart or a failover; two plans of a schedule that differ
 * and share a name are not met in practice.
 */
#include "postgres.h"

#include <ctype.h>

#include "common/hashfn.h"

#include "seat_version.h"

/* The version that letters have, those of count seats in seat order. */
SeatVersion
seat_version_of(int32 layout, const char *letters, int count)
{
	SeatVersion version = {
		.layout = layout,
		.letters = DatumGetUInt64(hash_any_extended((const unsigned char *) letters,
													count, 0)),
	};

	return version;
}

bool
seat_version_same(const SeatVersion *a, const SeatVersion *b)
{
	return a->layout == b->layout && a->letters == b->letters;
}

/* The version as clients see it. */
char *
seat_version_name(const SeatVersion *version)
{
	return psprintf("%d-" UINT64_FORMAT, version->layout, version->letters);
}

/* The version that has the name; false if none can have it. */
bool
seat_version_parse(const char *name, SeatVersion *version)
{
	char	   *end;
	long		layout = strtol(name, &end, 10);

	if (end == name || *end != '-' || !isdigit((unsigned char) end[1]) ||
		layout != (int32) layout)
		return false;
	version->layout = layout;
	version->letters = strtoull(end + 1, &end, 10);
	return *end == '\0';
}
