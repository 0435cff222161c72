/**
 * The `ir` lowering: instructions cut each address to 32 bits, so that any code generator may follow.
 *
 *     %tbx.frozen = freeze ptr %p
 *     %tbx.low = ptrtoint ptr %tbx.frozen to i32
 *     %tbx.offset = zext i32 %tbx.low to i64
 *     %tbx.addr = inttoptr i64 %tbx.offset to ptr addrspace(256)
 *
 * `freeze`, because a poison address may become any 64-bit register otherwise. Instructions even for constants, never a
 * constant expression: that would be folded into a RIP-relative operand, to which the GS base is added as well.
 */
import type { StackFacts } from '../analysis/stack-slots.js';
import { isNativeAddress } from '../analysis/stack-slots.js';
import { InternalError } from '../text/internal-error.js';
import type { Block, FunctionBody, Instruction, TypedValue } from '../ir/model/index.js';
import { mayAccess } from './accesses.js';
import { InstructionBuilder } from './builder.js';
import { withAccessPointers } from './access-pointers.js';
import type { FunctionContext } from './context.js';
import { mapBlocks, withInstructions } from './rewrite.js';
import { WINDOW } from './window.js';

export function confineIr(
  body: FunctionBody,
  stack: StackFacts,
  context: FunctionContext,
): FunctionBody {
  return mapBlocks(body, (block) => confineBlock(block, stack, context));
}

/** An address that a block uses again is cut once: both registers would live side by side otherwise. */
function confineBlock(block: Block, stack: StackFacts, context: FunctionContext): Block {
  const cutter = new AddressCutter(stack, context);
  let instructions: Instruction[] | undefined;
  let index = 0;
  for (const instruction of block.instructions) {
    if (mayAccess(instruction)) {
      instructions ??= block.instructions.slice(0, index);
      cutter.confine(instruction, instructions);
    } else {
      instructions?.push(instruction);
    }
    index += 1;
  }
  return instructions === undefined ? block : withInstructions(block, instructions);
}

class AddressCutter {
  readonly #stack: StackFacts;
  readonly #context: FunctionContext;
  /** The addresses of the block that were cut, by the pointer's name. */
  readonly #known = new Map<string, TypedValue>();
  #build: InstructionBuilder | undefined;
  #instruction: Instruction | undefined;
  #output: Instruction[] = [];

  constructor(stack: StackFacts, context: FunctionContext) {
    this.#stack = stack;
    this.#context = context;
  }

  /** Appends an instruction, behind the cuts that its addresses need. */
  confine(instruction: Instruction, output: Instruction[]): void {
    this.#instruction = instruction;
    this.#output = output;
    this.#build = undefined;
    output.push(withAccessPointers(instruction, this.#map, this.#context));
  }

  readonly #map = (pointer: TypedValue): TypedValue => {
    const { value } = pointer;
    if (isNativeAddress(this.#stack, value)) return pointer;
    if (value.kind !== 'local') return this.#cut(pointer);
    let address = this.#known.get(value.name);
    if (address === undefined) {
      address = this.#cut(pointer);
      this.#known.set(value.name, address);
    }
    return address;
  };

  #cut(pointer: TypedValue): TypedValue {
    const anchor = this.#instruction;
    if (anchor === undefined) throw new InternalError('an address without an access is cut');
    this.#build ??= new InstructionBuilder(this.#context, anchor, this.#output);
    return cut(this.#build, pointer);
  }
}

function cut(build: InstructionBuilder, pointer: TypedValue): TypedValue {
  const { types } = build;
  const frozen = build.freeze(pointer, 'frozen');
  const low = build.cast('ptrtoint', frozen, types.integer(32), 'low');
  const offset = build.cast('zext', low, types.integer(64), 'offset');
  return build.cast('inttoptr', offset, types.pointer(WINDOW), 'addr');
}
