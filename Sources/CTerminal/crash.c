#define _GNU_SOURCE
#include "crash.h"
#include "CTerminal.h"

#include <elf.h>
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

// The program and its libraries are about thirty; a crash report of twenty callers says where it was.
enum { MODULE_CAPACITY = 64, NAME_CAPACITY = 64, FRAME_CAPACITY = 24, BUILD_ID_CAPACITY = 20, TITLE_CAPACITY = 64 };

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS};

// Written before the handlers are in place, and only read from then on.
static struct { uintptr_t start, end; char name[NAME_CAPACITY]; } modules[MODULE_CAPACITY];
static int module_count;
static char build[2 * BUILD_ID_CAPACITY + 1];
static char title[TITLE_CAPACITY];
static atomic_bool reported;

static void copy_text(char *to, const char *from, size_t capacity) {
    size_t i = 0;
    for (; i + 1 < capacity && from[i]; i++) to[i] = from[i];
    to[i] = '\0';
}

// The note that the linker leaves (--build-id), which tells one build from another.
static void take_build_id(const char *notes, size_t size) {
    for (size_t at = 0; at + sizeof(ElfW(Nhdr)) <= size;) {
        ElfW(Nhdr) note;
        memcpy(&note, notes + at, sizeof note);
        size_t name = at + sizeof note, bytes = name + ((note.n_namesz + 3u) & ~3u);
        size_t next = bytes + ((note.n_descsz + 3u) & ~3u);
        if (next > size) return;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(notes + name, "GNU", 4) == 0) {
            for (size_t i = 0; i < note.n_descsz && i < BUILD_ID_CAPACITY; i++) {
                unsigned char byte = (unsigned char)notes[bytes + i];
                build[2 * i] = "0123456789abcdef"[byte >> 4];
                build[2 * i + 1] = "0123456789abcdef"[byte & 15];
            }
            return;
        }
        at = next;
    }
}

static int add_module(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size, (void)unused;
    if (module_count >= MODULE_CAPACITY) return 1;
    uintptr_t start = UINTPTR_MAX, end = 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_NOTE && module_count == 0 && !build[0])
            take_build_id((const char *)from, part->p_memsz);
        if (part->p_type != PT_LOAD) continue;
        if (from < start) start = from;
        if (from + part->p_memsz > end) end = from + part->p_memsz;
    }
    if (start >= end) return 0;
    // The program itself comes first and has no name.
    const char *slash = strrchr(info->dlpi_name, '/');
    const char *name = module_count == 0 ? "chartmark" : slash ? slash + 1 : info->dlpi_name;
    modules[module_count].start = info->dlpi_addr;
    modules[module_count].end = end;
    copy_text(modules[module_count].name, name, NAME_CAPACITY);
    module_count++;
    return 0;
}

static void say(const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t count = write(STDERR_FILENO, text, left);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        text += count;
        left -= (size_t)count;
    }
}

static void say_number(uintptr_t number, unsigned base) {
    char digits[2 * sizeof number + 8];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do digits[--at] = "0123456789abcdef"[number % base];
    while ((number /= base) > 0);
    say(digits + at);
}

// An address within the file it was loaded from: where a debugger finds the line, whatever was in memory.
static void say_place(uintptr_t address) {
    for (int i = 0; i < module_count; i++) {
        if (address < modules[i].start || address >= modules[i].end) continue;
        say(modules[i].name);
        say("+0x");
        say_number(address - modules[i].start, 16);
        return;
    }
    say("an unknown place");
}

static const char *name_of(int signal_number) {
    switch (signal_number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGILL: return "SIGILL";
    case SIGTRAP: return "SIGTRAP";
    case SIGABRT: return "SIGABRT";
    case SIGFPE: return "SIGFPE";
    case SIGSYS: return "SIGSYS";
    default: return "a signal";
    }
}

static uintptr_t place_of(const void *context) {
    const ucontext_t *machine = context;
#if defined(__x86_64__)
    return (uintptr_t)machine->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)machine->uc_mcontext.pc;
#else
    (void)machine;
    return 0;
#endif
}

void crash_report(int signal_number, const void *context) {
    int saved_error = errno;
    // Two threads may crash at once, and looking for the callers may crash, too.
    if (atomic_exchange(&reported, true)) return;
    uintptr_t place = place_of(context);
    say("\n");
    say(title);
    say(" stopped: it crashed. What was shown as saved is in its journal.\n"
        "Please report it with what you did and the lines below, which hold nothing of a note (SECURITY.md says where):\n  ");
    say(title);
    say(", build ");
    say(build[0] ? build : "unknown");
    say("\n  ");
    say(name_of(signal_number));
    say(" at ");
    say_place(place);
    say("\n");
    void *frames[FRAME_CAPACITY];
    int count = backtrace(frames, FRAME_CAPACITY), first = 0;
    // Those before the place are this handler's.
    while (first < count && (uintptr_t)frames[first] != place) first++;
    for (int i = first + 1; i < count; i++) {
        say("  from ");
        say_place((uintptr_t)frames[i]);
        say("\n");
    }
    errno = saved_error;
}

static void handle(int signal_number, siginfo_t *info, void *context) {
    (void)info;
    crash_report(signal_number, context);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void crash_install(const char *program) {
    copy_text(title, program, TITLE_CAPACITY);
    dl_iterate_phdr(add_module, NULL);
    // The first call loads a library, which a handler must not.
    void *frame;
    (void)backtrace(&frame, 1);

    // No core, which would hold every note in memory, and no other process of the same user that looks into this one.
    prctl(PR_SET_DUMPABLE, 0);
    struct rlimit none;
    if (getrlimit(RLIMIT_CORE, &none) == 0) {
        none.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &none);
    }

    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
    // In the place of the Swift runtime's, which prints registers and what they point to: a note's words among it.
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) sigaction(crashes[i], &action, NULL);
    // A file that may not grow any more is an error of the write that says so, and no end.
    signal(SIGXFSZ, SIG_IGN);
}
