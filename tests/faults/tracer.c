/* Runs a process and all its descendants below ptrace and stops them at each system call that changes files.
 *
 * Only the calls in CALLS are stopped at (a seccomp filter picks them, so the rest costs nothing). Calls on files
 * below the roots, and every exec, are numbered from 1. At one number a fault happens:
 * the machine dies, one process dies, one side of a connection dies, a write is torn, calls fail, or somebody
 * presses Ctrl-C.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if !defined(__x86_64__) || !defined(__linux__)
#error "the tracer knows the registers of Linux on x86_64 only"
#endif

enum { WRITES = 1, CREATES = 2, RENAMES = 4, UNLINKS = 8, FLUSHES = 16, MARKS = 32, RUNS = 64 };
enum { COUNT = 0, MACHINE = 1, PROCESS = 2, SIDE = 3, TORN = 4, FAIL = 5, FAIL_ONCE = 6, INTERRUPT = 7 };

/* How a call names its file: a descriptor; a path; a path below a descriptor; or the second of two of these. */
enum { FD, PATH, AT, PATH2, AT2 };

struct call {
    int number;
    const char *name;
    int kind;
    int names;
    int argument;
};

static const struct call CALLS[] = {
    {SYS_write, "write", WRITES, FD, 0},
    {SYS_pwrite64, "write", WRITES, FD, 0},
    {SYS_writev, "write", WRITES, FD, 0},
    {SYS_pwritev, "write", WRITES, FD, 0},
    {SYS_sendfile, "write", WRITES, FD, 0},
    {SYS_copy_file_range, "write", WRITES, FD, 2},
    {SYS_fallocate, "write", WRITES, FD, 0},
    {SYS_ftruncate, "truncate", MARKS, FD, 0},
    {SYS_truncate, "truncate", MARKS, PATH, 0},
    {SYS_fsync, "fsync", FLUSHES, FD, 0},
    {SYS_fdatasync, "fsync", FLUSHES, FD, 0},
    {SYS_sync_file_range, "fsync", FLUSHES, FD, 0},
    {SYS_syncfs, "fsync", FLUSHES, FD, 0},
    {SYS_open, "create", CREATES, PATH, 0},
    {SYS_creat, "create", CREATES, PATH, 0},
    {SYS_openat, "create", CREATES, AT, 0},
    {SYS_mkdir, "mkdir", CREATES, PATH, 0},
    {SYS_mkdirat, "mkdir", CREATES, AT, 0},
    {SYS_symlink, "symlink", CREATES, PATH, 1},
    {SYS_symlinkat, "symlink", CREATES, AT, 1},
    {SYS_rename, "rename", RENAMES, PATH2, 0},
    {SYS_renameat, "rename", RENAMES, AT2, 0},
    {SYS_renameat2, "rename", RENAMES, AT2, 0},
    {SYS_link, "link", RENAMES, PATH2, 0},
    {SYS_linkat, "link", RENAMES, AT2, 0},
    {SYS_unlink, "unlink", UNLINKS, PATH, 0},
    {SYS_unlinkat, "unlink", UNLINKS, AT, 0},
    {SYS_rmdir, "rmdir", UNLINKS, PATH, 0},
    {SYS_chmod, "chmod", MARKS, PATH, 0},
    {SYS_fchmod, "chmod", MARKS, FD, 0},
    {SYS_fchmodat, "chmod", MARKS, AT, 0},
    {SYS_utimensat, "utime", MARKS, AT, 0},
    {SYS_execve, "exec", RUNS, PATH, 0},
    {SYS_execveat, "exec", RUNS, AT, 0},
};
#define CALL_COUNT (sizeof CALLS / sizeof *CALLS)

int plm_filter(void) {
    struct sock_filter code[3 * CALL_COUNT + 8];
    size_t n = 0;
#define EMIT(...) code[n++] = (struct sock_filter)__VA_ARGS__
    EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
    EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
    EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
    for (size_t i = 0; i < CALL_COUNT; i++) {
        int opens = CALLS[i].number == SYS_open || CALLS[i].number == SYS_openat;
        if (opens)
            continue;
        EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)CALLS[i].number, 0, 1));
        EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
    }
    /* Of the opens only those that make or empty a file. */
    for (int at = 0; at < 2; at++) {
        EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, at ? SYS_openat : SYS_open, 0, 3));
        EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[at ? 2 : 1])));
        EMIT(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_CREAT | O_TRUNC, 0, 1));
        EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
    }
    EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    struct sock_fprog program = {.len = n, .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        return errno;
    return 0;
}

