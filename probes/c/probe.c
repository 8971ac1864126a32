/*
 * Looks one name up with the C library's own getaddrinfo(), at fixed times, and prints one line for each lookup
 * (../PROTOCOL.md). Built twice: against glibc, and against musl (-DMUSL_VERSION="…", for musl has no call to ask).
 *
 * The main thread keeps the schedule and never looks anything up itself. Lookups run in threads that were made before
 * they are needed, so that neither a slow lookup nor the making of a thread delays the next one.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#include <malloc.h>
#define LIBC_NAME "glibc"
#define LIBC_VERSION gnu_get_libc_version()
#else
#define LIBC_NAME "musl"
#define LIBC_VERSION MUSL_VERSION
#endif

enum {
    LONGEST_LINE = 4000,
    MOST_IN_FLIGHT = 4096,
    WORKERS_AT_START = 4,
    SPARE_WORKERS = 2,
    /* musl's resolver keeps its answers (2 × 4800 bytes) and its search buffers on the stack; glibc's needs less. */
    WORKER_STACK_BYTES = 128 * 1024,
    FILES_OF_A_LOOKUP = 3, /* a socket for queries, one to ask for local addresses, a configuration file */
    FIRST_DUE_AFTER_MS = 100,
    GATHER_BYTES = 16 * 1024,
    MOST_RESULTS = 64,           /* different ones in one batch */
    ROW_BYTES = 4 * 22,          /* at most: four numbers of 64 bits, with commas */
    BATCH_HEAD_BYTES = 160,      /* what a batch says besides its rows and results */
    EXIT_USAGE = 64,
};

struct options {
    const char *name;
    int64_t interval_ns;
    int max_in_flight;
    int64_t drain_ns;
    int64_t gather_ns;
    bool single_lines;
    bool start_by_signal;
};

struct lookup {
    enum { WAITING, RUNNING, PRINTING, ABANDONED } state;
    uint64_t seq;
    int64_t due_ns, start_ns, end_ns;
    struct lookup *next;
};

static struct options options = {.interval_ns = 50 * 1000000LL,
                                 .max_in_flight = 512,
                                 .drain_ns = 45000 * 1000000LL,
                                 .gather_ns = 1000 * 1000000LL};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards everything down to `stopping` */
static pthread_cond_t lookup_waits = PTHREAD_COND_INITIALIZER;
static pthread_cond_t stopping_or_drained; /* its clock is CLOCK_MONOTONIC */
static struct lookup *lookups;             /* max_in_flight of them; `next` links those that wait, or are unused */
static struct lookup *unused, *first_waiting, **last_waiting = &first_waiting;
static int in_flight;
static int slower_asked; /* signals that nobody has heeded yet: the first may start the schedule, others make it slower */
static bool stopping;

static int workers; /* the main thread's own: never less than in_flight */

static int64_t now_ns(void);
static void parse_options(int argc, char **argv);
static void set_up(void);
static void print_hello(int64_t first_due_ns);
static int64_t wait_for_start(int64_t first_due_ns);
static bool wait_until(int64_t due_ns);
static void slow_down(void);
static void start_lookup(uint64_t seq, int64_t due_ns);
static void drain(void);
static void flush_lines(bool now);
static void print_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

int main(int argc, char **argv) {
    parse_options(argc, argv);
    set_up();
    int64_t due_ns = now_ns() + FIRST_DUE_AFTER_MS * 1000000LL;
    print_hello(due_ns);
    flush_lines(true);
    if (options.start_by_signal)
        due_ns = wait_for_start(due_ns);

    uint64_t seq = 0;
    for (; wait_until(due_ns); due_ns += options.interval_ns) {
        start_lookup(seq++, due_ns);
        flush_lines(false);
        slow_down();
    }
    drain();
    flush_lines(true);
    print_line("{\"end\":{\"seq\":%llu}}\n", (unsigned long long)seq);
    flush_lines(true);
    _exit(0); /* not exit(): abandoned lookups may still run */
}

/* ---- the schedule ---- */

