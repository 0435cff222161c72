/** The data stack pointer of the sandbox: an ordinary global of the guest library. */
import type { TypedValue } from '../ir/model/index.js';
import type { ModuleContext } from './context.js';

/** Alignment of the data stack pointer at every call. */
export const DATA_STACK_ALIGNMENT = 16;

const NAME = '@__tbx_data_sp';

/** The variable that holds the data stack pointer, declared on first use. */
export function dataStackPointer(context: ModuleContext): TypedValue {
  const range = context.metadataNode('!{i64 0, i64 2147483648}');
  const declaration = `${NAME} = external dso_local global ptr, align 8, !absolute_symbol ${range}`;
  return { type: context.types.ptr, value: context.declareVariable(NAME, declaration) };
}
