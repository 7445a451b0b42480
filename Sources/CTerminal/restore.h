/// Signals, and giving the terminal back when the process dies.
#ifndef CTERMINAL_RESTORE_H
#define CTERMINAL_RESTORE_H

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

/// Room for the sequences that give a terminal back; xterm's take about 60 bytes.
enum { RESTORE_CAPACITY = 256 };

/// Puts handlers in place. `modes` is how the terminal was found.
void restore_install(const struct termios *modes);

/// Adds a byte to what is written when the process dies; returns it, as tputs(3) wants.
int restore_append(int byte);

/// The descriptors that the screen is drawn on, beside standard output; -1 for none.
void restore_watch(int screen, int frames);

/// Whether the process was asked to end: from then on nobody is waited for.
bool restore_is_ending(void);

/// Drops what was drawn and is not read, where nobody reads it (a connection that hangs): a write would wait for ever.
/// Async-signal-safe.
void restore_unblock(int terminal);

/// Puts back what handled the signals before.
void restore_uninstall(void);

/// Stops the process as if nobody had handled Ctrl-Z; returns when it goes on.
void restore_stop(void);

#endif