static struct timespec timespec_of(int64_t ns) {
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Sleeps until the first signal, and returns the next due time that is a whole number of intervals after the given one. */
static int64_t wait_for_start(int64_t first_due_ns) {
    pthread_mutex_lock(&mutex);
    while (!stopping && slower_asked == 0)
        pthread_cond_wait(&stopping_or_drained, &mutex);
    if (slower_asked > 0)
        slower_asked--;
    pthread_mutex_unlock(&mutex);
    int64_t past_ns = now_ns() - first_due_ns;
    return past_ns <= 0 ? first_due_ns : first_due_ns + (past_ns / options.interval_ns + 1) * options.interval_ns;
}

static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER; /* guards what is printed, and the interval; taken after `mutex` */

/* Each signal doubles the interval. */
static void slow_down(void) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_lock(&output);
    for (; slower_asked > 0; slower_asked--)
        options.interval_ns *= 2;
    pthread_mutex_unlock(&output);
    pthread_mutex_unlock(&mutex);
}

/* Sleeps until the absolute time; false when the probe has to stop. */
static bool wait_until(int64_t due_ns) {
    struct timespec due = timespec_of(due_ns);
    pthread_mutex_lock(&mutex);
    while (!stopping && now_ns() < due_ns)
        pthread_cond_timedwait(&stopping_or_drained, &mutex, &due);
    bool go_on = !stopping;
    pthread_mutex_unlock(&mutex);
    return go_on;
}

static void print_lookup(const struct lookup *lookup, const char *outcome, const char *result);
static void print_unsent(uint64_t seq, int64_t due_ns);
static bool add_worker(void);

static void start_lookup(uint64_t seq, int64_t due_ns) {
    pthread_mutex_lock(&mutex);
    bool full = in_flight == options.max_in_flight;
    if (full || (workers == in_flight && !add_worker())) {
        pthread_mutex_unlock(&mutex);
        print_unsent(seq, due_ns);
        return;
    }
    struct lookup *lookup = unused;
    unused = lookup->next;
    *lookup = (struct lookup){.state = WAITING, .seq = seq, .due_ns = due_ns, .start_ns = due_ns};
    *last_waiting = lookup;
    last_waiting = &lookup->next;
    in_flight++;
    bool few_spare = workers - in_flight < SPARE_WORKERS && workers < options.max_in_flight;
    pthread_cond_signal(&lookup_waits);
    pthread_mutex_unlock(&mutex);
    if (few_spare)
        add_worker();
}

/* Waits for the lookups in flight, but no longer than was asked; what is left then is given up. */
static void drain(void) {
    int64_t deadline_ns = now_ns() + options.drain_ns;
    pthread_mutex_lock(&mutex);
    for (int64_t at_ns = now_ns(); in_flight > 0 && at_ns < deadline_ns; at_ns = now_ns()) {
        int64_t flush_at_ns = at_ns + options.gather_ns;
        struct timespec until = timespec_of(flush_at_ns < deadline_ns ? flush_at_ns : deadline_ns);
        pthread_cond_timedwait(&stopping_or_drained, &mutex, &until);
        flush_lines(false);
    }
    for (struct lookup *lookup = lookups; in_flight > 0 && lookup < lookups + options.max_in_flight; lookup++) {
        if (lookup->state != WAITING && lookup->state != RUNNING)
            continue;
        lookup->state = ABANDONED;
        in_flight--;
        lookup->end_ns = now_ns();
        print_lookup(lookup, "abandoned", NULL);
    }
    while (in_flight > 0) /* these have returned and are about to be printed */
        pthread_cond_wait(&stopping_or_drained, &mutex);
    pthread_mutex_unlock(&mutex);
}

