/* Outcomes in words. */
#include "sandbox.h"

#include <stdio.h>

const char *tbx_fault_kind_name(tbx_fault_kind kind) {
    switch (kind) {
    case TBX_FAULT_NULL:
        return "null";
    case TBX_FAULT_UNMAPPED:
        return "unmapped";
    case TBX_FAULT_READ_ONLY:
        return "read-only";
    case TBX_FAULT_STACK:
        return "stack";
    case TBX_FAULT_NATIVE_STACK:
        return "native-stack";
    case TBX_FAULT_NOT_CODE:
        return "not-code";
    case TBX_FAULT_TRAP:
        return "trap";
    case TBX_FAULT_ARITHMETIC:
        return "arithmetic";
    case TBX_FAULT_PROTECTION:
        return "protection";
    case TBX_FAULT_JUMP_BUFFER:
        return "jump-buffer";
    case TBX_FAULT_OUTSIDE_WINDOW:
        return "outside-window";
    case TBX_FAULT_FOREIGN_LINE:
        return "foreign-line";
    }
    return "unknown";
}

static const char *access_words(tbx_access access) {
    switch (access) {
    case TBX_ACCESS_WRITE:
        return "write to";
    case TBX_ACCESS_EXECUTE:
        return "jump to";
    case TBX_ACCESS_READ:
    case TBX_ACCESS_NONE:
        break;
    }
    return "read from";
}

static int describe_cause(const tbx_fault *fault, char *buffer, size_t size) {
    const char *access = access_words(fault->access);
    unsigned long long offset = fault->offset;
    switch (fault->kind) {
    case TBX_FAULT_FOREIGN_LINE:
        return snprintf(buffer, size, "%s a cache line of another key at offset 0x%llx", access,
                        offset);
    case TBX_FAULT_NULL:
    case TBX_FAULT_UNMAPPED:
        return snprintf(buffer, size, "%s unmapped offset 0x%llx", access, offset);
    case TBX_FAULT_READ_ONLY:
        return snprintf(buffer, size, "%s read-only offset 0x%llx", access, offset);
    case TBX_FAULT_STACK:
        return snprintf(buffer, size, "data stack overflow: %s unmapped offset 0x%llx", access,
                        offset);
    case TBX_FAULT_NATIVE_STACK:
        return snprintf(buffer, size, "native stack overflow");
    case TBX_FAULT_NOT_CODE:
        return snprintf(buffer, size, "jump to offset 0x%llx, which is not code", offset);
    case TBX_FAULT_TRAP:
        return fault->signal == SIGABRT ? snprintf(buffer, size, "abort")
                                        : snprintf(buffer, size, "trap (signal %d)", fault->signal);
    case TBX_FAULT_ARITHMETIC:
        return snprintf(buffer, size, "arithmetic error, such as a division by zero");
    case TBX_FAULT_PROTECTION:
        return snprintf(buffer, size, "misaligned or forbidden access");
    case TBX_FAULT_JUMP_BUFFER:
        return snprintf(buffer, size, "setjmp or longjmp with a bad jmp_buf at offset 0x%llx",
                        offset);
    case TBX_FAULT_OUTSIDE_WINDOW:
        return snprintf(buffer, size, "%s address 0x%llx outside the window", access, offset);
    }
    return snprintf(buffer, size, "unknown fault");
}

static int describe_fault(const tbx_sandbox *sandbox, const tbx_fault *fault, char *buffer,
                          size_t size) {
    char cause[128], where[128] = "";
    describe_cause(fault, cause, sizeof cause);
    if (fault->symbol[0] != '\0')
        snprintf(where, sizeof where, " (%s+0x%llx)", fault->symbol,
                 (unsigned long long)fault->symbol_offset);
    return snprintf(buffer, size, "sandbox KeyID %u: %s at offset 0x%llx%s",
                    tbx_sandbox_key(sandbox), cause, (unsigned long long)fault->code_offset, where);
}

int tbx_outcome_describe(const tbx_sandbox *sandbox, const tbx_outcome *outcome, char *buffer,
                         size_t size) {
    switch (outcome->kind) {
    case TBX_EXITED:
        return snprintf(buffer, size, "sandbox KeyID %u: exit status %d", tbx_sandbox_key(sandbox),
                        outcome->status);
    case TBX_FAULTED:
        return describe_fault(sandbox, &outcome->fault, buffer, size);
    case TBX_TIMED_OUT:
        return snprintf(buffer, size, "sandbox KeyID %u: time limit reached",
                        tbx_sandbox_key(sandbox));
    case TBX_RETURNED:
        return snprintf(buffer, size, "sandbox KeyID %u: returned", tbx_sandbox_key(sandbox));
    case TBX_BUSY:
        return snprintf(buffer, size, "sandbox KeyID %u: another thread is inside",
                        tbx_sandbox_key(sandbox));
    case TBX_NOT_STARTED:
        return snprintf(buffer, size, "sandbox KeyID %u: not started: %s", tbx_sandbox_key(sandbox),
                        outcome->error.message);
    }
    return snprintf(buffer, size, "unknown outcome");
}
