/**
 * The mark of an instrumented object: a note that says by which rules it was made. The linker driver refuses objects
 * without one, and objects whose rules do not go together.
 *
 * @see docs/abi.md, "Notes"
 */
import type { GlobalVariable } from '../ir/model/index.js';
import { quoteString } from '../ir/names.js';
import type { ModuleWriter } from '../ir/printer/index.js';
import { printGlobalVariable } from '../ir/printer/index.js';
import type { ModuleContext } from './context.js';
import type { InstrumentOptions } from './options.js';

/** Version of docs/abi.md that instrumented code follows. */
export const TBX_ABI_VERSION = 1;

const NOTE = '@__tbx_note';
const OWNER = 'TME-Box\0';
const NOTE_TYPE = 1;

/** A {@link import('./pipeline.js').ModuleStep}. */
export function emitNote(context: ModuleContext, writer: ModuleWriter): void {
  const bytes = noteBytes(context.options);
  const type = `[${bytes.length} x i8]`;
  context.append(
    `${NOTE} = private constant ${type} c${quoteString(bytes)}, section ".note.tmebox", align 4`,
  );
  keep(context, writer);
}

/** `Elf64_Nhdr`, owner and descriptor, each padded to 4 bytes. */
function noteBytes({ isolation, lowering, keyBits }: InstrumentOptions): string {
  const description = `abi=${TBX_ABI_VERSION} lowering=${lowering} isolate=${isolation} keybits=${keyBits}\0`;
  const words = [OWNER.length, description.length, NOTE_TYPE].map(word).join('');
  return `${words}${OWNER}${description}${'\0'.repeat(-description.length & 3)}`;
}

/** 32 bits, little-endian. */
function word(value: number): string {
  return String.fromCharCode(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
}

/** Adds the note to `llvm.compiler.used`, so that code generation emits what nothing names. */
function keep(context: ModuleContext, writer: ModuleWriter): void {
  const used = context.module.variables.get('@llvm.compiler.used');
  if (used === undefined) {
    context.append(
      `@llvm.compiler.used = appending global [1 x ptr] [ptr ${NOTE}], section "llvm.metadata"`,
    );
    return;
  }
  const extended = withElement(used, context);
  writer.replace({ start: used.start, end: used.end }, printGlobalVariable(extended));
}

function withElement(used: GlobalVariable, { types }: ModuleContext): GlobalVariable {
  const pointer = types.pointer();
  const elements = used.initializer?.kind === 'aggregate' ? used.initializer.elements : [];
  const note = { type: pointer, value: { kind: 'global', name: NOTE } } as const;
  return {
    ...used,
    type: types.array(BigInt(elements.length + 1), pointer),
    initializer: { kind: 'aggregate', shape: 'array', elements: [...elements, note] },
  };
}
