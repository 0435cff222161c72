/**
 * Attributes of functions, parameters, returns, call sites and globals.
 *
 * @see LangRef, "Parameter Attributes", "Function Attributes", "Attribute Groups"
 */
import type { Type } from './type.js';

/** One attribute, however its argument is written. */
export type Attribute =
  /** `noalias`, `nounwind` */
  | { readonly kind: 'flag'; readonly name: string }
  /** `align 8`, `dereferenceable(16)`; `form` is how the number was attached */
  | {
      readonly kind: 'integer';
      readonly name: string;
      readonly value: string;
      readonly form: 'space' | 'parentheses' | 'equals';
    }
  /** `byval(%struct.s)`, `sret(i32)`, `elementtype(i8)`; `type` undefined for the old bare form */
  | { readonly kind: 'type'; readonly name: string; readonly type: Type }
  /** `"key"`, `"key"="value"`, both spelled with quotes */
  | { readonly kind: 'string'; readonly key: string; readonly value: string | undefined }
  /** `#3` */
  | { readonly kind: 'group'; readonly id: string }
  /** `memory(argmem: read)`, `captures(none)`, `range(i8 0, 2)`: `arguments` is the text between the parentheses */
  | { readonly kind: 'structured'; readonly name: string; readonly arguments: string };
