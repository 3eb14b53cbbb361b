/* base/test_capability.c - the table of capability names. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "base/capability.h"

/* Every number has a name (the table has no hole) and the name leads back to the number. */
static void names_and_numbers_agree(void **state)
{
	(void)state;
	for (unsigned n = 0; n < CAPABILITY_N; n++) {
		assert_non_null(capability_name(n));
		assert_int_equal(capability_number(capability_name(n)), n);
	}
	assert_null(capability_name(CAPABILITY_N));
	assert_null(capability_name(UINT32_MAX));
}

/* Names are read in any case, with and without the prefix; anything else is refused. */
static void names_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *name;
		int number;
	} rows[] = {
		{ "CHOWN", CAP_CHOWN },
		{ "net_raw", CAP_NET_RAW },
		{ "CAP_NET_RAW", CAP_NET_RAW },
		{ "cap_Sys_Admin", CAP_SYS_ADMIN },
		{ "CHECKPOINT_RESTORE", CAP_CHECKPOINT_RESTORE },
		{ "", -EINVAL },
		{ "CAP_", -EINVAL },
		{ "CAP_CAP_CHOWN", -EINVAL },
		{ "CHOWN ", -EINVAL },
		{ "ALL", -EINVAL },
		{ "0", -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(capability_number(rows[i].name), rows[i].number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers_agree),
		cmocka_unit_test(names_are_read_as_people_write_them),
	};

	return cmocka_run_group_tests_name("base/capability", tests, NULL, NULL);
}
