/* What a disk remembers: preloaded into a store's server, it notes which bytes of which file were synced.
 *
 * A page cache outlives a killed process, so kill -9 alone is no power cut. After the kill, the Python beside this file
 * (`disk.py`) cuts every file to what was synced and takes back every rename that no sync of its folder made last.
 *
 *   DISK_SHIM_FOLDER   the store's folder, absolute: what lies elsewhere is left alone
 *   DISK_SHIM_CONTROL  a file of the form of `struct control`, mapped by us and by the test
 *   DISK_SHIM_KEPT     a folder on the same file system: the journal of renames, and files that a rename replaced
 *
 * It runs in the server's main thread, its background threads and its forked children at once: everything shared is
 * atomic, and nothing is locked. Not noted: what a new name of an unsynced folder would lose (as on the usual file systems,
 * to sync a new file is to keep its name too), and removals (the server ignores files that its manifest does not name).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILES_MAX 4096
#define DESCRIPTORS_MAX 65536
#define PATH_SIZE 4096

struct file {
    _Atomic uint64_t inode; /* 0: nobody's */
    _Atomic uint64_t synced; /* bytes that would be there after a power cut */
};

/* disk.py knows the same form. */
struct control {
    _Atomic uint32_t write_errno; /* what writing a file of the folder fails with, 0 for not at all */
    _Atomic uint32_t sync_errno; /* the same for syncing */
    _Atomic uint32_t sync_delay_ms; /* how long a sync takes at least */
    _Atomic uint32_t unnoted; /* files that found no place below */
    _Atomic int64_t room; /* bytes that still fit while write_errno is set */
    _Atomic uint64_t failed_writes;
    _Atomic uint64_t failed_syncs;
    _Atomic uint64_t syncs; /* begun */
    _Atomic uint64_t renames;
    struct file files[FILES_MAX];
};

static struct control *control;
static char folder[PATH_SIZE], kept[PATH_SIZE];
static size_t folder_length;
static _Atomic unsigned char watched[DESCRIPTORS_MAX]; /* by descriptor: a file of the folder, opened by open() */

/* The C library's own functions. */
static struct {
    __typeof__(&open) open;
    __typeof__(&open64) open64;
    __typeof__(&fopen) fopen;
    __typeof__(&fopen64) fopen64;
    __typeof__(&close) close;
    __typeof__(&write) write;
    __typeof__(&fsync) fsync;
    __typeof__(&fdatasync) fdatasync;
    __typeof__(&ftruncate) ftruncate;
    __typeof__(&rename) rename;
} libc;

static void *find(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

/* Not left to the constructor alone: those of other libraries may run, and open files, before it. */
static void find_all(void) {
    if (libc.open) return;
    libc.open64 = find("open64");
    libc.fopen = find("fopen");
    libc.fopen64 = find("fopen64");
    libc.close = find("close");
    libc.write = find("write");
    libc.fsync = find("fsync");
    libc.fdatasync = find("fdatasync");
    libc.ftruncate = find("ftruncate");
    libc.rename = find("rename");
    libc.open = find("open");
}

#define REAL(name) (find_all(), libc.name)

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("DISK_SHIM_FOLDER"), *path = getenv("DISK_SHIM_CONTROL"), *keep = getenv("DISK_SHIM_KEPT");
    if (!where || !path || !keep) return;
    int fd = REAL(open)(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) abort();
    void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) abort();
    REAL(close)(fd);
    snprintf(folder, sizeof(folder), "%s", where);
    snprintf(kept, sizeof(kept), "%s", keep);
    folder_length = strlen(folder);
    control = mapped;
}

/* The folder itself does too. */
static int lies_in_folder(const char *path) {
    return strncmp(path, folder, folder_length) == 0 && (path[folder_length] == '/' || path[folder_length] == 0);
}

/* The absolute path behind a descriptor, and whether it lies in the folder. */
static int is_ours(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_SIZE - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return lies_in_folder(path);
}

static struct file *file_of(ino_t inode) {
    for (int i = 0; i < FILES_MAX; i++) {
        struct file *file = &control->files[i];
        uint64_t found = atomic_load(&file->inode);
        if (found == 0 && atomic_compare_exchange_strong(&file->inode, &found, (uint64_t)inode)) return file;
        if (found == (uint64_t)inode) return file; /* the exchange gave us who was quicker */
    }
    atomic_fetch_add(&control->unnoted, 1);
    return NULL;
}

/* Two syncs of one file may end in either order: the longer one counts. */
static void note_synced(ino_t inode, uint64_t size) {
    struct file *file = file_of(inode);
    if (!file) return;
    uint64_t before = atomic_load(&file->synced);
    while (before < size && !atomic_compare_exchange_weak(&file->synced, &before, size)) {}
}

static void note_cut(ino_t inode, uint64_t size) {
    struct file *file = file_of(inode);
    if (!file) return;
    uint64_t before = atomic_load(&file->synced);
    while (before > size && !atomic_compare_exchange_weak(&file->synced, &before, size)) {}
}

static void journal(const char *what, const char *one, const char *other, const char *third) {
    char path[PATH_SIZE + 16], line[3 * PATH_SIZE + 64];
    snprintf(path, sizeof(path), "%s/journal", kept);
    int length = snprintf(line, sizeof(line), "%s\t%s\t%s\t%s\n", what, one, other, third);
    int fd = REAL(open)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || length <= 0 || REAL(write)(fd, line, (size_t)length) != length) abort();
    REAL(close)(fd);
}

