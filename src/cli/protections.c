/* cli/protections.c - see protections.h. */
#include "cli/protections.h"

#include <stdio.h>

#include "base/cleanup.h"

static bool has_capabilities(const struct spec *s)
{
	return s->capabilities_added == 0 && !s->privileged;
}

static bool has_no_new_privileges(const struct spec *s)
{
	return s->no_new_privileges;
}

static bool has_seccomp(const struct spec *s)
{
	return s->seccomp;
}

static bool has_masks(const struct spec *s)
{
	return s->n_masked > 0 && s->n_readonly > 0 && s->n_unmasked == 0;
}

static bool has_propagation(const struct spec *s)
{
	if (s->root_propagation != PROPAGATION_PRIVATE &&
	    s->root_propagation != PROPAGATION_RPRIVATE)
		return false;
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].type == MOUNT_BIND &&
		    s->mounts[i].propagation != PROPAGATION_PRIVATE &&
		    s->mounts[i].propagation != PROPAGATION_RPRIVATE)
			return false;
	return true;
}

static bool has_idmaps(const struct spec *s)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].no_idmap)
			return false;
	return spec_own_userns(s);
}

static bool has_no_devices(const struct spec *s)
{
	return s->n_devices == 0 && !s->privileged;
}

static bool has_bounded_log(const struct spec *s)
{
	return s->log_driver != LOG_FILE || s->log_size <= UINT64_C(10) << 20;
}

static const struct {
	const char *name;
	bool (*holds)(const struct spec *);
	const char *option; /* what leaves it */
} others[] = {
	{ "capabilities", has_capabilities, "--cap-add CAPABILITY" },
	{ "noNewPrivileges", has_no_new_privileges, "--security-opt no-new-privileges=false" },
	{ "seccomp", has_seccomp, "--security-opt seccomp=unconfined" },
	{ "maskedPaths", has_masks, "--security-opt unmask=ALL" },
	{ "privatePropagation", has_propagation, "--rootfs-propagation, --volume …:rshared" },
	{ "idMappedMounts", has_idmaps, "--volume …:noidmap" },
	{ "noDevices", has_no_devices, "--device" },
	{ "boundedLog", has_bounded_log, "--log-opt max-size=SIZE" },
};

static const char *const namespace_options[] = {
	[NS_USER] = "--userns host",	 [NS_PID] = "--pid host", [NS_MOUNT] = "--mountns host",
	[NS_NET] = "--network host",	 [NS_IPC] = "--ipc host", [NS_UTS] = "--uts host",
	[NS_CGROUP] = "--cgroupns host",
};

static void add(json_t *list, const char *name, bool holds, const char *option)
{
	(void)json_array_append_new(list, json_pack("{s:s,s:b,s:s}", "name", name, "holds", holds,
						    "option", option));
}

json_t *protections_json(const struct spec *s)
{
	json_t *list = json_array();

	for (size_t type = 0; type < ELEMENTS(namespace_options); type++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "%sNamespace", ns_name((enum ns_type)type));
		add(list, name, s->ns[type].mode == NS_PRIVATE, namespace_options[type]);
	}
	for (size_t i = 0; i < ELEMENTS(others); i++)
		add(list, others[i].name, others[i].holds(s), others[i].option);
	return list;
}
