/* The time limits of one run: a timer each for wall-clock and processor time. */
#ifndef TBX_TIME_LIMITS_H
#define TBX_TIME_LIMITS_H

#include "config.h"
#include "run.h"

#include <time.h>

/* The timers of one run; those without a limit do not exist. */
struct tbx_time_limits {
    timer_t wall, processor;
};

/* Starts what the config of the run's sandbox asks for; false and a message when the system
 * refuses, and then nothing is to be stopped. */
bool tbx_time_limits_start(struct tbx_time_limits *limits, struct tbx_run *run, tbx_error *error);

void tbx_time_limits_stop(const struct tbx_time_limits *limits, const struct tbx_config *config);

#endif