/* A file that is empty when it is opened has nothing on the disk, whoever had its inode before. */
static int opened(int fd, int by_open) {
    char path[PATH_SIZE];
    struct stat found;
    if (fd < 0 || !control) return fd;
    int error = errno;
    int ours = fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && is_ours(fd, path);
    if (by_open && fd < DESCRIPTORS_MAX) atomic_store(&watched[fd], (unsigned char)ours);
    if (ours && found.st_size == 0) note_cut(found.st_ino, 0);
    errno = error;
    return fd;
}

static mode_t mode_of(int flags, va_list more) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return opened(REAL(open)(path, flags, mode), 1);
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return opened(REAL(open64)(path, flags, mode), 1);
}

static FILE *stream_opened(FILE *file) {
    if (file) opened(fileno(file), 0);
    return file;
}

FILE *fopen(const char *path, const char *mode) { return stream_opened(REAL(fopen)(path, mode)); }
FILE *fopen64(const char *path, const char *mode) { return stream_opened(REAL(fopen64)(path, mode)); }

int close(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS_MAX) atomic_store(&watched[fd], 0);
    return REAL(close)(fd);
}

/* How many of these bytes the disk takes: all, or what still fits. */
static size_t taken(size_t count) {
    if (atomic_load(&control->write_errno) == 0) return count;
    int64_t room = atomic_load(&control->room), left;
    do {
        left = room > (int64_t)count ? room - (int64_t)count : 0;
    } while (!atomic_compare_exchange_weak(&control->room, &room, left));
    return (size_t)(room - left);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    if (!control || count == 0 || fd < 0 || fd >= DESCRIPTORS_MAX || !atomic_load(&watched[fd]))
        return REAL(write)(fd, bytes, count);
    size_t fits = taken(count);
    if (fits < count) atomic_fetch_add(&control->failed_writes, 1);
    if (fits > 0) return REAL(write)(fd, bytes, fits);
    errno = (int)atomic_load(&control->write_errno);
    if (errno == 0) return REAL(write)(fd, bytes, count); /* freed in this moment */
    return -1;
}

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The delay is read again and again: a disk that is quick again ends the syncs that wait. */
static void delay(void) {
    uint64_t since = now_ms();
    struct timespec slice = {0, 2000000};
    while (now_ms() - since < atomic_load(&control->sync_delay_ms)) nanosleep(&slice, NULL);
}

/* What was there before the sync began is on the disk once it ended well; what came meanwhile may not be. */
static int synced(int fd, int (*sync)(int)) {
    char path[PATH_SIZE];
    struct stat found;
    if (!control || fstat(fd, &found) != 0 || !is_ours(fd, path)) return sync(fd);
    atomic_fetch_add(&control->syncs, 1);
    delay();
    if (atomic_load(&control->sync_errno) != 0) {
        atomic_fetch_add(&control->failed_syncs, 1);
        errno = (int)atomic_load(&control->sync_errno);
        return -1;
    }
    int status = sync(fd);
    if (status == 0 && S_ISDIR(found.st_mode)) journal("synced", path, "", "");
    else if (status == 0) note_synced(found.st_ino, (uint64_t)found.st_size);
    return status;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

static int cut(int fd, off_t size) {
    struct stat found;
    char path[PATH_SIZE];
    int status = REAL(ftruncate)(fd, size);
    if (control && status == 0 && fstat(fd, &found) == 0 && is_ours(fd, path)) note_cut(found.st_ino, (uint64_t)size);
    return status;
}

int ftruncate(int fd, off_t size) { return cut(fd, size); }
int ftruncate64(int fd, off64_t size) { return cut(fd, (off_t)size); }

static int cut_by_name(const char *path, off_t size) {
    int fd = REAL(open)(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    int status = cut(fd, size);
    int error = errno;
    REAL(close)(fd);
    errno = error;
    return status;
}

int truncate(const char *path, off_t size) { return cut_by_name(path, size); }
int truncate64(const char *path, off64_t size) { return cut_by_name(path, (off_t)size); }

/* Journalled before it happens: of a rename that never came to be, the old name is still there to tell. */
int rename(const char *from, const char *to) {
    char whole_from[PATH_SIZE], whole_to[PATH_SIZE], name[PATH_SIZE + 32] = "", where[PATH_SIZE];
    if (!control || !realpath(from, whole_from) || !lies_in_folder(whole_from))
        return REAL(rename)(from, to);
    const char *slash = strrchr(to, '/');
    snprintf(where, sizeof(where), "%.*s", slash ? (int)(slash - to) : 1, slash ? to : ".");
    if (!realpath(where, whole_to)) return -1;
    size_t length = strlen(whole_to);
    snprintf(whole_to + length, sizeof(whole_to) - length, "/%s", slash ? slash + 1 : to);
    uint64_t number = atomic_fetch_add(&control->renames, 1);
    snprintf(name, sizeof(name), "%s/%llu", kept, (unsigned long long)number);
    if (link(to, name) != 0) name[0] = 0; /* it replaces nothing */
    journal("rename", whole_from, whole_to, name);
    return REAL(rename)(from, to);
}
