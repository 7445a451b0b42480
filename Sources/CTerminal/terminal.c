#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1
#include "CTerminal.h"
#include "restore.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// How long a lone Escape waits for the rest of a sequence, in milliseconds: short to a hand, long to a wire.
enum { ESCAPE_DELAY = 25 };

// Codes of our own for define_key; curses' end at KEY_MAX (0777).
enum { PASTE_BEGIN = KEY_MAX + 1000, PASTE_END };

// Ten hues and the terminal's own, each on each, is 121.
enum { PAIR_CAPACITY = 256 };

// What is turned on beside the screen, and off again whenever the terminal is given back.
static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";
// Buttons and drags (1002), as numbers in decimal (SGR, 1006): the older form ends at column 223 and is no UTF-8.
static const char mouse_on[] = "\033[?1006h\033[?1002h", mouse_off[] = "\033[?1002l\033[?1006l";
// ECMA-48's BDSM reset: characters stand where they are put. A terminal that turned right-to-left text round by itself
// would show cells where no offset is.
static const char order_on[] = "\033[8l", order_off[] = "\033[8h";
static const char ask_ground[] = "\033]11;?\033\\";

static SCREEN *screen;
// What curses writes to: the terminal, and while a frame is drawn a file in memory, so that the frame reaches the
// terminal in one write. curses itself writes after every motion of the cursor, a hundred times a frame.
static FILE *screen_file;
static int frame_file = -1;
// The terminal, opened once more so that a write to it returns where nobody reads (a connection that hangs): the flags of
// standard output are the shell's, too. -1 where it cannot be opened.
static int frame_output = -1;
// Keys are read through a pad of their own: reading through the screen would also draw it.
static WINDOW *input;
// Whether the terminal is of the ANSI family, and so may be told about paste; whether it reports the mouse, and shall.
static bool is_ansi, reports_mouse, wants_mouse, asked_ground;
static const terminal_exact_color *exact_colors;
static int exact_count;
static struct { int foreground, background; } pairs[PAIR_CAPACITY];
static int pair_count, color_count;

static bool use_utf8(void) {
    // Only the kind of characters: numbers keep their decimal point.
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
    return setlocale(LC_CTYPE, "C.UTF-8") || setlocale(LC_CTYPE, "en_US.UTF-8");
}

static void append_capability(const char *name) {
    char *sequence = tigetstr(name);
    if (sequence && sequence != (char *)-1) tputs(sequence, 1, restore_append);
}

static void append_text(const char *text) {
    for (const char *byte = text; *byte; byte++) restore_append(*byte);
}

// What a dying process writes: as endwin() does, and the modes as they were.
static void prepare_restore(void) {
    if (is_ansi) append_text(paste_off);
    if (is_ansi) append_text(order_off);
    // Whether it is on or not: turning off what is off does nothing.
    if (reports_mouse) append_text(mouse_off);
    append_capability("sgr0");
    append_capability("op");
    append_capability("cnorm");
    append_capability("rmkx");
    // To the last line, for a terminal without an alternate screen; with one, leaving it puts the cursor back.
    char *place = tigetstr("cup");
    if (place && place != (char *)-1) {
        char *last_line = tparm(place, LINES - 1, 0);
        if (last_line) tputs(last_line, 1, restore_append);
    }
    append_capability("rmcup");
}

static int open_output(void) {
    const char *name = ttyname(STDOUT_FILENO);
    return name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
}

// Between two looks at whether the process shall end.
enum { LOOK_MILLISECONDS = 100 };

