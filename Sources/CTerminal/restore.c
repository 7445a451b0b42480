#define _GNU_SOURCE
#include "restore.h"
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Closing a window sends SIGHUP twice within milliseconds, from the kernel and from the shell; only a request that
// comes later than this is somebody who lost patience.
enum { PATIENCE_SECONDS = 1 };

// A handler's stack, for a crash that ran out of the ordinary one.
enum { HANDLER_STACK_BYTES = 64 * 1024 };

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT, SIGSYS};
static const int requests[] = {SIGTERM, SIGHUP, SIGINT, SIGWINCH, SIGTSTP, SIGCONT};
enum { CRASH_COUNT = sizeof crashes / sizeof *crashes, REQUEST_COUNT = sizeof requests / sizeof *requests };

static struct sigaction crash_before[CRASH_COUNT], request_before[REQUEST_COUNT];
static char handler_stack[HANDLER_STACK_BYTES];
static bool stack_installed;

static struct termios found_modes;
static char reset_bytes[RESTORE_CAPACITY];
static atomic_int reset_count;
static atomic_int screen_descriptor = -1;

static atomic_int wake_descriptor = -1;
static atomic_uint pending;
static atomic_llong terminate_asked_at = -1;

// Async-signal-safe, as all that it calls: write(2) and tcsetattr(3).
static void give_back_on(int terminal) {
    int count = atomic_load(&reset_count), written = 0;
    while (written < count) {
        ssize_t result = write(terminal, reset_bytes + written, (size_t)(count - written));
        if (result < 0 && errno == EINTR) continue;
        if (result <= 0) break;
        written += (int)result;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &found_modes);
}

// Other threads live until the process ends, and may be about to draw or, after a stop, to ask for the screen and the mouse
// again: whatever they write from here on goes nowhere.
static void give_back(void) {
    int terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (terminal >= 0 && nowhere >= 0) {
        int drawn_on = atomic_load(&screen_descriptor);
        if (drawn_on >= 0) dup2(nowhere, drawn_on);
        dup2(nowhere, STDOUT_FILENO);
    }
    give_back_on(terminal >= 0 ? terminal : STDOUT_FILENO);
}

// Then the default action. Not the Swift runtime's handler, which was there before: it prints what memory holds, a note's
// words among it, and keeps the terminal half a minute for a prompt.
static void handle_crash(int signal_number) {
    give_back();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void die(int signal_number) {
    give_back();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void handle_request(int signal_number) {
    int saved_error = errno;
    unsigned bit = 0;
    switch (signal_number) {
    case SIGWINCH: bit = TERMINAL_RESIZED; break;
    case SIGTSTP: bit = TERMINAL_SUSPEND; break;
    case SIGCONT: bit = TERMINAL_CONTINUED; break;
    default: {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        long long none = -1;
        if (!atomic_compare_exchange_strong(&terminate_asked_at, &none, now.tv_sec) &&
            now.tv_sec > none + PATIENCE_SECONDS)
            die(signal_number);
        bit = TERMINAL_TERMINATE;
    }
    }
    atomic_fetch_or(&pending, bit);
    int wake = atomic_load(&wake_descriptor);
    if (wake >= 0) (void)!write(wake, "", 1);
    errno = saved_error;
}

void restore_install(const struct termios *modes) {
    found_modes = *modes;
    atomic_store(&reset_count, 0);
    atomic_store(&pending, 0);
    atomic_store(&terminate_asked_at, -1);

    stack_t stack;
    stack_installed = false;
    if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
        stack = (stack_t){.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
        stack_installed = sigaltstack(&stack, NULL) == 0;
    }

    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = handle_crash;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    for (size_t i = 0; i < CRASH_COUNT; i++) sigaction(crashes[i], &action, &crash_before[i]);
    // SA_RESTART: a writer on another thread must not lose its write to a resize.
    action.sa_handler = handle_request;
    action.sa_flags = SA_ONSTACK | SA_RESTART;
    for (size_t i = 0; i < REQUEST_COUNT; i++) {
        sigaction(requests[i], NULL, &request_before[i]);
        // nohup(1) and its like asked for a signal to be ignored: it stays so.
        bool ignored = request_before[i].sa_handler == SIG_IGN;
        if (!ignored || requests[i] == SIGWINCH || requests[i] == SIGCONT) sigaction(requests[i], &action, NULL);
    }
}

void restore_watch(int descriptor) { atomic_store(&screen_descriptor, descriptor); }

int restore_append(int byte) {
    int count = atomic_load(&reset_count);
    if (count >= RESTORE_CAPACITY) return byte;
    reset_bytes[count] = (char)byte;
    atomic_store(&reset_count, count + 1);
    return byte;
}

void restore_uninstall(void) {
    for (size_t i = 0; i < REQUEST_COUNT; i++) sigaction(requests[i], &request_before[i], NULL);
    for (size_t i = 0; i < CRASH_COUNT; i++) sigaction(crashes[i], &crash_before[i], NULL);
    if (stack_installed) sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    stack_installed = false;
    atomic_store(&reset_count, 0);
    atomic_store(&screen_descriptor, -1);
}

void restore_stop(void) {
    struct sigaction ordinary, ours;
    memset(&ordinary, 0, sizeof ordinary);
    ordinary.sa_handler = SIG_DFL;
    sigemptyset(&ordinary.sa_mask);
    sigaction(SIGTSTP, &ordinary, &ours);
    // To this thread, so that the process stops before the call returns.
    raise(SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
    atomic_fetch_and(&pending, ~(unsigned)(TERMINAL_CONTINUED | TERMINAL_SUSPEND));
}

void terminal_set_wake(int descriptor) { atomic_store(&wake_descriptor, descriptor); }

uint32_t terminal_take_signals(void) { return atomic_exchange(&pending, 0); }
