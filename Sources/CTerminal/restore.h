/// Signals, and giving the terminal back when the process dies.
#ifndef CTERMINAL_RESTORE_H
#define CTERMINAL_RESTORE_H

#include <stdint.h>
#include <termios.h>

/// Room for the sequences that give a terminal back; xterm's take about 60 bytes.
enum { RESTORE_CAPACITY = 256 };

/// Puts handlers in place. `modes` is how the terminal was found.
void restore_install(const struct termios *modes);

/// Adds a byte to what is written when the process dies; returns it, as tputs(3) wants.
int restore_append(int byte);

/// The descriptor that the screen is drawn on, beside standard output; -1 for none.
void restore_watch(int descriptor);

/// Puts back what handled the signals before.
void restore_uninstall(void);

/// Stops the process as if nobody had handled Ctrl-Z; returns when it goes on.
void restore_stop(void);

#endif
