/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Loses power: preloaded into a process, it keeps what every write below a folder overwrote until the file is
 * synced, and at the call that it is told, or at the end of the process, puts back a random half of the sectors
 * that were not, and ends it. What a disk does that was not asked to keep what it has.
 *
 *   POWER_FOLDER  the folder
 *   POWER_CALL    the call, counted from 1 over writes, truncations and syncs, at which the power goes; with
 *                 none it stays, also at the end
 *   POWER_SEED    which half
 *
 * Names are durable at once: the files here are made and renamed by code that syncs their folder.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define SECTOR 512

/* What a write or a truncation took away. */
struct undo {
    struct undo *before;
    ino_t file;
    int fd; /* our own, which outlives the one written to */
    off_t offset, size; /* where it wrote, and how long the file was */
    size_t length, kept;
    unsigned char old[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct undo *last;
static uint64_t calls, seed;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

static void find_real(void) {
    if (real_fsync)
        return;
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    const char *text = getenv("POWER_SEED");
    seed = text ? strtoull(text, NULL, 10) | 1 : 1;
    real_fsync = dlsym(RTLD_NEXT, "fsync");
}

static int coin(void) {
    seed ^= seed >> 12, seed ^= seed << 25, seed ^= seed >> 27;
    return (seed * 0x2545f4914f6cdd1dULL) >> 63;
}

/* Whether a file lies in the folder. */
static int is_ours(int fd, ino_t *file) {
    const char *folder = getenv("POWER_FOLDER");
    char link[64], path[4096];
    struct stat found;
    if (!folder)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0 || fstat(fd, &found) || !S_ISREG(found.st_mode))
        return 0;
    path[length] = 0;
    *file = found.st_ino;
    size_t prefix = strlen(folder);
    return !strncmp(path, folder, prefix) && path[prefix] == '/';
}

static void lose_power(void) {
    for (struct undo *undo = last; undo; undo = undo->before) {
        struct stat now;
        if (fstat(undo->fd, &now))
            continue;
        for (size_t at = 0; at < undo->kept; at += SECTOR)
            if (coin()) {
                size_t length = undo->kept - at < SECTOR ? undo->kept - at : SECTOR;
                real_pwrite(undo->fd, undo->old + at, length, undo->offset + at);
            }
        /* What lies behind the old end is cut off, or reads as zeros where it did not arrive. */
        if (now.st_size > undo->size) {
            if (coin()) {
                real_ftruncate(undo->fd, undo->size);
            } else {
                static const unsigned char zeros[SECTOR];
                for (off_t at = undo->offset + undo->kept; at < undo->offset + (off_t)undo->length; at += SECTOR) {
                    off_t left = undo->offset + (off_t)undo->length - at;
                    if (coin())
                        real_pwrite(undo->fd, zeros, left < SECTOR ? left : SECTOR, at);
                }
            }
        } else if (now.st_size < undo->size && coin()) {
            real_ftruncate(undo->fd, undo->size);
        }
    }
}

/* Counts a call; the power may go before it is made. */
static void count(void) {
    const char *text = getenv("POWER_CALL");
    calls++;
    if (text && calls == strtoull(text, NULL, 10)) {
        lose_power();
        _exit(137);
    }
}

__attribute__((destructor)) static void at_the_end(void) {
    pthread_mutex_lock(&lock);
    if (getenv("POWER_CALL"))
        lose_power();
}

/* A descriptor of the file that nobody else closes. It is never closed, which would end the process's locks. */
static int own(int fd, ino_t file) {
    static struct {
        ino_t file;
        int fd;
    } known[256];
    static size_t count;
    for (size_t at = 0; at < count; at++)
        if (known[at].file == file)
            return known[at].fd;
    if (count == sizeof known / sizeof *known)
        abort();
    known[count].file = file;
    known[count].fd = dup(fd);
    return known[count++].fd;
}

/* Keeps what is about to be lost. */
static void keep(int fd, ino_t file, off_t offset, size_t length) {
    struct stat found;
    fstat(fd, &found);
    size_t there = found.st_size > offset ? (size_t)(found.st_size - offset) : 0;
    size_t kept = there < length ? there : length;
    struct undo *undo = malloc(sizeof *undo + kept);
    *undo = (struct undo){last, file, own(fd, file), offset, found.st_size, length, kept};
    if (pread(fd, undo->old, kept, offset) != (ssize_t)kept)
        undo->kept = 0;
    last = undo;
}

/* Forgets what is on the disk for good. */
static void forget(ino_t file) {
    for (struct undo **at = &last; *at;) {
        struct undo *undo = *at;
        if (undo->file == file) {
            *at = undo->before;
            free(undo);
        } else {
            at = &undo->before;
        }
    }
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
    find_real();
    ino_t file;
    pthread_mutex_lock(&lock);
    if (is_ours(fd, &file)) {
        count();
        keep(fd, file, offset, length);
    }
    ssize_t written = real_pwrite(fd, data, length, offset);
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return pwrite64(fd, data, length, offset);
}

ssize_t write(int fd, const void *data, size_t length) {
    find_real();
    ino_t file;
    pthread_mutex_lock(&lock);
    if (is_ours(fd, &file)) {
        count();
        keep(fd, file, lseek(fd, 0, SEEK_CUR), length);
    }
    ssize_t written = real_write(fd, data, length);
    pthread_mutex_unlock(&lock);
    return written;
}

int ftruncate64(int fd, off_t size) {
    find_real();
    ino_t file;
    struct stat found;
    pthread_mutex_lock(&lock);
    if (is_ours(fd, &file) && !fstat(fd, &found)) {
        count();
        keep(fd, file, size, found.st_size > size ? found.st_size - size : 0);
    }
    int done = real_ftruncate(fd, size);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t size) {
    return ftruncate64(fd, size);
}

static int synced(int fd, int (*real)(int)) {
    ino_t file;
    pthread_mutex_lock(&lock);
    int ours = is_ours(fd, &file);
    if (ours)
        count();
    int done = real(fd);
    if (ours && !done)
        forget(file);
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) {
    find_real();
    return synced(fd, real_fsync);
}

int fdatasync(int fd) {
    find_real();
    return synced(fd, real_fdatasync);
}
