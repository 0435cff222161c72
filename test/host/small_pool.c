#include "small_pool.h"

#include "check.h"

tbx_pool *pool;

void open_pool(const tbx_backend_options *options, uint64_t bytes) {
    tbx_error error = {""};
    CHECK(tbx_backend_start(TBX_BACKEND_EMULATED, options, &error));
    open_template(small_config());
    pool = tbx_pool_new(bytes, &error);
    CHECK(pool != NULL);
}

void close_pool(void) {
    tbx_pool_free(pool);
    tbx_template_release(template);
}

uint64_t new_object(tbx_sandbox *owner, size_t size) {
    tbx_error error = {""};
    uint64_t object = tbx_pool_allocate(pool, owner, size, &error);
    CHECK(object != 0);
    return object;
}
