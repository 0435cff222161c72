/** Maps the values that metadata operands name: those of debug records, and of calls with `metadata` arguments. */
import { copyCall } from '../ir/copies.js';
import type {
  Instruction,
  Metadata,
  MetadataFieldValue,
  TypedValue,
  Value,
} from '../ir/model/index.js';

type OperandMap = (operand: TypedValue) => TypedValue;

/** @returns the same object where `map` changed nothing */
export function mapMetadataValues(instruction: Instruction, map: OperandMap): Instruction {
  switch (instruction.kind) {
    case 'debug-record': {
      const operands = mapAll(instruction.operands, (operand) => mapMetadata(operand, map));
      if (operands === instruction.operands) return instruction;
      return { ...instruction, operands, verbatim: false };
    }
    case 'call': {
      const values = mapAll(instruction.arguments, (argument) => {
        const value = mapValue(argument.value, map);
        return value === argument.value
          ? argument
          : { type: argument.type, attributes: argument.attributes, value };
      });
      if (values === instruction.arguments) return instruction;
      return copyCall(instruction, instruction.tail, { arguments: values });
    }
    default:
      return instruction;
  }
}

function mapValue(value: Value, map: OperandMap): Value {
  if (value.kind !== 'metadata') return value;
  const metadata = mapMetadata(value.metadata, map);
  return metadata === value.metadata ? value : { kind: 'metadata', metadata };
}

function mapMetadata(metadata: Metadata, map: OperandMap): Metadata {
  switch (metadata.kind) {
    case 'value': {
      const value = map(metadata.value);
      return value === metadata.value ? metadata : { ...metadata, value };
    }
    case 'node': {
      const fields = mapAll(metadata.fields, (field) => {
        const value = mapField(field.value, map);
        return value === field.value ? field : { ...field, value };
      });
      return fields === metadata.fields ? metadata : { ...metadata, fields };
    }
    case 'reference':
    case 'string':
    case 'null':
    case 'tuple':
      // Tuples may not name values of a function.
      return metadata;
  }
}

function mapField(field: MetadataFieldValue, map: OperandMap): MetadataFieldValue {
  if (field.kind !== 'metadata') return field;
  const metadata = mapMetadata(field.metadata, map);
  return metadata === field.metadata ? field : { ...field, metadata };
}

function mapAll<T>(items: readonly T[], map: (item: T) => T): readonly T[] {
  const mapped = items.map(map);
  return mapped.some((item, index) => item !== items[index]) ? mapped : items;
}
