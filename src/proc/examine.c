/* proc/examine.c - see examine.h. */
#include "proc/examine.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/path.h"

#define HEADERS_MAX 64 /* program headers that are looked at */
#define NEEDED_MAX 256 /* entries of the dynamic section */

#if defined(__x86_64__)
#define OUR_MACHINE EM_X86_64
#define OUR_LIBRARIES "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define OUR_MACHINE EM_AARCH64
#define OUR_LIBRARIES "aarch64-linux-gnu"
#elif defined(__riscv)
#define OUR_MACHINE EM_RISCV
#define OUR_LIBRARIES "riscv64-linux-gnu"
#else
#error "which machine is this?"
#endif

static void found(struct examination *x, enum finding finding, const char *what)
{
	size_t n = 0;

	x->finding = finding;
	for (; *what && n < sizeof(x->what) - 1; what++)
		x->what[n++] = *what >= ' ' && *what != 0x7f ? *what : '?';
	x->what[n] = '\0';
}

static bool exists(int root, const char *path)
{
	_cleanup_close_ int fd = sys_open_in_root(root, path, O_PATH);

	return fd >= 0;
}

static const char *machine_name(unsigned machine)
{
	static const struct {
		unsigned machine;
		const char *name;
	} names[] = {
		{ EM_386, "i386" },	   { EM_X86_64, "x86_64" }, { EM_ARM, "arm" },
		{ EM_AARCH64, "aarch64" }, { EM_RISCV, "riscv" },   { EM_PPC64, "ppc64" },
		{ EM_S390, "s390x" },	   { EM_MIPS, "mips" },	    { EM_SPARCV9, "sparc64" },
		{ EM_IA_64, "ia64" },	   { EM_PPC, "powerpc" },
	};

	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return "an unknown machine";
}

/* "#! /bin/sh -e": the word behind the sign. */
static void examine_script(int root, const char *line, struct examination *x)
{
	char name[sizeof(x->what)];
	size_t n;

	line += 2 + strspn(line + 2, " \t");
	n = strcspn(line, " \t\n");
	if (n == 0 || n >= sizeof(name)) {
		found(x, FOUND_NO_FORMAT, "");
		return;
	}
	memcpy(name, line, n);
	name[n] = '\0';
	if (exists(root, name))
		return;
	if (name[n - 1] == '\r') {
		name[n - 1] = '\0';
		found(x, FOUND_CARRIAGE, name);
		return;
	}
	found(x, FOUND_INTERPRETER, name);
}

/* A string of the file. False when there is none that ends within room. */
static bool read_string(int fd, uint64_t offset, char *ret, size_t room)
{
	ssize_t n = offset > INT64_MAX ? -1 : pread(fd, ret, room, (off_t)offset);

	return n > 0 && memchr(ret, '\0', (size_t)n) != NULL;
}

static bool is_library_there(int root, const char *name)
{
	static const char *const directories[] = {
		"/lib/" OUR_LIBRARIES,
		"/usr/lib/" OUR_LIBRARIES,
		"/lib64",
		"/usr/lib64",
		"/lib",
		"/usr/lib",
		"/usr/local/lib",
		"/usr/local/lib/" OUR_LIBRARIES,
	};
	char path[512];

	for (size_t i = 0; i < ELEMENTS(directories); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", directories[i], name);
		if (exists(root, path))
			return true;
	}
	return false;
}

/* Where an address of the running program lies in the file. */
static uint64_t offset_of(const Elf64_Phdr *headers, size_t n, uint64_t address)
{
	for (size_t i = 0; i < n; i++)
		if (headers[i].p_type == PT_LOAD && address >= headers[i].p_vaddr &&
		    address - headers[i].p_vaddr < headers[i].p_filesz)
			return headers[i].p_offset + (address - headers[i].p_vaddr);
	return UINT64_MAX;
}