static void write_whole(const char *bytes, size_t count) {
    int output = frame_output >= 0 ? frame_output : STDOUT_FILENO;
    while (count > 0) {
        ssize_t written = write(output, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EAGAIN) {
            // What nobody reads is not waited for then.
            if (restore_is_ending()) return;
            struct pollfd room = {.fd = output, .events = POLLOUT};
            poll(&room, 1, LOOK_MILLISECONDS);
            continue;
        }
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}

// Copies a frame, the 256-colour sequences of exact colours turned into those of red, green and blue. curses has no such
// colours but on terminals whose description is all of them ("-direct"), which few machines have. `to` has twice the room:
// no sequence becomes longer than that.
static size_t copy_exact(char *to, const char *from, size_t count) {
    const char *end = from + count;
    char *start = to;
    while (from < end) {
        bool is_color = end - from > 8 && from[0] == '\033' && from[1] == '[' && (from[2] == '3' || from[2] == '4') &&
                        memcmp(from + 3, "8;5;", 4) == 0;
        const char *digit = from + 7;
        int number = 0;
        while (is_color && digit < end && *digit >= '0' && *digit <= '9' && number < 256)
            number = number * 10 + (*digit++ - '0');
        is_color = is_color && digit < end && *digit == 'm';
        const terminal_exact_color *exact = NULL;
        for (int i = 0; is_color && i < exact_count; i++)
            if (exact_colors[i].number == number) exact = &exact_colors[i];
        if (!exact) {
            *to++ = *from++;
            continue;
        }
        unsigned red = (exact->color >> 16) & 0xFF, green = (exact->color >> 8) & 0xFF, blue = exact->color & 0xFF;
        to += sprintf(to, "\033[%c8;2;%u;%u;%um", from[2], red, green, blue);
        from = digit + 1;
    }
    return (size_t)(to - start);
}

static void write_frame(const char *bytes, size_t count) {
    char *exact = exact_count > 0 ? malloc(2 * count) : NULL;
    if (exact)
        write_whole(exact, copy_exact(exact, bytes, count));
    else
        write_whole(bytes, count);
    free(exact);
}

static void begin_frame(void) {
    if (frame_file >= 0) dup2(frame_file, fileno(screen_file));
}

static void end_frame(void) {
    fflush(screen_file);
    if (frame_file < 0) return;
    dup2(STDOUT_FILENO, fileno(screen_file));
    // In one piece: a colour's sequence must not come apart.
    off_t size = lseek(frame_file, 0, SEEK_END);
    void *bytes = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, frame_file, 0) : MAP_FAILED;
    if (bytes != MAP_FAILED) {
        write_frame(bytes, (size_t)size);
        munmap(bytes, (size_t)size);
    }
    (void)!ftruncate(frame_file, 0);
    lseek(frame_file, 0, SEEK_SET);
}

static void close_files(void) {
    if (screen_file) fclose(screen_file);
    if (frame_file >= 0) close(frame_file);
    if (frame_output >= 0) close(frame_output);
    screen_file = NULL;
    frame_file = frame_output = -1;
}

static void write_out(const char *sequence) { (void)!write(STDOUT_FILENO, sequence, strlen(sequence)); }

static void turn_modes_on(void) {
    if (is_ansi) write_out(paste_on);
    if (is_ansi) write_out(order_on);
    if (reports_mouse && wants_mouse) write_out(mouse_on);
}

static void turn_modes_off(void) {
    if (reports_mouse) write_out(mouse_off);
    if (is_ansi) write_out(order_off);
    if (is_ansi) write_out(paste_off);
}

// Ctrl-C, Ctrl-\, Ctrl-S, Ctrl-Q, Ctrl-V and Ctrl-O are keys; Ctrl-Z still stops.
static void take_keys(void) {
    cbreak();
    noecho();
    nonl();
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes) == 0) {
        modes.c_cc[VINTR] = modes.c_cc[VQUIT] = _POSIX_VDISABLE;
        modes.c_iflag &= ~(tcflag_t)IXON;
        modes.c_lflag &= ~(tcflag_t)IEXTEN;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    }
    // What curses goes back to after a stop.
    def_prog_mode();
}

