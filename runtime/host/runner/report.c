#include "report.h"

#include "error.h"

#include <stdio.h>

static const char *access_name(tbx_access access) {
    switch (access) {
    case TBX_ACCESS_READ:
        return "read";
    case TBX_ACCESS_WRITE:
        return "write";
    case TBX_ACCESS_EXECUTE:
        return "execute";
    case TBX_ACCESS_NONE:
        break;
    }
    return "none";
}

/* Symbols are printable and without quotes (tmebox.h), and descriptions are made of them and of
 * fixed words, so nothing here needs escaping. */
static void write_fault(FILE *file, const tbx_sandbox *sandbox, const tbx_outcome *outcome) {
    const tbx_fault *fault = &outcome->fault;
    char message[512];
    tbx_outcome_describe(sandbox, outcome, message, sizeof message);
    fprintf(file,
            "  \"fault\": {\"kind\": \"%s\", \"access\": \"%s\", \"signal\": %d, \"offset\": "
            "\"0x%llx\","
            " \"code_offset\": \"0x%llx\", \"symbol\": \"%s\", \"symbol_offset\": \"0x%llx\","
            " \"message\": \"%s\", \"trace\": [",
            tbx_fault_kind_name(fault->kind), access_name(fault->access), fault->signal,
            (unsigned long long)fault->offset, (unsigned long long)fault->code_offset,
            fault->symbol, (unsigned long long)fault->symbol_offset, message);
    for (uint32_t i = 0; i < fault->trace_count; i++)
        fprintf(file, "%s\"0x%llx\"", i == 0 ? "" : ", ", (unsigned long long)fault->trace[i]);
    fprintf(file, "]}\n");
}

static void write_outcome(FILE *file, const tbx_sandbox *sandbox, const tbx_outcome *outcome) {
    switch (outcome->kind) {
    case TBX_EXITED:
        fprintf(file, "  \"exit_status\": %d\n", outcome->status);
        break;
    case TBX_FAULTED:
        write_fault(file, sandbox, outcome);
        break;
    case TBX_TIMED_OUT:
        fprintf(file, "  \"timeout\": true\n");
        break;
    case TBX_RETURNED: /* neither happens to a program */
    case TBX_BUSY:
    case TBX_NOT_STARTED:
        fprintf(file, "  \"not_started\": true\n");
        break;
    }
}

bool runner_report_write(const char *path, const tbx_image *image, const tbx_sandbox *sandbox,
                         const tbx_outcome *outcome, tbx_error *error) {
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return tbx_fail_errno(error, "cannot write the report %s", path);
    fprintf(
        file,
        "{\n  \"keyid\": %u,\n  \"window_base\": \"0x%llx\",\n  \"code_window_base\": \"0x%llx\",\n"
        "  \"isolation\": \"%s\",\n  \"verified\": %s,\n",
        tbx_sandbox_key(sandbox), (unsigned long long)tbx_sandbox_window_base(sandbox),
        (unsigned long long)tbx_sandbox_code_window_base(sandbox),
        tbx_image_isolation(image) == TBX_ISOLATE_DATA ? "data" : "code+data",
        tbx_image_is_verified(image) ? "true" : "false");
    write_outcome(file, sandbox, outcome);
    fprintf(file, "}\n");
    return fclose(file) == 0 || tbx_fail_errno(error, "cannot write the report %s", path);
}
