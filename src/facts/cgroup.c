/* facts/cgroup.c - which control group hierarchies there are, where, and which group is ours.
 *
 * /proc/self/mountinfo says where each is mounted, and of which of its groups on (proc(5));
 * /proc/self/cgroup names the hierarchies and our own group in each (cgroups(7)). Both are as our
 * cgroup namespace sees them. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "facts/parts.h"

#define FILE_MAX ((size_t)16 * 1024 * 1024)

/* One line of /proc/self/cgroup. */
struct membership {
	const char *controllers; /* "cpu,cpuacct", "name=systemd"; "" for v2 */
	const char *group;
};

/* What a line of mountinfo says about a cgroup mount. */
struct cgroup_mount {
	char *root; /* which group is mounted */
	char *mountpoint;
	char *options; /* of the superblock: "rw,cpu,cpuacct" */
	bool is_v2;
};

/* mountinfo writes blank, tab, newline and backslash as three octal digits. */
static void decode(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* Does a comma-separated list hold the word of that length? */
static bool list_has(const char *list, const char *word, size_t length)
{
	while (list) {
		size_t n = strcspn(list, ",");

		if (n == length && strncmp(list, word, length) == 0)
			return true;
		list = list[n] == ',' ? list + n + 1 : NULL;
	}
	return false;
}

/* "31 23 0:28 ROOT MOUNTPOINT OPTIONS [TAG…] - TYPE SOURCE SUPER-OPTIONS". True for a cgroup
 * mount that can be written to. */
static bool parse_mount(char *line, struct cgroup_mount *ret)
{
	char *tail = strstr(line, " - cgroup");

	/* Nearly all lines end here. No field before holds a blank. */
	if (!tail)
		return false;
	*tail = '\0';
	tail += strlen(" - ");
	const char *type = facts_next_field(&tail, ' ');
	bool is_v2 = strcmp(type, "cgroup2") == 0;
	if (!is_v2 && strcmp(type, "cgroup") != 0)
		return false;
	(void)facts_next_field(&tail, ' '); /* source: any word */
	for (int i = 0; i < 3; i++)
		(void)facts_next_field(&line, ' ');
	char *root = facts_next_field(&line, ' ');
	char *mountpoint = facts_next_field(&line, ' ');
	const char *options = facts_next_field(&line, ' ');
	if (!options || !tail)
		return false;
	/* Containers often see them, but only to look at. */
	if (list_has(options, "ro", 2) || list_has(tail, "ro", 2))
		return false;
	decode(root);
	decode(mountpoint);
	*ret = (struct cgroup_mount){
		.root = root,
		.mountpoint = mountpoint,
		.options = tail,
		.is_v2 = is_v2,
	};
	return true;
}

/* Every line "NUMBER:CONTROLLERS:GROUP". */
static struct membership *parse_memberships(struct arena *a, char *text, size_t *ret_n)
{
	struct membership *list = NULL;
	size_t n = 0;
	char *line;

	while ((line = facts_next_line(&text))) {
		(void)facts_next_field(&line, ':');
		const char *controllers = facts_next_field(&line, ':');

		if (controllers && line) /* the group itself may hold colons */
			arena_push(a, list, n,
				   (struct membership){ .controllers = controllers,
							.group = line });
	}
	*ret_n = n;
	return list;
}

/* A v1 hierarchy shows its controllers, or its name, among the options of its superblock; one of
 * them is enough, since each belongs to one hierarchy only. */
static const struct membership *find_membership(const struct membership *list, size_t n,
						const struct cgroup_mount *m)
{
	for (size_t i = 0; i < n; i++) {
		const char *controllers = list[i].controllers;

		if (m->is_v2 ? controllers[0] == '\0' :
			       controllers[0] != '\0' &&
				       list_has(m->options, controllers, strcspn(controllers, ",")))
			return &list[i];
	}
	return NULL;
}

/* "/../x": above the root of our cgroup namespace. */
static bool is_above(const char *group)
{
	return strncmp(group, "/..", 3) == 0 && (group[3] == '/' || group[3] == '\0');
}

/* group, seen from a mount that shows what is below root. */
static const char *below_root(const char *group, const char *root)
{
	size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);

	/* What lies outside of the mount has no path in it. */
	if (strncmp(group, root, n) != 0 || (group[n] != '/' && group[n] != '\0') ||
	    is_above(root) || is_above(group))
		return "/";
	return group[n] == '\0' ? "/" : group + n;
}

