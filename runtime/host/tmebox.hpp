/*
 * tmebox.hpp - tmebox.h for C++17: owners, calls with types, and tainted values.
 *
 * What comes out of a sandbox is hostile. It arrives as tainted<T>, which does nothing but let
 * itself be checked: no arithmetic, no comparison and no conversion gets past `verify`, which takes
 * the function that decides. Users of RLBox know it so.
 *
 *     tbx::sandbox sandbox(library);
 *     tbx::tainted<long> length = sandbox.call<long>("upper", text);
 *     long checked = length.verify([](long n) { return n >= 0 && n < 100 ? n : throw bad_answer();
 * });
 *
 * Errors are exceptions: tbx::refused when nothing ran, tbx::ended when the sandbox has ended.
 */
#ifndef TMEBOX_HPP
#define TMEBOX_HPP

#include "tmebox.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace tbx {

/* Nothing ran, or nothing was made. */
struct refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/* The sandbox has ended in the call; reset it or let it go. */
class ended : public std::runtime_error {
  public:
    ended(const std::string &what, const tbx_outcome &how)
        : std::runtime_error(what), outcome_(how) {}
    const tbx_outcome &outcome() const noexcept {
        return outcome_;
    }

  private:
    tbx_outcome outcome_;
};

/* A value that a sandbox had in its hands. */
template <typename T> class tainted {
  public:
    explicit tainted(T value) noexcept : value_(std::move(value)) {}

    /* What `check` makes of a copy of the value. */
    template <typename Check> auto verify(Check &&check) const {
        return std::forward<Check>(check)(T(value_));
    }

    /* The value as it is, for those who say why that is safe. */
    const T &unverified_because(const char *) const noexcept {
        return value_;
    }

  private:
    T value_;
};

class sandbox;

/* A pointer in a sandbox: an offset, which the host never follows by itself. */
template <typename T> class pointer {
  public:
    pointer() noexcept = default;
    explicit pointer(std::uint64_t offset) noexcept : offset_(static_cast<std::uint32_t>(offset)) {}
    std::uint64_t offset() const noexcept {
        return offset_;
    }
    explicit operator bool() const noexcept {
        return offset_ != 0;
    }

  private:
    std::uint32_t offset_ = 0;
};

namespace detail {

template <typename T> struct is_pointer : std::false_type {};
template <typename T> struct is_pointer<pointer<T>> : std::true_type {};

/* Puts arguments where the System V ABI has them. */
class arguments {
  public:
    template <typename T> void add(T value) {
        static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T> || is_pointer<T>::value,
                      "arguments are integers, doubles and tbx::pointer");
        static_assert(!std::is_same_v<T, float> && !std::is_same_v<T, long double>,
                      "of the floating-point types only double can be passed");
        if constexpr (std::is_same_v<T, double>)
            passed_.reals[passed_.real_count++] = value;
        else if constexpr (is_pointer<T>::value)
            passed_.integers[integer_count_++] = value.offset();
        else
            passed_.integers[integer_count_++] = static_cast<std::uint64_t>(value);
    }
    const tbx_arguments *get() const noexcept {
        return &passed_;
    }

  private:
    tbx_arguments passed_ = {};
    unsigned integer_count_ = 0;
};

template <typename T> T result_of(const tbx_result &result) {
    if constexpr (std::is_same_v<T, double>)
        return result.real;
    else if constexpr (is_pointer<T>::value)
        return T(result.integer);
    else
        return static_cast<T>(result.integer);
}

template <typename... T>
constexpr unsigned count_reals = (0u + ... + (std::is_same_v<T, double> ? 1u : 0u));

} // namespace detail

/* A library, started once. */
class library {
  public:
    library(tbx_image *image, const tbx_config *config) {
        tbx_error error;
        template_.reset(tbx_template_new(image, config, &error), tbx_template_release);
        if (template_ == nullptr)
            throw refused(error.message);
    }
    tbx_template *get() const noexcept {
        return template_.get();
    }
    tbx_function function(const char *name) const {
        tbx_function found = tbx_template_function(template_.get(), name);
        return found != 0 ? found : throw refused(std::string("the library exports no ") + name);
    }

  private:
    std::shared_ptr<tbx_template> template_;
};

class sandbox {
  public:
    explicit sandbox(const library &from) : library_(from), sandbox_(nullptr, tbx_sandbox_free) {
        tbx_error error;
        sandbox_.reset(tbx_template_copy(from.get(), &error));
        if (sandbox_ == nullptr)
            throw refused(error.message);
    }

    /* Calls the exported `name`; the result is tainted, or nothing for void. */
    template <typename Result, typename... Arguments>
    auto call(const char *name, Arguments... given) {
        return call<Result>(library_.function(name), given...);
    }

    template <typename Result, typename... Arguments>
    auto call(tbx_function function, Arguments... given) {
        static_assert(detail::count_reals<Arguments...> <= 8 &&
                          sizeof...(Arguments) - detail::count_reals<Arguments...> <= 6,
                      "six integers and eight doubles at most");
        detail::arguments arguments;
        (arguments.add(given), ...);
        tbx_result result = {};
        tbx_outcome outcome;
        if (!tbx_sandbox_call(sandbox_.get(), function, arguments.get(), &result, &outcome))
            fail(outcome);
        if constexpr (!std::is_void_v<Result>)
            return tainted<Result>(detail::result_of<Result>(result));
    }

    /* Room for `count` objects in the sandbox; a null pointer when it has none. */
    template <typename T> pointer<T> allocate(std::size_t count = 1) {
        tbx_outcome outcome;
        if (count > SIZE_MAX / sizeof(T))
            return pointer<T>();
        std::uint64_t offset = tbx_sandbox_allocate(sandbox_.get(), count * sizeof(T), &outcome);
        if (offset == 0 && outcome.kind != TBX_RETURNED)
            fail(outcome);
        return pointer<T>(offset);
    }

    template <typename T> void release(pointer<T> what) {
        tbx_outcome outcome;
        if (!tbx_sandbox_release(sandbox_.get(), what.offset(), &outcome))
            fail(outcome);
    }

    template <typename T> void copy_in(pointer<T> to, const T *from, std::size_t count = 1) {
        static_assert(std::is_trivially_copyable_v<T>);
        if (count > SIZE_MAX / sizeof(T) ||
            !tbx_sandbox_copy_in(sandbox_.get(), to.offset(), from, count * sizeof(T)))
            throw refused("the sandbox does not have this memory");
    }

    template <typename T> tainted<T> copy_out(pointer<T> from) {
        static_assert(std::is_trivially_copyable_v<T>);
        T value;
        if (!tbx_sandbox_copy_out(sandbox_.get(), &value, from.offset(), sizeof value))
            throw refused("the sandbox does not have this memory");
        return tainted<T>(value);
    }

    void reset() {
        tbx_error error;
        if (!tbx_sandbox_reset(sandbox_.get(), &error))
            throw refused(error.message);
    }

    tbx_sandbox *get() const noexcept {
        return sandbox_.get();
    }

  private:
    [[noreturn]] void fail(const tbx_outcome &outcome) const {
        char text[512];
        tbx_outcome_describe(sandbox_.get(), &outcome, text, sizeof text);
        if (outcome.kind == TBX_NOT_STARTED || outcome.kind == TBX_BUSY)
            throw refused(text);
        throw ended(text, outcome);
    }

    library library_;
    std::unique_ptr<tbx_sandbox, void (*)(tbx_sandbox *)> sandbox_;
};

} // namespace tbx

#endif
