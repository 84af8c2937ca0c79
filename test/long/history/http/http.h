/*
 * http.h
 *		Shared by the files that send the driver's calls by HTTP.
 *
 * wire.c		connections to the one address, and what goes over them
 * call.c		a request as PostgREST takes it: path, JSON, whose token
 * answer.c	what came back as the reply that libpq would have given
 */
#ifndef HTTP_H
#define HTTP_H

#include <jansson.h>

#include "../driver.h"

#define PATH_SIZE	256

typedef struct Call
{
	char		path[PATH_SIZE];
	json_t	   *body;			/* of POST; null: GET */
	const char *token;			/* null: a guest, or anybody */
} Call;

extern void tokens_make(const char *secret, int client_count);
extern void call_make(Call *call, const Request *request);

/* The reply points to what lasts until answer_free(). */
extern void answer_read(Response *reply, const Request *request, long status, json_t *body);
extern void answer_free(const Response *reply);

#endif