/* One that says itself where to look (DT_RUNPATH) is left alone: nobody knows. */
static void examine_libraries(int root, int fd, const Elf64_Phdr *headers, size_t n,
			      const Elf64_Phdr *dynamic, struct examination *x)
{
	Elf64_Dyn entries[NEEDED_MAX];
	uint64_t strings = UINT64_MAX;
	ssize_t got = pread(fd, entries, sizeof(entries), (off_t)dynamic->p_offset);
	size_t n_entries = got > 0 ? (size_t)got / sizeof(entries[0]) : 0;
	char name[sizeof(x->what)];

	for (size_t i = 0; i < n_entries && entries[i].d_tag != DT_NULL; i++) {
		if (entries[i].d_tag == DT_RPATH || entries[i].d_tag == DT_RUNPATH)
			return;
		if (entries[i].d_tag == DT_STRTAB)
			strings = offset_of(headers, n, entries[i].d_un.d_ptr);
	}
	for (size_t i = 0; strings != UINT64_MAX && i < n_entries; i++) {
		if (entries[i].d_tag == DT_NULL)
			return;
		if (entries[i].d_tag != DT_NEEDED ||
		    !read_string(fd, strings + entries[i].d_un.d_val, name, sizeof(name)) ||
		    strchr(name, '/') || is_library_there(root, name))
			continue;
		found(x, FOUND_LIBRARY, name);
		return;
	}
}

static void examine_elf(int root, int fd, const Elf64_Ehdr *e, struct examination *x)
{
	Elf64_Phdr headers[HEADERS_MAX];
	size_t n = e->e_phnum < HEADERS_MAX ? e->e_phnum : HEADERS_MAX;
	char loader[sizeof(x->what)];

	if (e->e_machine != OUR_MACHINE || e->e_ident[EI_CLASS] != ELFCLASS64) {
		found(x, FOUND_MACHINE, machine_name(e->e_machine));
		return;
	}
	if (e->e_phentsize != sizeof(headers[0]) || e->e_phoff > INT64_MAX ||
	    pread(fd, headers, n * sizeof(headers[0]), (off_t)e->e_phoff) !=
		    (ssize_t)(n * sizeof(headers[0]))) {
		found(x, FOUND_NO_FORMAT, "");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (headers[i].p_type != PT_INTERP ||
		    !read_string(fd, headers[i].p_offset, loader, sizeof(loader)) ||
		    exists(root, loader))
			continue;
		found(x, FOUND_LOADER, loader);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (headers[i].p_type == PT_DYNAMIC)
			examine_libraries(root, fd, headers, n, &headers[i], x);
}

static void examine_bytes(int root, int fd, struct examination *x)
{
	union {
		char text[256];
		Elf64_Ehdr elf;
	} head = { .text = "" };
	ssize_t n = pread(fd, head.text, sizeof(head.text) - 1, 0);

	if (n == 0)
		found(x, FOUND_EMPTY, "");
	else if (n > 2 && memcmp(head.text, "#!", 2) == 0)
		examine_script(root, head.text, x);
	else if (n >= (ssize_t)sizeof(head.elf) && memcmp(head.text, ELFMAG, SELFMAG) == 0)
		examine_elf(root, fd, &head.elf, x);
	else if (n > 0)
		found(x, FOUND_NO_FORMAT, "");
}

void proc_examine(int root_fd, const char *path, struct examination *ret)
{
	_cleanup_close_ int fd = -EBADF;
	struct statvfs fs;
	struct stat st;

	*ret = (struct examination){ 0 };
	/* O_NONBLOCK: should it be a pipe, nobody waits. */
	fd = sys_open_in_root(root_fd, path, O_RDONLY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (!(st.st_mode & 0111))
		found(ret, FOUND_NOT_ALLOWED, "");
	else if (fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_NOEXEC))
		found(ret, FOUND_MOUNT_NOEXEC, "");
	else
		examine_bytes(root_fd, fd, ret);
}
