/** Entry points of the parser: every error of the input comes out as a diagnostic. */
import type { Parsed } from '../../text/diagnostic.js';
import { InternalError } from '../../text/internal-error.js';
import type { SourceText } from '../../text/source.js';
import type {
  FunctionBody,
  FunctionEntity,
  Metadata,
  MetadataDefinition,
  Module,
} from '../model/index.js';
import { parseBlocks } from './body.js';
import { ParseFailure } from './failure.js';
import { parseEntities } from './module.js';
import { LazyMetadata, ParsedModule } from './parsed-module.js';

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

function diagnosed<T>(parse: () => T): Parsed<T> {
  try {
    return { value: parse(), diagnostics: [] };
  } catch (error) {
    if (error instanceof ParseFailure) return { value: undefined, diagnostics: [error.diagnostic] };
    throw error;
  }
}
