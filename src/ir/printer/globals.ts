/** @see LangRef, "Global Variables", "Aliases", "IFuncs" */
import { suffixAttributes } from './attributes.js';
import { printConstant } from './constants.js';
import { printComdatClause, printLinkage } from './functions.js';
import { printAddressSpace } from './memory.js';
import { suffixAttachments } from './metadata.js';
import { printTypedValue } from './values.js';
import type { GlobalAlias, GlobalVariable } from '../model/index.js';

// name '=' linkage [thread_local] [unnamed_addr] [addrspace] [externally_initialized] ('global'|'constant') type [value] …
/** A global variable, as one line. */
export function printGlobalVariable(variable: GlobalVariable): string {
  let text = `${variable.name} = ${printLinkage(variable)}`;
  text += printThreadLocal(variable.threadLocal);
  if (variable.unnamedAddr !== undefined) text += `${variable.unnamedAddr} `;
  if (variable.addressSpace !== undefined) text += `${printAddressSpace(variable.addressSpace)} `;
  if (variable.externallyInitialized) text += 'externally_initialized ';
  text += `${variable.constant ? 'constant' : 'global'} ${variable.type.text}`;
  if (variable.initializer !== undefined) text += ` ${printConstant(variable.initializer)}`;
  return `${text}${printVariableTail(variable)}`;
}

// [',' section] [',' partition] [',' code_model] { ',' sanitizer } [',' comdat] [',' align] attachments attributes
function printVariableTail(variable: GlobalVariable): string {
  let text = '';
  if (variable.section !== undefined) text += `, section ${variable.section}`;
  if (variable.partition !== undefined) text += `, partition ${variable.partition}`;
  if (variable.codeModel !== undefined) text += `, code_model ${variable.codeModel}`;
  for (const flag of variable.sanitizerFlags) text += `, ${flag}`;
  if (variable.comdat !== undefined) text += `, ${printComdatClause(variable.comdat)}`;
  if (variable.alignment !== undefined) text += `, align ${variable.alignment}`;
  return `${text}${suffixAttachments(variable.attachments)}${suffixAttributes(variable.attributes)}`;
}

// name '=' linkage [thread_local] [unnamed_addr] ('alias'|'ifunc') type ',' type value [',' partition] attachments
/** An alias or an ifunc, as one line. */
export function printAlias(alias: GlobalAlias): string {
  let text = `${alias.name} = ${printLinkage(alias)}${printThreadLocal(alias.threadLocal)}`;
  if (alias.unnamedAddr !== undefined) text += `${alias.unnamedAddr} `;
  text += `${alias.kind} ${alias.type.text}, ${printTypedValue(alias.aliasee)}`;
  if (alias.partition !== undefined) text += `, partition ${alias.partition}`;
  return `${text}${suffixAttachments(alias.attachments)}`;
}

function printThreadLocal(model: GlobalVariable['threadLocal']): string {
  if (model === undefined) return '';
  return model === 'generaldynamic' ? 'thread_local ' : `thread_local(${model}) `;
}
