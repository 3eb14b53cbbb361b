/* store/test_directory.h - a state directory of its own for each test. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/parts.h"

struct test_directory {
	char parent[32];
	char path[48]; /* the state directory: not made yet */
	struct store store;
};

static inline int test_remove_entry(const char *path, const struct stat *st, int type,
				    struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void test_directory_new(struct test_directory *d)
{
	*d = (struct test_directory){ .parent = "/tmp/honu-test-XXXXXX", .store = STORE_EMPTY };
	assert_non_null(mkdtemp(d->parent));
	(void)snprintf(d->path, sizeof(d->path), "%s/state", d->parent);
}

static inline void test_directory_open(struct test_directory *d)
{
	struct err e = { 0 };

	test_directory_new(d);
	if (store_open(&d->store, d->path, &e) < 0)
		fail_msg("store_open: %s", e.text);
}

static inline void test_directory_done(struct test_directory *d)
{
	store_done(&d->store);
	(void)nftw(d->parent, test_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

#define _cleanup_directory_ _cleanup_(test_directory_done)
#define _cleanup_container_ _cleanup_(store_container_done)

/* A new container; the test fails where it cannot be made. */
static inline void test_create(struct test_directory *d, const char *id, const char *name,
			       struct store_container *ret)
{
	struct err e = { 0 };

	if (store_create(&d->store, id, name, ret, &e) < 0)
		fail_msg("store_create: %s", e.text);
}

static inline bool test_exists(const struct test_directory *d, const char *below)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s%s", d->path, below);
	return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Collects everything and proves that nothing at all is left. */
static inline void test_collect_to_nothing(struct test_directory *d)
{
	struct err e = { 0 };

	if (store_collect(&d->store, NULL, NULL, NULL, &e) < 0)
		fail_msg("store_collect: %s", e.text);
	if (test_exists(d, ""))
		fail_msg("left behind: containers/ %d, names/ %d, ids/ %d",
			 test_exists(d, "/containers"), test_exists(d, "/names"),
			 test_exists(d, "/ids"));
}