static void *wait_for_signals(void *signals) {
    for (;;) {
        int signal;
        sigwait(signals, &signal);
        pthread_mutex_lock(&mutex);
        if (signal == SIGUSR2)
            slower_asked++;
        else
            stopping = true;
        pthread_cond_signal(&stopping_or_drained);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

/* ---- lookups ---- */

static void look_up(struct lookup *lookup);

static void *work(void *unused_argument) {
    (void)unused_argument;
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (!first_waiting)
            pthread_cond_wait(&lookup_waits, &mutex);
        struct lookup *lookup = first_waiting;
        first_waiting = lookup->next;
        if (!first_waiting)
            last_waiting = &first_waiting;
        bool abandoned = lookup->state == ABANDONED;
        if (!abandoned) {
            lookup->state = RUNNING;
            lookup->start_ns = now_ns();
        }
        pthread_mutex_unlock(&mutex);
        if (!abandoned)
            look_up(lookup);
    }
}

static const char *error_name(int error);
static void put_answers(char *at, size_t room, const struct addrinfo *found);
static bool out_of_resources(int error, int cause);
static bool out_of_files(void);

static void look_up(struct lookup *lookup) {
    /* The flags are those that glibc takes for an application without hints. */
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_V4MAPPED | AI_ADDRCONFIG};
    struct addrinfo *found = NULL;
    errno = 0;
    int error = getaddrinfo(options.name, NULL, &hints, &found);
    int64_t end_ns = now_ns();
    int cause = errno;

    pthread_mutex_lock(&mutex);
    bool abandoned = lookup->state == ABANDONED;
    if (!abandoned)
        lookup->state = PRINTING;
    pthread_mutex_unlock(&mutex);
    if (abandoned)
        return;

    if (out_of_resources(error, cause)) {
        print_line("{\"trouble\":\"getaddrinfo: %s: %s\"}\n", error_name(error),
                   out_of_files() ? "out of files" : strerror(cause));
        print_unsent(lookup->seq, lookup->due_ns);
    } else {
        char result[3600];
        if (error)
            snprintf(result, sizeof result, "\"%s\"", error_name(error));
        else
            put_answers(result, sizeof result, found);
        lookup->end_ns = end_ns;
        print_lookup(lookup, error ? "failed" : "answered", result);
    }
    if (!error)
        freeaddrinfo(found);

    pthread_mutex_lock(&mutex);
    lookup->next = unused;
    unused = lookup;
    in_flight--;
    if (stopping && in_flight == 0)
        pthread_cond_signal(&stopping_or_drained);
    pthread_mutex_unlock(&mutex);
}

static void print_unsent(uint64_t seq, int64_t due_ns) {
    struct lookup lookup = {.seq = seq, .due_ns = due_ns, .start_ns = due_ns, .end_ns = now_ns()};
    print_lookup(&lookup, "unsent", NULL);
}

/* A JSON array of as many addresses as there is room for. */
static void put_answers(char *at, size_t room, const struct addrinfo *found) {
    size_t length = (size_t)snprintf(at, room, "[");
    for (; found && room - length > INET6_ADDRSTRLEN + 5; found = found->ai_next) {
        char address[INET6_ADDRSTRLEN];
        const void *raw = found->ai_family == AF_INET6
                              ? (const void *)&((struct sockaddr_in6 *)found->ai_addr)->sin6_addr
                              : (const void *)&((struct sockaddr_in *)found->ai_addr)->sin_addr;
        if (inet_ntop(found->ai_family, raw, address, sizeof address))
            length += (size_t)snprintf(at + length, room - length, "%s\"%s\"", length > 1 ? "," : "", address);
    }
    snprintf(at + length, room - length, "]");
}

/*
 * Shortage is the suite's own trouble: it says nothing about the nameservers. getaddrinfo() may report one as anything,
 * and its errno may be of a later call, so after a failure it is also tried whether there still are files to be had.
 */
static bool out_of_resources(int error, int cause) {
    if (!error)
        return false;
    return error == EAI_MEMORY || cause == EMFILE || cause == ENFILE || cause == ENOMEM || cause == ENOBUFS ||
           out_of_files();
}

