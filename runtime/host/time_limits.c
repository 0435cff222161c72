#include "time_limits.h"

#include "sandbox.h"
#include "signals.h"

bool tbx_time_limits_start(struct tbx_time_limits *limits, struct tbx_run *run, tbx_error *error) {
    const struct tbx_config *config = run->sandbox->config;
    if (config->timeout != 0 &&
        !tbx_timer_start(&limits->wall, CLOCK_MONOTONIC, run, config->timeout, error))
        return false;
    if (config->cpu_time == 0 ||
        tbx_timer_start(&limits->processor, CLOCK_THREAD_CPUTIME_ID, run, config->cpu_time, error))
        return true;
    if (config->timeout != 0)
        tbx_timer_stop(limits->wall);
    return false;
}

void tbx_time_limits_stop(const struct tbx_time_limits *limits, const struct tbx_config *config) {
    if (config->timeout != 0)
        tbx_timer_stop(limits->wall);
    if (config->cpu_time != 0)
        tbx_timer_stop(limits->processor);
}
