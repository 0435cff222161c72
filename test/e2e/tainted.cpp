// examples/library by way of tmebox.hpp: prints what happens, one thing a line.
#include <cstdio>
#include <tmebox.hpp>

static uint64_t add(tbx_sandbox *, const uint64_t arguments[6], void *) {
    return arguments[0] + arguments[1];
}

static tbx::library load(const char *path) {
    tbx_error error;
    std::unique_ptr<tbx_image, void (*)(tbx_image *)> image(tbx_image_open(path, &error),
                                                            tbx_image_release);
    std::unique_ptr<tbx_config, void (*)(tbx_config *)> config(tbx_config_new(), tbx_config_free);
    if (image == nullptr ||
        !tbx_config_add_function(config.get(), "host_add", add, nullptr, &error))
        throw tbx::refused(error.message);
    return tbx::library(image.get(), config.get());
}

static long small(long number) {
    return number >= 0 && number < 100 ? number : throw tbx::refused("not a small number");
}

static_assert(!std::is_convertible_v<tbx::tainted<long>, long>, "nothing gets out unchecked");

int main(int, char **argv) {
    tbx::library library = load(argv[1]);
    tbx::sandbox sandbox(library);
    auto text = sandbox.allocate<char>(12);
    sandbox.copy_in(text, "hello there", 12);
    std::printf("%ld\n", sandbox.call<long>("upper", text).verify(small));
    std::printf("%c\n", sandbox.copy_out(text).verify([](char c) { return c; }));
    std::printf("%g\n", sandbox.call<double>("halve", 5.0).verify([](double d) { return d; }));
    try {
        sandbox.call<long>("ask", 1000, 2000).verify(small);
    } catch (const tbx::refused &error) {
        std::printf("%s\n", error.what());
    }
    try {
        sandbox.call<void>("store", tbx::pointer<int>(), 1);
    } catch (const tbx::ended &error) {
        std::printf("%s\n", tbx_fault_kind_name(error.outcome().fault.kind));
    }
    sandbox.reset();
    std::printf("%ld\n", sandbox.call<long>("ask", 1, 2).verify(small));
    try {
        sandbox.call<void>("nowhere");
    } catch (const tbx::refused &error) {
        std::printf("%s\n", error.what());
    }
}
