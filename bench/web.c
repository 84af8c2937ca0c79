/*
 * web.c
 *	  Load generator for PostgREST: guests who hold a seat and confirm it.
 *
 *	web PORT CLIENTS SECONDS SLICE
 *		CLIENTS kept connections to 127.0.0.1:PORT, a thread each; client c sells
 *		the seats c * SLICE, c * SLICE + 1 and so on of schedule 0, two POST
 *		requests each, for SECONDS or until its slice is sold.
 *
 * The answer is one JSON object. An answer of the server other than 200 ends the
 * run: each seat is free and nobody else wants it.
 *
 * Memory: nothing is freed, the process is short-lived.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <netinet/tcp.h>
#include <unistd.h>

#define LOAD_NAME "web"
#include "load.h"

#define ANSWER_SIZE 65536
#define BOOKER_FORMAT "00000000-0000-4000-8000-%lld"

typedef struct Client
{
	pthread_t	thread;
	int			number;
	int			socket;
	long		sales;
	uint32_t   *samples_us;
	size_t		sample_count;
} Client;

static int	port;
static int	slice;
static atomic_bool stopping;

static void
open_connection(Client *client)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	int			on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	client->socket = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(client->socket, (struct sockaddr *) &address, sizeof(address)) != 0)
		die("connect", strerror(errno));
	setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* Is the answer all there? By its length, or by the last chunk. */
static bool
complete(const char *answer, size_t length)
{
	const char *body = strstr(answer, "\r\n\r\n");
	const char *size;

	if (body == NULL)
		return false;
	size = strcasestr(answer, "\r\nContent-Length:");
	if (size != NULL && size < body)
		return answer + length >= body + 4 + strtol(size + 17, NULL, 10);
	return length >= 5 && strcmp(answer + length - 5, "0\r\n\r\n") == 0;
}

static void
post(Client *client, const char *function, const char *arguments)
{
	char		request[1024];
	char		answer[ANSWER_SIZE];
	size_t		length = 0;
	int64_t		begin_us = now_us();
	int			size = snprintf(request, sizeof(request),
								"POST /rpc/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
								"Content-Length: %zu\r\n\r\n%s", function, strlen(arguments), arguments);

	if (write(client->socket, request, size) != size)
		die("write", strerror(errno));
	do
	{
		ssize_t		got = read(client->socket, answer + length, sizeof(answer) - 1 - length);

		if (got <= 0)
			die(function, "the connection was closed");
		length += got;
		answer[length] = '\0';
	} while (!complete(answer, length));
	if (strncmp(answer, "HTTP/1.1 200", 12) != 0)
		die(function, answer);
	client->samples_us[client->sample_count++] = (uint32_t) (now_us() - begin_us);
}

static void *
sell(void *argument)
{
	Client	   *client = argument;
	char		arguments[512];

	for (int i = 0; i < slice && !stopping; i++)
	{
		long long	n = 100000000000LL + (long long) client->number * slice + i;

		snprintf(arguments, sizeof(arguments),
				 "{\"seat_id\": \"00000000-0000-7000-8000-%lld\", \"session_id\": \"" BOOKER_FORMAT "\"}", n, n);
		post(client, "hold_seat", arguments);
		snprintf(arguments, sizeof(arguments),
				 "{\"concert_schedule_id\": \"00000000-0000-7000-9000-100000000000\", \"session_id\": \"" BOOKER_FORMAT
				 "\", \"customer_name\": \"Hong Gildong\", \"customer_phone\": \"010-1234-5678\"}", n);
		post(client, "confirm_booking", arguments);
		client->sales++;
	}
	return NULL;
}

static void
print_result(const Client *clients, int count, int64_t us)
{
	size_t		total = 0;
	long		sales = 0;
	uint32_t   *samples = malloc(sizeof(uint32_t) * 2 * (size_t) slice * count);

	for (int i = 0; i < count; i++)
	{
		memcpy(samples + total, clients[i].samples_us, clients[i].sample_count * sizeof(uint32_t));
		total += clients[i].sample_count;
		sales += clients[i].sales;
	}
	if (total == 0)
		die("result", "no request was answered");
	printf("{\"sales\": %ld, \"seconds\": %.3f, \"us\": ", sales, (double) us / 1e6);
	print_percentiles(samples, total);
	printf("}\n");
}

int
main(int argc, char **argv)
{
	Client	   *clients;
	int			count;
	int64_t		started_us;

	if (argc != 5)
	{
		fprintf(stderr, "usage: see the head of bench/web.c\n");
		return 2;
	}
	port = atoi(argv[1]);
	count = atoi(argv[2]);
	slice = atoi(argv[4]);
	clients = calloc(count, sizeof(Client));
	for (int i = 0; i < count; i++)
	{
		clients[i].number = i;
		clients[i].samples_us = malloc(sizeof(uint32_t) * 2 * (size_t) slice);
		open_connection(&clients[i]);
	}
	started_us = now_us();
	for (int i = 0; i < count; i++)
		pthread_create(&clients[i].thread, NULL, sell, &clients[i]);
	while (now_us() - started_us < atoll(argv[3]) * 1000000)
		usleep(1000);
	stopping = true;
	for (int i = 0; i < count; i++)
		pthread_join(clients[i].thread, NULL);
	print_result(clients, count, now_us() - started_us);
	return 0;
}
