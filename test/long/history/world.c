/*
 * world.c
 *		The schedules and seats of this run, as world.sql made them.
 *
 * A request names a seat by its place here, so that a seed draws the same
 * requests whatever ids the server gave out.
 */
#include <stdlib.h>
#include <string.h>

#include "driver.h"

World		world;

static int	by_id[MAX_SEATS];	/* places in world.seats, sorted by id */

static int
compare_seats(const void *a, const void *b)
{
	return strcmp(world.seats[*(const int *) a].id, world.seats[*(const int *) b].id);
}

static PGresult *
must_select(PGconn *conn, const char *sql)
{
	PGresult   *result = PQexec(conn, sql);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		die("%s: %s", sql, PQerrorMessage(conn));
	return result;
}

static void
load_schedules(PGconn *conn)
{
	PGresult   *result = must_select(conn,
									 "SELECT cs.id, (extract(epoch FROM coalesce(cs.hold_duration,"
									 " current_setting('concert_booking.hold_duration', true)::interval,"
									 " interval '10 minutes')) * 1000000)::bigint"
									 " FROM concert_booking.concert_schedules cs"
									 " ORDER BY cs.concert_date, cs.concert_time");

	world.schedule_count = PQntuples(result);
	if (world.schedule_count == 0 || world.schedule_count > MAX_SCHEDULES)
		die("%d schedules", world.schedule_count);
	for (int i = 0; i < world.schedule_count; i++)
	{
		snprintf(world.schedules[i].id, ID_SIZE, "%s", PQgetvalue(result, i, 0));
		world.schedules[i].hold_us = atoll(PQgetvalue(result, i, 1));
	}
	PQclear(result);
}

void
world_load(PGconn *conn)
{
	PGresult   *result;

	load_schedules(conn);
	result = must_select(conn,
						 "SELECT s.id, s.concert_schedule_id FROM concert_booking.seats s"
						 " JOIN concert_booking.concert_schedules cs ON cs.id = s.concert_schedule_id"
						 " ORDER BY cs.concert_date, cs.concert_time, s.ordinal");
	world.seat_count = PQntuples(result);
	if (world.seat_count == 0 || world.seat_count > MAX_SEATS)
		die("%d seats", world.seat_count);
	for (int i = 0; i < world.seat_count; i++)
	{
		int			schedule = world_find_schedule(PQgetvalue(result, i, 1));

		snprintf(world.seats[i].id, ID_SIZE, "%s", PQgetvalue(result, i, 0));
		world.seats[i].schedule = schedule;
		if (world.schedules[schedule].seat_count++ == 0)
			world.schedules[schedule].first_seat = i;
		by_id[i] = i;
	}
	PQclear(result);
	qsort(by_id, world.seat_count, sizeof(int), compare_seats);
}

int
world_find_schedule(const char *id)
{
	for (int i = 0; i < world.schedule_count; i++)
		if (strcmp(world.schedules[i].id, id) == 0)
			return i;
	die("a schedule that is not of this world: %s", id);
}

int
world_find_seat(const char *id)
{
	int			low = 0,
				high = world.seat_count - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		int			order = strcmp(id, world.seats[by_id[middle]].id);

		if (order == 0)
			return by_id[middle];
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	die("a seat that is not of this world: %s", id);
}