terminal_status terminal_open(uint32_t wishes) {
    if (screen) return TERMINAL_ALREADY_OPEN;
    if (!isatty(STDIN_FILENO)) return TERMINAL_INPUT_IS_NO_TERMINAL;
    if (!isatty(STDOUT_FILENO)) return TERMINAL_OUTPUT_IS_NO_TERMINAL;
    if (!use_utf8() && !(wishes & TERMINAL_ASCII)) return TERMINAL_NO_UTF8;
    struct termios found;
    if (tcgetattr(STDIN_FILENO, &found) != 0) return TERMINAL_INPUT_IS_NO_TERMINAL;

    // Asked before newterm(), which writes to the terminal.
    int answer = 0;
    if (setupterm(NULL, STDOUT_FILENO, &answer) != OK) return TERMINAL_UNKNOWN_TYPE;
    char *place = tigetstr("cup");
    if (!place || place == (char *)-1) return TERMINAL_CANNOT_PLACE_CURSOR;
    // Only a terminal of the ANSI family is told about paste; others might print it.
    is_ansi = strncmp(place, "\033[", 2) == 0;
    char *mouse = tigetstr("kmous");
    reports_mouse = is_ansi && mouse && mouse != (char *)-1;
    wants_mouse = (wishes & TERMINAL_MOUSE) != 0;

    // Ours first: curses leaves alone what somebody handles, and its own handlers draw from within a signal.
    restore_install(&found);
    int descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    screen_file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    frame_output = open_output();
    restore_watch(descriptor, frame_output);
    // Without it curses writes to the terminal piece by piece, which is only slower.
    frame_file = memfd_create("frame", MFD_CLOEXEC);
    screen = screen_file ? newterm(NULL, screen_file, stdin) : NULL;
    if (!screen) {
        restore_uninstall();
        close_files();
        return TERMINAL_UNKNOWN_TYPE;
    }
    prepare_restore();
    take_keys();
    set_escdelay(ESCAPE_DELAY);
    idcok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    pair_count = 0;
    color_count = 0;
    bool colors = (wishes & TERMINAL_COLORS) && has_colors();
    if (colors && start_color() == OK && use_default_colors() == OK) color_count = COLORS;

    input = newpad(1, 1);
    if (input) {
        keypad(input, TRUE);
        nodelay(input, TRUE);
    }
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    // The mouse is read with the other sequences, in Swift: curses would keep its coordinates to itself.
    define_key(NULL, KEY_MOUSE);
    terminal_adopt_size();
    turn_modes_on();
    asked_ground = is_ansi && color_count >= 256 && (wishes & TERMINAL_ASK_GROUND);
    if (asked_ground) write_out(ask_ground);
    return TERMINAL_OPENED;
}

bool terminal_set_mouse(bool wanted) {
    if (!screen || !reports_mouse) return false;
    wants_mouse = wanted;
    write_out(wanted ? mouse_on : mouse_off);
    return true;
}

void terminal_close(void) {
    if (!screen) return;
    restore_unblock(STDOUT_FILENO);
    turn_modes_off();
    if (!isendwin()) {
        curs_set(1);
        endwin();
    }
    // An answer that was not read must not become the shell's input.
    if (asked_ground) tcflush(STDIN_FILENO, TCIFLUSH);
    exact_count = 0;
    restore_uninstall();
    if (input) delwin(input);
    input = NULL;
    delscreen(screen);
    screen = NULL;
    close_files();
}

void terminal_suspend(void) {
    if (!screen) return;
    turn_modes_off();
    curs_set(1);
    endwin();
    restore_stop();
    terminal_resume();
}

void terminal_resume(void) {
    if (!screen) return;
    // The shell has set the terminal its own way; from endwin() curses knows the way back.
    if (!isendwin()) endwin();
    terminal_adopt_size();
    clearok(curscr, TRUE);
    wnoutrefresh(stdscr);
    doupdate();
    // curses would say so only at the next key, and that key would come in its other form.
    if (input) keypad(input, TRUE);
    turn_modes_on();
}

// Not `columns`: that is a macro of term.h.
void terminal_get_size(int *down, int *across) {
    *down = screen ? getmaxy(stdscr) : 0;
    *across = screen ? getmaxx(stdscr) : 0;
}

void terminal_adopt_size(void) {
    struct winsize window;
    if (!screen || ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0) return;
    // A serial line says 0 by 0: then what terminfo says stands.
    if (window.ws_row == 0 || window.ws_col == 0) return;
    if (!is_term_resized(window.ws_row, window.ws_col)) return;
    resizeterm(window.ws_row, window.ws_col);
}

int terminal_colors(void) { return screen ? color_count : 0; }

void terminal_take_ground(void) { asked_ground = false; }

void terminal_set_exact_colors(const terminal_exact_color *colors, int count) {
    exact_colors = colors;
    exact_count = count;
}

