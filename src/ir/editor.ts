import { InternalError } from '../text/internal-error.js';
import type { FunctionBody, Instruction, Module } from './model/index.js';
import { forEachGlobalName } from './parser/index.js';
import { printInstruction } from './printer/instructions.js';
import { ModuleWriter } from './printer/writer.js';

const INDENT = '  ';

/** A line to insert: its text, or an instruction that is printed from the tree. */
export type Line = string | Instruction;

/**
 * Edits of a module by what stands in it; every byte that no edit touches stays.
 *
 * Lines are put in as they are given: `parseModule` on the result tells whether they fit.
 */
export class ModuleEditor {
  readonly module: Module;
  readonly #writer: ModuleWriter;

  constructor(module: Module) {
    this.module = module;
    this.#writer = new ModuleWriter(module);
  }

  /** Puts a line in front of an instruction of the source. */
  insertBefore(instruction: Instruction, line: Line): void {
    this.#writer.insert(instruction.start, `${textOf(line)}\n${INDENT}`);
  }

  /** Puts a line behind an instruction of the source, and behind the comment that follows it. */
  insertAfter(instruction: Instruction, line: Line): void {
    this.#writer.insert(this.#lineEnd(instruction.end), `\n${INDENT}${textOf(line)}`);
  }

  /** Puts a line at the top of a function, in front of the first instruction of its entry block. */
  insertAtEntry(body: FunctionBody, line: Line): void {
    const first = body.blocks[0]?.instructions[0];
    if (first === undefined) throw new InternalError('a body without instructions');
    this.insertBefore(first, line);
  }

  /** Puts a line in the place of an instruction of the source. */
  replace(instruction: Instruction, line: Line): void {
    this.#writer.replace(instruction, textOf(line));
  }

  /** Takes an instruction of the source out, and the blanks in front of it. */
  remove(instruction: Instruction): void {
    const { text } = this.module.source;
    let start = instruction.start;
    while (start > 0 && isBlank(text.charCodeAt(start - 1))) start--;
    const lineFeed = start > 0 && text.charCodeAt(start - 1) === 0x0a ? 1 : 0;
    this.#writer.replace({ start: start - lineFeed, end: instruction.end }, '');
  }

  /** Renames a global wherever code names it; both names with their sigils, spelled canonically. */
  renameGlobal(from: string, to: string): void {
    forEachGlobalName(this.module, (name, span) => {
      if (name === from) this.#writer.replace(span, to);
    });
  }

  /** Puts a line at the end of the module. */
  append(text: string): void {
    this.#writer.append(text);
  }

  /**
   * The edited text.
   *
   * @throws InternalError when two edits overlap
   */
  finish(): string {
    return this.#writer.finish();
  }

  /** The end of the line, if only blanks and a comment stand between; else `offset` itself. */
  #lineEnd(offset: number): number {
    const { text } = this.module.source;
    let at = offset;
    while (isBlank(text.charCodeAt(at))) at++;
    const code = text.charCodeAt(at);
    if (code !== 0x3b) return code === 0x0a ? at : offset;
    const end = text.indexOf('\n', at);
    return end < 0 ? offset : end;
  }
}

function textOf(line: Line): string {
  return typeof line === 'string' ? line : printInstruction(line);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
