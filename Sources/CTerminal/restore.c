#define _GNU_SOURCE
#include "restore.h"
#include "crash.h"
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

// As long as a terminal that is read at all may take to have room again.
enum { STUCK_MILLISECONDS = 500 };

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT, SIGSYS};
static const int requests[] = {SIGTERM, SIGHUP, SIGINT, SIGWINCH, SIGTSTP, SIGCONT};
// What else ends a process; SIGXCPU is the one that is met, where processor time is limited.
static const int ends[] = {SIGUSR1, SIGUSR2, SIGALRM, SIGSTKFLT, SIGXCPU, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGPIPE};
enum {
    CRASH_COUNT = sizeof crashes / sizeof *crashes,
    REQUEST_COUNT = sizeof requests / sizeof *requests,
    END_COUNT = sizeof ends / sizeof *ends,
    // Those of real time, which the C library leaves to programs.
    REAL_TIME_CAPACITY = 64,
};

static struct sigaction crash_before[CRASH_COUNT], request_before[REQUEST_COUNT];
static struct sigaction end_before[END_COUNT], real_time_before[REAL_TIME_CAPACITY];
static char handler_stack[HANDLER_STACK_BYTES];
static bool stack_installed;

static struct termios found_modes;
static char reset_bytes[RESTORE_CAPACITY];
static atomic_int reset_count;
static atomic_int screen_descriptor = -1, frame_descriptor = -1;

static atomic_int wake_descriptor = -1;
static atomic_uint pending;
static atomic_llong terminate_asked_at = -1;

void restore_unblock(int terminal) {
    struct pollfd room = {.fd = terminal, .events = POLLOUT};
    if (poll(&room, 1, STUCK_MILLISECONDS) == 0) tcflush(terminal, TCOFLUSH);
}

// Async-signal-safe, as all that it calls: poll(2), write(2), tcflush(3) and tcsetattr(3).
static void give_back_on(int terminal) {
    restore_unblock(terminal);
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
        int drawn_on[] = {atomic_load(&screen_descriptor), atomic_load(&frame_descriptor)};
        for (size_t i = 0; i < sizeof drawn_on / sizeof *drawn_on; i++)
            if (drawn_on[i] >= 0) dup2(nowhere, drawn_on[i]);
        dup2(nowhere, STDOUT_FILENO);
    }
    give_back_on(terminal >= 0 ? terminal : STDOUT_FILENO);
}

// Then the default action. Not the Swift runtime's handler, which prints what memory holds, a note's words among it, and
// keeps the terminal half a minute for a prompt.
static void handle_crash(int signal_number, siginfo_t *info, void *context) {
    (void)info;
    give_back();
    // Somebody pressed a key for that one.
    if (signal_number != SIGQUIT) crash_report(signal_number, context);
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

// nohup(1) and its like asked for a signal to be ignored: it stays so.
static void take_unless_ignored(int number, const struct sigaction *action, struct sigaction *before) {
    sigaction(number, NULL, before);
    if (before->sa_handler != SIG_IGN) sigaction(number, action, NULL);
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
    action.sa_sigaction = handle_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
    for (size_t i = 0; i < CRASH_COUNT; i++) sigaction(crashes[i], &action, &crash_before[i]);
    action.sa_handler = die;
    action.sa_flags = SA_ONSTACK;
    for (size_t i = 0; i < END_COUNT; i++) take_unless_ignored(ends[i], &action, &end_before[i]);
    for (int number = SIGRTMIN; number <= SIGRTMAX && number - SIGRTMIN < REAL_TIME_CAPACITY; number++)
        take_unless_ignored(number, &action, &real_time_before[number - SIGRTMIN]);
    // SA_RESTART: a writer on another thread must not lose its write to a resize.
    action.sa_handler = handle_request;
    action.sa_flags = SA_ONSTACK | SA_RESTART;
    for (size_t i = 0; i < REQUEST_COUNT; i++) {
        sigaction(requests[i], NULL, &request_before[i]);
        bool ignored = request_before[i].sa_handler == SIG_IGN;
        if (!ignored || requests[i] == SIGWINCH || requests[i] == SIGCONT) sigaction(requests[i], &action, NULL);
    }
}

void restore_watch(int screen, int frames) {
    atomic_store(&screen_descriptor, screen);
    atomic_store(&frame_descriptor, frames);
}

bool restore_is_ending(void) { return atomic_load(&terminate_asked_at) >= 0; }

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
    for (size_t i = 0; i < END_COUNT; i++) sigaction(ends[i], &end_before[i], NULL);
    for (int number = SIGRTMIN; number <= SIGRTMAX && number - SIGRTMIN < REAL_TIME_CAPACITY; number++)
        sigaction(number, &real_time_before[number - SIGRTMIN], NULL);
    if (stack_installed) sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    stack_installed = false;
    atomic_store(&reset_count, 0);
    restore_watch(-1, -1);
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
