/** The LLVM IR front end: parser, typed module and printer. Exported as `tme-box/llvm-ir-parser`. */
export { InternalError, SourceText, formatDiagnostic } from '../text/index.js';
export type { Diagnostic, FormatOptions, Parsed, Position, Severity, Span } from '../text/index.js';
export * from './model/index.js';
export * from './names.js';
export {
  INSTRUCTION_FACTS,
  accessedPointer,
  isTerminator,
  successors,
} from './instruction-table.js';
export type { InstructionFacts } from './instruction-table.js';
export {
  constantOperands,
  forEachOperand,
  isConstant,
  mapConstant,
  mapOperands,
  operands,
} from './operands.js';
export type { OperandMap } from './operands.js';
export { ModuleEditor } from './editor.js';
export type { Line } from './editor.js';
export { TypeTable } from './type-table.js';
export { forEachGlobalName, parseBody, parseMetadataNode, parseModule } from './parser/index.js';
export * from './printer/index.js';
export { walk, walkBody } from './walk.js';
export type { Visitor } from './walk.js';