int terminal_pair(int foreground, int background) {
    if (!screen || color_count == 0 || (foreground < 0 && background < 0)) return 0;
    for (int i = 0; i < pair_count; i++)
        if (pairs[i].foreground == foreground && pairs[i].background == background) return i + 1;
    int number = pair_count + 1;
    if (pair_count >= PAIR_CAPACITY || number >= COLOR_PAIRS) return 0;
    if (init_extended_pair(number, foreground, background) != OK) return 0;
    pairs[pair_count].foreground = foreground;
    pairs[pair_count].background = background;
    pair_count = number;
    return number;
}

int terminal_scalar_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

bool terminal_put(int row, int column, const uint32_t *scalars, int count, uint32_t attributes, int pair) {
    if (!screen || count <= 0) return false;
    wchar_t text[CCHARW_MAX + 1];
    int length = count < CCHARW_MAX ? count : CCHARW_MAX;
    for (int i = 0; i < length; i++) text[i] = (wchar_t)scalars[i];
    text[length] = L'\0';

    attr_t drawn = A_NORMAL;
    if (attributes & TERMINAL_BOLD) drawn |= A_BOLD;
    if (attributes & TERMINAL_DIM) drawn |= A_DIM;
    if (attributes & TERMINAL_UNDERLINE) drawn |= A_UNDERLINE;
    if (attributes & TERMINAL_REVERSE) drawn |= A_REVERSE;

    cchar_t cell;
    // The pair goes through the last argument: the one before is a short, and there are 65536 pairs.
    if (setcchar(&cell, text, drawn, 0, &pair) != OK) return false;
    // The array form neither wraps at the right edge nor scrolls in the last corner.
    return mvadd_wchnstr(row, column, &cell, 1) == OK;
}

void terminal_erase(void) {
    if (screen) werase(stdscr);
}

void terminal_show(int cursor_row, int cursor_column) {
    if (!screen) return;
    bool visible = cursor_row >= 0 && wmove(stdscr, cursor_row, cursor_column) == OK;
    begin_frame();
    wnoutrefresh(stdscr);
    doupdate();
    // After drawing, so that it does not run over the screen.
    curs_set(visible ? 1 : 0);
    end_frame();
}

static terminal_key key(terminal_key_kind kind, uint32_t code) {
    return (terminal_key){.kind = kind, .code = code};
}

terminal_key terminal_read_key(void) {
    if (!screen || !input) return key(TERMINAL_KEY_NONE, 0);
    // Bytes, for get_wch loses a character whose bytes come apart, and up to fifteen good ones after a bad one.
    int code = wgetch(input);
    if (code == ERR) return key(TERMINAL_KEY_NONE, 0);
    if (code < KEY_MIN) return key(TERMINAL_KEY_BYTE, (uint32_t)code & 0xFF);
    switch (code) {
    case KEY_UP: return key(TERMINAL_KEY_UP, 0);
    case KEY_DOWN: return key(TERMINAL_KEY_DOWN, 0);
    case KEY_LEFT: return key(TERMINAL_KEY_LEFT, 0);
    case KEY_RIGHT: return key(TERMINAL_KEY_RIGHT, 0);
    case KEY_HOME: case KEY_A1: case KEY_FIND: return key(TERMINAL_KEY_HOME, 0);
    case KEY_END: case KEY_C1: case KEY_SELECT: return key(TERMINAL_KEY_END, 0);
    case KEY_PPAGE: case KEY_A3: return key(TERMINAL_KEY_PAGE_UP, 0);
    case KEY_NPAGE: case KEY_C3: return key(TERMINAL_KEY_PAGE_DOWN, 0);
    case KEY_DC: return key(TERMINAL_KEY_DELETE, 0);
    case KEY_BACKSPACE: return key(TERMINAL_KEY_BACKSPACE, 0);
    case KEY_BTAB: return key(TERMINAL_KEY_BACK_TAB, 0);
    case KEY_ENTER: return key(TERMINAL_KEY_ENTER, 0);
    case PASTE_BEGIN: return key(TERMINAL_KEY_PASTE_BEGIN, 0);
    case PASTE_END: return key(TERMINAL_KEY_PASTE_END, 0);
    default: break;
    }
    // F13 and up are shifted ones of the first twelve.
    if (code >= KEY_F(1) && code <= KEY_F(12)) return key(TERMINAL_KEY_FUNCTION, (uint32_t)(code - KEY_F0));
    return key(TERMINAL_KEY_IGNORED, 0);
}
