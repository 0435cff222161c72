/** Function bodies, instruction by instruction; what is not known to be harmless is refused. */
import type { FunctionBody, Instruction, Module, Type, TypedValue } from '../../ir/model/index.js';
import type { Span } from '../../text/span.js';
import { Addresses } from './addresses.js';
import { checkCall } from './calls.js';
import { isLabelEntry, jumpsByLabels } from './labels.js';
import type { Marker } from './marker.js';
import type { Refusals } from './refusals.js';
import type { IrRule } from './rules.js';
import { Slots, constantOf } from './slots.js';

export class BodyChecker {
  readonly module: Module;
  readonly addresses: Addresses;
  readonly #body: FunctionBody;
  readonly slots: Slots;
  readonly #refusals: Refusals;

  constructor(body: FunctionBody, module: Module, marker: Marker, refusals: Refusals) {
    this.module = module;
    this.#body = body;
    this.#refusals = refusals;
    this.addresses = new Addresses(body, module, marker);
    this.slots = new Slots(body, module, refusals);
  }

  readonly refuse = (rule: IrRule, where: Span, message: string): void => {
    this.#refusals.refuse(rule, where, message);
  };

  check(): void {
    for (const { instructions } of this.#body.blocks) {
      for (const instruction of instructions) {
        this.slots.checkUses(instruction, this.#refusals);
        this.#check(instruction);
      }
    }
  }

  #check(instruction: Instruction): void {
    switch (instruction.kind) {
      case 'load':
        this.#checkAccess(instruction, instruction.pointer, instruction.type);
        return;
      case 'store':
      case 'atomicrmw':
        this.#checkAccess(instruction, instruction.pointer, instruction.value.type);
        return;
      case 'cmpxchg':
        this.#checkAccess(instruction, instruction.pointer, instruction.expected.type);
        return;
      case 'call':
        checkCall(instruction, this);
        return;
      case 'extractelement':
      case 'insertelement':
        if (constantOf(instruction.index.value) === undefined)
          this.refuse('TBV0107', instruction, 'a variable index goes through the native stack');
        return;
      case 'indirectbr':
        if (!jumpsByLabels(instruction, this.#body.function, this.addresses, this.module))
          this.refuse('TBV0107', instruction, 'a jump that is not by a table of labels');
        return;
      case 'va_arg':
      case 'invoke':
      case 'callbr':
      case 'resume':
      case 'catchswitch':
      case 'catchret':
      case 'cleanupret':
      case 'landingpad':
      case 'catchpad':
      case 'cleanuppad':
        this.refuse('TBV0107', instruction, `'${instruction.kind}' is not confined`);
        return;
      case 'ret':
      case 'br':
      case 'switch':
      case 'unreachable':
      case 'fneg':
      case 'binary':
      case 'shufflevector':
      case 'extractvalue':
      case 'insertvalue':
      case 'alloca':
      case 'fence':
      case 'getelementptr':
      case 'cast':
      case 'icmp':
      case 'fcmp':
      case 'phi':
      case 'select':
      case 'freeze':
      case 'debug-record':
      case 'uselistorder':
        return;
    }
  }

  #checkAccess(instruction: Instruction, pointer: TypedValue, type: Type): void {
    const place = this.slots.placeOf(pointer.value);
    if (place !== undefined) {
      if (!this.slots.holds(place, type))
        this.refuse('TBV0103', instruction, 'an access beyond its native slot');
      return;
    }
    if (this.addresses.isConfined(pointer.type, pointer.value)) return;
    if (instruction.kind === 'load' && this.#isLabelLoad(pointer, type)) return;
    this.refuse('TBV0102', instruction, describe(pointer));
  }

  #isLabelLoad({ value }: TypedValue, type: Type): boolean {
    if (type.text !== 'i32') return false;
    return isLabelEntry(value, this.#body.function, this.addresses, this.module);
  }
}

function describe({ type }: TypedValue): string {
  return type.text === 'ptr addrspace(256)'
    ? 'an access through the window whose address is not cut to 32 bits'
    : `an access through '${type.text}', not through the window`;
}
