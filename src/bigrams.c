/*
 * bigrams.c - what words are found by within titles and performers.
 *
 * A Korean word has two syllables more often than not, and pg_trgm makes nothing of
 * two characters. So an index holds the pairs of neighbouring characters of each
 * text, and the single ones for words that have no pair. Whoever looks for a word
 * takes the rows that have all of its pairs, and asks ILIKE which of them have the
 * word.
 *
 * The texts are lower-cased as ILIKE does it, by the database's collation: a text
 * that ILIKE finds has the pairs of the word. Columns with a collation of their own
 * may lower another way: search.c looks at that.
 *
 * Memory: a lower-cased copy of the texts, and at most four times as many tokens as
 * they have different characters and pairs.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/memutils.h"

#include "bigrams.h"

PG_FUNCTION_INFO_V1(concert_booking_bigrams);

/* So many tokens are sorted before there is room for more: most are there twice. */
#define MANY_TOKENS 4096

/* One or two characters within a lower-cased text. */
typedef struct Token
{
	const char *start;
	int			length;
} Token;

typedef struct TokenList
{
	Token	   *tokens;
	Size		count;
	Size		room;
} TokenList;

static void add_text(TokenList *list, const text *source, bool with_singles);
static ArrayType *make_array(TokenList *list);

/* bigrams(): the characters and pairs of characters of two texts, each once. */
Datum
concert_booking_bigrams(PG_FUNCTION_ARGS)
{
	TokenList	list = {0};
	int			i;

	for (i = 0; i < PG_NARGS(); i++)
	{
		if (!PG_ARGISNULL(i))
			add_text(&list, PG_GETARG_TEXT_PP(i), true);
	}
	PG_RETURN_ARRAYTYPE_P(make_array(&list));
}

/*
 * What bigrams() of a text that contains the word contains: the pairs of the word,
 * or its only character; nothing for no character.
 */
ArrayType *
bigrams_of_word(const text *word)
{
	TokenList	list = {0};

	add_text(&list, word, false);
	return make_array(&list);
}

static int
compare_tokens(const void *a, const void *b)
{
	const Token *left = a;
	const Token *right = b;

	if (left->length != right->length)
		return left->length < right->length ? -1 : 1;
	return memcmp(left->start, right->start, left->length);
}

/* Sorts the tokens, and leaves each once. */
static void
squeeze(TokenList *list)
{
	Size		count = 0;
	Size		i;

	if (list->count == 0)
		return;
	qsort(list->tokens, list->count, sizeof(Token), compare_tokens);
	for (i = 1; i < list->count; i++)
	{
		if (compare_tokens(&list->tokens[count], &list->tokens[i]) != 0)
			list->tokens[++count] = list->tokens[i];
	}
	list->count = count + 1;
}

static void
make_room(TokenList *list)
{
	if (list->room >= MANY_TOKENS)
		squeeze(list);
	if (list->room > 0 && list->count <= list->room / 2)
		return;
	list->room = Max(64, 2 * list->room);
	list->tokens = list->tokens == NULL ?
		palloc(list->room * sizeof(Token)) :
		repalloc_huge(list->tokens, list->room * sizeof(Token));
}

static void
add_token(TokenList *list, const char *start, const char *end)
{
	if (list->count == list->room)
		make_room(list);
	list->tokens[list->count].start = start;
	list->tokens[list->count].length = end - start;
	list->count++;
}

/* Singles that nobody asked for are taken where there is no pair. */
static void
add_text(TokenList *list, const text *source, bool with_singles)
{
	const char *lowered = str_tolower(VARDATA_ANY(source),
									  VARSIZE_ANY_EXHDR(source),
									  DEFAULT_COLLATION_OID);
	const char *end = lowered + strlen(lowered);
	const char *before = NULL;
	const char *here = lowered;

	while (here < end)
	{
		const char *behind = here + Min(pg_mblen(here), end - here);

		CHECK_FOR_INTERRUPTS();
		if (with_singles || (before == NULL && behind == end))
			add_token(list, here, behind);
		if (before != NULL)
			add_token(list, before, behind);
		before = here;
		here = behind;
	}
}

/* The tokens as text[], each once. */
static ArrayType *
make_array(TokenList *list)
{
	Datum	   *values;
	Size		i;

	if (list->count == 0)
		return construct_empty_array(TEXTOID);
	squeeze(list);
	values = MemoryContextAllocHuge(CurrentMemoryContext, list->count * sizeof(Datum));
	for (i = 0; i < list->count; i++)
		values[i] = PointerGetDatum(cstring_to_text_with_len(list->tokens[i].start,
															 list->tokens[i].length));
	return construct_array(values, list->count, TEXTOID, -1, false, TYPALIGN_INT);
}
