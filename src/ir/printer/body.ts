/**
 * Function bodies.
 *
 * A rewritten body is printed beside its original: whatever is still there, unchanged and in order, is copied from the
 * source together with the comments and blank lines around it. One contiguous stretch of untouched lines is one slice.
 */
import type { SourceText } from '../../text/source.js';
import { isNumbered, printLabel } from '../names.js';
import type { Block, FunctionBody, Instruction } from '../model/index.js';
import { printInstruction } from './instructions.js';

const LINE_FEED = 0x0a;
const PERCENT = 0x25;
const SEMICOLON = 0x3b;

/** The text of a body, braces included: what is untouched from the source, the rest from the tree. */
export function printBody(
  original: FunctionBody,
  rewritten: FunctionBody,
  source: SourceText,
): string {
  const extent = original.function.body;
  if (extent === undefined) return printBodyCanonical(rewritten);
  if (original === rewritten) return source.text.slice(extent.start, extent.end);
  const printer = new BodyPrinter(original, source.text, extent.start, extent.end);
  rewritten.blocks.forEach((block, index) => {
    if (block === original.blocks[index]) printer.keepBlock(block);
    else printer.block(block, index === 0);
  });
  return printer.finish();
}

/** The text of a body, braces included, from the tree alone. */
export function printBodyCanonical(body: FunctionBody): string {
  let text = '{\n';
  body.blocks.forEach((block, index) => {
    if (index > 0) text += '\n';
    if (index > 0 || !isNumbered(block.label)) text += `${printLabel(block.label)}\n`;
    for (const instruction of block.instructions) text += `  ${printInstruction(instruction)}\n`;
  });
  return `${text}}`;
}

class BodyPrinter {
  readonly #source: string;
  readonly #end: number;
  /** Where the items of the original (labels and instructions) start and end. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #count: number;
  /** The item of the original that would continue the pending slice. */
  #next = 0;
  #sliceStart: number;
  #pieces: string[] = [];
  /** False while text from the source is pending. */
  #flushed = false;
  /** Behind the line of the opening brace. */
  readonly #open: number;
  /** Whether the original leaves numbers to be counted, which changes in front of them would shift. */
  #implicit = false;

  constructor(original: FunctionBody, source: string, start: number, end: number) {
    this.#source = source;
    this.#end = end;
    this.#sliceStart = start;
    this.#open = this.#lineEnd(start + 1);
    let count = 0;
    for (const block of original.blocks) count += block.instructions.length + 1;
    this.#starts = new Int32Array(count);
    this.#ends = new Int32Array(count);
    this.#count = this.#index(original);
  }

  /** A block that is the original's own object: nothing in it has changed. */
  keepBlock(block: Block): void {
    const labelled = block.labelStart < block.labelEnd;
    const first = labelled ? block.labelStart : block.instructions[0]?.start;
    if (first === undefined || this.#implicit || this.#starts[this.#next] !== first) {
      this.block(block, false);
      return;
    }
    this.#resume(this.#next);
    this.#next += block.instructions.length + (labelled ? 1 : 0);
  }

  block(block: Block, isFirst: boolean): void {
    if (!this.#keepLabel(block)) this.#label(block.label, isFirst);
    for (const instruction of block.instructions) this.#instruction(instruction);
  }

  finish(): string {
    if (this.#next === this.#count && !this.#flushed) {
      this.#pieces.push(this.#source.slice(this.#sliceStart, this.#end));
    } else {
      this.#flush();
      const last = this.#ends[this.#count - 1];
      this.#pieces.push(
        this.#source.slice(last === undefined ? this.#open : this.#lineEnd(last), this.#end),
      );
    }
    return this.#pieces.join('');
  }

  #index(original: FunctionBody): number {
    let count = 0;
    for (const { labelStart, labelEnd, instructions } of original.blocks) {
      if (labelStart < labelEnd) {
        this.#starts[count] = labelStart;
        this.#ends[count++] = labelEnd;
      } else if (count > 0) this.#implicit = true;
      for (const instruction of instructions) {
        this.#starts[count] = instruction.start;
        this.#ends[count++] = instruction.end;
        if (this.#numbersItself(instruction)) this.#implicit = true;
      }
    }
    return count;
  }

  /** Whether the text gives the instruction's result no name, so that its number depends on what stands before it. */
  #numbersItself(instruction: Instruction): boolean {
    return (
      instruction.result !== undefined && this.#source.charCodeAt(instruction.start) !== PERCENT
    );
  }

  /** Whether all that was printed so far is the source's own text. */
  #untouched(): boolean {
    return this.#pieces.length === 0 && !this.#flushed;
  }

  #instruction(instruction: Instruction): void {
    const unsafe = this.#implicit && !this.#untouched() && this.#numbersItself(instruction);
    if (unsafe || !instruction.verbatim) this.#write(`  ${printInstruction(instruction)}\n`);
    else if (!this.#keep(instruction.start, instruction.end)) {
      this.#write(`  ${this.#source.slice(instruction.start, instruction.end)}\n`);
    }
  }

  /** Copies a label; one that the source leaves out is still right if nothing before it has changed. */
  #keepLabel({ labelStart, labelEnd, instructions }: Block): boolean {
    if (labelStart < labelEnd) return this.#keep(labelStart, labelEnd);
    return this.#untouched() && instructions[0]?.start === this.#starts[this.#next];
  }

  /** A block's label that is not where it was: new, moved, or left out in the source. */
  #label(label: string, isFirst: boolean): void {
    if (isFirst && isNumbered(label)) return;
    this.#write(`${isFirst ? '' : '\n'}${printLabel(label)}\n`);
  }

  /** Copies an item of the original, if it stands behind all that were copied before. */
  #keep(start: number, end: number): boolean {
    let at = this.#next;
    while (at < this.#count && (this.#starts[at] ?? 0) < start) at++;
    if (at >= this.#count || this.#starts[at] !== start || this.#ends[at] !== end) return false;
    if (at !== this.#next) this.#flush();
    this.#resume(at);
    this.#next = at + 1;
    return true;
  }

  /** Starts a slice at an item, unless one is pending. */
  #resume(item: number): void {
    if (!this.#flushed) return;
    this.#sliceStart = this.#lead(item);
    this.#flushed = false;
  }

  /** Where the lines that belong to an item start: behind the line of the item before it. */
  #lead(item: number): number {
    return item === 0 ? this.#open : this.#lineEnd(this.#ends[item - 1] ?? 0);
  }

  /** Moves the pending slice, up to the end of the last copied item's line, to the output. */
  #flush(): void {
    if (this.#flushed) return;
    this.#pieces.push(this.#source.slice(this.#sliceStart, this.#lead(this.#next)));
    this.#flushed = true;
  }

  #write(text: string): void {
    if (!this.#flushed) {
      this.#flush();
      const last = this.#lead(this.#next) - 1;
      if (this.#source.charCodeAt(last) !== LINE_FEED) this.#pieces.push('\n');
    }
    this.#pieces.push(text);
  }

  /** Behind the line's end, if only blanks and a comment follow; else `offset` itself. */
  #lineEnd(offset: number): number {
    const text = this.#source;
    const at = skipBlanks(text, offset);
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) return at + 1;
    if (code !== SEMICOLON) return offset;
    const end = text.indexOf('\n', at);
    return end < 0 || end >= this.#end ? this.#end : end + 1;
  }
}

function skipBlanks(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return at;
    at++;
  }
}
