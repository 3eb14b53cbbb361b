/* cli/inspect_json.h - all that is known of one container, as JSON (docs/json.md). */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"

/* Of a container that was found. -ENOENT: it is gone meanwhile. */
int inspect_json(const struct store_container *c, struct arena *a, json_t **ret, struct err *e);

/* One with every key, for format_parse(). */
json_t *inspect_example(void);
