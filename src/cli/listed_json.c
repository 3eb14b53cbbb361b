/* cli/listed_json.c - see listed.h: the JSON of a list, key by key.
 *
 * Written as text, since a thousand containers have sixteen thousand values; a template gets only
 * those that it asks for. */
#include <assert.h>

#include "base/cleanup.h"
#include "cli/listed.h"
#include "cli/show.h"
#include "data/json.h"

enum key {
	KEY_ID,
	KEY_NAME,
	KEY_COMMAND,
	KEY_ROOT,
	KEY_CREATED,
	KEY_STATE,
	KEY_STATUS,
	KEY_PID,
	KEY_STARTED,
	KEY_FINISHED,
	KEY_CODE,
	KEY_CAUSE,
	KEY_HEALTH,
	KEY_RESTART,
	KEY_KEPT,
	KEY_LABELS,
	_KEY_N
};

static const char *const keys[] = {
	[KEY_ID] = "id",
	[KEY_NAME] = "name",
	[KEY_COMMAND] = "command",
	[KEY_ROOT] = "root",
	[KEY_CREATED] = "created",
	[KEY_STATE] = "state",
	[KEY_STATUS] = "status",
	[KEY_PID] = "pid",
	[KEY_STARTED] = "startedAt",
	[KEY_FINISHED] = "finishedAt",
	[KEY_CODE] = "exitCode",
	[KEY_CAUSE] = "cause",
	[KEY_HEALTH] = "health",
	[KEY_RESTART] = "restart",
	[KEY_KEPT] = "kept",
	[KEY_LABELS] = "labels",
};
static_assert(ELEMENTS(keys) == _KEY_N, "a member lacks its key");

static void put_value(struct text *t, enum key key, const struct listing *l, const struct listed *c)
{
	const struct state *s = &c->state;
	pid_t pid = c->entry->status.pid;
	char words[STATE_ROOM];

	switch (key) {
	case KEY_ID:
		return show_put_string(t, c->entry->id);
	case KEY_NAME:
		return show_put_string(t, c->entry->name);
	case KEY_COMMAND:
		return show_put_string(t, c->summary->command);
	case KEY_ROOT:
		return show_put_string(t, c->summary->root);
	case KEY_CREATED:
		return show_put_moment(t, c->summary->created);
	case KEY_STATE:
		return show_put_string(t, s->phase);
	case KEY_STATUS:
		return show_put_string(t, state_words(s, l->clock.now, words));
	case KEY_PID:
		return show_put_number(t, s->lives && pid > 0, (uint64_t)pid);
	case KEY_STARTED:
		return show_put_moment(t, s->started);
	case KEY_FINISHED:
		return show_put_moment(t, s->exit.ended);
	case KEY_CODE:
		return show_put_number(t, state_has_code(s), (uint64_t)s->exit.code);
	case KEY_CAUSE:
		return show_put_string(t, s->has_exit ? exit_cause_name(s->exit.cause) : NULL);
	case KEY_HEALTH:
		return show_put_string(t, state_health_name(s->health));
	case KEY_RESTART:
		return show_put_string(t, c->summary->restart);
	case KEY_KEPT:
		return json_put_bool(t, c->summary->keep);
	case KEY_LABELS:
		return show_put_labels(t, c->labels, c->n_labels);
	case _KEY_N:
		break;
	}
}

void listed_put_json(const struct listing *l, struct listed *c, struct text *ret)
{
	listed_look(l, c);
	listed_labels(l, c);
	text_add_bytes(ret, "{", 1);
	for (enum key key = 0; key < _KEY_N; key++) {
		json_put_key(ret, keys[key]);
		put_value(ret, key, l, c);
	}
	text_add_bytes(ret, "}", 1);
}

/* What has to be read for it first. */
static void look(enum key key, const struct listing *l, struct listed *c)
{
	if (key == KEY_LABELS)
		listed_labels(l, c);
	else if (key == KEY_STATUS || (key >= KEY_STARTED && key <= KEY_HEALTH))
		listed_look(l, c);
}

json_t *listed_json(const struct listing *l, struct listed *c, const struct format *f)
{
	json_t *object = json_object();

	for (enum key key = 0; key < _KEY_N; key++) {
		_cleanup_text_ struct text value = { 0 };

		if (f && !format_uses(f, keys[key]))
			continue;
		look(key, l, c);
		put_value(&value, key, l, c);
		(void)json_object_set_new(object, keys[key],
					  json_loadb(text_get(&value), value.length,
						     JSON_DECODE_ANY, NULL));
	}
	return object;
}

json_t *listed_example(void)
{
	static const struct store_entry entry = { .id = "" };
	static const struct store_summary summary = { .keep = false };
	static const struct listing l = { .n = 0 };
	struct listed c = { .entry = &entry,
			    .summary = &summary,
			    .state = { .phase = "" },
			    .looked = true,
			    .has_labels = true };

	return listed_json(&l, &c, NULL);
}
