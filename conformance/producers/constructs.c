/* Constructs of C that clang lowers in ways of its own. No header: any target can compile it. */
typedef __builtin_va_list va_list;
typedef __INT32_TYPE__ int4 __attribute__((vector_size(16)));

struct bits {
    unsigned a : 3;
    int b : 7;
    unsigned long long c : 40;
};

struct large {
    long values[12];
};

union mixed {
    double number;
    unsigned char bytes[8];
};

static int counter;
__attribute__((weak)) int replaceable(void) {
    return 1;
}
extern int other_name(void) __attribute__((weak));
__attribute__((section(".text.own"), noinline, cold)) static int apart(int x) {
    return x * 3;
}
static const char *const texts[] = {"one", "two\0three", "\x80\xff"};
int (*const table[])(int) = {apart, 0};

long sum(int count, ...) {
    va_list list;
    __builtin_va_start(list, count);
    long total = 0;
    for (int i = 0; i < count; i++)
        total += __builtin_va_arg(list, int);
    __builtin_va_end(list);
    return total;
}

int machine(const unsigned char *code) {
    static const void *const targets[] = {&&stop, &&more, &&less};
    int value = 0;
    goto *targets[*code++ % 3];
more:
    value++;
    goto *targets[*code++ % 3];
less:
    value--;
    goto *targets[*code++ % 3];
stop:
    return value;
}

int chosen(long x) {
    switch (x) {
    case -1:
        return 7;
    case 0 ... 5:
        return 8;
    case 0x7fffffff:
        return 9;
    default:
        return (int)x;
    }
}

struct large by_value(struct large big, union mixed mixed, struct bits bits) {
    big.values[bits.a] = (long)mixed.number + bits.b;
    big.values[1] = (long)bits.c;
    return big;
}

int exchange(int *place, int expected, int wanted) {
    __atomic_compare_exchange_n(place, &expected, wanted, 1, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_fetch_add(place, 1, __ATOMIC_RELEASE) +
           __atomic_exchange_n(&counter, 2, __ATOMIC_SEQ_CST);
}

int4 shuffled(int4 a, int4 b) {
    return __builtin_shufflevector(a, b, 0, 5, 2, 7) + a * 3;
}

double numbers(double x, float y) {
    _Complex double z = x + y * 1.0i;
    return __real__(z * z) + __builtin_fma(x, y, 0.1) +
           (double)__builtin_popcountll((unsigned long long)x);
}

int variable_length(int n, volatile int *out) {
    int values[n];
    for (int i = 0; i < n; i++)
        values[i] = *out;
    if (__builtin_expect(n > 100, 0))
        __builtin_trap();
    return values[n / 2] + (__builtin_add_overflow(n, counter, &counter) ? 1 : 0);
}

void assembly(void) {
    __asm__ volatile("" : "+m"(counter) : : "memory");
}