static bool out_of_files(void) {
    int files[FILES_OF_A_LOOKUP], count = 0;
    while (count < FILES_OF_A_LOOKUP && (files[count] = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0)
        count++;
    for (int i = 0; i < count; i++)
        close(files[i]);
    return count < FILES_OF_A_LOOKUP;
}

static const char *error_name(int error) {
    static const struct {
        int error;
        const char *name;
    } names[] = {
        {EAI_AGAIN, "EAI_AGAIN"},       {EAI_BADFLAGS, "EAI_BADFLAGS"}, {EAI_FAIL, "EAI_FAIL"},
        {EAI_FAMILY, "EAI_FAMILY"},     {EAI_MEMORY, "EAI_MEMORY"},     {EAI_NONAME, "EAI_NONAME"},
        {EAI_NODATA, "EAI_NODATA"},     {EAI_SERVICE, "EAI_SERVICE"},   {EAI_SOCKTYPE, "EAI_SOCKTYPE"},
        {EAI_OVERFLOW, "EAI_OVERFLOW"}, {EAI_SYSTEM, "EAI_SYSTEM"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].error == error)
            return names[i].name;
    return "EAI_UNKNOWN";
}

/* ---- start ---- */

static long long number(const char *flag, const char *text, long long least, long long most) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end || value < least || value > most) {
        fprintf(stderr, "probe: %s takes a number from %lld to %lld, not '%s'\n", flag, least, most, text);
        exit(EXIT_USAGE);
    }
    return value;
}

/* True for the second of two words. */
static bool choice(const char *flag, const char *text, const char *first, const char *second) {
    bool is_second = !strcmp(text, second);
    if (!is_second && strcmp(text, first)) {
        fprintf(stderr, "probe: %s takes %s or %s, not '%s'\n", flag, first, second, text);
        exit(EXIT_USAGE);
    }
    return is_second;
}

static void parse_options(int argc, char **argv) {
    for (int i = 1; i < argc; i += 2) {
        const char *flag = argv[i], *value = argv[i + 1];
        if (!value)
            fprintf(stderr, "probe: %s takes a value\n", flag), exit(EXIT_USAGE);
        if (!strcmp(flag, "--name"))
            options.name = value;
        else if (!strcmp(flag, "--interval-ms"))
            options.interval_ns = number(flag, value, 10, 86400000) * 1000000;
        else if (!strcmp(flag, "--max-in-flight"))
            options.max_in_flight = (int)number(flag, value, 1, MOST_IN_FLIGHT);
        else if (!strcmp(flag, "--drain-ms"))
            options.drain_ns = number(flag, value, 0, 86400000) * 1000000;
        else if (!strcmp(flag, "--gather-ms"))
            options.gather_ns = number(flag, value, 1, 10000) * 1000000;
        else if (!strcmp(flag, "--lines"))
            options.single_lines = choice(flag, value, "batch", "single");
        else if (!strcmp(flag, "--start"))
            options.start_by_signal = choice(flag, value, "now", "signal");
        else
            fprintf(stderr, "probe: unknown flag %s\n", flag), exit(EXIT_USAGE);
    }
    if (!options.name || !*options.name)
        fprintf(stderr, "probe: --name is missing\n"), exit(EXIT_USAGE);
}

static void set_up(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1); /* else each of the threads may take an arena of its own */
#endif
    signal(SIGPIPE, SIG_IGN);

    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&stopping_or_drained, &monotonic);

    lookups = calloc((size_t)options.max_in_flight, sizeof *lookups);
    if (!lookups) {
        print_line("{\"trouble\":\"out of memory\"}\n");
        flush_lines(true);
        exit(1);
    }
    for (int i = 0; i < options.max_in_flight; i++) {
        lookups[i].state = ABANDONED;
        lookups[i].next = unused;
        unused = &lookups[i];
    }

    /* Blocked before the first thread is made, so in all of them; also what lets PID 1 of a container receive them. */
    static sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    pthread_t waiter;
    int error = pthread_create(&waiter, NULL, wait_for_signals, &signals);
    if (error) {
        print_line("{\"trouble\":\"cannot start a thread: %s\"}\n", strerror(error));
        flush_lines(true);
        exit(1);
    }
    while (workers < WORKERS_AT_START && workers < options.max_in_flight && add_worker())
        ;
}

static bool add_worker(void) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, WORKER_STACK_BYTES);
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, work, NULL);
    pthread_attr_destroy(&attributes);
    if (error) {
        print_line("{\"trouble\":\"cannot start thread number %d: %s\"}\n", workers + 1, strerror(error));
        return false;
    }
    workers++;
    return true;
}

