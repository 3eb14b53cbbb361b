/* data/test_json.c - what is written is JSON, and says the same bytes. */
#include "data/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/cleanup.h"

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{ "", "\"\"" },
		{ "a b", "\"a b\"" },
		{ "say \"x\\y\"", "\"say \\\"x\\\\y\\\"\"" },
		{ "a\nb\tc", "\"a\\nb\\tc\"" },
		{ "\x1b[0m\x7f\x01", "\"\\u001b[0m\\u007f\\u0001\"" },
		{ "é漢🐢", "\"é漢🐢\"" },
		{ "\xff", "[255]" },
		{ "a\x80", "[97,128]" },
		{ "\xc3", "[195]" },
		{ "\xc3(", "[195,40]" },
		{ "\xc0\xaf", "[192,175]" },
		{ "\xe0\x80\xaf", "[224,128,175]" },
		{ "\xed\xa0\x80", "[237,160,128]" },
		{ "\xed\x9f\xbf", "\"\xed\x9f\xbf\"" },
		{ "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"" },
		{ "\xf4\x90\x80\x80", "[244,144,128,128]" },
		{ "\xf0\x8f\xbf\xbf", "[240,143,191,191]" },
		{ "\xf5\x80\x80\x80", "[245,128,128,128]" },
		{ "\xe2\x82", "[226,130]" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_text_ struct text t = { 0 };

		json_put_string(&t, rows[i].text);
		assert_string_equal(text_get(&t), rows[i].json);
	}
}

/* The bytes that a text of JSON stands for. */
static void read_back(const char *json, char *ret)
{
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);

	if (!value)
		fail_msg("no JSON: %s", json);
	if (json_is_string(value)) {
		memcpy(ret, json_string_value(value), json_string_length(value) + 1);
	} else {
		size_t n = json_array_size(value);

		for (size_t i = 0; i < n; i++)
			ret[i] = (char)json_integer_value(json_array_get(value, i));
		ret[n] = '\0';
	}
	json_decref(value);
}

/* Every sequence of three bytes out of those at which the rules of UTF-8 change, alone and within
 * text: what jansson reads is what was written. */
static void every_text_comes_back(void **state)
{
	static const char bytes[] =
		"\x01\x1f a\"\\/\x7e\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf"
		"\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5\xff";
	size_t n = sizeof(bytes) - 1;

	(void)state;
	for (size_t i = 0; i < n * n * n; i++) {
		const char text[] = { 'x',	  bytes[i % n], bytes[i / n % n], bytes[i / n / n],
				      (char)0x80, '\0' };

		for (size_t length = 3; length <= 5; length++) {
			_cleanup_text_ struct text t = { 0 };
			char part[8] = { 0 }, back[32];

			memcpy(part, text, length);
			json_put_string(&t, part);
			read_back(text_get(&t), back);
			assert_string_equal(back, part);
		}
	}
}

static void numbers_keep_every_digit(void **state)
{
	_cleanup_text_ struct text t = { 0 };

	(void)state;
	text_add(&t, "[");
	json_put_key(&t, NULL);
	json_put_number(&t, 0);
	json_put_key(&t, NULL);
	json_put_number(&t, UINT64_MAX);
	json_put_key(&t, NULL);
	json_put_signed(&t, INT64_MIN);
	json_put_key(&t, NULL);
	json_put_signed(&t, INT64_MAX);
	json_put_key(&t, NULL);
	json_put_signed(&t, -1);
	text_add(&t, "]");
	assert_string_equal(text_get(&t), "[0,18446744073709551615,-9223372036854775808,"
					  "9223372036854775807,-1]");
}

static void commas_stand_between(void **state)
{
	_cleanup_text_ struct text t = { 0 };

	(void)state;
	text_add(&t, "{");
	json_put_key(&t, "a");
	json_put_string(&t, "[");
	json_put_key(&t, "b");
	text_add(&t, "[");
	json_put_key(&t, NULL);
	json_put_bool(&t, true);
	json_put_key(&t, NULL);
	json_put_bool(&t, false);
	text_add(&t, "]");
	json_put_key(&t, "c");
	text_add(&t, "{");
	json_put_key(&t, "d");
	json_put_number(&t, 1);
	text_add(&t, "}}");
	assert_string_equal(text_get(&t), "{\"a\":\"[\",\"b\":[true,false],\"c\":{\"d\":1}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(every_text_comes_back),
		cmocka_unit_test(numbers_keep_every_digit),
		cmocka_unit_test(commas_stand_between),
	};

	return cmocka_run_group_tests_name("data/json", tests, NULL, NULL);
}
