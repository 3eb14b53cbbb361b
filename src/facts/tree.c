/* facts/tree.c - the host's own file system, as far as containers see it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "facts/parts.h"

#define CONFIG_MAX ((size_t)64 * 1024)
#define LIBEXEC "libexec/honu"
#define ZONEINFO "zoneinfo/"

/* What programs in /usr look up in /etc and no two containers differ in. Nothing with secrets in
 * it: root inside could read whatever is bound where it shares the host's user namespace. So not
 * /etc/ssl or /etc/pki as a whole (private/ holds keys), not /etc/pki/tls/certs, where Fedora's
 * tools put certificate and key into one file (its /etc/ssl/certs is a link to it), no resolver or
 * name service (the plan writes those), and no settings of daemons. */
static const struct {
	const char *path;
	bool link_allowed;
} etc_candidates[] = {
	{ "/etc/alternatives", true },
	{ "/etc/ld.so.cache", true },
	{ "/etc/ld.so.conf", true },
	{ "/etc/ld.so.conf.d", true },
	{ "/etc/ssl/certs", false },
	{ "/etc/ca-certificates", true },
	{ "/etc/pki/ca-trust/extracted", true },
	{ "/etc/pki/tls/cert.pem", true },
	{ "/etc/pki/tls/certs/ca-bundle.crt", true },
	{ "/etc/terminfo", true },
	{ "/etc/mime.types", true },
	{ "/etc/protocols", true },
	{ "/etc/services", true },
};

/* Without /lib64 no program starts, and nobody would guess why: an error here is one. */
static int read_root_entries(struct arena *a, struct facts *f, struct err *e)
{
	static const struct {
		const char *name, *path;
	} candidates[] = {
		{ "bin", "/bin" },     { "sbin", "/sbin" },   { "lib", "/lib" },
		{ "lib32", "/lib32" }, { "lib64", "/lib64" }, { "libx32", "/libx32" },
	};

	for (size_t i = 0; i < ELEMENTS(candidates); i++) {
		struct root_entry entry = { .name = candidates[i].name };
		char target[PATH_MAX];
		struct stat st;
		ssize_t n = readlink(candidates[i].path, target, sizeof(target));

		if (n > 0 && (size_t)n < sizeof(target))
			entry.link = arena_strndup(a, target, (size_t)n);
		else if (n < 0 && errno != EINVAL && errno != ENOENT)
			return err_set(e, -errno, "look at the host's %s", candidates[i].path);
		else if (n >= 0 || errno != EINVAL || stat(candidates[i].path, &st) < 0 ||
			 !S_ISDIR(st.st_mode))
			continue;
		arena_push(a, f->root_entries, f->n_root_entries, entry);
	}
	return 0;
}

static void read_etc_binds(struct arena *a, struct facts *f)
{
	for (size_t i = 0; i < ELEMENTS(etc_candidates); i++) {
		const char *path = etc_candidates[i].path;
		struct stat st;
		int flags = etc_candidates[i].link_allowed ? 0 : AT_SYMLINK_NOFOLLOW;

		if (fstatat(AT_FDCWD, path, &st, flags) == 0 && !S_ISLNK(st.st_mode))
			arena_push(a, f->etc_binds, f->n_etc_binds, path);
	}
}

const char *facts_parse_timezone(struct arena *a, const char *text)
{
	static const char letters[] = "0123456789"
				      "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "_+-/";
	const char *below = strstr(text, ZONEINFO);
	const char *name = below ? below + strlen(ZONEINFO) : text;
	size_t n = strspn(name, letters);

	/* It becomes a path below /usr/share/zoneinfo: no dots, so no "..". */
	if (n == 0 || name[0] == '/' || name[n - 1] == '/' || (name[n] != '\0' && name[n] != '\n'))
		return NULL;
	return arena_strndup(a, name, n);
}

static const char *read_timezone(struct arena *a)
{
	char target[PATH_MAX];
	ssize_t n = readlink("/etc/localtime", target, sizeof(target) - 1);

	/* The link is what programs obey; /etc/timezone only says what it was made from. */
	if (n > 0) {
		target[n] = '\0';
		if (strstr(target, ZONEINFO))
			return facts_parse_timezone(a, target);
	}
	const char *text = facts_read_file(a, "/etc/timezone", 256);
	return text ? facts_parse_timezone(a, text) : NULL;
}

void facts_libexec_candidates(struct arena *a, const char *path, const char **ret_beside,
			      const char **ret_installed)
{
	const char *slash = strrchr(path, '/');
	int directory = slash ? (int)(slash - path) : 0;
	int above = directory;

	while (above > 0 && path[--above] != '/')
		;
	*ret_beside = arena_printf(a, "%.*s/" LIBEXEC, directory, path);
	*ret_installed = arena_printf(a, "%.*s/" LIBEXEC, above, path);
}

static const char *program(struct arena *a, const char *directory, const char *name)
{
	const char *path = arena_printf(a, "%s/%s", directory, name);

	return access(path, X_OK) == 0 ? path : NULL;
}

/* "" where /proc does not tell. */
static void own_path(char ret[PATH_MAX])
{
	const char *self = getenv("HONU_SELF"); /* set by cli/self.c: that copy has no path */
	ssize_t n = self ? snprintf(ret, PATH_MAX, "%s", self) :
			   readlink("/proc/self/exe", ret, PATH_MAX - 1);

	ret[n > 0 && n < PATH_MAX ? n : 0] = '\0';
}

const char *facts_find_program(struct arena *a, const char *name)
{
	const char *candidates[2], *found = NULL;
	char path[PATH_MAX];

	own_path(path);
	facts_libexec_candidates(a, path, &candidates[0], &candidates[1]);
	for (size_t i = 0; i < ELEMENTS(candidates) && !found; i++)
		found = program(a, candidates[i], name);
	return found;
}

void facts_read_programs(struct arena *a, struct facts *f)
{
	const char *candidates[2];
	char path[PATH_MAX];

	own_path(path);
	facts_libexec_candidates(a, path, &candidates[0], &candidates[1]);
	for (size_t i = 0; i < ELEMENTS(candidates) && !f->init_path && !f->exec_path; i++) {
		f->init_path = program(a, candidates[i], "honu-init");
		f->exec_path = program(a, candidates[i], "honu-exec");
	}
}

int facts_read_root(struct arena *a, struct facts *f, struct err *e)
{
	read_etc_binds(a, f);
	return read_root_entries(a, f, e);
}

void facts_read_files(struct arena *a, struct facts *f)
{
	f->timezone = read_timezone(a);
	f->resolv_conf = facts_read_file(a, "/etc/resolv.conf", CONFIG_MAX);
	if (!f->resolv_conf)
		f->resolv_conf = "";
	facts_read_programs(a, f);
}
