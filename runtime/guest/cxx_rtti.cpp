// The classes whose objects are the type information that C++ code carries beside its virtual
// tables (Itanium C++ ABI, 2.9.5), and dynamic_cast over them. There are no exceptions, so a failed
// cast of a reference ends the program.

#include <stddef.h>
#include <stdint.h>

extern "C" int strcmp(const char *left, const char *right);

namespace std {

class type_info {
  public:
    virtual ~type_info();
    bool operator==(const type_info &other) const noexcept {
        // A name that begins with a star belongs to a type of one unit.
        return type_name == other.type_name ||
               (type_name[0] != '*' && strcmp(type_name, other.type_name) == 0);
    }

  protected:
    const char *type_name;
};

type_info::~type_info() {}

} // namespace std

namespace __cxxabiv1 {

struct __fundamental_type_info : std::type_info {
    ~__fundamental_type_info() override;
};
struct __array_type_info : std::type_info {
    ~__array_type_info() override;
};
struct __function_type_info : std::type_info {
    ~__function_type_info() override;
};
struct __enum_type_info : std::type_info {
    ~__enum_type_info() override;
};
struct __pbase_type_info : std::type_info {
    ~__pbase_type_info() override;
};
struct __pointer_type_info : __pbase_type_info {
    ~__pointer_type_info() override;
};
struct __pointer_to_member_type_info : __pbase_type_info {
    ~__pointer_to_member_type_info() override;
};

__fundamental_type_info::~__fundamental_type_info() {}
__array_type_info::~__array_type_info() {}
__function_type_info::~__function_type_info() {}
__enum_type_info::~__enum_type_info() {}
__pbase_type_info::~__pbase_type_info() {}
__pointer_type_info::~__pointer_type_info() {}
__pointer_to_member_type_info::~__pointer_to_member_type_info() {}

// What a search for one type among the bases of an object has found.
struct Search {
    const std::type_info *wanted;
    const void *found;
    bool ambiguous;
};

class __class_type_info : public std::type_info {
  public:
    ~__class_type_info() override;
    // Looks for public bases of the wanted type in the object at `object`, which is of this type.
    virtual void search_bases(const void *object, Search &search) const;

    void search_from(const void *object, Search &search) const {
        if (*this == *search.wanted) {
            search.ambiguous = search.ambiguous || (search.found && search.found != object);
            search.found = object;
        } else {
            search_bases(object, search);
        }
    }
};

class __si_class_type_info : public __class_type_info {
  public:
    ~__si_class_type_info() override;
    void search_bases(const void *object, Search &search) const override;

  private:
    const __class_type_info *base;
};

struct __base_class_type_info {
    const __class_type_info *base;
    long offset_flags;
};

class __vmi_class_type_info : public __class_type_info {
  public:
    ~__vmi_class_type_info() override;
    void search_bases(const void *object, Search &search) const override;

  private:
    [[maybe_unused]] unsigned flags;
    unsigned base_count;
    __base_class_type_info bases[1];
};

__class_type_info::~__class_type_info() {}
__si_class_type_info::~__si_class_type_info() {}
__vmi_class_type_info::~__vmi_class_type_info() {}

void __class_type_info::search_bases(const void *, Search &) const {}

void __si_class_type_info::search_bases(const void *object, Search &search) const {
    base->search_from(object, search);
}

void __vmi_class_type_info::search_bases(const void *object, Search &search) const {
    enum : long { VIRTUAL = 1, PUBLIC = 2, OFFSET_SHIFT = 8 };
    for (unsigned i = 0; i < base_count; i++) {
        if (!(bases[i].offset_flags & PUBLIC))
            continue;
        ptrdiff_t offset = bases[i].offset_flags >> OFFSET_SHIFT;
        if (bases[i].offset_flags & VIRTUAL) {
            // The offset is that of the base's offset in the virtual table.
            const char *table = *static_cast<const char *const *>(object);
            offset = *reinterpret_cast<const ptrdiff_t *>(table + offset);
        }
        bases[i].base->search_from(static_cast<const char *>(object) + offset, search);
    }
}

// Itanium C++ ABI, 2.9.7. The object at `object` has the static type `source`; the whole object
// that it is part of is searched for the one public base of type `destination`, and that one for
// the object itself.
extern "C" void *__dynamic_cast(const void *object, const __class_type_info *source,
                                const __class_type_info *destination, ptrdiff_t) {
    const void *const *table = *static_cast<const void *const *const *>(object);
    ptrdiff_t to_whole = reinterpret_cast<intptr_t>(table[-2]);
    const auto *type = static_cast<const __class_type_info *>(table[-1]);
    const void *whole = static_cast<const char *>(object) + to_whole;

    Search search = {destination, nullptr, false};
    type->search_from(whole, search);
    if (!search.found || search.ambiguous)
        return nullptr;
    Search back = {source, nullptr, false};
    type->search_from(whole, back);
    return back.found ? const_cast<void *>(search.found) : nullptr;
}

extern "C" [[noreturn]] void __cxa_bad_cast() {
    __builtin_trap();
}

extern "C" [[noreturn]] void __cxa_bad_typeid() {
    __builtin_trap();
}

} // namespace __cxxabiv1
