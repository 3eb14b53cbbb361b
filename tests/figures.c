/* The table of figures of docs/metrics.md, from the rows that honu reads by: tests/docs/run compares
 * the two. */
#include <stdio.h>

#include "cgroup/metrics_files.h"

static const char *const units[] = {
	[UNIT_COUNT] = "",	[UNIT_TIME] = "ns", [UNIT_BYTES] = "bytes",
	[UNIT_PAGES] = "pages", [UNIT_SHARE] = "%",
};

/* Each source that there is on that layout: `file` key. */
static void print_sources(const struct metric_row *row, bool v2)
{
	bool any = false;

	for (size_t i = 0; i < METRIC_SOURCES; i++) {
		const struct metric_source *s = &row->sources[i];
		const struct metric_file_row *f = &metric_files[s->file];

		if (s->file == FILE_NONE || (f->name[0] != '/' && !(v2 ? f->v2 : f->v1 != NULL)))
			continue;
		printf("%s`%s`%s%s", any ? ", " : "", f->name, s->key ? " " : "",
		       s->key ? s->key : "");
		any = true;
	}
	for (size_t i = 0; i < METRIC_SOURCES && row->terms[i].sign != 0; i++)
		printf("%s%s",
		       i == 0		      ? "" :
		       row->terms[i].sign < 0 ? " - " :
						" + ",
		       metric_rows[row->terms[i].metric].name);
	printf(" |");
}

int main(void)
{
	for (enum metric i = 0; i < _METRIC_N; i++) {
		const struct metric_row *row = &metric_rows[i];

		printf("| `%s` | %s%s | %s | `%s%s%s%s%s` | ", row->name, row->meaning,
		       row->is_counter ? "" : " *", units[row->unit], row->openmetrics,
		       row->is_counter ? "_total" : "", row->labels ? "{" : "",
		       row->labels ? row->labels : "", row->labels ? "}" : "");
		print_sources(row, false);
		printf(" ");
		print_sources(row, true);
		printf("\n");
	}
	return 0;
}
