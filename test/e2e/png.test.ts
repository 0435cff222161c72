import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { must, run, type Outcome } from '../../programs/process.js';
import { BUILD, ROOT } from '../../programs/toolchain.js';
import { blocks } from '../cli/markdown.js';

/** examples/png: libpng and zlib in a sandbox decode the files of strangers; the same decoder unconfined is the control. */
const FOLDER = join(BUILD, 'examples', 'png');
const TUTORIAL = 'docs/tutorial-png.md';
const PICTURE = 'picture.png: 200 x 120, 3cf9d085';

beforeAll(async () => {
  await must({ program: 'make', arguments: ['-s', '-C', join(ROOT, 'examples', 'png')] });
}, 300_000);

function decode(program: string, ...words: readonly string[]): Promise<Outcome> {
  const pictures = ['picture', 'damaged', 'hostile', 'picture'];
  const paths = pictures.map((name) => join(FOLDER, 'pictures', `${name}.png`));
  return run({ program: join(FOLDER, program), arguments: [...words, ...paths] });
}

test('a picture that crashes the decoder ends its sandbox, and the next one is decoded', async () => {
  const { status, stdout } = await decode('sandboxed', join(FOLDER, 'decoder.tbx'));
  expect(status).toBe(0);
  expect(stdout.toString('latin1').trimEnd().split('\n')).toEqual([
    PICTURE,
    'damaged.png: not a PNG',
    expect.stringMatching(/^hostile\.png: sandbox KeyID \d+: .* at offset 0x[0-9a-f]+ \(\w+\+0x/),
    PICTURE,
  ]);
  expect(withoutPlaces(stdout.toString('latin1'))).toBe(withoutPlaces(shown('text')));
});

/** The block of the tutorial in that language. */
function shown(language: string): string {
  return blocks(TUTORIAL, language).join('');
}

/** KeyIDs and addresses differ from machine to machine. */
function withoutPlaces(text: string): string {
  return text.replaceAll(/KeyID \d+|0x[0-9a-f]+/g, '…');
}

test('the commands of the tutorial are those of the Makefile', async () => {
  const words = ['-s', '-n', '-B', '-C', join(ROOT, 'examples', 'png')];
  const { stdout } = await run({ program: 'make', arguments: words });
  const recipes = stdout.toString('latin1').split('\n');
  for (const command of shown('sh').trimEnd().split('\n')) {
    const parts = command.split(' ').map((word) => word.replace(/^(?:\w+=)?(?:\.\.\/)?/, ''));
    const made = recipes.filter((recipe) => parts.every((part) => recipe.includes(part)));
    expect({ command, made: made.length }).toEqual({ command, made: 1 });
  }
});

test('without a sandbox it ends the host', async () => {
  const { status, stdout } = await decode('plain');
  expect(status).toBe(128 + 11);
  expect(stdout.toString('latin1')).toBe(`${PICTURE}\ndamaged.png: not a PNG\n`);
});

test("libpng's own pictures come out of the sandbox as they do natively", async () => {
  const suite = join(BUILD, 'sources', 'libpng1.6', 'contrib', 'pngsuite');
  const names = (await readdir(suite)).filter((name) => name.endsWith('.png')).sort();
  const paths = names.map((name) => join(suite, name));
  const native = await run({ program: join(FOLDER, 'plain'), arguments: paths });
  const words = [join(FOLDER, 'decoder.tbx'), ...paths];
  const sandboxed = await run({ program: join(FOLDER, 'sandboxed'), arguments: words });
  expect(names.length).toBeGreaterThan(30);
  expect(sandboxed.stdout.toString('latin1')).toBe(native.stdout.toString('latin1'));
  expect(sandboxed.status).toBe(0);
});
