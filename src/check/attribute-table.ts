/**
 * Where the attributes of LLVM 16 to 22 may stand.
 *
 * @see LangRef, "Parameter Attributes", "Function Attributes"
 */

export type Position = 'function' | 'parameter' | 'return';

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** The old memory attributes of functions are read as `memory(…)`. */
const FUNCTION = words(`allockind allocsize alwaysinline builtin cold convergent hot
  disable_sanitizer_instrumentation fn_ret_thunk_extern hybrid_patchable inlinehint jumptable memory minsize naked
  nobuiltin nocallback noduplicate nofree noimplicitfloat noinline nonlazybind nomerge norecurse noredzone noreturn
  nosync nocf_check noprofile skipprofile nounwind nosanitize_bounds nosanitize_coverage null_pointer_is_valid optdebug
  optforfuzzing optsize optnone preallocated returns_twice safestack shadowcallstack alignstack speculatable ssp sspreq
  sspstrong strictfp sanitize_address sanitize_thread sanitize_memory sanitize_hwaddress sanitize_memtag
  sanitize_numerical_stability speculative_load_hardening uwtable vscale_range willreturn mustprogress
  presplitcoroutine coro_only_destroy_when_complete coro_elide_safe nodivergencesource sanitize_realtime
  sanitize_realtime_blocking sanitize_realtime_unsafe sanitize_type sanitize_alloc_token nocreateundeforpoison thunk
  readnone readonly writeonly argmemonly inaccessiblememonly inaccessiblemem_or_argmemonly nooutline flatten
  noipa align`);

const PARAMETER =
  words(`align allocalign allocptr byval byref noundef dereferenceable dereferenceable_or_null
  elementtype inalloca initializes inreg nofpclass nest noalias nocapture captures nofree dead_on_unwind dead_on_return
  nonnull preallocated range readnone readonly returned immarg signext alignstack sret swifterror swiftself swiftasync
  writable writeonly zeroext noext`);

const RETURN =
  words(`align noundef dereferenceable dereferenceable_or_null inreg nofpclass noalias nonnull range
  signext zeroext noext alignstack`);

const ALLOWED: { readonly [Where in Position]: ReadonlySet<string> } = {
  function: FUNCTION,
  parameter: PARAMETER,
  return: RETURN,
};

export function mayStand(name: string, position: Position): boolean {
  return ALLOWED[position].has(name);
}

/** What the type of a value must be for the attribute to say something about it. */
export type Subject = 'pointer' | 'integer' | 'integers' | 'any';

const SUBJECTS: { readonly [name: string]: Subject } = Object.fromEntries([
  ...[
    ...words(`nest noalias nocapture captures nonnull readnone readonly dereferenceable dereferenceable_or_null
      preallocated inalloca byval sret byref elementtype allocptr initializes writable dead_on_unwind align`),
  ].map((name) => [name, 'pointer'] as const),
  ...[...words('signext zeroext allocalign noext')].map((name) => [name, 'integer'] as const),
  ['range', 'integers'] as const,
]);

export function subjectOf(name: string): Subject {
  return SUBJECTS[name] ?? 'any';
}
