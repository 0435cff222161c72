import { InternalError } from '../../text/internal-error.js';
import type { Span } from '../../text/span.js';
import type { Module } from '../model/index.js';

/** A text in the place of a stretch of the source. */
export interface Edit extends Span {
  readonly text: string;
}

/**
 * Edits of a module's text; what no edit covers is copied as it stands.
 *
 * Edits may come in any order. Insertions at one offset keep the order in which they were made and stand before a
 * replacement that starts there.
 */
export class ModuleWriter {
  readonly #source: string;
  readonly #edits: Edit[] = [];
  #appended = '';
  #sorted = true;

  constructor(module: Module) {
    this.#source = module.source.text;
  }

  /** Puts a text in the place of a stretch of the source. Replaced stretches must not overlap. */
  replace(span: Span, text: string): void {
    this.#add({ start: span.start, end: span.end, text });
  }

  /** Puts a text in front of the byte at `offset`. */
  insert(offset: number, text: string): void {
    this.#add({ start: offset, end: offset, text });
  }

  /** Puts a text behind the end of the module, on a line of its own. */
  append(text: string): void {
    this.#appended += text.endsWith('\n') ? text : `${text}\n`;
  }

  /**
   * The edited text.
   *
   * @throws InternalError when two edits overlap
   */
  finish(): string {
    return this.pieces().join('');
  }

  /**
   * The edited text in pieces, which together may be longer than a string can be.
   *
   * @throws InternalError when two edits overlap
   */
  pieces(): readonly string[] {
    if (!this.#sorted) this.#edits.sort(inOrder);
    const pieces: string[] = [];
    let copied = 0;
    for (const edit of this.#edits) {
      if (edit.start < copied)
        throw new InternalError(`edits of a module overlap at offset ${edit.start}`);
      if (edit.start > copied) pieces.push(this.#source.slice(copied, edit.start));
      pieces.push(edit.text);
      copied = edit.end;
    }
    pieces.push(this.#source.slice(copied));
    if (this.#appended !== '') {
      if (!this.#endsLine()) pieces.push('\n');
      pieces.push(this.#appended);
    }
    return pieces;
  }

  #add(edit: Edit): void {
    const last = this.#edits.at(-1);
    if (last !== undefined && inOrder(last, edit) > 0) this.#sorted = false;
    this.#edits.push(edit);
  }

  #endsLine(): boolean {
    const last = this.#edits.at(-1);
    const atEnd = last?.end === this.#source.length && last.text !== '' ? last.text : this.#source;
    return atEnd === '' || atEnd.endsWith('\n');
  }
}

/** By start; insertions before the replacement that starts at the same offset. */
function inOrder(left: Edit, right: Edit): number {
  return (
    left.start - right.start || Number(left.end > left.start) - Number(right.end > right.start)
  );
}
