/** @see LangRef, "Functions" */
import { prefixAttributes, suffixAttributes } from './attributes.js';
import { printAddressSpace } from './memory.js';
import { suffixFunctionAttachments } from './metadata.js';
import { printTypedValue } from './values.js';
import type { ComdatClause, FunctionEntity, GlobalHeader, Parameter } from '../model/index.js';

// 'declare' attachments head | 'define' head attachments
/** The header of a definition, up to but without the `{`, or a whole declaration. */
export function printFunctionHeader(fn: FunctionEntity): string {
  const attachments = suffixFunctionAttachments(fn.attachments);
  const head = `${printHead(fn)}${printTail(fn)}`;
  return fn.body === undefined ? `declare${attachments} ${head}` : `define ${head}${attachments}`;
}

/** `private dso_local hidden dllexport `, each part that is there followed by a space. */
export function printLinkage(header: GlobalHeader): string {
  let text = '';
  if (header.linkage !== undefined) text += `${header.linkage} `;
  if (header.preemption !== undefined) text += `${header.preemption} `;
  if (header.visibility !== undefined) text += `${header.visibility} `;
  if (header.dllStorage !== undefined) text += `${header.dllStorage} `;
  return text;
}

/** ` comdat`, ` comdat($c)` */
export function printComdatClause(comdat: ComdatClause): string {
  return comdat.name === undefined ? 'comdat' : `comdat(${comdat.name})`;
}

// linkage [cc] [return attributes] type name '(' parameters ')'
function printHead(fn: FunctionEntity): string {
  const convention = fn.callingConvention === undefined ? '' : `${fn.callingConvention} `;
  const parameters = fn.parameters.map(printParameter);
  if (fn.variadic) parameters.push('...');
  const returns = `${prefixAttributes(fn.returnAttributes)}${fn.returns.text}`;
  return `${printLinkage(fn)}${convention}${returns} ${fn.name}(${parameters.join(', ')})`;
}

// [unnamed_addr] [addrspace] attributes [section] [partition] [comdat] [align] [gc] [prefix] [prologue] [personality]
function printTail(fn: FunctionEntity): string {
  let text = '';
  if (fn.unnamedAddr !== undefined) text += ` ${fn.unnamedAddr}`;
  if (fn.addressSpace !== undefined) text += ` ${printAddressSpace(fn.addressSpace)}`;
  text += suffixAttributes(fn.attributes);
  if (fn.section !== undefined) text += ` section ${fn.section}`;
  if (fn.partition !== undefined) text += ` partition ${fn.partition}`;
  if (fn.comdat !== undefined) text += ` ${printComdatClause(fn.comdat)}`;
  if (fn.alignment !== undefined) text += ` align ${fn.alignment}`;
  if (fn.gc !== undefined) text += ` gc ${fn.gc}`;
  if (fn.prefix !== undefined) text += ` prefix ${printTypedValue(fn.prefix)}`;
  if (fn.prologue !== undefined) text += ` prologue ${printTypedValue(fn.prologue)}`;
  if (fn.personality !== undefined) text += ` personality ${printTypedValue(fn.personality)}`;
  return text;
}

function printParameter(parameter: Parameter): string {
  const name = parameter.name === undefined ? '' : ` ${parameter.name}`;
  return `${parameter.type.text}${suffixAttributes(parameter.attributes)}${name}`;
}
