// Exceptions, classes and coroutines of C++. No header but those of the language: <coroutine> and
// its like are spelled out.
namespace std {
class type_info;
template <class Result, class...> struct coroutine_traits {
    using promise_type = typename Result::promise_type;
};
template <class Promise = void> struct coroutine_handle;
template <> struct coroutine_handle<void> {
    void *address_;
    static coroutine_handle from_address(void *address) noexcept {
        return {address};
    }
    void resume() const {
        __builtin_coro_resume(address_);
    }
    void destroy() const {
        __builtin_coro_destroy(address_);
    }
    void *address() const noexcept {
        return address_;
    }
};
template <class Promise> struct coroutine_handle : coroutine_handle<> {
    static coroutine_handle from_address(void *address) noexcept {
        coroutine_handle handle;
        handle.address_ = address;
        return handle;
    }
    static coroutine_handle from_promise(Promise &promise) {
        return from_address(__builtin_coro_promise(&promise, alignof(Promise), true));
    }
};
struct suspend_always {
    bool await_ready() noexcept {
        return false;
    }
    void await_suspend(coroutine_handle<>) noexcept {}
    void await_resume() noexcept {}
};
} // namespace std

struct shape {
    virtual ~shape() = default;
    virtual int area() const = 0;
};
struct named : virtual shape {
    const char *name;
};
struct square final : named {
    int side = 2;
    int area() const override {
        return side * side;
    }
};

struct failure {
    int code;
};

int risky(int x);
void cleanup(int &x) noexcept;

struct guard {
    int &value;
    ~guard() {
        cleanup(value);
    }
};

int attempt(int x) {
    guard held{x};
    try {
        return risky(x);
    } catch (const failure &f) {
        return f.code;
    } catch (int) {
        throw;
    } catch (...) {
        throw failure{1};
    }
}

thread_local square per_thread;
static square shared;

template <class Number> Number largest(Number a, Number b) {
    return a < b ? b : a;
}

int use(shape *s) {
    auto *known = dynamic_cast<square *>(s);
    auto add = [&](auto x) { return largest<long>(x, known->side); };
    int (square::*member)() const = &square::area;
    return int(add(3)) + (known->*member)() + per_thread.area() + shared.area();
}

shape *make(bool fail) noexcept(false) {
    return fail ? nullptr : new square;
}

struct generator {
    struct promise_type {
        int current;
        generator get_return_object() {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() {
            return {};
        }
        std::suspend_always final_suspend() noexcept {
            return {};
        }
        std::suspend_always yield_value(int value) {
            current = value;
            return {};
        }
        void return_void() {}
        void unhandled_exception() {
            throw;
        }
    };
    std::coroutine_handle<promise_type> handle;
};

generator count(int limit) {
    for (int i = 0; i < limit; i++)
        co_yield i;
}
