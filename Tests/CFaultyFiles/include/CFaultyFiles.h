#include <stdbool.h>

// A virtual file system of SQLite's that passes everything on to the real one, counts, and fails when told
// to. Each disk has a name of its own, so that tests can run side by side. All calls are from any thread.

typedef struct FaultyDisk FaultyDisk;

/// Never null; lives until the process ends, as a connection may outlive a test.
FaultyDisk *faulty_disk_make(void);
const char *faulty_disk_name(const FaultyDisk *disk);

/// After so many further writes each one fails with that code of SQLite's; 0 mends the disk.
void faulty_disk_fail_writes(FaultyDisk *disk, int code, int after);
/// Each sync fails with that code, after it was counted; 0 mends the disk.
void faulty_disk_fail_syncs(FaultyDisk *disk, int code);
/// Reads fail with that code; 0 mends the disk.
void faulty_disk_fail_reads(FaultyDisk *disk, int code);

/// From now on each sync of a file also copies it to its name with `.synced` at the end: what would be
/// there after a power cut.
void faulty_disk_keep_synced(FaultyDisk *disk);

int faulty_disk_writes(FaultyDisk *disk);
int faulty_disk_log_syncs(FaultyDisk *disk);
int faulty_disk_database_syncs(FaultyDisk *disk);
