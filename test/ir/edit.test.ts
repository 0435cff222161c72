/** Rewritten bodies and edited modules: what changed is printed from the tree, all else stays as it was. */
import {
  InternalError,
  ModuleWriter,
  mapOperands,
  operands,
  printBody,
  printInstruction,
} from '../../src/ir/index.js';
import type { Block, FunctionBody, Instruction } from '../../src/ir/index.js';
import { bodiesOf, moduleOf } from './fixtures.js';

const BODY = `{
entry: ; the first
  ; a comment
  %x = load  i32, ptr %p ; odd spacing
  %y = add i32 %x, 1

  br label %next

next:                                             ; preds = %entry
  store i32 %y, ptr %p
  ret void
  ; behind
}`;

type Change = (instruction: Instruction) => readonly Instruction[];

function rewrite(
  body: string,
  change: Change,
  blocks?: (all: readonly Block[]) => readonly Block[],
): string {
  const module = moduleOf(`define void @f(ptr %p, i1 %flag) ${body}\n`);
  const [original] = bodiesOf(module);
  if (original === undefined) throw new Error('no body');
  const changed = original.blocks.map((block) => changeBlock(block, change));
  const rewritten: FunctionBody = { ...original, blocks: blocks?.(changed) ?? changed };
  return printBody(original, rewritten, module.source);
}

/** The same object where nothing changed, as passes do it. */
function changeBlock(block: Block, change: Change): Block {
  const instructions = block.instructions.flatMap(change);
  const same =
    instructions.length === block.instructions.length &&
    instructions.every((instruction, index) => instruction === block.instructions[index]);
  return same ? block : { ...block, instructions };
}

const keep: Change = (instruction) => [instruction];

function fresh(instruction: Instruction): Instruction {
  return { ...instruction, verbatim: false };
}

test('nothing changed', () => {
  expect(rewrite(BODY, keep)).toBe(BODY);
});

test('one instruction changed', () => {
  const changed = rewrite(BODY, (instruction) => [
    instruction.kind === 'load' ? fresh(instruction) : instruction,
  ]);
  expect(changed).toBe(
    BODY.replace(
      '  ; a comment\n  %x = load  i32, ptr %p ; odd spacing\n',
      '  %x = load i32, ptr %p\n',
    ),
  );
});

test('instructions inserted in front and behind', () => {
  const changed = rewrite(BODY, (instruction) => {
    if (instruction.kind !== 'store') return [instruction];
    const other = fresh(instruction);
    return [other, instruction, other];
  });
  const line = '  store i32 %y, ptr %p\n';
  expect(changed).toBe(BODY.replace(line, line + line + line));
});

test('an instruction removed at the end of a block that another follows', () => {
  const changed = rewrite(BODY, (instruction) =>
    instruction.kind === 'binary' ? [] : [instruction],
  );
  expect(changed).toBe(BODY.replace('  %y = add i32 %x, 1\n', ''));
});

test('untouched blocks follow a changed one', () => {
  const body =
    '{\na:\n  store i8 1, ptr %p\n  br label %b\n\nb:\n  br label %c\n\nc:\n  ret void\n}';
  const changed = rewrite(body, (instruction) =>
    instruction.kind === 'store' ? [] : [instruction],
  );
  expect(changed).toBe(body.replace('  store i8 1, ptr %p\n', ''));
});

test('a block split in two: the new label is printed', () => {
  const split = rewrite(BODY, keep, (all) =>
    all.flatMap((block) => {
      if (block.label !== '%next') return [block];
      const jump: Instruction = {
        kind: 'br',
        condition: undefined,
        ifTrue: '%tbx.rest',
        ifFalse: undefined,
        result: undefined,
        attachments: [],
        start: block.labelStart,
        end: block.labelEnd,
        verbatim: false,
      };
      const rest = { label: '%tbx.rest', labelStart: block.labelEnd, labelEnd: block.labelEnd };
      return [
        { ...block, instructions: [...block.instructions.slice(0, 1), jump] },
        { ...rest, instructions: block.instructions.slice(1) },
      ];
    }),
  );
  expect(split).toBe(
    BODY.replace('  ret void\n', '  br label %tbx.rest\n\ntbx.rest:\n  ret void\n'),
  );
});

test('blocks in another order', () => {
  const body = '{\nentry:\n  br label %b\n\na:\n  ret void\n\nb:\n  br label %a\n}';
  const moved = rewrite(body, keep, ([entry, a, b]) => (entry && a && b ? [entry, b, a] : []));
  expect(moved).toBe('{\nentry:\n  br label %b\n\nb:\n  br label %a\n\na:\n  ret void\n}');
});

test('numbers that the source leaves out are written once they could shift', () => {
  const body = '{\n  load i8, ptr %p\n  store i8 %1, ptr %p\n  br label %2\n  ret void\n}';
  const changed = rewrite(body, (instruction) =>
    instruction.kind === 'store' ? [] : [instruction],
  );
  expect(changed).toBe('{\n  load i8, ptr %p\n  br label %2\n\n2:\n  ret void\n}');
});

test('everything on one line', () => {
  const body = '{ %a = add i8 1, 2 %b = add i8 %a, 3 ret void }';
  const changed = rewrite(body, (instruction) =>
    instruction.result === '%b' ? [fresh(instruction)] : [instruction],
  );
  expect(changed).toBe('{ %a = add i8 1, 2\n  %b = add i8 %a, 3\n ret void }');
});

test('operands are mapped, and only what changed is copied', () => {
  const [body] = bodiesOf(moduleOf(`define void @f(ptr %p) ${BODY}`));
  const [load, add] = body?.blocks[0]?.instructions ?? [];
  if (load === undefined || add === undefined) throw new Error('no instructions');
  expect(mapOperands(load, (operand) => operand)).toBe(load);
  const renamed = mapOperands(add, (operand) =>
    operand.value.kind === 'local' ? { ...operand, value: { kind: 'local', name: '%z' } } : operand,
  );
  expect(printInstruction(renamed)).toBe('%y = add i32 %z, 1');
  expect(operands(renamed).map(({ type }) => type.text)).toEqual(['i32', 'i32']);
});

test('edits of a module in any order', () => {
  const module = moduleOf('@a = global i8 0\n@b = global i8 1');
  const writer = new ModuleWriter(module);
  writer.replace({ start: 17, end: 19 }, '@c');
  writer.insert(0, '; one\n');
  writer.insert(0, '; two\n');
  writer.insert(17, '; three\n');
  writer.append('declare void @f()');
  expect(writer.finish()).toBe(
    '; one\n; two\n@a = global i8 0\n; three\n@c = global i8 1\ndeclare void @f()\n',
  );
});

test('edits that overlap are our own fault', () => {
  const writer = new ModuleWriter(moduleOf('@a = global i8 0\n'));
  writer.replace({ start: 0, end: 4 }, 'x');
  writer.replace({ start: 2, end: 6 }, 'y');
  expect(() => writer.finish()).toThrow(InternalError);
});
