/* copy/attributes.c - see attributes.h.
 *
 * user.* belongs to whoever owns the file. security.capability is a right: it is given only where
 * the source may give it. system.posix_acl_* names ids, as the user namespace of whoever reads it
 * has them. The rest (trusted.*, labels of security modules) is the machine's own. */
#include "copy/attributes.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include <archive_entry.h>

#include "base/cleanup.h"

#define VALUE_MAX 65536 /* XATTR_SIZE_MAX of the kernel */
#define NAMES_MAX 65536 /* XATTR_LIST_MAX */

static bool is_acl(const char *name)
{
	return strcmp(name, "system.posix_acl_access") == 0 ||
	       strcmp(name, "system.posix_acl_default") == 0;
}

static bool is_wanted(const char *name, bool owners, bool trusted)
{
	return strncmp(name, "user.", 5) == 0 || (owners && is_acl(name)) ||
	       (trusted && strcmp(name, "security.capability") == 0);
}

void attributes_read(int fd, struct archive_entry *entry, bool owners)
{
	static char names[NAMES_MAX], value[VALUE_MAX];
	ssize_t length = flistxattr(fd, names, sizeof(names));

	for (const char *name = names; length > 0 && name < names + length;
	     name += strlen(name) + 1) {
		ssize_t n;

		if (!is_wanted(name, owners, true))
			continue;
		n = fgetxattr(fd, name, value, sizeof(value));
		if (n >= 0)
			archive_entry_xattr_add_entry(entry, name, value, (size_t)n);
	}
}

int attributes_write(int fd, struct archive_entry *entry, bool owners, bool trusted)
{
	const void *value;
	const char *name;
	size_t size;
	int lacking = 0;

	(void)archive_entry_xattr_reset(entry);
	while (archive_entry_xattr_next(entry, &name, &value, &size) == 0) {
		if (!is_wanted(name, owners, owners || trusted) ||
		    fsetxattr(fd, name, value, size, 0) == 0)
			continue;
		if (errno != EOPNOTSUPP && errno != EPERM)
			return -errno;
		lacking++;
	}
	return lacking;
}
