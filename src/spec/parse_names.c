/* spec/parse_names.c - host names and how they are looked up. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

#define NAME_BYTES FIELD_LETTERS FIELD_DIGITS "._-"

/* What the kernel holds (__NEW_UTS_LEN). */
#define HOSTNAME_LENGTH 64

int parse_hostname(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (!field_consists_of(u->value, NAME_BYTES) || strchr(".-", u->value[0]) ||
	    strlen(u->value) > HOSTNAME_LENGTH)
		return setting_refuse(u, e,
				      "expected at most %d letters, digits, dots, dashes and "
				      "underscores, and no dot or dash first",
				      HOSTNAME_LENGTH);
	s->hostname = u->value;
	return 0;
}

static bool is_address(const char *s)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, s, bytes) == 1 || inet_pton(AF_INET6, s, bytes) == 1;
}

int parse_add_host(const struct setting_use *u, struct spec *s, struct err *e)
{
	struct pair_spec host = { .origin = u->origin };
	char separator = u->value[strcspn(u->value, ":=")];
	size_t n;

	if (!separator || !field_pair(s->arena, u->value, separator, &host.key, &host.value))
		return setting_refuse(u, e, "expected NAME:ADDRESS");
	if (!field_consists_of(host.key, NAME_BYTES))
		return setting_refuse(u, e, "'%s' is not a host name", host.key);
	n = strlen(host.value);
	if (n > 2 && host.value[0] == '[' && host.value[n - 1] == ']')
		host.value = arena_strndup(s->arena, host.value + 1, n - 2);
	if (!is_address(host.value))
		return setting_refuse(u, e, "'%s' is not an IPv4 or IPv6 address", host.value);
	arena_push(s->arena, s->hosts, s->n_hosts, host);
	return 0;
}

int parse_dns(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (strcmp(u->value, "none") == 0) {
		s->manage_dns = false;
		return 0;
	}
	if (!is_address(u->value))
		return setting_refuse(u, e, "expected an IPv4 or IPv6 address, or none");
	arena_push(s->arena, s->dns, s->n_dns, u->value);
	return 0;
}

int parse_dns_search(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (!field_consists_of(u->value, NAME_BYTES))
		return setting_refuse(u, e, "expected a domain, or a dot for none");
	arena_push(s->arena, s->dns_search, s->n_dns_search, u->value);
	return 0;
}

int parse_dns_option(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (!field_consists_of(u->value, NAME_BYTES ":"))
		return setting_refuse(u, e, "expected an option as resolv.conf(5) lists them");
	arena_push(s->arena, s->dns_options, s->n_dns_options, u->value);
	return 0;
}

int parse_no_hosts(const struct setting_use *u, struct spec *s, struct err *e)
{
	bool none;
	int r = setting_read_switch(u, &none, e);

	if (r < 0)
		return r;
	s->manage_hosts = !none;
	return 0;
}
