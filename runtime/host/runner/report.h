/* The report of a run, for programs: one JSON object in a file. */
#ifndef TBX_RUNNER_REPORT_H
#define TBX_RUNNER_REPORT_H

#include "tmebox.h"

/*
 * Writes to `path`: keyid, window_base and code_window_base (hexadecimal strings), isolation,
 * verified, and exit_status, or fault (an object; `trace` is of strings), or timeout (true). False
 * and a message when the file cannot be written.
 */
bool runner_report_write(const char *path, const tbx_image *image, const tbx_sandbox *sandbox,
                         const tbx_outcome *outcome, tbx_error *error);

#endif
