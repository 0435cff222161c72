/** Asks iced-x86 about instructions of which the opcode is not known yet. */
import type { Decoder, Instruction } from 'iced-x86';
import { UNLEARNED } from './allow-list.js';
import type { AskingFacts } from './decoder-facts.js';
import { DecodedOperands, type InstructionOperands } from './instruction-operands.js';

/** `other`: an instruction that is not on the allow-list. */
export type Answer = 'read' | 'invalid' | 'other';

/** The decoder over some code; {@link Asking.free} must be called. */
export class Asking {
  readonly #facts: AskingFacts;
  readonly #start: number;
  readonly #decoder: Decoder;
  readonly #instruction: Instruction;
  readonly #decoded: DecodedOperands;

  /** @param start address of the first of these bytes */
  constructor(facts: AskingFacts, bytes: Uint8Array, start: number) {
    const { iced } = facts;
    this.#facts = facts;
    this.#start = start;
    this.#decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
    this.#instruction = new iced.Instruction();
    this.#decoded = new DecodedOperands(facts);
  }

  free(): void {
    this.#instruction.free();
    this.#decoder.free();
  }

  /** Fills `operands` for the instruction at `offset`; the length of what is not allowed, too. */
  ask(offset: number, operands: InstructionOperands): Answer {
    const { iced, list } = this.#facts;
    const decoder = this.#decoder;
    const instruction = this.#instruction;
    decoder.position = offset;
    decoder.ip = BigInt(this.#start + offset);
    decoder.decodeOut(instruction);
    const { code } = instruction;
    if (code === iced.Code.INVALID) return 'invalid';
    operands.code = code;
    operands.length = instruction.length;
    if (list.allowed[code] === UNLEARNED) list.learn(code);
    if (list.allowed[code] !== 1) return 'other';
    this.#decoded.read(decoder, instruction, operands);
    return 'read';
  }
}
