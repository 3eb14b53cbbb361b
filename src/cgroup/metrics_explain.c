/* cgroup/metrics_explain.c - where a figure comes from, or why there is none, in words. */
#include <string.h>

#include "cgroup/metrics_parts.h"

static void add_path(const struct metrics *m, enum metric_file file, struct text *ret)
{
	const struct metric_files *f = m->files;
	char path[PLACE_PATH_ROOM];

	if (metric_files[file].name[0] == '/') {
		text_add(ret, metric_files[file].name);
		return;
	}
	metric_place_path(&f->places[f->files[file].place], metric_files[file].name, path);
	text_add(ret, path);
}

void metrics_explain_source(const struct metrics *m, enum metric metric, struct text *ret)
{
	const struct metric_row *row = &metric_rows[metric];
	const struct metric_source *s = &row->sources[m->values[metric].source];

	for (size_t i = 0; i < METRIC_SOURCES && row->terms[i].sign != 0; i++)
		text_printf(ret, "%s%s",
			    row->terms[i].sign < 0 ? " - " :
			    i > 0		   ? " + " :
						     "",
			    metric_rows[row->terms[i].metric].name);
	if (row->terms[0].sign != 0)
		return;
	add_path(m, s->file, ret);
	if (s->key)
		text_printf(ret, " %s", s->key);
	if (s->file == FILE_V2_MEMORY_MAX_ABOVE)
		text_add(ret, ", and those above");
}

/* The file of the first source that is not of the other layout. */
static void add_missing(const struct metrics *m, enum metric metric, struct text *ret)
{
	for (size_t i = 0; i < METRIC_SOURCES; i++) {
		const struct metric_source *s = &metric_rows[metric].sources[i];
		const struct open_file *o = &m->files->files[s->file];

		if (o->state == STATE_UNUSED || o->state == STATE_NO_GROUP)
			continue;
		add_path(m, s->file, ret);
		if (o->state != STATE_OPEN || o->error < 0)
			text_printf(ret, ": %s", strerror(-o->error));
		else
			text_printf(ret, " has no %s", s->key ? s->key : "number");
		return;
	}
	text_add(ret, "no file has it");
}

static void add_term(const struct metrics *m, enum metric metric, struct text *ret)
{
	const struct metric_term *terms = metric_rows[metric].terms;

	for (size_t i = 0; i < METRIC_SOURCES && terms[i].sign != 0; i++)
		if (m->values[terms[i].metric].absence != PRESENT && !terms[i].optional) {
			text_printf(ret, "%s is absent: ", metric_rows[terms[i].metric].name);
			metrics_explain_absence(m, terms[i].metric, ret);
			return;
		}
}

void metrics_explain_absence(const struct metrics *m, enum metric metric, struct text *ret)
{
	const char *lack = metric_rows[metric].lack;

	switch ((enum metric_absence)m->values[metric].absence) {
	case PRESENT:
	case _ABSENT_YET:
		return;
	case ABSENT_UNWANTED:
		text_add(ret, "it was not read");
		return;
	case ABSENT_UNLIMITED:
		text_add(ret, "no limit is set");
		return;
	case ABSENT_NO_PROCESS:
		text_add(ret, "no process lives there");
		return;
	case ABSENT_SHARED_NET:
		text_add(ret, "the network is the host's, and so would be the figures");
		return;
	case ABSENT_NOT_ASKED:
		text_add(ret, "kernel.task_delayacct is off; --delayacct switches it on, for the "
			      "whole machine");
		return;
	case ABSENT_TERM:
		add_term(m, metric, ret);
		return;
	case ABSENT_UNCOUNTED:
		text_add(ret, "no device is listed");
		break;
	case ABSENT_NO_GROUP:
		text_add(ret, "there is no group of the controller that has it");
		break;
	case ABSENT_NO_FILE:
	case ABSENT_NO_KEY:
	case ABSENT_UNREADABLE:
		add_missing(m, metric, ret);
		break;
	}
	if (lack)
		text_printf(ret, " (%s)", lack);
}
