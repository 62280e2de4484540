#include "CFaultyFiles.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct FaultyDisk {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    char name[32];
    atomic_int write_code, writes_left, sync_code, read_code;
    atomic_int writes, log_syncs, database_syncs;
    atomic_bool keeps_synced;
};

typedef struct {
    sqlite3_file base;
    FaultyDisk *disk;
    const char *path; // SQLite's own, valid while the file is open.
    bool is_log;
    sqlite3_file *real; // In the same allocation, behind this.
} FaultyFile;

#define REAL(file) (((FaultyFile *)(file))->real)
#define DISK(file) (((FaultyFile *)(file))->disk)

static int write_failure(FaultyDisk *disk) {
    int code = atomic_load(&disk->write_code);
    return code && atomic_fetch_sub(&disk->writes_left, 1) <= 0 ? code : SQLITE_OK;
}

static int file_close(sqlite3_file *file) { return REAL(file)->pMethods->xClose(REAL(file)); }

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int code = atomic_load(&DISK(file)->read_code);
    return code ? code : REAL(file)->pMethods->xRead(REAL(file), bytes, count, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    int code = write_failure(DISK(file));
    if (code) return code;
    atomic_fetch_add(&DISK(file)->writes, 1);
    return REAL(file)->pMethods->xWrite(REAL(file), bytes, count, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return REAL(file)->pMethods->xTruncate(REAL(file), size);
}

static void keep(FaultyFile *file) {
    char name[4096];
    snprintf(name, sizeof name, "%s.synced", file->path);
    int from = open(file->path, O_RDONLY), to = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    char bytes[65536];
    ssize_t count;
    while ((count = read(from, bytes, sizeof bytes)) > 0)
        if (write(to, bytes, (size_t)count) != count) abort();
    close(from);
    close(to);
}

static int file_sync(sqlite3_file *file, int flags) {
    FaultyDisk *disk = DISK(file);
    bool is_log = ((FaultyFile *)file)->is_log;
    atomic_fetch_add(is_log ? &disk->log_syncs : &disk->database_syncs, 1);
    int code = atomic_load(&disk->sync_code);
    if (code) return code;
    code = REAL(file)->pMethods->xSync(REAL(file), flags);
    if (code == SQLITE_OK && atomic_load(&disk->keeps_synced)) keep((FaultyFile *)file);
    return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return REAL(file)->pMethods->xFileSize(REAL(file), size);
}
static int file_lock(sqlite3_file *file, int level) { return REAL(file)->pMethods->xLock(REAL(file), level); }
static int file_unlock(sqlite3_file *file, int level) { return REAL(file)->pMethods->xUnlock(REAL(file), level); }
static int file_is_locked(sqlite3_file *file, int *result) {
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), result);
}
static int file_control(sqlite3_file *file, int operation, void *argument) {
    return REAL(file)->pMethods->xFileControl(REAL(file), operation, argument);
}
static int file_sector(sqlite3_file *file) { return REAL(file)->pMethods->xSectorSize(REAL(file)); }
static int file_traits(sqlite3_file *file) { return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file)); }
static int file_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory) {
    return REAL(file)->pMethods->xShmMap(REAL(file), region, size, extend, memory);
}
static int file_shared_lock(sqlite3_file *file, int offset, int count, int flags) {
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}
static void file_barrier(sqlite3_file *file) { REAL(file)->pMethods->xShmBarrier(REAL(file)); }
static int file_unmap(sqlite3_file *file, int remove) {
    return REAL(file)->pMethods->xShmUnmap(REAL(file), remove);
}

// Version 2: with the log's index, without mapped reads, which would pass by us.
static const sqlite3_io_methods methods = {
    .iVersion = 2, .xClose = file_close, .xRead = file_read, .xWrite = file_write, .xTruncate = file_truncate,
    .xSync = file_sync, .xFileSize = file_size, .xLock = file_lock, .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_locked, .xFileControl = file_control, .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits, .xShmMap = file_map, .xShmLock = file_shared_lock,
    .xShmBarrier = file_barrier, .xShmUnmap = file_unmap,
};

static int disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *opened, int flags, int *flags_out) {
    FaultyDisk *disk = vfs->pAppData;
    FaultyFile *file = (FaultyFile *)opened;
    memset(file, 0, sizeof *file);
    file->disk = disk;
    file->path = path;
    file->is_log = flags & SQLITE_OPEN_WAL;
    file->real = (sqlite3_file *)(file + 1);
    int code = disk->real->xOpen(disk->real, path, file->real, flags, flags_out);
    // Where nothing was opened, nothing is to be closed.
    file->base.pMethods = file->real->pMethods ? &methods : NULL;
    return code;
}

FaultyDisk *faulty_disk_make(void) {
    static atomic_int made;
    sqlite3_initialize();
    FaultyDisk *disk = calloc(1, sizeof *disk);
    if (!disk) abort();
    disk->real = sqlite3_vfs_find(NULL);
    disk->vfs = *disk->real;
    snprintf(disk->name, sizeof disk->name, "faulty-%d", atomic_fetch_add(&made, 1));
    disk->vfs.zName = disk->name;
    disk->vfs.pAppData = disk;
    disk->vfs.szOsFile = (int)sizeof(FaultyFile) + disk->real->szOsFile;
    disk->vfs.xOpen = disk_open;
    if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK) abort();
    return disk;
}

const char *faulty_disk_name(const FaultyDisk *disk) { return disk->name; }

void faulty_disk_fail_writes(FaultyDisk *disk, int code, int after) {
    atomic_store(&disk->writes_left, after);
    atomic_store(&disk->write_code, code);
}
void faulty_disk_fail_syncs(FaultyDisk *disk, int code) { atomic_store(&disk->sync_code, code); }
void faulty_disk_fail_reads(FaultyDisk *disk, int code) { atomic_store(&disk->read_code, code); }
void faulty_disk_keep_synced(FaultyDisk *disk) { atomic_store(&disk->keeps_synced, true); }

int faulty_disk_writes(FaultyDisk *disk) { return atomic_load(&disk->writes); }
int faulty_disk_log_syncs(FaultyDisk *disk) { return atomic_load(&disk->log_syncs); }
int faulty_disk_database_syncs(FaultyDisk *disk) { return atomic_load(&disk->database_syncs); }
