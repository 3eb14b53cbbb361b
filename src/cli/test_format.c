/* cli/test_format.c - templates print what docker's would, and a typing error is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/format.h"
#include "cli/table.h"

static const char example[] = "{\"id\":\"\",\"name\":\"\",\"state\":{\"pid\":0,\"exitCode\":null,"
			      "\"running\":true},\"labels\":{},\"mounts\":[{\"target\":\"\"}],"
			      "\"health\":null}";
static const char value[] =
	"{\"id\":\"4f2a\",\"name\":\"web\",\"state\":{\"pid\":12,\"exitCode\":null,\"running\":false},"
	"\"labels\":{\"a.b\":\"1\",\"Tier\":\"x\"},\"mounts\":[{\"target\":\"/a\"},{\"target\":\"/b\"}],"
	"\"health\":{\"status\":\"healthy\"}}";

static const struct format_name aliases[] = { { "Names", "name" },
					      { "Label", "labels" },
					      { "Pid", "state.pid" },
					      { "State.Up", "state.running" },
					      { NULL, NULL } };
static const struct format_name headings[] = { { "id", "CONTAINER ID" }, { NULL, NULL } };

/* template -> what it prints, or the error; whole: text and hint. */
static void print(struct arena *a, const char *template, struct text *ret, struct text *ret_error)
{
	json_t *shown = json_loads(value, 0, NULL), *like = json_loads(example, 0, NULL);
	struct format_fields fields = { like, aliases, headings };
	struct format *f = NULL;
	struct err e = { 0 };

	assert_non_null(shown);
	assert_non_null(like);
	if (format_parse(a, template, &fields, &f, &e) < 0) {
		text_printf(ret_error, "%s; %s", e.text, e.hint);
	} else {
		if (format_is_table(f))
			format_heading(f, ret);
		format_print(f, shown, ret);
	}
	json_decref(shown);
	json_decref(like);
}

