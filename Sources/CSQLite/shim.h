#include <sqlite3.h>

// What Swift can't call: functions with variable arguments, and a destructor that is the number -1.

/// Before any other use of the library.
static inline int sqlite_configure(void) {
    // Statistics cost a lock for each allocation, and a path that begins with "file:" is a path.
    int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return code != SQLITE_OK ? code : sqlite3_config(SQLITE_CONFIG_URI, 0);
}

static inline int sqlite_switch(sqlite3 *database, int option, int on) {
    return sqlite3_db_config(database, option, on, (int *)0);
}

static inline int sqlite_bind_copied_blob(sqlite3_stmt *statement, int parameter, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, parameter, bytes, count, SQLITE_TRANSIENT);
}

static inline int sqlite_bind_copied_text(sqlite3_stmt *statement, int parameter, const char *bytes, int count) {
    return sqlite3_bind_text(statement, parameter, bytes, count, SQLITE_TRANSIENT);
}
