import type { FunctionBody, FunctionEntity, Module } from '../model/index.js';
import { InternalError } from '../../text/internal-error.js';
import type { Parsed } from '../../text/diagnostic.js';
import type { SourceText } from '../../text/source.js';

/** Reads everything but function bodies, of which only the extent is found. */
export function parseModule(source: SourceText): Parsed<Module> {
  throw new InternalError(`not yet: parseModule(${source.path})`);
}

/** Reads one body of a module that {@link parseModule} returned; `fn` must have a body. */
export function parseBody(module: Module, fn: FunctionEntity): Parsed<FunctionBody> {
  throw new InternalError(`not yet: parseBody(${module.source.path}, ${fn.name})`);
}