/* ---- lines ---- */

static size_t read_file(const char *path, char *into, size_t room);
static void quote(char *into, size_t room, const char *text, size_t length);

static void print_hello(int64_t first_due_ns) {
    char boot_id[64], resolv_conf[8192], quoted_resolv_conf[3600];
    boot_id[strcspn((read_file("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id), boot_id), "\n")] = '\0';
    size_t length = read_file("/etc/resolv.conf", resolv_conf, sizeof resolv_conf);
    quote(quoted_resolv_conf, sizeof quoted_resolv_conf, resolv_conf, length);
    print_line("{\"hello\":{\"resolver\":\"" LIBC_NAME "\",\"version\":\"" LIBC_NAME " %s\",\"bootId\":\"%s\","
               "\"firstDueNs\":%lld,\"intervalNs\":%lld,\"resolvConf\":\"%s\"}}\n",
               LIBC_VERSION, boot_id, (long long)first_due_ns, (long long)options.interval_ns, quoted_resolv_conf);
}

/* The file's beginning, ended by a zero byte; empty when it can't be read. Returns the length. */
static size_t read_file(const char *path, char *into, size_t room) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, into, room - 1);
    if (file >= 0)
        close(file);
    if (length < 0)
        length = 0;
    into[length] = '\0';
    return (size_t)length;
}

/* JSON string contents; what doesn't fit is left out. Bytes above 127 become `?`, for they may be no UTF-8. */
static void quote(char *into, size_t room, const char *text, size_t length) {
    size_t used = 0;
    for (size_t i = 0; i < length && room - used > 8; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            used += (size_t)snprintf(into + used, room - used, "\\%c", c);
        else if (c == '\n')
            used += (size_t)snprintf(into + used, room - used, "\\n");
        else if (c < 32)
            used += (size_t)snprintf(into + used, room - used, "\\u%04x", c);
        else
            into[used++] = c < 127 ? (char)c : '?';
    }
    into[used] = '\0';
}

static char gathered[GATHER_BYTES];
static size_t gathered_length;
static int64_t gathered_since_ns; /* 0: nothing waits */

/* The batch that is being gathered. Its first lookup is what its rows count from. */
static struct batch {
    uint64_t seq;
    int64_t due_ns, interval_ns;
    int lookups, results;
    size_t rows_length, results_length;
    char rows[LONGEST_LINE], all_results[LONGEST_LINE];
    struct {
        size_t at, length;
    } result[MOST_RESULTS]; /* in all_results */
} batch;

static void write_gathered(void) {
    for (size_t written = 0; written < gathered_length;) {
        ssize_t n = write(STDOUT_FILENO, gathered + written, gathered_length - written);
        if (n < 0 && errno != EINTR) {
            fprintf(stderr, "probe: cannot write to standard output: %s\n", strerror(errno));
            _exit(1);
        }
        if (n > 0)
            written += (size_t)n;
    }
    gathered_length = 0;
}

/* Whole lines only. */
static void gather(const char *line, size_t length) {
    if (gathered_length + length > sizeof gathered)
        write_gathered();
    memcpy(gathered + gathered_length, line, length);
    gathered_length += length;
}

static void close_batch(void) {
    if (batch.lookups == 0)
        return;
    char line[LONGEST_LINE + 1];
    int length = snprintf(line, sizeof line,
                          "{\"lookups\":{\"seq\":%llu,\"dueNs\":%lld,\"intervalNs\":%lld,"
                          "\"results\":[%.*s],\"rows\":[%.*s]}}\n",
                          (unsigned long long)batch.seq, (long long)batch.due_ns, (long long)batch.interval_ns,
                          (int)batch.results_length, batch.all_results, (int)batch.rows_length, batch.rows);
    gather(line, (size_t)length);
    batch.lookups = batch.results = 0;
    batch.rows_length = batch.results_length = 0;
}

/* Writes what has waited long enough, or, if `now`, all there is. */
static void flush_lines(bool now) {
    pthread_mutex_lock(&output);
    if (gathered_since_ns != 0 && (now || now_ns() - gathered_since_ns >= options.gather_ns)) {
        close_batch();
        write_gathered();
        gathered_since_ns = 0;
    }
    pthread_mutex_unlock(&output);
}

/*
 * Lines are written together: whoever follows many probes is woken for each write. The schedule's own thread flushes them; where that is
 * seldom awake, each lookup goes out at once.
 */
static void waits(void) {
    if (gathered_since_ns == 0)
        gathered_since_ns = now_ns();
    if (options.interval_ns >= options.gather_ns) {
        close_batch();
        write_gathered();
        gathered_since_ns = 0;
    }
}

static void print_line(const char *format, ...) {
    char line[LONGEST_LINE + 1];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0 || length > LONGEST_LINE) {
        fprintf(stderr, "probe: a line of %d bytes\n", length);
        _exit(1);
    }
    pthread_mutex_lock(&output);
    gather(line, (size_t)length);
    waits();
    pthread_mutex_unlock(&output);
}

/* The result's number in the batch; it is added if it is new. -1 when there is no room for it. */
static int number_of_result(const char *result) {
    size_t length = strlen(result);
    for (int i = 0; i < batch.results; i++)
        if (batch.result[i].length == length && !memcmp(batch.all_results + batch.result[i].at, result, length))
            return i;
    if (batch.results == MOST_RESULTS ||
        batch.rows_length + ROW_BYTES + batch.results_length + length + 1 > LONGEST_LINE - BATCH_HEAD_BYTES)
        return -1;
    if (batch.results_length > 0)
        batch.all_results[batch.results_length++] = ',';
    batch.result[batch.results].at = batch.results_length;
    batch.result[batch.results].length = length;
    memcpy(batch.all_results + batch.results_length, result, length);
    batch.results_length += length;
    return batch.results++;
}

/* False when the batch has no room for it, or another schedule. */
static bool add_to_batch(const struct lookup *lookup, const char *outcome, const char *result) {
    if (batch.lookups == 0) {
        batch.seq = lookup->seq;
        batch.due_ns = lookup->due_ns;
        batch.interval_ns = options.interval_ns;
    }
    int64_t ahead = (int64_t)(lookup->seq - batch.seq);
    if (lookup->due_ns != batch.due_ns + ahead * batch.interval_ns ||
        batch.rows_length + ROW_BYTES + batch.results_length > LONGEST_LINE - BATCH_HEAD_BYTES)
        return false;
    int what = result ? number_of_result(result) : !strcmp(outcome, "unsent") ? -1 : -2;
    if (result && what < 0)
        return false;
    batch.rows_length += (size_t)snprintf(batch.rows + batch.rows_length, ROW_BYTES, "%s%lld,%lld,%lld,%d",
                                          batch.lookups ? "," : "", (long long)ahead,
                                          (long long)(lookup->start_ns - lookup->due_ns),
                                          (long long)(lookup->end_ns - lookup->start_ns), what);
    batch.lookups++;
    return true;
}

static void print_single(const struct lookup *lookup, const char *outcome, const char *result) {
    bool failed = result && *result == '"';
    print_line("{\"seq\":%llu,\"dueNs\":%lld,\"startNs\":%lld,\"endNs\":%lld,"
               "\"outcome\":\"%s\",\"answers\":%s,\"error\":%s}\n",
               (unsigned long long)lookup->seq, (long long)lookup->due_ns, (long long)lookup->start_ns,
               (long long)lookup->end_ns, outcome, result && !failed ? result : "[]", failed ? result : "null");
}

/* `result` is JSON: an array of addresses, or an error's code; none where there is none. */
static void print_lookup(const struct lookup *lookup, const char *outcome, const char *result) {
    if (options.single_lines) {
        print_single(lookup, outcome, result);
        return;
    }
    pthread_mutex_lock(&output);
    if (!add_to_batch(lookup, outcome, result)) {
        close_batch();
        add_to_batch(lookup, outcome, result); /* into an empty one: it always fits */
    }
    waits();
    pthread_mutex_unlock(&output);
}
