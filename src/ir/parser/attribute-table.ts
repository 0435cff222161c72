/**
 * The attributes that LLVM 16 to 22 know, and how each takes its argument.
 *
 * @see LangRef, "Parameter Attributes", "Function Attributes", "Global Attributes"
 */
import { keyword } from './atoms.js';

/**
 * flag: no argument; number: `(8)`, in groups `=8`; align: `align 8`, `align(8)`, `align=8`; type: `(i32)`;
 * optional-type: the type may be left out, as old IR does; structured: anything in parentheses;
 * optional-structured: the parentheses may be left out.
 */
export type AttributeSyntax =
  'flag' | 'number' | 'align' | 'type' | 'optional-type' | 'structured' | 'optional-structured';

const ATTRIBUTES: { readonly [Syntax in AttributeSyntax]: string } = {
  flag: `allocalign allocptr alwaysinline builtin cold convergent coro_elide_safe coro_only_destroy_when_complete
    dead_on_unwind disable_sanitizer_instrumentation fn_ret_thunk_extern hot hybrid_patchable immarg inlinehint inreg
    jumptable minsize mustprogress naked nest noalias nobuiltin nocallback nocapture nocf_check nocreateundeforpoison
    nodivergencesource noduplicate noext nofree noimplicitfloat noinline nomerge nonlazybind nonnull noprofile norecurse
    noredzone noreturn nosanitize_bounds nosanitize_coverage nosync noundef nounwind null_pointer_is_valid
    optdebug optforfuzzing optnone optsize presplitcoroutine readnone readonly returned returns_twice
    safestack sanitize_address sanitize_alloc_token sanitize_hwaddress sanitize_memory sanitize_memtag
    sanitize_numerical_stability sanitize_realtime sanitize_realtime_blocking sanitize_realtime_unsafe sanitize_thread
    sanitize_type shadowcallstack signext skipprofile speculatable speculative_load_hardening ssp sspreq sspstrong
    strictfp swiftasync swifterror swiftself thunk willreturn writable writeonly zeroext argmemonly
    inaccessiblememonly inaccessiblemem_or_argmemonly`,
  number: 'alignstack dereferenceable dereferenceable_or_null',
  align: 'align',
  type: 'byref elementtype preallocated',
  'optional-type': 'byval sret inalloca',
  structured: 'allockind allocsize captures initializes memory nofpclass range',
  'optional-structured': 'dead_on_return uwtable vscale_range',
};

for (const syntax of [
  'flag',
  'number',
  'align',
  'type',
  'optional-type',
  'structured',
  'optional-structured',
] as const) {
  for (const name of ATTRIBUTES[syntax].split(/\s+/)) keyword(name).attribute = syntax;
}
