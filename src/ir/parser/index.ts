/** Entry points of the parser: every error of the input comes out as a diagnostic. */
import type { Parsed } from '../../text/diagnostic.js';
import { InternalError } from '../../text/internal-error.js';
import type { SourceText } from '../../text/source.js';
import type { Span } from '../../text/span.js';
import type {
  FunctionBody,
  FunctionEntity,
  Metadata,
  MetadataDefinition,
  Module,
} from '../model/index.js';
import { AtomTable } from './atoms.js';
import { parseBlocks } from './body.js';
import { ParseFailure } from './failure.js';
import { parseEntities } from './module.js';
import { LazyMetadata, ParsedModule } from './parsed-module.js';
import { Parser } from './parser.js';
import { Token } from './token.js';

/** Reads everything but function bodies and metadata nodes, of which only the extent is found. */
export function parseModule(source: SourceText): Parsed<Module> {
  return diagnosed(() => parseEntities(source));
}

/**
 * Reads one body of a module that {@link parseModule} returned.
 *
 * @throws InternalError when `fn` has no body, or the module does not come from {@link parseModule}
 */
export function parseBody(module: Module, fn: FunctionEntity): Parsed<FunctionBody> {
  const { body } = fn;
  if (body === undefined) throw new InternalError(`${fn.name} has no body`);
  if (!(module instanceof ParsedModule))
    throw new InternalError('the module was not made by parseModule');
  return diagnosed(() => parseBlocks(module.tables, fn, body.start));
}

/** Reads the node of a metadata definition; {@link MetadataDefinition.node} does the same without the diagnostic. */
export function parseMetadataNode(definition: MetadataDefinition): Parsed<Metadata> {
  if (!(definition instanceof LazyMetadata)) return { value: definition.node(), diagnostics: [] };
  return diagnosed(() => definition.parse());
}

/**
 * Visits every place where a module that was parsed names a global, in definitions, bodies and metadata alike; not in
 * strings, comments and module assembly.
 */
export function forEachGlobalName(module: Module, visit: (name: string, span: Span) => void): void {
  const tables = { source: module.source, atoms: new AtomTable(), types: module.typeTable };
  const p = new Parser(tables, 0);
  while (p.kind !== Token.end) {
    if (p.kind === Token.global) visit(p.atom.text, { start: p.start, end: p.pos });
    p.next();
  }
}

function diagnosed<T>(parse: () => T): Parsed<T> {
  try {
    return { value: parse(), diagnostics: [] };
  } catch (error) {
    if (error instanceof ParseFailure) return { value: undefined, diagnostics: [error.diagnostic] };
    throw error;
  }
}
