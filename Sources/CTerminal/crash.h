/// What a crash says.
#ifndef CTERMINAL_CRASH_H
#define CTERMINAL_CRASH_H

/// Says on standard error which signal ends the process and where it came from; `context` is the handler's third argument.
/// Async-signal-safe up to its last lines, the callers, which are looked for when everything else is said.
void crash_report(int signal_number, const void *context);

#endif
