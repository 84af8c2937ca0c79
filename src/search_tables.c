/*
 * search_tables.c - what the tables offer to a search: columns and indexes that those of
 * 0.1 lack, and how their collation lets a word be looked for.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_index.h"
#include "mb/pg_wchar.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "bigrams.h"
#include "search_tables.h"
#include "tables.h"
#include "tables_schema.h"

/*
 * Whether the word has five letters of the Latin alphabet or digits in a row: fewer
 * have no more than two trigrams, and what these find is to be compared once more.
 */
static bool
has_trigrams(const char *word, int length)
{
	int			run = 0;
	int			i;

	for (i = 0; i < length; i++)
	{
		if (IS_HIGHBIT_SET(word[i]))
			return false;
		run = isalnum((unsigned char) word[i]) ? run + 1 : 0;
		if (run == 5)
			return true;
	}
	return false;
}

/*
 * Whether each character is of a script without upper and lower case: blanks, digits
 * and signs, Hangul, Kana and Chinese characters. Comparing those is cheaper.
 */
static bool
has_no_case(const char *word, int length)
{
	int			i;

	for (i = 0; i < length; i += pg_mblen(word + i))
	{
		pg_wchar	c;

		if (!IS_HIGHBIT_SET(word[i]))
		{
			if (isalpha((unsigned char) word[i]))
				return false;
			continue;
		}
		if (GetDatabaseEncoding() != PG_UTF8)
			return false;
		c = utf8_to_unicode((const unsigned char *) word + i);
		if (!(c >= 0x1100 && c <= 0x11FF) && !(c >= 0x3000 && c <= 0x9FFF) &&
			!(c >= 0xAC00 && c <= 0xD7AF))
			return false;
	}
	return true;
}

/*
 * Whether the word is of ASCII characters, and the collation changes the case of A to Z
 * only into a to z. What contains the word by the collation C then does so by this one
 * too; and the other way round, but for signs whose lower case is one of these letters,
 * as that of Kelvin.
 */
static bool
is_latin(const text *word, Oid collation)
{
	int			i;

	for (i = 0; i < VARSIZE_ANY_EXHDR(word); i++)
	{
		if (IS_HIGHBIT_SET(VARDATA_ANY(word)[i]))
			return false;
	}
	return strcmp(str_tolower("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26, collation),
				  "abcdefghijklmnopqrstuvwxyz") == 0;
}

static Oid
collation_of(Relation table, const char *column)
{
	AttrNumber	number = get_attnum(RelationGetRelid(table), column);

	return number == InvalidAttrNumber ?
		InvalidOid :
		TupleDescAttr(RelationGetDescr(table), number - 1)->attcollation;
}

static TextMatching
get_matching(const text *word, Oid collation)
{
	if (has_no_case(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word)))
		return MATCH_AS_IS;
	return collation == DEFAULT_COLLATION_OID && is_latin(word, collation) ?
		MATCH_LATIN :
		MATCH_ANY_CASE;
}

/* Whether a table has a column, and it is never null. */
static bool
is_filled(Oid table, const char *column)
{
	HeapTuple	tuple = SearchSysCacheAttName(table, column);
	bool		filled;

	if (!HeapTupleIsValid(tuple))
		return false;
	filled = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
	ReleaseSysCache(tuple);
	return filled;
}

/* The collation of titles and performers; invalid: they have not the same one. */
static Oid
text_collation(Relation concerts)
{
	Oid			collation = collation_of(concerts, "title");

	return collation_of(concerts, "performers") == collation ? collation : InvalidOid;
}

/* Whether there is an index of this name that is not under way. */
static bool
has_index(const char *name)
{
	Oid			index = get_relname_relid(name, tables_schema());
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool		is_valid;

	if (!HeapTupleIsValid(tuple))
		return false;
	is_valid = ((Form_pg_index) GETSTRUCT(tuple))->indisvalid;
	ReleaseSysCache(tuple);
	return is_valid;
}

/*
 * What these tables have: those of 0.1 lack some. Words are looked up by trigrams or
 * by bigrams. Trigrams are rarer, but some locales find none in Korean words.
 */
void
search_tables_look(Search *search, Relation concerts)
{
	Oid			collation;

	search->has_status =
		get_attnum(tables_relid(TABLE_SCHEDULES), "status") != InvalidAttrNumber;
	search->has_concert_id =
		is_filled(get_relname_relid("schedule_prices", tables_schema()), "concert_id");
	search->has_created_at =
		get_attnum(tables_relid(TABLE_SCHEDULES), "concert_created_at") != InvalidAttrNumber &&
		has_index("idx_concert_schedules_created_date");
	if (search->word == NULL)
		return;
	collation = text_collation(concerts);
	search->matching = get_matching(search->word, collation);
	/* bigrams are lower-cased by this collation */
	if (collation == DEFAULT_COLLATION_OID && has_index("idx_concerts_bigrams") &&
		!has_trigrams(VARDATA_ANY(search->word), VARSIZE_ANY_EXHDR(search->word)))
	{
		search->by_bigrams = true;
		search_set(search, PARAM_BIGRAMS,
				   PointerGetDatum(bigrams_of_word(search->word)));
	}
}
