/**
 * Refuses results that do not fit in registers: code generation would return them through a hidden pointer, with plain
 * accesses. clang passes such results through `sret` pointers, which are ordinary arguments.
 *
 * @see System V ABI for x86-64, 3.2.3; LLVM's return convention has rax, rdx, rcx, xmm0 to xmm3 and st0, st1
 */
import type { FloatFormat, Type, VectorType } from '../ir/model/index.js';
import type { ModuleContext, Range } from './context.js';

interface Registers {
  general: number;
  scalar: number;
  vector: number;
  x87: number;
}

export function refuseWideReturn(type: Type, where: Range, context: ModuleContext): void {
  const used: Registers = { general: 0, scalar: 0, vector: 0, x87: 0 };
  if (countRegisters(type, used, context) && fits(used)) return;
  context.error('TBX0312', where, `a result of type ${type.text} does not fit in registers`);
}

/** Scalars have xmm0 and xmm1 only, so with vectors beside them they must be few. */
function fits({ general, scalar, vector, x87 }: Registers): boolean {
  const sse = scalar === 0 ? vector <= 4 : scalar + vector <= 2;
  return general <= 3 && sse && x87 <= 2;
}

/** @returns false for what is not returned in registers of a known number */
function countRegisters(type: Type, used: Registers, context: ModuleContext): boolean {
  switch (type.kind) {
    case 'void':
      return true;
    case 'integer':
      used.general += Math.ceil(type.bits / 64);
      return true;
    case 'pointer':
      used.general += 1;
      return true;
    case 'float':
      return countFloat(type.format, used);
    case 'vector':
      return countVector(type, used, context);
    case 'array':
      for (let index = 0; index < Number(type.length) && index <= 8; index++) {
        if (!countRegisters(type.element, used, context)) return false;
      }
      return true;
    case 'struct':
      return type.fields.every((field) => countRegisters(field, used, context));
    case 'named': {
      const body = context.module.types.get(type.name)?.body;
      return body !== undefined && countRegisters(body, used, context);
    }
    case 'function':
    case 'target':
    case 'label':
    case 'token':
    case 'metadata':
    case 'x86_amx':
    case 'x86_mmx':
      return false;
  }
}

/** Bytes of a vector register that every processor has. */
const VECTOR_SIZE = 16;

function countVector(type: VectorType, used: Registers, context: ModuleContext): boolean {
  if (type.scalable) return false;
  const bytes = context.layout.layoutOf(type)?.size;
  const isWidened = type.element.kind !== 'integer' || type.element.bits <= 64;
  const isHalved = Number.isInteger(Math.log2(type.length)) || (bytes ?? 0) <= VECTOR_SIZE;
  if (!isWidened || !isHalved) {
    // Each element has registers of its own.
    for (let index = 0; index < Math.min(type.length, 8); index++) {
      if (!countRegisters(type.element, used, context)) return false;
    }
    return true;
  }
  // Vectors of odd elements are widened to bytes or words.
  used.vector += bytes === undefined ? Math.ceil(type.length / 8) : Math.ceil(bytes / VECTOR_SIZE);
  return true;
}

function countFloat(format: FloatFormat, used: Registers): boolean {
  switch (format) {
    case 'half':
    case 'bfloat':
    case 'float':
    case 'double':
      used.scalar += 1;
      return true;
    case 'fp128':
      used.vector += 1;
      return true;
    case 'x86_fp80':
      used.x87 += 1;
      return true;
    case 'ppc_fp128':
      return false;
  }
}
