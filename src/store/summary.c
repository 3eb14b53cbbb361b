/* store/summary.c - what a list shows of a container: a note.
 *
 * Its fields stand between tabs: whether it is kept, whether all labels are there, when it was
 * created, restart policy, root, command, labels. What is put in is made printable, so there is no
 * tab in a field, and nobody's terminal obeys what a stranger wrote into a command. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/printable.h"
#include "store/note.h"
#include "store/parts.h"

/* How one character of s is shown: itself, or an escape as C has them. -> its length in s. */
static size_t show(const char *s, char ret[5])
{
	static const char letters[] = "\t\n\r\x1b", names[] = "tnre";
	size_t length = printable_length(s);
	const char *letter;

	if (length > 0) {
		memcpy(ret, s, length);
		ret[length] = '\0';
		return length;
	}
	letter = strchr(letters, s[0]);
	if (letter)
		(void)snprintf(ret, 5, "\\%c", names[letter - letters]);
	else
		(void)snprintf(ret, 5, "\\x%02x", (unsigned char)s[0]);
	return 1;
}

/* Writes s up to the end character, as far as it is shown within room (with the NUL); -> what
 * is left of s. */
static const char *show_until(const char *s, char end, char *ret, size_t room)
{
	char one[5];

	while (*s && *s != end) {
		size_t used = show(s, one), length = strlen(one);

		if (length >= room)
			break;
		memcpy(ret, one, length);
		ret += length;
		room -= length;
		s += used;
	}
	*ret = '\0';
	return s;
}

struct summary_line {
	char text[NOTE_MAX + 1];
	size_t length;
};

static void add(struct summary_line *l, const char *field)
{
	int n = snprintf(l->text + l->length, sizeof(l->text) - l->length, "%s%s",
			 l->length > 0 ? "\t" : "", field);

	l->length += (size_t)n;
}

/* As many whole labels as there is room for. -> were they all? */
static bool add_labels(struct summary_line *l, const char *labels)
{
	while (*labels) {
		size_t room = sizeof(l->text) - l->length;
		char label[NOTE_MAX + 1];

		labels = show_until(labels, '\n', label, room - 1);
		if (*labels && *labels != '\n')
			return false;
		if (label[0] != '\0')
			add(l, label);
		labels += *labels == '\n';
	}
	return true;
}

int store_put_summary(struct store_container *c, const struct store_summary *u, struct err *e)
{
	struct store_summary shown;
	struct summary_line l = { .length = 0 };
	char created[24];
	int r;

	(void)show_until(u->restart, '\0', shown.restart, sizeof(shown.restart));
	(void)show_until(u->root, '\0', shown.root, sizeof(shown.root));
	(void)show_until(u->command, '\0', shown.command, sizeof(shown.command));
	(void)snprintf(created, sizeof(created), "%llu", (unsigned long long)u->created);
	add(&l, u->keep ? "keep" : "remove");
	add(&l, u->labels_cut ? "cut" : "all");
	add(&l, created);
	add(&l, shown.restart);
	add(&l, shown.root);
	add(&l, shown.command);
	if (!add_labels(&l, u->labels))
		memcpy(strchr(l.text, '\t') + 1, "cut", 3);
	r = note_put(c->fd, "summary", l.text);
	return r < 0 ? store_full(c->store,
				  err_set(e, r, "write the summary of container %s in %s", c->id,
					  c->store->path),
				  e) :
		       0;
}

static int copy(char *to, size_t room, const char *from)
{
	size_t length = strlen(from);

	if (length >= room)
		return -EBADMSG;
	for (size_t i = 0, n; i < length; i += n) {
		n = printable_length(from + i);
		if (n == 0)
			return -EBADMSG;
	}
	memcpy(to, from, length + 1);
	return 0;
}

/* "a=1<tab>b=2" to lines. */
static int copy_labels(char *to, size_t room, char *from)
{
	if (strlen(from) >= room)
		return -EBADMSG;
	while (from) {
		char *next = strchr(from, '\t');

		if (next)
			*next++ = '\0';
		if (from[0] == '\0' || copy(to, room, from) < 0)
			return -EBADMSG;
		to += strlen(to);
		if (next)
			*to++ = '\n';
		from = next;
	}
	return 0;
}

/* Cuts the next field off; the last one leaves NULL. */
static char *next_field(char **rest)
{
	char *field = *rest;
	char *end = field ? strchr(field, '\t') : NULL;

	if (end)
		*end++ = '\0';
	*rest = end;
	return field;
}

int summary_parse(char *line, struct store_summary *ret)
{
	char *rest = line, *field[6];

	for (size_t i = 0; i < ELEMENTS(field); i++) {
		field[i] = next_field(&rest);
		if (!field[i])
			return -EBADMSG;
	}
	ret->keep = strcmp(field[0], "keep") == 0;
	ret->labels_cut = strcmp(field[1], "cut") == 0;
	ret->labels[0] = '\0';
	if ((!ret->keep && strcmp(field[0], "remove") != 0) ||
	    (!ret->labels_cut && strcmp(field[1], "all") != 0) ||
	    number_u64(field[2], &ret->created) < 0 ||
	    copy(ret->restart, sizeof(ret->restart), field[3]) < 0 ||
	    copy(ret->root, sizeof(ret->root), field[4]) < 0 ||
	    copy(ret->command, sizeof(ret->command), field[5]) < 0)
		return -EBADMSG;
	return rest ? copy_labels(ret->labels, sizeof(ret->labels), rest) : 0;
}

int summary_created(const char *line, uint64_t *ret)
{
	const char *field = strchr(line, '\t');
	char number[24];

	if (field)
		field = strchr(field + 1, '\t');
	if (!field)
		return -EBADMSG;
	size_t length = strcspn(++field, "\t");
	if (length >= sizeof(number))
		return -EBADMSG;
	memcpy(number, field, length);
	number[length] = '\0';
	return number_u64(number, ret);
}

int store_get_summary(const struct store_container *c, struct store_summary *ret, struct err *e)
{
	char line[NOTE_MAX + 2];
	int r = note_get(c->fd, "summary", line, sizeof(line));

	if (r == -ENOENT)
		return err_say(e, r, "container %s has no summary", c->id);
	if (r >= 0)
		r = summary_parse(line, ret);
	if (r == -EBADMSG)
		return err_hint(e, err_say(e, r, "the summary of container %s is damaged", c->id),
				"'honu fsck' says what else is, and what can be mended");
	return r < 0 ? err_set(e, r, "read the summary of container %s", c->id) : 0;
}
