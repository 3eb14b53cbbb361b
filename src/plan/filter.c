/* plan/filter.c - see filter.h.
 *
 * The kernel checks and translates every instruction when the filter is installed, in the start of
 * every container: a search tree over ranges of call numbers is a tenth of what a comparison for
 * each call would be. What a tree says of a number alone the kernel (since 5.11) remembers as one
 * bit, so that most calls never run the program at all.
 *
 * A jump goes forward only and needs to know where it goes, so the program is written from its end
 * to its beginning: first the verdicts, then the checks of arguments, the tree, the prologue. */
#include "plan/filter.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include <asm/ioctls.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/seccomp_table.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "plan/filter.c does not know this architecture"
#endif

/* Arguments are 64 bits wide, yet the kernel reads the flags, commands, families and personalities
 * that are looked at here as 32: comparing more than the kernel reads is a way around the filter
 * (CVE-2019-10063). */
#if __BYTE_ORDER != __LITTLE_ENDIAN
#error "the lower half of an argument stands elsewhere on a big-endian machine"
#endif
#define ARGUMENT(n) ((uint32_t)(offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t)))

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
/* In the old clone() the bit of CLONE_NEWTIME is part of a signal number that does not exist. */
#define NAMESPACE_FLAGS                                                                           \
	((uint32_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
		    CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME))

#define PERSONALITY_PLAIN 0x00000000u
#define PERSONALITY_QUERY 0xffffffffu

/* Verdicts, checks and prologue, the tree aside. Every jump of a program of this length fits into
 * the 8 bits that a conditional jump has, whatever the capabilities: the tree has one node less
 * than there are ranges, and capabilities only ever join ranges. */
#define FRAME_MAX 40
#define PROGRAM_MAX (FILTER_RANGES - 1 + FRAME_MAX)
static_assert(PROGRAM_MAX <= UINT8_MAX, "the default filter needs long jumps");

/* Adjacent call numbers with the same fate, up to the first number of the next range. */
struct range {
	uint32_t first;
	enum filter_action action;
};

struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned start; /* index of the first instruction there is; everything after it is final */
	bool overflow;
	unsigned deny;
	unsigned no_protocol;		   /* 0: not needed */
	unsigned target[_FILTER_ACTION_N]; /* where a call with this fate goes on */
};

const struct filter_rule *filter_rules(size_t *ret_n)
{
	*ret_n = ELEMENTS(rules);
	return rules;
}

/* Puts an instruction in front of the program and returns its index. */
static unsigned put(struct program *p, struct sock_filter instruction)
{
	if (p->start == 0)
		p->overflow = true;
	else
		p->code[--p->start] = instruction;
	return p->start;
}

