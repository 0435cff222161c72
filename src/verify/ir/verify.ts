/**
 * Early feedback on instrumented IR: that each access and call has a form that code generation keeps confined, with a
 * place in the source where it has not. It shares nothing with the passes. What an image may do is proven from its
 * bytes (src/verify/image), whatever this says.
 *
 * @see docs/verifier.md, "IR"
 */
import { append } from '../../text/append.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { SourceText } from '../../text/source.js';
import { parseBody, parseModule } from '../../ir/parser/index.js';
import type { Module } from '../../ir/model/index.js';
import { BodyChecker } from './body.js';
import type { Marker } from './marker.js';
import { markerOf } from './marker.js';
import { checkEntity } from './module.js';
import { Refusals } from './refusals.js';

export interface IrVerdict {
  /** Undefined where the module does not say how it was made. */
  readonly marker: Marker | undefined;
  readonly functions: number;
  /** Errors of syntax and refusals, in the order of the source; none: verified. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What a module without a marker is held to, so that the other refusals are shown as well. */
const STRICTEST: Marker = { lowering: 'ir', isolation: 'code+data' };

export function verifyIr(source: SourceText): IrVerdict {
  const { value: module, diagnostics } = parseModule(source);
  if (module === undefined) return { marker: undefined, functions: 0, diagnostics };
  const marker = markerOf(module);
  const refusals = new Refusals(source);
  if (marker === undefined)
    refusals.refuse('TBV0101', { start: 0, end: 0 }, 'the module has no note of TME-Box');
  for (const entity of module.entities) checkEntity(entity, module, refusals);
  const functions = checkBodies(module, marker ?? STRICTEST, refusals);
  return { marker, functions, diagnostics: refusals.found };
}

function checkBodies(module: Module, marker: Marker, refusals: Refusals): number {
  let functions = 0;
  for (const fn of module.functions.values()) {
    if (fn.body === undefined) continue;
    const { value, diagnostics } = parseBody(module, fn);
    append(refusals.found, diagnostics);
    if (value !== undefined) new BodyChecker(value, module, marker, refusals).check();
    functions++;
  }
  return functions;
}
