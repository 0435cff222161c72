/**
 * What a pass knows besides the body that it rewrites: the module, the options, fresh names, and where diagnostics,
 * statistics and new module-level text go.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import type {
  FunctionBody,
  FunctionEntity,
  GlobalValue,
  Instruction,
  MetadataAttachment,
  Module,
} from '../ir/model/index.js';
import type { TypeTable } from '../ir/type-table.js';
import type { DataLayout } from '../analysis/layout.js';
import type { InstrumentOptions } from './options.js';
import type { StatisticsRecord } from './statistics.js';
import { StatisticsRecorder } from './statistics.js';

/** Offsets in the module's source. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Code = `TBX${string}`;

/** What the passes over some bodies want of the rest of the module; plain data, which threads can hand over. */
export interface ContextRecord {
  readonly takenFunctions: readonly string[];
  readonly declaredFunctions: readonly string[];
  readonly declarations: readonly (readonly [name: string, text: string])[];
  /** Texts of metadata nodes; the others name the one at index 3 as `!\0 3 \0`, without the blanks. */
  readonly metadata: readonly string[];
  readonly statistics: StatisticsRecord;
}

/** Ids of metadata nodes that have no number yet. */
const UNNUMBERED = /!\0(\d+)\0/g;

export class ModuleContext {
  readonly module: Module;
  readonly options: InstrumentOptions;
  readonly types: TypeTable;
  readonly layout: DataLayout;
  readonly statistics = new StatisticsRecorder();
  /** Functions and aliases whose address is a value somewhere in the module, by name. */
  readonly takenFunctions = new Set<string>();
  /** Whether any label is a value or any jump is computed, going by the module's text. */
  readonly usesLabels: boolean;
  /** Numbers of the blocks whose address is a value, by function and label. */
  readonly labelNumbers = new Map<string, Map<string, number>>();
  /** Tables that must stand in front of the function whose blocks they name, by that function's name. */
  readonly labelTables = new Map<string, string[]>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #declaredFunctions = new Set<string>();
  readonly #declarations = new Map<string, string>();
  readonly #metadata = new Map<string, string>();
  readonly #appended: string[] = [];
  #nextMetadata: number | undefined;
  #failed = false;
  /** Whether metadata nodes get their numbers from the context that takes the record of this one. */
  readonly #isPart: boolean;

  /** @param whole the context of the whole module, for one of some of its bodies */
  constructor(
    module: Module,
    layout: DataLayout,
    options: InstrumentOptions,
    whole?: ModuleContext,
  ) {
    this.module = module;
    this.layout = layout;
    this.options = options;
    const { text } = module.source;
    this.usesLabels =
      whole?.usesLabels ?? (text.includes('blockaddress') || text.includes('indirectbr'));
    this.types = module.typeTable;
    this.#isPart = whole !== undefined;
  }

  record(): ContextRecord {
    return {
      takenFunctions: [...this.takenFunctions],
      declaredFunctions: [...this.#declaredFunctions],
      declarations: [...this.#declarations],
      metadata: [...this.#metadata.keys()],
      statistics: this.statistics.record(),
    };
  }

  /**
   * Takes over what the passes over some bodies want, as if they had run here: records must come in the order of the
   * bodies.
   *
   * @returns what puts the numbers of metadata nodes into a text that they made
   */
  take(record: ContextRecord): (text: string) => string {
    const ids = record.metadata.map((text) => this.metadataNode(text));
    const numbered = (text: string): string =>
      text.replace(UNNUMBERED, (_, index: string) => ids[Number(index)] ?? '');
    for (const name of record.takenFunctions) this.takenFunctions.add(name);
    for (const name of record.declaredFunctions) this.#declaredFunctions.add(name);
    for (const [name, text] of record.declarations) this.#declarations.set(name, numbered(text));
    this.statistics.add(record.statistics);
    return numbered;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** True once an error was reported: the module's text must not be used. */
  get failed(): boolean {
    return this.#failed;
  }

  report(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic);
    if (diagnostic.severity === 'error') this.#failed = true;
  }

  /** Refuses what stands at `range`. */
  error(code: Code, range: Range, message: string, notes: readonly Diagnostic[] = []): void {
    const span = { start: range.start, end: range.end };
    this.report({ code, severity: 'error', message, source: this.module.source, span, notes });
  }

  /**
   * Makes sure that the module declares a function, and returns it as a value.
   *
   * @param name with its sigil, as in `@memcpy`
   * @param declaration the whole line, as in `declare dso_local ptr @memcpy(ptr, ptr, i64)`; unused where the module
   *   has a global of this name already: with opaque pointers a call states its own function type
   */
  declareFunction(name: string, declaration: string): GlobalValue {
    this.#declaredFunctions.add(name);
    return this.#declare(name, declaration);
  }

  /** Whether a pass declared a function of this name: the module itself need not know it. */
  declaresFunction(name: string): boolean {
    return this.#declaredFunctions.has(name);
  }

  /** Like {@link declareFunction}, for a variable. */
  declareVariable(name: string, declaration: string): GlobalValue {
    return this.#declare(name, declaration);
  }

  #declare(name: string, declaration: string): GlobalValue {
    const { functions, variables, aliases } = this.module;
    if (!functions.has(name) && !variables.has(name) && !aliases.has(name)) {
      this.#declarations.set(name, declaration);
    }
    return { kind: 'global', name };
  }

  /** The id (`!7`) of a numbered metadata node with this text (`!{i64 0, i64 2147483648}`), made on first use. */
  metadataNode(text: string): string {
    const known = this.#metadata.get(text);
    if (known !== undefined) return known;
    const id = this.#isPart ? `!\0${this.#metadata.size}\0` : this.#nextId();
    this.#metadata.set(text, id);
    return id;
  }

  #nextId(): string {
    this.#nextMetadata ??= firstFreeMetadata(this.module);
    const id = `!${this.#nextMetadata}`;
    this.#nextMetadata += 1;
    return id;
  }