static unsigned put_return(struct program *p, uint32_t verdict)
{
	return put(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

static unsigned put_load(struct program *p, size_t offset)
{
	return put(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* Compares what was loaded last with value; yes and no are indices of instructions. */
static unsigned put_jump(struct program *p, unsigned compare, uint32_t value, unsigned yes,
			 unsigned no)
{
	unsigned jt = yes - p->start;
	unsigned jf = no - p->start;

	if (yes < p->start || no < p->start || jt > UINT8_MAX || jf > UINT8_MAX)
		p->overflow = true;
	return put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | compare | BPF_K, value, (uint8_t)jt,
						   (uint8_t)jf));
}

/* The chain "is it one of these? then yes, else no". */
static unsigned put_any_of(struct program *p, const uint32_t *values, size_t n, unsigned yes,
			   unsigned no)
{
	while (n-- > 0)
		no = put_jump(p, BPF_JEQ, values[n], yes, no);
	return no;
}

static unsigned put_check_namespaces(struct program *p)
{
	put_jump(p, BPF_JSET, NAMESPACE_FLAGS, p->deny, p->target[FILTER_ALLOW]);
	return put_load(p, ARGUMENT(0));
}

static unsigned put_check_ioctl(struct program *p)
{
	static const uint32_t typing[] = { TIOCSTI, TIOCLINUX };

	put_any_of(p, typing, ELEMENTS(typing), p->deny, p->target[FILTER_ALLOW]);
	return put_load(p, ARGUMENT(1));
}

static unsigned put_check_personality(struct program *p)
{
	static const uint32_t harmless[] = {
		PERSONALITY_PLAIN, PER_LINUX32, UNAME26, UNAME26 | PER_LINUX32, PERSONALITY_QUERY,
	};

	put_any_of(p, harmless, ELEMENTS(harmless), p->target[FILTER_ALLOW], p->deny);
	return put_load(p, ARGUMENT(0));
}

/* Without CAP_AUDIT_WRITE the kernel opens an audit socket but refuses what is sent through it, and
 * PAM then refuses the login (su, cron, sshd). "No such protocol", as on a kernel without audit, is
 * fine with PAM. */
static unsigned put_check_socket(struct program *p)
{
	static const uint32_t refused[] = { AF_VSOCK, AF_ALG };
	unsigned other = p->target[FILTER_ALLOW];

	if (p->no_protocol != 0) {
		put_jump(p, BPF_JEQ, NETLINK_AUDIT, p->no_protocol, p->target[FILTER_ALLOW]);
		unsigned protocol = put_load(p, ARGUMENT(2));
		other = put_jump(p, BPF_JEQ, AF_NETLINK, protocol, p->target[FILTER_ALLOW]);
	}
	put_any_of(p, refused, ELEMENTS(refused), p->deny, other);
	return put_load(p, ARGUMENT(0));
}

static void put_verdicts(struct program *p, uint64_t capabilities)
{
	p->target[FILTER_ALLOW] = put_return(p, SECCOMP_RET_ALLOW);
	p->deny = p->target[FILTER_DENY] = put_return(p, SECCOMP_RET_ERRNO | EPERM);
	p->target[FILTER_HIDE] = put_return(p, SECCOMP_RET_ERRNO | ENOSYS);
	if (!(capabilities & (1ull << CAP_AUDIT_WRITE)))
		p->no_protocol = put_return(p, SECCOMP_RET_ERRNO | EPROTONOSUPPORT);
}

static void put_checks(struct program *p)
{
	p->target[FILTER_CHECK_NAMESPACES] = put_check_namespaces(p);
	p->target[FILTER_CHECK_IOCTL] = put_check_ioctl(p);
	p->target[FILTER_CHECK_PERSONALITY] = put_check_personality(p);
	p->target[FILTER_CHECK_SOCKET] = put_check_socket(p);
}

/* A balanced tree over n ranges; its depth is the logarithm of n. */
static unsigned put_tree(struct program *p, const struct range *ranges, size_t n)
{
	size_t half = n / 2;

	if (n == 1)
		return p->target[ranges[0].action];
	unsigned upper = put_tree(p, ranges + half, n - half);
	unsigned lower = put_tree(p, ranges, half);
	return put_jump(p, BPF_JGE, ranges[half].first, upper, lower);
}

/* A number of another architecture means another call: nothing can be said about it, so the process
 * ends. x32 calls come with our own architecture and bit 30 set, above every number of the list. */
static void put_prologue(struct program *p)
{
	unsigned tree = put_load(p, offsetof(struct seccomp_data, nr));
	unsigned foreign = put_return(p, SECCOMP_RET_KILL_PROCESS);

	put_jump(p, BPF_JEQ, ARCH, tree, foreign);
	put_load(p, offsetof(struct seccomp_data, arch));
}

static void add_range(struct range *ranges, size_t *n, uint32_t first, enum filter_action action)
{
	if (*n == 0 || ranges[*n - 1].action != action)
		ranges[(*n)++] = (struct range){ first, action };
}

/* Every number from 0 up belongs to one range; numbers without a rule are hidden. */
static size_t make_ranges(uint64_t capabilities, struct range ranges[FILTER_RANGES])
{
	uint32_t next = 0;
	size_t n = 0;

	for (size_t i = 0; i < ELEMENTS(rules); i++) {
		const struct filter_rule *rule = &rules[i];

		if (rule->number != next)
			add_range(ranges, &n, next, FILTER_HIDE);
		add_range(ranges, &n, rule->number,
			  rule->unless & capabilities ? FILTER_ALLOW : rule->action);
		next = rule->number + 1;
	}
	add_range(ranges, &n, next, FILTER_HIDE);
	return n;
}

int filter_build(struct arena *a, uint64_t capabilities, const struct sock_filter **ret,
		 uint16_t *ret_length)
{
	struct program p = { .start = PROGRAM_MAX };
	struct range ranges[FILTER_RANGES];
	size_t n = make_ranges(capabilities, ranges);

	put_verdicts(&p, capabilities);
	put_checks(&p);
	put_tree(&p, ranges, n);
	put_prologue(&p);
	if (p.overflow)
		return -E2BIG;

	unsigned length = PROGRAM_MAX - p.start;
	struct sock_filter *code = arena_alloc(a, length * sizeof(*code));
	memcpy(code, p.code + p.start, length * sizeof(*code));
	*ret = code;
	*ret_length = (uint16_t)length;
	return 0;
}
