#include "options.h"

#include "error.h"

#include <stdlib.h>
#include <string.h>

static const char digest_option[] = "--digest=", level_option[] = "--require=",
                  accept_option[] = "--accept-unverified";

static const char *value_of(const char *option, const char *name) {
    size_t length = strlen(name);
    return strncmp(option, name, length) == 0 ? option + length : NULL;
}

void runner_trust_init(struct runner_trust *trust) {
    const char *accept = getenv("TBX_ACCEPT_UNVERIFIED");
    bool accepts = accept != NULL && strcmp(accept, "1") == 0;
    memset(trust, 0, sizeof *trust);
    trust->policy.trust = accepts ? TBX_TRUST_UNVERIFIED : TBX_TRUST_VERDICT;
    trust->policy.digests = trust->digests;
}

bool runner_trust_is(const char *option) {
    return value_of(option, digest_option) != NULL || value_of(option, level_option) != NULL ||
           strcmp(option, accept_option) == 0;
}

/* Who names digests means them, whatever else the command line or the environment says. */
static bool read_digest(struct runner_trust *trust, const char *text, tbx_error *error) {
    tbx_image_policy *policy = &trust->policy;
    if (policy->digest_count == RUNNER_MAX_DIGESTS)
        return tbx_fail(error, "more than %d digests", RUNNER_MAX_DIGESTS);
    if (!tbx_digest_parse(text, &trust->digests[policy->digest_count]))
        return tbx_fail(
            error, "\"%s\" is no digest: 64 digits, as 'tme-box verify --digest' prints", text);
    policy->digest_count++;
    policy->trust = TBX_TRUST_DIGESTS;
    return true;
}

static bool read_level(struct runner_trust *trust, const char *text, tbx_error *error) {
    if (strcmp(text, "data") != 0 && strcmp(text, "code+data") != 0)
        return tbx_fail(error, "unknown level \"%s\": data or code+data", text);
    trust->policy.least = strcmp(text, "data") == 0 ? TBX_ISOLATE_DATA : TBX_ISOLATE_CODE_DATA;
    return true;
}

bool runner_trust_read(struct runner_trust *trust, const char *option, tbx_error *error) {
    const char *value;
    if ((value = value_of(option, digest_option)) != NULL)
        return read_digest(trust, value, error);
    if ((value = value_of(option, level_option)) != NULL)
        return read_level(trust, value, error);
    if (trust->policy.trust != TBX_TRUST_DIGESTS)
        trust->policy.trust = TBX_TRUST_UNVERIFIED;
    return true;
}
