/* cli/summary.c - see summary.h. */
#include "cli/summary.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static void add_restart(const struct spec *s, struct store_summary *u)
{
	static const char *const words[] = {
		[RESTART_NO] = "no",
		[RESTART_ON_FAILURE] = "on-failure",
		[RESTART_ALWAYS] = "always",
		[RESTART_UNLESS_STOPPED] = "unless-stopped",
	};
	static_assert(ELEMENTS(words) == _RESTART_N, "a restart policy lacks its word");

	if (s->restart_max > 0)
		(void)snprintf(u->restart, sizeof(u->restart), "%s:%u", words[s->restart],
			       s->restart_max);
	else
		(void)snprintf(u->restart, sizeof(u->restart), "%s", words[s->restart]);
}

static void add_command(const struct spec *s, struct store_summary *u)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < s->n_argv; i++) {
		text_add(&t, i > 0 ? " " : "");
		text_add_quoted(&t, s->argv[i]);
	}
	(void)snprintf(u->command, sizeof(u->command), "%s", text_get(&t));
}

/* A label with a line break in it would read as two: the record has it. */
static void add_labels(const struct spec *s, struct store_summary *u)
{
	size_t length = 0;

	u->labels[0] = '\0';
	for (size_t i = 0; i < s->n_labels; i++) {
		const struct pair_spec *l = &s->labels[i];
		size_t room = sizeof(u->labels) - length;
		int n = snprintf(u->labels + length, room, "%s%s=%s", length > 0 ? "\n" : "",
				 l->key, l->value);

		if (n < 0 || (size_t)n >= room || strchr(l->key, '\n') || strchr(l->value, '\n')) {
			u->labels[length] = '\0';
			u->labels_cut = true;
		} else {
			length += (size_t)n;
		}
	}
}

void summary_of(const struct spec *s, struct store_summary *ret)
{
	*ret = (struct store_summary){ .keep = spec_is_kept(s), .created = s->time };
	add_restart(s, ret);
	(void)snprintf(ret->root, sizeof(ret->root), "%s",
		       s->root_kind == ROOT_HOST_USR ? "host /usr" :
		       s->root_path		     ? s->root_path :
						       "shared");
	add_command(s, ret);
	add_labels(s, ret);
}
