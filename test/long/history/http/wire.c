/*
 * wire.c
 *		Many clients at one HTTP address, on connections that are kept.
 *
 * REST_URL is the address, REST_JWT_SECRET signs the tokens (scripts/web-stack,
 * scripts/cluster). libcurl keeps connections and gives each call the next one that
 * is free: members, guests and the house, and calls for whatever server has the seat,
 * follow each other on one connection.
 *
 * Not done here: a call that changes something is never sent twice. libcurl would send it
 * again when a kept connection turns out to be dead, done or not. It cannot where it has no
 * way to read the body again; then its reply is lost, which the journal says.
 */
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "http.h"

#define ANSWER_SIZE		(1 << 20)
#define MOST_CLIENTS	128

typedef struct Line
{
	CURL	   *curl;
	struct curl_slist *headers;
	Request		request;
	char		url[512 + PATH_SIZE];
	char	   *body;
	size_t		body_size;
	size_t		body_sent;
	char	   *answer;
	size_t		answer_size;
} Line;

static CURLM *lines_of_all;
static Line lines[MOST_CLIENTS];
static int	line_count;
static const char *address;
static Response last_reply;
static json_t *last_answer;

static size_t
send_body(char *buffer, size_t size, size_t count, void *arg)
{
	Line	   *line = arg;
	size_t		sent = Min(size * count, line->body_size - line->body_sent);

	memcpy(buffer, line->body + line->body_sent, sent);
	line->body_sent += sent;
	return sent;
}

static size_t
receive_answer(char *data, size_t size, size_t count, void *arg)
{
	Line	   *line = arg;

	if (line->answer_size + size * count > ANSWER_SIZE)
		return 0;				/* the call fails */
	memcpy(line->answer + line->answer_size, data, size * count);
	line->answer_size += size * count;
	return size * count;
}

static void
wire_open(int client_count)
{
	const char *secret = getenv("REST_JWT_SECRET");

	address = getenv("REST_URL");
	if (address == NULL || secret == NULL)
		die("REST_URL and REST_JWT_SECRET name no address");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || (lines_of_all = curl_multi_init()) == NULL)
		die("no libcurl");
	tokens_make(secret, client_count);
	line_count = client_count;
	for (int i = 0; i < client_count; i++)
	{
		lines[i].curl = curl_easy_init();
		lines[i].answer = malloc(ANSWER_SIZE);
		if (lines[i].curl == NULL || lines[i].answer == NULL)
			die("no room for client %d", i);
	}
}

static void
add_header(Line *line, const char *name, const char *value)
{
	char		header[2048];

	snprintf(header, sizeof(header), "%s%s", name, value);
	line->headers = curl_slist_append(line->headers, header);
}

static void
clear_line(Line *line)
{
	curl_slist_free_all(line->headers);
	free(line->body);
	line->headers = NULL;
	line->body = NULL;
	curl_easy_reset(line->curl);	/* its connection is kept */
}

static void
set_post(Line *line, json_t *body)
{
	line->body = json_dumps(body, JSON_COMPACT);
	line->body_size = strlen(line->body);
	json_decref(body);
	add_header(line, "Content-Type: ", "application/json");
	curl_easy_setopt(line->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(line->curl, CURLOPT_POSTFIELDSIZE, (long) line->body_size);
	curl_easy_setopt(line->curl, CURLOPT_READFUNCTION, send_body);
	curl_easy_setopt(line->curl, CURLOPT_READDATA, line);
}

static void
wire_send(int client, const Request *request)
{
	Line	   *line = &lines[client];
	Call		call;

	call_make(&call, request);
	line->request = *request;
	line->answer_size = 0;
	line->body_sent = 0;
	snprintf(line->url, sizeof(line->url), "%s%s", address, call.path);
	curl_easy_setopt(line->curl, CURLOPT_URL, line->url);
	if (call.body != NULL)
		set_post(line, call.body);
	if (call.token != NULL)
		add_header(line, "Authorization: Bearer ", call.token);
	curl_easy_setopt(line->curl, CURLOPT_HTTPHEADER, line->headers);
	curl_easy_setopt(line->curl, CURLOPT_WRITEFUNCTION, receive_answer);
	curl_easy_setopt(line->curl, CURLOPT_WRITEDATA, line);
	curl_easy_setopt(line->curl, CURLOPT_PRIVATE, line);
	curl_easy_setopt(line->curl, CURLOPT_NOSIGNAL, 1L);
	if (curl_multi_add_handle(lines_of_all, line->curl) != CURLM_OK)
		die("a call cannot be sent");
}

static void
wire_wait(int64_t until_us)
{
	int			running;
	int64_t		left_us;

	(void) curl_multi_perform(lines_of_all, &running);
	left_us = until_us - now_us();
	(void) curl_multi_poll(lines_of_all, NULL, 0, left_us > 0 ? (int) (left_us / 1000) : 0, NULL);
	(void) curl_multi_perform(lines_of_all, &running);
}

static bool
wire_receive(int *client, Response *reply)
{
	CURLMsg    *message;
	Line	   *line;
	long		status = 0;
	int			left;

	answer_free(&last_reply);
	json_decref(last_answer);
	last_reply = (Response){0};
	last_answer = NULL;
	message = curl_multi_info_read(lines_of_all, &left);
	if (message == NULL)
		return false;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **) &line);
	curl_easy_getinfo(line->curl, CURLINFO_RESPONSE_CODE, &status);
	if (message->data.result == CURLE_OK)
		last_answer = json_loadb(line->answer, line->answer_size, JSON_DECODE_ANY, NULL);
	/* with a body that is gone it was a second attempt */
	if (message->data.result == CURLE_COULDNT_CONNECT && line->body_sent == 0)
		last_reply = (Response){.code = "UNSENT", .message = "nobody takes the connection"};
	else
		answer_read(&last_reply, &line->request, status, last_answer);
	curl_multi_remove_handle(lines_of_all, line->curl);
	clear_line(line);
	*client = line - lines;
	*reply = last_reply;
	return true;
}

static void
wire_close(void)
{
	for (int i = 0; i < line_count; i++)
		curl_easy_cleanup(lines[i].curl);
	curl_multi_cleanup(lines_of_all);
}

const Wire http_wire = {
	.open = wire_open, .send = wire_send, .wait = wire_wait,
	.receive = wire_receive, .close = wire_close
};
