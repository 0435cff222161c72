/**
 * Makes function pointers offsets, and calls through them calls into this image's code.
 *
 * With `code+data` the address of a function is that of its entry in the call table, and an indirect call goes to
 * `table + (pointer & mask)`: always to some entry of the table, whatever the pointer. With `data` it is the offset of
 * the function itself, and an indirect call adds the base of the window that the code runs in.
 *
 * Every operand but the callee of a direct call is such a value. Aliases carry no metadata, so that code generation
 * would take their address from the code window; they are named by a second declaration of the same symbol.
 *
 * @see docs/abi.md, "Code generation"
 */
import { copyCall } from '../ir/copies.js';
import { mapOperands, someValue } from '../ir/operands.js';
import type {
  Call,
  Constant,
  FunctionBody,
  GlobalValue,
  Instruction,
  TypedValue,
  Value,
} from '../ir/model/index.js';
import { globalName } from '../ir/names.js';
import { hide } from './barrier.js';
import { InstructionBuilder } from './builder.js';
import { mapLeaves, mapValueLeaves } from './constants.js';
import type { FunctionContext, ModuleContext } from './context.js';
import { isIntrinsicName } from './intrinsics-table.js';
import { rewriteInstructions } from './rewrite.js';
import { absoluteSymbol, entrySymbol, namesFunction, symbolTwin } from './symbols.js';

/** A {@link import('./context.js').BodyPass}. */
export function isolateFunctionPointers(
  body: FunctionBody,
  context: FunctionContext,
): FunctionBody {
  const address = (leaf: Constant): Constant => addressOf(leaf, context.module);
  const mapOperand = (operand: TypedValue): TypedValue => mapLeaves(operand, address);
  return rewriteInstructions(body, (instruction) => {
    // Most operands are locals and numbers: the test comes before anything is made.
    const mapped = someValue(instruction, mayHoldAddress)
      ? mapOperands(instruction, mapOperand)
      : instruction;
    if (mapped.kind === 'call') {
      if (isIndirect(mapped, context)) return callThroughTable(mapped, context);
      countDirect(mapped, context);
    }
    return mapped === instruction ? undefined : [mapped];
  });
}

function mayHoldAddress({ kind }: Value): boolean {
  return kind !== 'local' && kind !== 'integer';
}

/** The constant by which an address is known as a value; the same object where a global stands for itself. */
export function addressOf(leaf: Constant, context: ModuleContext): Constant {
  if (leaf.kind !== 'global' || isIntrinsicName(leaf.name)) return leaf;
  const { module, options } = context;
  if (options.isolation === 'code+data' && namesFunction(leaf.name, module)) {
    return tableEntry(leaf, context);
  }
  const alias = module.aliases.get(leaf.name);
  if (alias === undefined) return leaf;
  const twin = symbolTwin(alias.name, alias.linkage);
  if (twin === undefined) return refuseUnnamed(leaf, context);
  const declaration = `${twin} = external dso_local global i8, ${absoluteSymbol(context)}`;
  return context.declareVariable(twin, declaration);
}

/** The entry of a function or alias, which this unit may have to emit: its address is taken now. */
function tableEntry(leaf: GlobalValue, context: ModuleContext): GlobalValue {
  const symbol = entrySymbol(leaf.name);
  if (symbol === undefined) return refuseUnnamed(leaf, context);
  context.statistics.count('functionAddresses');
  context.takenFunctions.add(leaf.name);
  const fn = context.module.functions.get(leaf.name);
  const linkage = fn?.linkage === 'extern_weak' ? 'extern_weak ' : '';
  const name = globalName(symbol);
  return context.declareFunction(
    name,
    `declare ${absoluteSymbol(context)} ${linkage}dso_local void ${name}()`,
  );
}

function refuseUnnamed(leaf: GlobalValue, context: ModuleContext): GlobalValue {
  const { functions, aliases } = context.module;
  const entity = functions.get(leaf.name) ?? aliases.get(leaf.name);
  const range = entity ?? { start: 0, end: 0 };
  context.error('TBX0319', range, `the address of ${leaf.name}, which has no name, is taken`);
  return leaf;
}

function isIndirect(call: Call, context: FunctionContext): boolean {
  const { callee } = call;
  if (callee.kind === 'asm') return false;
  if (callee.kind !== 'global') return true;
  if (isIntrinsicName(callee.name) || context.module.declaresFunction(callee.name)) return false;
  return !namesFunction(callee.name, context.module.module);
}

function countDirect({ callee }: Call, context: FunctionContext): void {
  if (callee.kind === 'global' && !isIntrinsicName(callee.name)) {
    context.module.statistics.count('directCalls');
  }
}

function callThroughTable(call: Call, context: FunctionContext): readonly Instruction[] {
  context.module.statistics.count('indirectCalls');
  const build = new InstructionBuilder(context, call);
  const callee = mapValueLeaves(call.callee, (leaf) => addressOf(leaf, context.module));
  const pointer: TypedValue = { type: build.types.pointer(), value: callee };
  const target = codeAddress(hiddenConstant(pointer, build), build, context);
  build.push(copyCall(call, call.tail, { callee: target }));
  return build.instructions;
}

/** The sum with a constant that code generation knows, such as null, would be the base itself or a direct call. */
function hiddenConstant(pointer: TypedValue, build: InstructionBuilder): TypedValue {
  return pointer.value.kind === 'local' ? pointer : hide(pointer, build, 'callee');
}

/** `p & mask` or `p & 0xffffffff`, plus an address that code generation takes RIP-relative. */
function codeAddress(
  pointer: TypedValue,
  build: InstructionBuilder,
  { module }: FunctionContext,
): Value {
  const i8 = build.types.integer(8);
  const i64 = build.types.integer(64);
  if (module.options.isolation === 'data') {
    const low = build.cast('ptrtoint', pointer, build.types.integer(32), 'callee');
    const offset = build.cast('zext', low, i64, 'callee');
    const base = module.declareVariable(
      '@__tbx_code_base',
      '@__tbx_code_base = external hidden global i8',
    );
    return build.getelementptr(i8, { type: pointer.type, value: base }, [offset], 'callee').value;
  }
  const table = module.declareVariable(
    '@__tbx_icall_table',
    '@__tbx_icall_table = external hidden global i8',
  );
  const offset = build.cast('ptrtoint', pointer, i64, 'callee');
  const masked = build.binary('and', offset, callTableMask(build, module).value, 'callee');
  return build.getelementptr(i8, { type: pointer.type, value: table }, [masked], 'callee').value;
}

/** The mask is a symbol that the linker sets: at least 8, so that code generation uses an immediate of 32 bits. */
function callTableMask(build: InstructionBuilder, module: ModuleContext): TypedValue {
  const i64 = build.types.integer(64);
  const range = module.metadataNode('!{i64 8, i64 2147483648}');
  const mask = module.declareVariable(
    '@__tbx_icall_mask',
    `@__tbx_icall_mask = external hidden global i8, !absolute_symbol ${range}`,
  );
  const value: Constant = {
    kind: 'expression',
    opcode: 'ptrtoint',
    flags: [],
    sourceElementType: undefined,
    operands: [{ type: build.types.pointer(), value: mask }],
    castType: i64,
  };
  return { type: i64, value };
}
