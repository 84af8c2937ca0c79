/*
 * no_room.c - a disk that is full after so many blocks, for a server that is
 * started with LD_PRELOAD=no_room.so.
 *
 * As long as the file that NO_ROOM names exists and has a number in it, only so
 * many writes more may make a file below base/ longer; each takes one off the
 * number. The rest fail with ENOSPC, as on a full disk. What overwrites a block,
 * and the WAL, whose files have their length beforehand, are let through. One
 * backend is expected to write at a time.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

typedef ssize_t (*WriteOne) (int, const void *, size_t, off_t);
typedef ssize_t (*WriteMany) (int, const struct iovec *, int, off_t);
typedef int (*Allocate) (int, off_t, off_t);

static int
is_data(int fd)
{
	char		link[64];
	char		path[4096];
	ssize_t		length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return 0;
	path[length] = '\0';
	return strstr(path, "/base/") != NULL;
}

/* Whether there is a block left; it is taken. */
static int
take_block(void)
{
	const char *name = getenv("NO_ROOM");
	char		text[16] = "";
	int			file;
	int			left;

	if (name == NULL || (file = open(name, O_RDWR)) < 0)
		return 1;
	if (read(file, text, sizeof(text) - 1) <= 0)
		left = 1;				/* an empty file: no limit */
	else if ((left = atoi(text)) > 0)
	{
		snprintf(text, sizeof(text), "%-8d\n", left - 1);
		if (lseek(file, 0, SEEK_SET) != 0 ||
			write(file, text, strlen(text)) != (ssize_t) strlen(text))
			abort();
	}
	close(file);
	return left > 0;
}

/* Whether a write that ends at an offset may be. */
static int
has_room(int fd, off_t end)
{
	int			before = errno;
	struct stat state;
	int			room = fstat(fd, &state) != 0 || end <= state.st_size ||
		!is_data(fd) || take_block();

	errno = room ? before : ENOSPC;
	return room;
}

ssize_t
pwrite(int fd, const void *buffer, size_t size, off_t offset)
{
	static WriteOne next;

	if (next == NULL)
		next = (WriteOne) dlsym(RTLD_NEXT, "pwrite");
	return has_room(fd, offset + size) ? next(fd, buffer, size, offset) : -1;
}

ssize_t
pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	static WriteMany next;
	off_t		end = offset;
	int			i;

	if (next == NULL)
		next = (WriteMany) dlsym(RTLD_NEXT, "pwritev");
	for (i = 0; i < count; i++)
		end += parts[i].iov_len;
	return has_room(fd, end) ? next(fd, parts, count, offset) : -1;
}

int
posix_fallocate(int fd, off_t offset, off_t length)
{
	static Allocate next;

	if (next == NULL)
		next = (Allocate) dlsym(RTLD_NEXT, "posix_fallocate");
	return has_room(fd, offset + length) ? next(fd, offset, length) : ENOSPC;
}

/* The names that a server built with 64-bit offsets uses. */
ssize_t		pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));
ssize_t		pwritev64(int, const struct iovec *, int, off_t) __attribute__((alias("pwritev")));
int			posix_fallocate64(int, off_t, off_t) __attribute__((alias("posix_fallocate")));