static void prints(void **state)
{
	static const struct {
		const char *template, *printed;
	} rows[] = {
		{ "", "\n" },
		{ "plain", "plain\n" },
		{ "{{.id}}", "4f2a\n" },
		{ "{{ .ID }}", "4f2a\n" },
		{ "{{.Names}}", "web\n" },
		{ "{{.State.Pid}} {{.pid}}", "12 12\n" },
		{ "{{.state.exitcode}}|", "|\n" },
		{ "{{.State.Running}}{{.State.up}}", "falsefalse\n" },
		{ "{{.id}}\\t{{.name}}\\n", "4f2a\tweb\n\n" },
		{ "\\x", "\\x\n" },
		{ "{{json .state}}", "{\"pid\":12,\"exitCode\":null,\"running\":false}\n" },
		{ "{{json .name}}", "\"web\"\n" },
		{ "{{.labels}}", "{\"a.b\":\"1\",\"Tier\":\"x\"}\n" },
		{ "{{.labels.Tier}}{{.labels.tier}}", "xx\n" },
		{ "{{.labels.none}}|", "|\n" },
		{ "{{index .labels \"a.b\"}}", "1\n" },
		{ "{{.Label \"a.b\"}}", "1\n" },
		{ "{{.Label \"c\"}}|", "|\n" },
		{ "{{if .health}}{{.health.status}}{{else}}none{{end}}", "healthy\n" },
		{ "{{if .state.running}}up{{else}}down{{end}}", "down\n" },
		{ "{{if .state.running}}up{{end}}|", "|\n" },
		{ "{{if .id}}{{if .state.exitCode}}a{{else}}b{{end}}c{{end}}d", "bcd\n" },
		{ "{{range .mounts}}{{.target}} {{end}}.", "/a /b .\n" },
		{ "{{range .labels}}{{.}},{{end}}", "1,x,\n" },
		{ "{{range .state.exitCode}}x{{else}}nothing{{end}}", "nothing\n" },
		{ "table {{.id}}\\t{{.state.exitCode}}", "CONTAINER ID\tEXIT CODE\n4f2a\t\n" },
		{ "table {{if .id}}{{.Names}}{{else}}{{.id}}{{end}}\\t{{json .state}}",
		  "NAME\tSTATE\nweb\t{\"pid\":12,\"exitCode\":null,\"running\":false}\n" },
		{ "}}", "}}\n" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text t = { 0 }, error = { 0 };

		print(&a, rows[i].template, &t, &error);
		if (strcmp(text_get(&t), rows[i].printed) != 0)
			fail_msg("'%s': wanted '%s', got '%s' (%s)", rows[i].template,
				 rows[i].printed, text_get(&t), text_get(&error));
	}
	{
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text t = { 0 }, error = { 0 };

		print(&a, "{{json .}}", &t, &error);
		t.data[strcspn(t.data, "\n")] = '\0';
		assert_string_equal(text_get(&t), value);
	}
}

static void refuses(void **state)
{
	static const struct {
		const char *template, *said;
	} rows[] = {
		{ "{{.nmae}}", "no field '.nmae'; did you mean '.name'? There are: .id .name" },
		{ "{{.State.Exitcod}}", "no field '.Exitcod'; did you mean '.exitCode'?" },
		{ "{{.whatever}}", "no field '.whatever'; there are: .id" },
		{ "{{.id.x}}", "'x' is looked for in what has no fields" },
		{ "{{.mounts.target}}", "'target' is looked for in what has no fields" },
		{ "{{range .mounts}}{{.id}}{{end}}", "no field '.id'; there are: .target" },
		{ "{{.id", "'{{.id' has no end" },
		{ "{{}}", "'' is no field" },
		{ "{{id}}", "'id' is not understood" },
		{ "{{len .id}}", "'len .id' is not understood" },
		{ "{{.id x}}", "'x' is not understood" },
		{ "{{.id | json}}", "'| json' is not understood" },
		{ "{{index .labels \"a}}", "'\"a' is not understood" },
		{ "{{.id.}}", "'.id.' is no field" },
		{ "{{.x$}}", "no field '.x'" },
		{ "{{..id}}", "'..id' is no field" },
		{ "{{if .id}}x", "has no {{end}}" },
		{ "{{end}}", "'end' has nothing to belong to" },
		{ "{{else}}", "'else' has nothing to belong to" },
		{ "{{if .id}}{{else}}{{else}}{{end}}", "'else' has nothing to belong to" },
		{ "{{if .id}}{{end x}}", "'x' is not understood" },
		{ "{{if}}{{end}}", "'' is no field" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text t = { 0 }, error = { 0 };

		print(&a, rows[i].template, &t, &error);
		if (!strstr(text_get(&error), rows[i].said))
			fail_msg("'%s': wanted '%s', got '%s'", rows[i].template, rows[i].said,
				 text_get(&error));
	}
}

/* Columns stand below each other by what is seen, and lines are cut by that too. */
static void tables(void **state)
{
	_cleanup_(table_done) struct table t = { 0 };
	_cleanup_text_ struct text whole = { 0 }, cut = { 0 };

	(void)state;
	table_add_lines(&t, "ID\tNAME\tSTATUS\n");
	table_add(&t, "1");
	table_add(&t, "海亀");
	table_add(&t, "Up");
	table_end_row(&t);
	table_add(&t, "22");
	table_add(&t, "");
	table_add(&t, "a\033b\tc\n");
	table_end_row(&t);
	table_add(&t, "3");
	table_add(&t, "größer");
	table_add(&t, "");
	table_end_row(&t);
	table_add_lines(&t, "4\t\tx");
	table_print(&t, 0, &whole);
	assert_string_equal(text_get(&whole), "ID  NAME    STATUS\n"
					      "1   海亀    Up\n"
					      "22          a?b?c?\n"
					      "3   größer\n"
					      "4           x\n");
	table_print(&t, 7, &cut);
	assert_string_equal(text_get(&cut), "ID  NA…\n"
					    "1   海…\n"
					    "22    …\n"
					    "3   gr…\n"
					    "4     …\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints),
		cmocka_unit_test(refuses),
		cmocka_unit_test(tables),
	};

	return cmocka_run_group_tests_name("cli/format", tests, NULL, NULL);
}
