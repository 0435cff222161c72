/** Random modules: every line that can be made is legal syntax, whatever it means. */
import fc from 'fast-check';
import { globalName, localName } from '../../src/ir/index.js';

const rawName = fc.oneof(
  fc.constantFrom('x', 'ret', 'a b', '1', '.x', '"', '\\', '\xff'),
  fc
    .uint8Array({ min: 1, minLength: 1, maxLength: 4 }) // Names hold no NUL.
    .map((bytes) => Buffer.from(bytes).toString('latin1')),
);
/** Stand for names until the function they are in is put together, so that all are defined, and once. */
const VALUE = '\u0101';
const BLOCK = '\u0102';
const RESULT = '\u0103';
const global = rawName.map(globalName);
const number = fc.nat(1000).map(String);
const gap = fc.constantFrom(' ', '  ', '\t', ' ; comment "\n', '\n');

const { type } = fc.letrec<{ type: string }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('i32', 'i1', 'double', 'ptr', 'x86_fp80', 'ptr addrspace(3)', '%"t y"', 'i8*'),
    tie('type').map((element) => `[3 x ${element}]`),
    tie('type').map((element) => `<vscale x 2 x ${element}>`),
    fc.array(tie('type'), { maxLength: 3 }).map((fields) => `{${fields.join(',')}}`),
    fc.array(tie('type'), { maxLength: 3 }).map((fields) => `<{ ${fields.join(', ')} }>`),
  ),
}));

const { constant } = fc.letrec<{ constant: string; operand: string }>((tie) => ({
  constant: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(
      '0',
      '-7',
      'true',
      'null',
      'undef',
      'zeroinitializer',
      '1.5e+3',
      '0xK0',
      'c"a\\00"',
    ),
    global,
    fc.array(tie('operand'), { maxLength: 3 }).map((elements) => `[${elements.join(', ')}]`),
    fc.array(tie('operand'), { maxLength: 3 }).map((elements) => `{ ${elements.join(' , ')} }`),
    fc.tuple(tie('operand'), type).map(([value, target]) => `ptrtoint (${value} to ${target})`),
    fc
      .tuple(type, tie('operand'))
      .map(([base, value]) => `getelementptr inbounds (${base}, ${value})`),
  ),
  operand: fc.tuple(type, tie('constant')).map(([of, value]) => `${of} ${value}`),
}));

const value = fc.oneof(fc.constant(VALUE), constant);
const operand = fc.tuple(type, value).map(([of, is]) => `${of} ${is}`);
const attachments = fc
  .array(
    number.map((id) => `, !m !${id}`),
    { maxLength: 2 },
  )
  .map((all) => all.join(''));

const operation = fc.oneof(
  fc.tuple(type, value, value).map(([of, a, b]) => `add nuw ${of} ${a},${b}`),
  fc.tuple(type, operand, number).map(([of, from, to]) => `load ${of}, ${from}, align ${to}`),
  fc
    .tuple(type, operand, operand)
    .map(([base, from, at]) => `getelementptr ${base}, ${from}, ${at}`),
  fc.tuple(operand, type).map(([from, to]) => `bitcast ${from} to ${to}`),
  fc.tuple(type, value).map(([of, from]) => `phi ${of} [ ${from}, ${BLOCK} ]`),
  fc.tuple(global, operand).map(([callee, of]) => `call i32 ${callee}(${of}) #1 [ "b"(${of}) ]`),
);
const instruction = fc.oneof(
  fc.tuple(operation, attachments).map(([does, also]) => `${RESULT} = ${does}${also}`),
  fc
    .tuple(operand, operand, attachments)
    .map(([what, where, also]) => `store ${what}, ${where}${also}`),
);
const terminator = fc.oneof(
  fc.constant('ret void'),
  operand.map((of) => `ret ${of}`),
  operand.map((of) => `br ${of}, label ${BLOCK}, label ${BLOCK}`),
  fc
    .tuple(operand, operand)
    .map(([of, at]) => `switch ${of}, label ${BLOCK} [${at}, label ${BLOCK}]`),
);
const block = fc
  .tuple(fc.array(instruction, { maxLength: 4 }), terminator, gap)
  .map(([body, end, space]) => `${space}${[...body, end].join(space)}\n`);

/** Gives every value and block of a function a name that nothing else in it has. */
function nameAll(argument: string, blocks: readonly string[]): string {
  const labels = blocks.map((_, index) => localName(`${argument}b${index}`));
  let count = 0;
  const body = blocks.map((text, index) => `${labels[index]?.slice(1) ?? ''}:${text}`).join('');
  return body
    .replaceAll(VALUE, () => localName(argument))
    .replaceAll(BLOCK, () => labels.at(-1) ?? '')
    .replaceAll(RESULT, () => localName(`${argument}r${count++}`));
}

const entity = fc.oneof(
  fc.tuple(global, type, constant).map(([name, of, is]) => `${name} = global ${of} ${is}, align 4`),
  fc.tuple(global, type).map(([name, of]) => `declare ${of} ${name}(${of} noundef, ...) nounwind`),
  fc.tuple(rawName, type).map(([name, of]) => `${localName(name)} = type ${of}`),
  fc
    .tuple(global, type, rawName, fc.array(block, { minLength: 1, maxLength: 3 }))
    .map(([name, of, raw, blocks]) => {
      const head = `define ${of} ${name}(${of} ${localName(raw)})`;
      return `${head} {\n${nameAll(raw, blocks)}}`;
    }),
);

/** A module of a few entities with comments and odd spacing between them. */
export const moduleText = fc
  .uniqueArray(fc.tuple(entity, gap), { maxLength: 5, selector: ([text]) => definedName(text) })
  .map((entities) => entities.map(([text, space]) => `${text}${space}`).join('\n'));

/** What an entity defines, so that no two of a module define the same. */
function definedName(text: string): string {
  return /[@%](?:"[^"]*"|[-$.\w]+)(?=\(| = )/.exec(text)?.[0] ?? text;
}