struct process {
    pid_t id;
    int is_server;
};

static struct process processes[4096];
static int process_count;

static struct process *process(pid_t id) {
    for (int i = 0; i < process_count; i++)
        if (processes[i].id == id)
            return &processes[i];
    if (process_count == 4096)
        abort();
    processes[process_count] = (struct process){.id = id};
    return &processes[process_count++];
}

static void forget(pid_t id) {
    for (int i = 0; i < process_count; i++)
        if (processes[i].id == id)
            processes[i] = processes[--process_count];
}

static void kill_all(void) {
    for (int i = 0; i < process_count; i++)
        kill(processes[i].id, SIGKILL);
}

static void kill_side(int is_server) {
    for (int i = 0; i < process_count; i++)
        if (processes[i].is_server == is_server)
            kill(processes[i].id, SIGKILL);
}

static void link_of(pid_t id, const char *what, char *into, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/%s", id, what);
    ssize_t length = readlink(link, into, size - 1);
    into[length < 0 ? 0 : length] = 0;
}

static void text_at(pid_t id, unsigned long address, char *into, size_t size) {
    size_t done = 0;
    while (done < size - 1) {
        size_t part = 4096 - (address + done) % 4096;
        if (part > size - 1 - done)
            part = size - 1 - done;
        struct iovec local = {into + done, part}, remote = {(void *)(address + done), part};
        ssize_t got = process_vm_readv(id, &local, 1, &remote, 1, 0);
        if (got <= 0)
            break;
        if (memchr(into + done, 0, got))
            return;
        done += got;
    }
    into[done] = 0;
}

static void path_at(pid_t id, long folder, unsigned long address, char *into, size_t size) {
    char name[4096], base[4096];
    text_at(id, address, name, sizeof name);
    if (*name == '/') {
        snprintf(into, size, "%s", name);
        return;
    }
    char what[32];
    if ((int)folder == AT_FDCWD)
        snprintf(what, sizeof what, "cwd");
    else
        snprintf(what, sizeof what, "fd/%d", (int)folder);
    link_of(id, what, base, sizeof base);
    snprintf(into, size, "%s%s%s", base, *name ? "/" : "", name);
}

static const struct call *call_of(long number) {
    for (size_t i = 0; i < CALL_COUNT; i++)
        if (CALLS[i].number == number)
            return &CALLS[i];
    return NULL;
}

/* The file that a call changes; the second path of a rename or link, where something appears. */
static void file_of(pid_t id, const struct call *call, const unsigned long long *a, char *into, size_t size) {
    int n = call->argument;
    char what[32];
    switch (call->names) {
    case FD:
        snprintf(what, sizeof what, "fd/%d", (int)a[n]);
        link_of(id, what, into, size);
        break;
    case PATH:
        path_at(id, AT_FDCWD, a[n], into, size);
        break;
    case AT:
        if (a[n + 1])
            path_at(id, (long)a[n], a[n + 1], into, size);
        else { /* utimensat of a descriptor: no path at all */
            snprintf(what, sizeof what, "fd/%d", (int)a[n]);
            link_of(id, what, into, size);
        }
        break;
    case PATH2:
        path_at(id, AT_FDCWD, a[1], into, size);
        break;
    default:
        path_at(id, (long)a[2], a[3], into, size);
    }
}

/* The first path of a rename or link, what it was called before; nothing for other calls. */
static void source_of(pid_t id, const struct call *call, const unsigned long long *a, char *into, size_t size) {
    *into = 0;
    if (call->names == PATH2)
        path_at(id, AT_FDCWD, a[0], into, size);
    else if (call->names == AT2)
        path_at(id, (long)a[0], a[1], into, size);
}

static int is_below(const char *path, const char *roots) {
    while (*roots) {
        size_t length = strcspn(roots, "\n");
        if (length && !strncmp(path, roots, length) && (!path[length] || path[length] == '/'))
            return 1;
        roots += length + (roots[length] == '\n');
    }
    return 0;
}

static void ran(FILE *log, pid_t id) {
    char file[64], words[4096];
    snprintf(file, sizeof file, "/proc/%d/cmdline", id);
    int opened = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t length = opened < 0 ? 0 : read(opened, words, sizeof words - 1);
    if (opened >= 0)
        close(opened);
    for (ssize_t i = 0; i < length; i++)
        if (!words[i] || words[i] == '\n' || words[i] == '\t')
            words[i] = ' ';
    words[length < 0 ? 0 : length] = 0;
    if (strstr(words, "receive-pack") || strstr(words, "upload-pack"))
        process(id)->is_server = 1;
    fprintf(log, "ran\t%d\t%s\n", id, words);
}