/* A mount that came later covers what was mounted at its place and below it. */
static void cover(struct facts *f, const char *mountpoint)
{
	size_t n = strlen(mountpoint), kept = 0;

	if (n <= 1)
		return; /* "/": our own root; what it covers has no path for us anyway */
	for (size_t i = 0; i < f->n_cgroups; i++) {
		const char *place = f->cgroups[i].mountpoint;

		if (strncmp(place, mountpoint, n) == 0 && (place[n] == '/' || place[n] == '\0'))
			continue;
		f->cgroups[kept++] = f->cgroups[i];
	}
	f->n_cgroups = kept;
}

/* The fifth field, decoded, without changing the line. */
static bool mountpoint_of(const char *line, char *ret, size_t room)
{
	for (int i = 0; i < 4; i++) {
		line = strchr(line, ' ');
		if (!line)
			return false;
		line++;
	}
	size_t n = strcspn(line, " ");
	if (n >= room)
		return false;
	memcpy(ret, line, n);
	ret[n] = '\0';
	decode(ret);
	return true;
}

static bool is_known(const struct facts *f, const struct membership *m)
{
	for (size_t i = 0; i < f->n_cgroups; i++)
		if (strcmp(f->cgroups[i].controllers, m->controllers) == 0)
			return true;
	return false;
}

void facts_parse_cgroups(struct arena *a, char *mountinfo, char *cgroup, struct facts *f)
{
	bool has_v1 = false, has_v2 = false;
	char place[PATH_MAX];
	struct cgroup_mount m;
	size_t n;
	char *line;

	const struct membership *list = parse_memberships(a, cgroup, &n);
	while ((line = facts_next_line(&mountinfo))) {
		if (f->n_cgroups > 0 && mountpoint_of(line, place, sizeof(place)))
			cover(f, place);
		if (!parse_mount(line, &m))
			continue;
		const struct membership *own = find_membership(list, n, &m);
		if (!own || is_known(f, own))
			continue;
		const char *slash = strrchr(m.mountpoint, '/');
		arena_push(a, f->cgroups, f->n_cgroups,
			   (struct cgroup_hierarchy){
				   .controllers = own->controllers,
				   .mountpoint = m.mountpoint,
				   .directory = slash ? slash + 1 : m.mountpoint,
				   .own = below_root(own->group, m.root),
				   .is_v2 = m.is_v2,
			   });
	}
	for (size_t i = 0; i < f->n_cgroups; i++) {
		has_v1 = has_v1 || !f->cgroups[i].is_v2;
		has_v2 = has_v2 || f->cgroups[i].is_v2;
	}
	if (has_v1)
		f->cgroup_layout = has_v2 ? CGROUP_HYBRID : CGROUP_V1;
	else
		f->cgroup_layout = has_v2 ? CGROUP_V2 : CGROUP_NONE;
}

const struct cgroup_hierarchy *facts_cgroup(const struct facts *f, const char *controller)
{
	for (size_t i = 0; i < f->n_cgroups; i++)
		if (!f->cgroups[i].is_v2 &&
		    list_has(f->cgroups[i].controllers, controller, strlen(controller)))
			return &f->cgroups[i];
	return NULL;
}

/* A new v1 cpuset group is empty and cannot be joined before it has both. */
static const char *read_cpuset(struct arena *a, const struct cgroup_hierarchy *h, const char *file)
{
	char *text = facts_read_file(a, arena_printf(a, "%s/%s", h->mountpoint, file), 65536);

	return text ? facts_next_line(&text) : NULL;
}

/* A container without control groups has no limits, and nobody can end all of it for certain: only
 * where the kernel has none. */
int facts_read_cgroups(struct arena *a, struct facts *f, struct err *e)
{
	const struct cgroup_hierarchy *h;
	char *mountinfo, *cgroup;
	int r = facts_read_needed(a, "/proc/self/mountinfo", FILE_MAX, &mountinfo, e);

	if (r == 0)
		r = facts_read_needed(a, "/proc/self/cgroup", FILE_MAX, &cgroup, e);
	if (r < 0)
		return r;
	facts_parse_cgroups(a, mountinfo, cgroup, f);
	h = facts_cgroup(f, "cpuset");
	if (h) {
		f->cpuset_cpus = read_cpuset(a, h, "cpuset.cpus");
		f->cpuset_mems = read_cpuset(a, h, "cpuset.mems");
	}
	return 0;
}
