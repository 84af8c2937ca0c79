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

/* Schedules of all servers in the order of their shows, and where each one is. */
static void
load_schedules(PGconn *conn, int home)
{
	PGresult   *result = must_select(conn,
									 "SELECT cs.id, (extract(epoch FROM coalesce(cs.hold_duration,"
									 " current_setting('concert_booking.hold_duration', true)::interval,"
									 " interval '10 minutes')) * 1000000)::bigint,"
									 " extract(epoch FROM cs.concert_date + cs.concert_time)::bigint"
									 " FROM concert_booking.concert_schedules cs"
									 " ORDER BY cs.concert_date, cs.concert_time");

	if (world.schedule_count + PQntuples(result) > MAX_SCHEDULES)
		die("more than %d schedules", MAX_SCHEDULES);
	for (int i = 0; i < PQntuples(result); i++)
	{
		Schedule   *schedule = &world.schedules[world.schedule_count++];

		snprintf(schedule->id, ID_SIZE, "%s", PQgetvalue(result, i, 0));
		schedule->hold_us = atoll(PQgetvalue(result, i, 1));
		schedule->show = atoll(PQgetvalue(result, i, 2));
		schedule->home = home;
	}
	PQclear(result);
}

static int
compare_shows(const void *a, const void *b)
{
	int64_t		left = ((const Schedule *) a)->show,
				right = ((const Schedule *) b)->show;

	return (left > right) - (left < right);
}

static void
load_seats(PGconn *conn, int number)
{
	Schedule   *schedule = &world.schedules[number];
	char		sql[256];
	PGresult   *result;

	snprintf(sql, sizeof(sql), "SELECT s.id FROM concert_booking.seats s"
			 " WHERE s.concert_schedule_id = '%s' ORDER BY s.ordinal", schedule->id);
	result = must_select(conn, sql);
	schedule->first_seat = world.seat_count;
	schedule->seat_count = PQntuples(result);
	if (world.seat_count + PQntuples(result) > MAX_SEATS)
		die("more than %d seats", MAX_SEATS);
	for (int i = 0; i < PQntuples(result); i++)
	{
		by_id[world.seat_count] = world.seat_count;
		world.seats[world.seat_count].schedule = number;
		snprintf(world.seats[world.seat_count++].id, ID_SIZE, "%s", PQgetvalue(result, i, 0));
	}
	PQclear(result);
}

void
world_load(PGconn **homes, int home_count)
{
	world.home_count = home_count;
	for (int i = 0; i < home_count; i++)
		load_schedules(homes[i], i);
	qsort(world.schedules, world.schedule_count, sizeof(Schedule), compare_shows);
	for (int i = 0; i < world.schedule_count; i++)
		load_seats(homes[world.schedules[i].home], i);
	if (world.seat_count == 0)
		die("no seats");
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