struct fault {
    int mode;
    long point;
    int error;
    int kinds;
};

/* Fills in the answer of a call instead of making it. */
static void refuse(pid_t id, int error) {
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, id, 0, &registers);
    registers.orig_rax = (unsigned long long)-1;
    registers.rax = (unsigned long long)-error;
    ptrace(PTRACE_SETREGS, id, 0, &registers);
}

static int halve(pid_t id, const struct call *call) {
    if (call->number != SYS_write && call->number != SYS_pwrite64)
        return 0;
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, id, 0, &registers);
    registers.rdx /= 2;
    ptrace(PTRACE_SETREGS, id, 0, &registers);
    return 1;
}

static long count;
static int is_dying;

/* What happens at a stop before a call: the request by which the process goes on. */
static int at_call(FILE *log, pid_t id, const char *roots, const struct fault *fault) {
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) <= 0)
        return PTRACE_CONT;
    const struct call *call = call_of((long)info.seccomp.nr);
    if (!call)
        return PTRACE_CONT;
    char path[8192], source[8192];
    const unsigned long long *arguments = (const unsigned long long *)info.seccomp.args;
    file_of(id, call, arguments, path, sizeof path);
    source_of(id, call, arguments, source, sizeof source);
    if (call->kind != RUNS && !is_below(path, roots))
        return PTRACE_CONT;
    count++;
    fprintf(log, "call\t%d\t%s\t%s\t%d\t%s\n", id, call->name, path, process(id)->is_server, source);
    if (fault->mode == FAIL ? count < fault->point || !fault->point : count != fault->point)
        return PTRACE_CONT;
    switch (fault->mode) {
    case TORN:
        if (halve(id, call))
            return PTRACE_SYSCALL;
        /* fall through */
    case MACHINE:
        is_dying = 1;
        kill_all();
        break;
    case PROCESS:
        kill(id, SIGKILL);
        break;
    case SIDE:
        kill_side(process(id)->is_server);
        break;
    case INTERRUPT: /* Ctrl-C reaches all that run at a terminal; a server is elsewhere */
        for (int i = 0; i < process_count; i++)
            if (!processes[i].is_server)
                kill(processes[i].id, SIGINT);
        break;
    case FAIL:
    case FAIL_ONCE:
        if (call->kind & fault->kinds) {
            fprintf(log, "refused\t%ld\n", count);
            refuse(id, fault->error);
        }
    }
    return PTRACE_CONT;
}

static void at_event(FILE *log, pid_t id, int event) {
    unsigned long message = 0;
    switch (event) {
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        ptrace(PTRACE_GETEVENTMSG, id, 0, &message);
        process((pid_t)message)->is_server |= process(id)->is_server;
        break;
    case PTRACE_EVENT_EXEC:
        ran(log, id);
    }
}

static volatile sig_atomic_t is_late;

static void late(int signal) {
    (void)signal;
    is_late = 1;
}

/* Follows the child until it and all its descendants ended; what it did goes to the log. */
int plm_trace(pid_t child, const char *roots, const struct fault *fault, const char *log_path, int seconds) {
    FILE *log = fopen(log_path, "w");
    if (!log)
        return errno;
    struct sigaction action = {.sa_handler = late};
    sigaction(SIGALRM, &action, NULL);
    alarm((unsigned)seconds);
    process(child);
    for (;;) {
        int status;
        pid_t id = waitpid(-1, &status, __WALL);
        if (is_late && !is_dying) {
            fprintf(log, "late\n");
            is_dying = 1;
            kill_all();
        }
        if (id < 0 && errno == EINTR)
            continue;
        if (id < 0)
            break;
        if (!WIFSTOPPED(status)) {
            fprintf(log, "ended\t%d\t%d\n", id, status);
            forget(id);
            continue;
        }
        process(id);
        if (is_dying) {
            kill(id, SIGKILL);
            continue;
        }
        int event = status >> 16, request = PTRACE_CONT;
        long signal = 0;
        if (event == PTRACE_EVENT_SECCOMP)
            request = at_call(log, id, roots, fault);
        else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) { /* a torn write was made */
            is_dying = 1;
            kill_all();
        } else if (event)
            at_event(log, id, event);
        else
            signal = WSTOPSIG(status);
        ptrace(request, id, 0, signal);
    }
    alarm(0);
    fclose(log);
    return 0;
}

int plm_seize(pid_t child) {
    long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
                   PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
    return ptrace(PTRACE_SEIZE, child, 0, options) ? errno : 0;
}
