/* tests/cli/consume.c - uses known amounts of what control groups count.
 *
 * usage: consume anonymous MIB      holds so much memory until it is killed; returns when it has it
 *        consume tasks N            so many processes that sleep, likewise
 *        consume cpu MS             works until it has used so much processor time
 *        consume datagrams N BYTES  sends datagrams of that size to 127.0.0.1
 *        consume frames LINK N BYTES
 *                                   sends Ethernet frames of that size over a link
 *
 * Static, so that it runs in every tree. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* The child goes on, and the parent returns when it says so. */
static int in_background(int (*begin)(long), long n)
{
	int ends[2];
	char c;

	if (pipe(ends) < 0)
		return fail("pipe");
	switch (fork()) {
	case -1:
		return fail("fork");
	case 0:
		if (begin(n) < 0 || write(ends[1], "", 1) != 1)
			_exit(1);
		for (int fd = 0; fd < 8; fd++)
			(void)close(fd);
		for (;;)
			(void)pause();
	default:
		(void)close(ends[1]);
		return read(ends[0], &c, 1) == 1 ? 0 : fail("it failed in the background");
	}
}

static int hold(long mib)
{
	size_t size = (size_t)mib << 20;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	memset(p, 1, size);
	return 0;
}

static int sleepers(long n)
{
	for (long i = 1; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (pid > 0)
			continue;
		for (int fd = 0; fd < 8; fd++)
			(void)close(fd);
		for (;;)
			(void)pause();
	}
	return 0;
}

static int work(long ms)
{
	struct timespec t;

	do
		(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	while (t.tv_sec * 1000 + t.tv_nsec / 1000000 < ms);
	return 0;
}

static int send_many(int fd, const void *to, socklen_t length, long n, long bytes)
{
	char *data = calloc(1, (size_t)bytes);

	if (!data)
		return fail("calloc");
	data[12] = (char)0x88; /* of a frame: a type that nobody takes (local experimental, 802) */
	data[13] = (char)0xb5;
	for (long i = 0; i < n; i++)
		if (sendto(fd, data, (size_t)bytes, 0, to, length) != bytes)
			return fail("sendto");
	free(data);
	return 0;
}

static int datagrams(long n, long bytes)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(a);
	int in = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* Somebody listens, so that no ICMP is counted too. */
	if (bind(in, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    getsockname(in, (struct sockaddr *)&a, &length) < 0)
		return fail("bind");
	return send_many(out, &a, sizeof(a), n, bytes);
}

static int frames(const char *link, long n, long bytes)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET,
				 .sll_halen = 6,
				 .sll_ifindex = (int)if_nametoindex(link) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	return fd < 0 ? fail("socket") : send_many(fd, &a, sizeof(a), n, bytes);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	long n = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

	if (strcmp(what, "anonymous") == 0)
		return in_background(hold, n);
	if (strcmp(what, "tasks") == 0)
		return in_background(sleepers, n);
	if (strcmp(what, "cpu") == 0)
		return work(n);
	if (strcmp(what, "datagrams") == 0 && argc == 4)
		return datagrams(n, strtol(argv[3], NULL, 10));
	if (strcmp(what, "frames") == 0 && argc == 5)
		return frames(argv[2], strtol(argv[3], NULL, 10), strtol(argv[4], NULL, 10));
	(void)fprintf(stderr, "consume: see its source for how it is used\n");
	return 2;
}
