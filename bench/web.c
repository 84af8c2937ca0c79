/*
 * web.c
 *	  Load generator for PostgREST, directly or through the one address of a cluster.
 *
 * web PORT CLIENTS SECONDS STEPS FILE
 *		CLIENTS kept connections to 127.0.0.1:PORT, a thread each. A line of FILE is
 *		a request: "GET PATH", or "POST PATH BODY". STEPS lines make a sale, which one
 *		client asks in turn; each takes the next sale, for SECONDS or until all are done.
 *
 * The answer is one JSON object; "steps" are the latencies of each step on its own. An
 * answer of the server other than 200 ends the run: each seat is free and nobody else
 * wants it.
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

#define ANSWER_SIZE 262144
#define REQUEST_SIZE 65536
#define MAX_STEPS 4

typedef struct Client
{
	pthread_t	thread;
	int			socket;
	long		sales;
	uint32_t   *samples_us[MAX_STEPS];
} Client;

static int	port;
static int	steps;
static char **requests;
static long sale_count;
static atomic_long next_sale;
static atomic_int at_work;
static atomic_bool stopping;

/* -------- the file -------- */

static char *
contents(const char *path)
{
	FILE	   *file = fopen(path, "r");
	char	   *text;
	long		size;

	if (file == NULL)
		die(path, strerror(errno));
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = malloc(size + 1);
	if (fread(text, 1, size, file) != (size_t) size)
		die(path, "cannot be read");
	text[size] = '\0';
	fclose(file);
	return text;
}

/* One request after the other: its line without its end */
static void
read_requests(const char *path)
{
	char	   *text = contents(path);
	long		count = 0;

	for (char *at = text; *at != '\0'; at++)
		count += *at == '\n';
	requests = malloc(sizeof(char *) * (count + 1));
	count = 0;
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		requests[count++] = line;
	sale_count = count / steps;
}

/* The request of a line as HTTP; its length */
static int
format_request(char *request, const char *line)
{
	bool		has_body = strncmp(line, "POST ", 5) == 0;
	const char *path = strchr(line, ' ') + 1;
	const char *body = has_body ? strchr(path, ' ') : NULL;
	int			path_size = (int) (body == NULL ? strlen(path) : (size_t) (body - path));
	int			size;

	if (!has_body)
		size = snprintf(request, REQUEST_SIZE, "GET %.*s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path_size, path);
	else if (body != NULL)
		size = snprintf(request, REQUEST_SIZE,
						"POST %.*s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
						"Content-Length: %zu\r\n\r\n%s", path_size, path, strlen(body + 1), body + 1);
	else
		die("a POST without a body", line);
	if (size >= REQUEST_SIZE)
		die("a request is too long", line);
	return size;
}

/* -------- one request -------- */

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

/* Sends the line's request, waits for its answer; the microseconds that it took */
static uint32_t
ask(Client *client, const char *line)
{
	char		request[REQUEST_SIZE];
	char		answer[ANSWER_SIZE];
	size_t		length = 0;
	int			size = format_request(request, line);
	int64_t		begin_us = now_us();

	if (write(client->socket, request, size) != size)
		die("write", strerror(errno));
	do
	{
		ssize_t		got = read(client->socket, answer + length, sizeof(answer) - 1 - length);

		if (got <= 0)
			die(line, "the connection was closed");
		length += got;
		answer[length] = '\0';
	} while (!complete(answer, length));
	if (strncmp(answer, "HTTP/1.1 200", 12) != 0)
		die(line, answer);
	return (uint32_t) (now_us() - begin_us);
}

static void *
sell(void *argument)
{
	Client	   *client = argument;
	long		sale;

	while (!stopping && (sale = atomic_fetch_add(&next_sale, 1)) < sale_count)
	{
		for (int step = 0; step < steps; step++)
			client->samples_us[step][client->sales] = ask(client, requests[sale * steps + step]);
		client->sales++;
	}
	atomic_fetch_sub(&at_work, 1);
	return NULL;
}

/* -------- the answer -------- */

/* The percentiles of the steps from first to last, of all clients */
static void
print_steps(const Client *clients, int count, int first, int last)
{
	size_t		total = 0;
	uint32_t   *samples = malloc(sizeof(uint32_t) * (size_t) sale_count * (last - first + 1));

	for (int i = 0; i < count; i++)
		for (int step = first; step <= last; step++)
		{
			memcpy(samples + total, clients[i].samples_us[step], clients[i].sales * sizeof(uint32_t));
			total += clients[i].sales;
		}
	print_percentiles(samples, total);
}

static void
print_result(const Client *clients, int count, int64_t us)
{
	long		sales = 0;

	for (int i = 0; i < count; i++)
		sales += clients[i].sales;
	if (sales == 0)
		die("result", "no request was answered");
	printf("{\"sales\": %ld, \"seconds\": %.6f, \"us\": ", sales, (double) us / 1e6);
	print_steps(clients, count, 0, steps - 1);
	printf(", \"steps\": [");
	for (int step = 0; step < steps; step++)
	{
		printf(step == 0 ? "" : ", ");
		print_steps(clients, count, step, step);
	}
	printf("]}\n");
}

int
main(int argc, char **argv)
{
	Client	   *clients;
	int			count;
	int64_t		started_us;

	if (argc != 6 || (steps = atoi(argv[4])) < 1 || steps > MAX_STEPS)
	{
		fprintf(stderr, "usage: see the head of bench/web.c\n");
		return 2;
	}
	port = atoi(argv[1]);
	count = atoi(argv[2]);
	read_requests(argv[5]);
	clients = calloc(count, sizeof(Client));
	for (int i = 0; i < count; i++)
	{
		for (int step = 0; step < steps; step++)
			clients[i].samples_us[step] = malloc(sizeof(uint32_t) * (size_t) sale_count);
		open_connection(&clients[i]);
	}
	at_work = count;
	started_us = now_us();
	for (int i = 0; i < count; i++)
		pthread_create(&clients[i].thread, NULL, sell, &clients[i]);
	while (at_work > 0 && now_us() - started_us < atoll(argv[3]) * 1000000)
		usleep(1000);
	stopping = true;
	for (int i = 0; i < count; i++)
		pthread_join(clients[i].thread, NULL);
	print_result(clients, count, now_us() - started_us);
	return 0;
}