  /** Adds text at the end of the module, one or more whole lines without the last line end. */
  append(text: string): void {
    this.#appended.push(text);
  }

  /** Everything that has to stand at the end of the module, in a fixed order. */
  appendix(): readonly string[] {
    const nodes = [...this.#metadata].map(([text, id]) => `${id} = ${text}`);
    return [...this.#declarations.values(), ...this.#appended, ...nodes];
  }
}

function firstFreeMetadata(module: Module): number {
  let free = 0;
  // Not by the index of nodes: it would be built for this alone, and large modules have hundreds of thousands.
  for (const entity of module.entities) {
    if (entity.kind !== 'metadata') continue;
    const number = Number(entity.id.slice(1));
    if (Number.isInteger(number)) free = Math.max(free, number + 1);
  }
  return free;
}

const RESERVED = '%tbx.';

/** One a function body; the passes over that body share it, so that their names do not clash. */
export class FunctionContext {
  readonly module: ModuleContext;
  /** As in the source; a pass that changes the header returns a body with another `function`. */
  readonly function: FunctionEntity;
  readonly #taken: Set<string>;
  readonly #next = new Map<string, number>();

  constructor(module: ModuleContext, body: FunctionBody) {
    this.module = module;
    this.function = body.function;
    this.#taken = reservedNames(body);
  }

  /** `freshName('addr')` is `%tbx.addr`, then `%tbx.addr.2` …; for values and for labels. */
  freshName(hint: string): string {
    for (;;) {
      const count = (this.#next.get(hint) ?? 0) + 1;
      this.#next.set(hint, count);
      const name = count === 1 ? `${RESERVED}${hint}` : `${RESERVED}${hint}.${count}`;
      // Of most bodies none is taken, and a name that was just put together has no hash yet.
      if (this.#taken.size === 0 || !this.#taken.has(name)) return name;
    }
  }

  /** Refuses an instruction. */
  error(code: Code, range: Range, message: string): void {
    this.module.error(code, range, message);
  }

  /** What an instruction made for `guarded` carries: its source location and nothing else. */
  debugLocation(guarded: Instruction): readonly MetadataAttachment[] {
    const { attachments } = guarded;
    if (attachments.length === 0) return attachments;
    if (attachments.length === 1 && attachments[0]?.name === '!dbg') return attachments;
    return attachments.filter(({ name }) => name === '!dbg');
  }

  /**
   * Like {@link debugLocation}, for a call: LLVM wants a location on every call of a function that may be inlined when
   * the caller has debug information, so a call without one to copy is given line 0 of the function.
   */
  callLocation(guarded: Instruction): readonly MetadataAttachment[] {
    const copied = this.debugLocation(guarded);
    if (copied.length > 0) return copied;
    const subprogram = this.function.attachments.find(({ name }) => name === '!dbg');
    if (subprogram === undefined) return [];
    const fields = [
      { key: 'line', value: { kind: 'text', text: '0' } },
      { key: 'scope', value: { kind: 'metadata', metadata: subprogram.node } },
    ] as const;
    return [{ name: '!dbg', node: { kind: 'node', distinct: false, name: '!DILocation', fields } }];
  }
}

/** The names of a body that fresh names could clash with: those of an earlier run of this tool. */
function reservedNames(body: FunctionBody): Set<string> {
  const names = new Set<string>();
  const take = (name: string | undefined): void => {
    if (name?.startsWith(RESERVED) === true) names.add(name);
  };
  body.function.parameters.forEach(({ name }) => {
    take(name);
  });
  for (const block of body.blocks) {
    take(block.label);
    block.instructions.forEach(({ result }) => {
      take(result);
    });
  }
  return names;
}

/** A step over one body. It returns the same object where it changed nothing. */
export type BodyPass = (body: FunctionBody, context: FunctionContext) => FunctionBody;
