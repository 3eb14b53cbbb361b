/* cli/stats_json.c - see stats.h: what 'honu stats' has for programs, and for those who ask why. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/show.h"
#include "cli/stats.h"

static const char *const units[] = {
	[UNIT_COUNT] = "",	 [UNIT_TIME] = " ns", [UNIT_BYTES] = " bytes",
	[UNIT_PAGES] = " pages", [UNIT_SHARE] = " %",
};

static json_t *share(uint64_t n)
{
	return n == UNKNOWN ? json_null() : json_real((double)n / 100);
}

static json_t *value_of(const struct metric_value *v, enum metric_unit unit)
{
	if (v->absence != PRESENT)
		return json_null();
	return unit == UNIT_SHARE ? share(v->n) : json_integer((json_int_t)v->n);
}

/* "pressure.cpu.some.total" in the object of that path. */
static void put(json_t *object, const char *name, json_t *value)
{
	const char *dot;

	while ((dot = strchr(name, '.'))) {
		json_t *below = json_object_getn(object, name, (size_t)(dot - name));

		if (!below) {
			below = json_object();
			(void)json_object_setn_new(object, name, (size_t)(dot - name), below);
		}
		object = below;
		name = dot + 1;
	}
	(void)json_object_set_new(object, name, value);
}

/* The last word of a name is the key of a list. */
static json_t *values_of(const char *name, const struct metric_value *values, enum metric first,
			 size_t n)
{
	json_t *object = json_pack("{s:s}", "name", name);

	for (size_t i = 0; i < n; i++) {
		const struct metric_row *row = &metric_rows[first + i];

		put(object, strrchr(row->name, '.') + 1, value_of(&values[i], row->unit));
	}
	return object;
}

static void put_lists(json_t *object, const struct measured *c)
{
	json_t *devices = json_array(), *interfaces = json_array();

	for (size_t i = 0; i < c->metrics.n_devices; i++) {
		const struct metric_device *d = &c->metrics.devices[i];
		char number[32];
		json_t *one = values_of(d->name, d->values, _METRIC_DEVICE_FIRST, METRIC_DEVICE_N);

		(void)snprintf(number, sizeof(number), "%u:%u", d->major, d->minor);
		(void)json_object_set_new(one, "number", json_string(number));
		(void)json_array_append_new(devices, one);
	}
	for (size_t i = 0; i < c->metrics.n_interfaces; i++) {
		const struct metric_interface *f = &c->metrics.interfaces[i];

		(void)json_array_append_new(interfaces,
					    values_of(f->name, f->values, _METRIC_INTERFACE_FIRST,
						      METRIC_INTERFACE_N));
	}
	put(object, "io.devices", devices);
	put(object, "net.interfaces", interfaces);
}

static const char *reason(const struct measured *c, enum metric metric, struct text *ret)
{
	text_cut(ret, 0);
	if (c->is_open)
		metrics_explain_absence(&c->metrics, metric, ret);
	else
		text_add(ret, "it does not run");
	return text_get(ret);
}

static json_t *absent(const struct measured *c)
{
	_cleanup_text_ struct text why = { 0 };
	json_t *list = json_array();

	for (enum metric i = 0; i < _METRIC_N; i++)
		if (c->metrics.values[i].absence != PRESENT)
			(void)json_array_append_new(
				list, json_pack("{s:s,s:o}", "figure", metric_rows[i].name,
						"reason", show_string(reason(c, i, &why))));
	return list;
}

json_t *stats_json(const struct measured *c)
{
	json_t *object = json_object();
	struct stats_words w;
	uint64_t bound = c->is_open ? measure_memory_bound(c) : UNKNOWN;

	stats_words(c, &w);
	put(object, "id", json_string(c->id));
	put(object, "name", show_string(c->name));
	put(object, "state", json_string(c->phase));
	put(object, "cpuPercent", share(c->cpu));
	put(object, "throttledPercent", share(c->throttled));
	put(object, "memoryPercent",
	    share(measure_share(measure_value(c, METRIC_MEMORY_WORKING_SET), bound)));
	put(object, "memoryBound",
	    bound == UNKNOWN ? json_null() : json_integer((json_int_t)bound));
	for (enum metric i = 0; i < _METRIC_N; i++)
		put(object, metric_rows[i].name,
		    value_of(&c->metrics.values[i], metric_rows[i].unit));
	put_lists(object, c);
	put(object, "shown",
	    json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "cpu", w.cpu, "memory", w.memory,
		      "memoryPercent", w.memory_share, "net", w.net, "io", w.io, "tasks", w.tasks,
		      "throttled", w.throttled, "pressure", w.pressure));
	put(object, "absent", absent(c));
	return object;
}

static void explain_one(const struct measured *c, struct text *ret)
{
	_cleanup_(table_done) struct table t = { 0 };
	_cleanup_text_ struct text from = { 0 };

	table_add_lines(&t, "FIGURE\tVALUE\tFROM, OR WHY NOT\n");
	for (enum metric i = 0; i < _METRIC_N; i++) {
		const struct metric_value *v = &c->metrics.values[i];
		const char *unit = units[metric_rows[i].unit];
		char value[48] = "--";

		if (v->absence == PRESENT && metric_rows[i].unit == UNIT_SHARE)
			(void)snprintf(value, sizeof(value), "%.2f%s", (double)v->n / 100, unit);
		else if (v->absence == PRESENT)
			(void)snprintf(value, sizeof(value), "%llu%s", (unsigned long long)v->n,
				       unit);
		text_cut(&from, 0);
		if (v->absence == PRESENT)
			metrics_explain_source(&c->metrics, i, &from);
		else
			(void)reason(c, i, &from);
		table_add(&t, metric_rows[i].name);
		table_add(&t, value);
		table_add(&t, text_get(&from));
		table_end_row(&t);
	}
	table_print(&t, 0, ret);
}

void stats_explain(const struct measure *m, struct text *ret)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct measured *c = &m->list[i];

		text_printf(ret, "%s%s%s%s%s\n\n", i > 0 ? "\n" : "", *c->name ? c->name : c->id,
			    *c->name ? " (" : "", *c->name ? c->id : "", *c->name ? ")" : "");
		explain_one(c, ret);
	}
}
