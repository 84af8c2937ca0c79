/*
 * log.c - keeps refusals out of the server's log.
 *
 * A refusal is an answer to a buyer, not a failure of the server. In a sale most
 * calls are refused; a line in the log for each costs more than the refusal.
 */
#include "postgres.h"

#include "log.h"
#include "settings.h"

static emit_log_hook_type next_emit_log = NULL;

/* Ours are the errors of class PT that errors.c and errors_payment.c raise. */
static bool
is_refusal(const ErrorData *error)
{
	return error->elevel == ERROR &&
		strncmp(unpack_sql_state(error->sqlerrcode), "PT", 2) == 0 &&
		error->filename != NULL &&
		(strcmp(error->filename, "errors.c") == 0 ||
		 strcmp(error->filename, "errors_payment.c") == 0);
}

static void
keep_refusals_out(ErrorData *error)
{
	if (!settings_log_refusals && is_refusal(error))
		error->output_to_server = false;
	if (next_emit_log != NULL)
		next_emit_log(error);
}

/* Hooks into the server's log, to keep refusals out of it. */
void
log_watch(void)
{
	next_emit_log = emit_log_hook;
	emit_log_hook = keep_refusals_out;
}
