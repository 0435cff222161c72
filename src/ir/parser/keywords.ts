/** The words that parsers compare with, and the lists that they choose from. */
import type { Atom } from './atoms.js';
import { keyword } from './atoms.js';

/** Words with a place of their own in the grammar. */
export const K = {
  acquire: keyword('acquire'),
  addrspace: keyword('addrspace'),
  alias: keyword('alias'),
  align: keyword('align'),
  alignstack: keyword('alignstack'),
  any: keyword('any'),
  asm: keyword('asm'),
  atomic: keyword('atomic'),
  attributes: keyword('attributes'),
  call: keyword('call'),
  caller: keyword('caller'),
  catch: keyword('catch'),
  cc: keyword('cc'),
  cleanup: keyword('cleanup'),
  code_model: keyword('code_model'),
  comdat: keyword('comdat'),
  constant: keyword('constant'),
  datalayout: keyword('datalayout'),
  declare: keyword('declare'),
  define: keyword('define'),
  distinct: keyword('distinct'),
  externally_initialized: keyword('externally_initialized'),
  filter: keyword('filter'),
  from: keyword('from'),
  gc: keyword('gc'),
  global: keyword('global'),
  ifunc: keyword('ifunc'),
  inalloca: keyword('inalloca'),
  inrange: keyword('inrange'),
  label: keyword('label'),
  metadata: keyword('metadata'),
  module: keyword('module'),
  none: keyword('none'),
  null: keyword('null'),
  opaque: keyword('opaque'),
  partition: keyword('partition'),
  personality: keyword('personality'),
  prefix: keyword('prefix'),
  prologue: keyword('prologue'),
  ptr: keyword('ptr'),
  section: keyword('section'),
  source_filename: keyword('source_filename'),
  swifterror: keyword('swifterror'),
  syncscope: keyword('syncscope'),
  tail: keyword('tail'),
  target: keyword('target'),
  thread_local: keyword('thread_local'),
  to: keyword('to'),
  triple: keyword('triple'),
  type: keyword('type'),
  unwind: keyword('unwind'),
  uselistorder: keyword('uselistorder'),
  uselistorder_bb: keyword('uselistorder_bb'),
  void: keyword('void'),
  volatile: keyword('volatile'),
  vscale: keyword('vscale'),
  weak: keyword('weak'),
  within: keyword('within'),
  x: keyword('x'),
} as const;

/** One of a closed list of words. */
export class WordList<Word extends string> {
  readonly #words = new Map<Atom, Word>();

  constructor(...words: readonly Word[]) {
    for (const word of words) this.#words.set(keyword(word), word);
  }

  get(atom: Atom): Word | undefined {
    return this.#words.get(atom);
  }
}

export const LINKAGES = new WordList(
  'private',
  'internal',
  'weak',
  'weak_odr',
  'linkonce',
  'linkonce_odr',
  'available_externally',
  'appending',
  'common',
  'extern_weak',
  'external',
);
export const PREEMPTIONS = new WordList('dso_local', 'dso_preemptable');
export const VISIBILITIES = new WordList('default', 'hidden', 'protected');
export const DLL_STORAGES = new WordList('dllimport', 'dllexport');
export const UNNAMED_ADDRESSES = new WordList('unnamed_addr', 'local_unnamed_addr');
export const THREAD_LOCAL_MODELS = new WordList('localdynamic', 'initialexec', 'localexec');
export const COMDAT_SELECTIONS = new WordList(
  'any',
  'exactmatch',
  'largest',
  'nodeduplicate',
  'samesize',
);
export const SANITIZER_FLAGS = new WordList(
  'no_sanitize_address',
  'no_sanitize_hwaddress',
  'sanitize_memtag',
  'sanitize_address_dyninit',
);

/** @see LangRef, "Atomic Memory Ordering Constraints" */
export const ORDERINGS = new WordList(
  'unordered',
  'monotonic',
  'acquire',
  'release',
  'acq_rel',
  'seq_cst',
);

export const ATOMIC_OPERATIONS = new WordList(
  'xchg',
  'add',
  'sub',
  'and',
  'nand',
  'or',
  'xor',
  'max',
  'min',
  'umax',
  'umin',
  'fadd',
  'fsub',
  'fmax',
  'fmin',
  'uinc_wrap',
  'udec_wrap',
  'usub_cond',
  'usub_sat',
  'fmaximum',
  'fminimum',
);

export const FAST_MATH_FLAGS = new WordList(
  'nnan',
  'ninf',
  'nsz',
  'arcp',
  'contract',
  'afn',
  'reassoc',
  'fast',
);

/** Flags of integer operations, conversions, comparisons and `getelementptr`. */
export const INTEGER_FLAGS = new WordList(
  'nuw',
  'nsw',
  'exact',
  'disjoint',
  'nneg',
  'samesign',
  'inbounds',
  'nusw',
);

export const INTEGER_PREDICATES = new WordList(
  'eq',
  'ne',
  'ugt',
  'uge',
  'ult',
  'ule',
  'sgt',
  'sge',
  'slt',
  'sle',
);

export const FLOAT_PREDICATES = new WordList(
  'false',
  'oeq',
  'ogt',
  'oge',
  'olt',
  'ole',
  'one',
  'ord',
  'ueq',
  'ugt',
  'uge',
  'ult',
  'ule',
  'une',
  'uno',
  'true',
);

export const INLINE_ASM_FLAGS = new WordList('sideeffect', 'alignstack', 'inteldialect', 'unwind');

/** @see LangRef, "Calling Conventions"; `cc N` and those with parameters stand in the parser. */
export const CALLING_CONVENTIONS = new WordList(
  'ccc',
  'fastcc',
  'coldcc',
  'ghccc',
  'webkit_jscc',
  'anyregcc',
  'preserve_mostcc',
  'preserve_allcc',
  'preserve_nonecc',
  'cxx_fast_tlscc',
  'tailcc',
  'swiftcc',
  'swifttailcc',
  'cfguard_checkcc',
  'x86_stdcallcc',
  'x86_fastcallcc',
  'x86_thiscallcc',
  'x86_vectorcallcc',
  'x86_64_sysvcc',
  'x86_regcallcc',
  'x86_intrcc',
  'win64cc',
  'arm_apcscc',
  'arm_aapcscc',
  'arm_aapcs_vfpcc',
  'aarch64_vector_pcs',
  'aarch64_sve_vector_pcs',
  'aarch64_sme_preservemost_from_x0',
  'aarch64_sme_preservemost_from_x1',
  'aarch64_sme_preservemost_from_x2',
  'msp430_intrcc',
  'avr_intrcc',
  'avr_signalcc',
  'ptx_kernel',
  'ptx_device',
  'spir_func',
  'spir_kernel',
  'intel_ocl_bicc',
  'hhvmcc',
  'hhvm_ccc',
  'amdgpu_vs',
  'amdgpu_ls',
  'amdgpu_hs',
  'amdgpu_es',
  'amdgpu_gs',
  'amdgpu_ps',
  'amdgpu_cs',
  'amdgpu_cs_chain',
  'amdgpu_cs_chain_preserve',
  'amdgpu_kernel',
  'amdgpu_gfx',
  'amdgpu_gfx_whole_wave',
  'm68k_rtdcc',
  'graalcc',
  'riscv_vector_cc',
  'cheriot_compartmentcallcc',
  'cheriot_compartmentcalleecc',
  'cheriot_librarycallcc',
);
/** Conventions with a number in parentheses: `riscv_vls_cc(32)`; the number may be left out. */
export const PARAMETRIC_CONVENTIONS = new WordList('riscv_vls_cc');
