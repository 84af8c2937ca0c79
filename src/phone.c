/*
 * phone.c - two spellings of one phone number compare equal.
 *
 * Digits only; a leading +82 or 0082 (Korea) becomes the 0 that people in Korea
 * dial, and a 0 that follows it, as in "+82 (0)10", is dropped. Other country
 * codes stay as digits.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "phone.h"
#include "same.h"

PG_FUNCTION_INFO_V1(concert_booking_normalize_phone);

/* normalize_phone(): the digits of a phone number, or null where it has none. */
Datum
concert_booking_normalize_phone(PG_FUNCTION_ARGS)
{
	text	   *digits = phone_normalize(PG_GETARG_TEXT_PP(0));

	if (digits == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(digits);
}

/* How many leading digits spell Korea's code; plus is whether a '+' led. */
static int
count_country_digits(const char *digits, int length, bool plus)
{
	if (plus && length > 2 && strncmp(digits, "82", 2) == 0)
		return 2;
	if (length > 4 && strncmp(digits, "0082", 4) == 0)
		return 4;
	return 0;
}

/* The number's digits, palloc'd; NULL when there are none. */
text *
phone_normalize(const text *phone)
{
	const char *source = VARDATA_ANY(phone);
	int			source_length = VARSIZE_ANY_EXHDR(phone);
	char	   *digits = palloc(source_length + 2);
	int			length = 0;
	bool		plus = false;
	int			skip;
	int			i;

	for (i = 0; i < source_length; i++)
	{
		if (source[i] >= '0' && source[i] <= '9')
			digits[1 + length++] = source[i];
		else if (source[i] == '+' && length == 0)
			plus = true;
	}
	if (length == 0)
		return NULL;

	/* digits[0] is spare: it becomes the domestic 0. */
	skip = count_country_digits(digits + 1, length, plus);
	if (skip == 0)
		return cstring_to_text_with_len(digits + 1, length);
	if (digits[1 + skip] == '0')
		skip++;
	digits[skip] = '0';
	return cstring_to_text_with_len(digits + skip, length - skip + 1);
}

/*
 * Whether two phone numbers are the same, however they are written; NULL is
 * none.
 */
bool
phone_equal(const text *a, const text *b)
{
	text	   *a_digits = phone_normalize(a);
	text	   *b_digits = phone_normalize(b);

	return a_digits != NULL && same_text(a_digits, b_digits);
}
