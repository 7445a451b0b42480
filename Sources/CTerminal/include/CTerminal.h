/// The terminal, through ncurses. The only code that sees `curses.h`, and the only state in it is curses' own: one
/// terminal a process. Everything here is for one thread, but for the signal handlers, which only set flags.
#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdbool.h>
#include <stdint.h>

/// Takes the signals of a crash, in every command and before there is a note in memory. `program` is its name and version.
///
/// What is said then has no register and no memory in it, and no core is left.
void crash_install(const char *program);

/// How opening went.
typedef enum __attribute__((enum_extensibility(closed))) terminal_status : int32_t {
    TERMINAL_OPENED,
    TERMINAL_INPUT_IS_NO_TERMINAL,
    TERMINAL_OUTPUT_IS_NO_TERMINAL,
    /// terminfo has no description of $TERM, or $TERM is not set.
    TERMINAL_UNKNOWN_TYPE,
    /// The description has no way to place the cursor.
    TERMINAL_CANNOT_PLACE_CURSOR,
    /// The C library has no UTF-8 locale.
    TERMINAL_NO_UTF8,
    TERMINAL_ALREADY_OPEN,
} terminal_status;

/// How a cell is drawn; bits.
enum {
    TERMINAL_BOLD = 1,
    TERMINAL_DIM = 2,
    TERMINAL_UNDERLINE = 4,
    TERMINAL_REVERSE = 8,
};

/// What is wished of the terminal; bits.
enum {
    /// Colours; without it they are left alone.
    TERMINAL_COLORS = 1,
    /// Clicks, drags and the wheel, where the terminal has them.
    TERMINAL_MOUSE = 2,
    /// The question which colour the ground has; an answer comes among the keys.
    TERMINAL_ASK_GROUND = 4,
    /// No need of UTF-8: nothing but ASCII will be drawn.
    TERMINAL_ASCII = 8,
};

/// What happened outside; bits.
enum {
    /// The window has another size.
    TERMINAL_RESIZED = 1,
    /// Ctrl-Z: somebody wants the shell.
    TERMINAL_SUSPEND = 2,
    /// The process goes on after a stop that it did not make itself.
    TERMINAL_CONTINUED = 4,
    /// SIGTERM, SIGHUP or SIGINT: leave in good order.
    TERMINAL_TERMINATE = 8,
};

/// What `terminal_read_key` found.
typedef enum __attribute__((enum_extensibility(closed))) terminal_key_kind : int32_t {
    /// Nothing is waiting.
    TERMINAL_KEY_NONE,
    /// Something that means nothing here; read on.
    TERMINAL_KEY_IGNORED,
    /// A byte of UTF-8, control characters and a lone escape included: `code`.
    TERMINAL_KEY_BYTE,
    TERMINAL_KEY_UP,
    TERMINAL_KEY_DOWN,
    TERMINAL_KEY_LEFT,
    TERMINAL_KEY_RIGHT,
    TERMINAL_KEY_HOME,
    TERMINAL_KEY_END,
    TERMINAL_KEY_PAGE_UP,
    TERMINAL_KEY_PAGE_DOWN,
    TERMINAL_KEY_DELETE,
    TERMINAL_KEY_BACKSPACE,
    TERMINAL_KEY_BACK_TAB,
    TERMINAL_KEY_ENTER,
    /// A function key: `code` is its number.
    TERMINAL_KEY_FUNCTION,
    TERMINAL_KEY_PASTE_BEGIN,
    TERMINAL_KEY_PASTE_END,
} terminal_key_kind;

/// One key.
typedef struct terminal_key {
    terminal_key_kind kind;
    uint32_t code;
} terminal_key;

/// Takes the terminal on standard input and output: alternate screen, keys one by one, bracketed paste, and what is
/// wished. From here on a crash or a signal gives the terminal back as it was.
terminal_status terminal_open(uint32_t wishes);

/// Asks for clicks or leaves them to the terminal, which selects and copies with them. False where it has none to give.
bool terminal_set_mouse(bool wanted);

/// Gives the terminal back as it was; harmless when it is not open.
void terminal_close(void);

/// Signals write one byte to this descriptor, which must not block; -1 for none.
void terminal_set_wake(int descriptor);

/// What signals came since the last call.
uint32_t terminal_take_signals(void);

/// Leaves the screen, stops the process as Ctrl-Z does, and returns when it goes on, everything redrawn.
void terminal_suspend(void);

/// Takes the screen again after a stop that came from outside, and redraws everything.
void terminal_resume(void);

/// The size that is drawn on, in cells.
void terminal_get_size(int *rows, int *columns);

/// Asks the terminal for its size and draws on that from now on.
void terminal_adopt_size(void);

/// How many colours there are; 0 where there are none or they are not wanted.
int terminal_colors(void);

/// Says that the terminal's answer about its ground was read.
void terminal_take_ground(void);

/// One of the 256 colours, and what is drawn in its place where the terminal takes red, green and blue.
typedef struct terminal_exact_color {
    int32_t number;
    /// 0xRRGGBB.
    uint32_t color;
} terminal_exact_color;

/// Draws these colours exactly from now on; none with a count of 0. Kept by the caller while it is in force.
void terminal_set_exact_colors(const terminal_exact_color *colors, int count);

/// The number of the pair for an ink and a ground; -1 is the terminal's own. 0, which is its own ink on its own
/// ground, where the terminal has no more pairs.
int terminal_pair(int foreground, int background);

/// Cells that curses thinks a scalar takes: 0 for a mark on the one before, negative for what cannot be printed.
int terminal_scalar_width(uint32_t scalar);

/// Puts one spacing scalar and the marks on it at a place of the coming screen. False outside the screen.
bool terminal_put(int row, int column, const uint32_t *scalars, int count, uint32_t attributes, int pair);

/// Blanks the coming screen.
void terminal_erase(void);

/// Shows the coming screen, with the cursor at a place; a negative row hides it.
void terminal_show(int cursor_row, int cursor_column);

/// The next key, without waiting for one.
terminal_key terminal_read_key(void);

#endif
