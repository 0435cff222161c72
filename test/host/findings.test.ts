import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const FUZZ = join(process.cwd(), 'fuzz');

/** What the fuzzers of the host runtime (fuzz/) once found is not found again. */
test('inputs that fuzzers found do no harm any more', () => {
  const inputs = readdirSync(join(FUZZ, 'findings')).flatMap((target) =>
    readdirSync(join(FUZZ, 'findings', target)).map((file) => join(FUZZ, 'findings', target, file)),
  );
  const tried = execFileSync('make', ['-s', '-C', FUZZ, 'again'], {
    env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '' },
    encoding: 'utf8',
  });
  expect(tried.split('\n').filter((line) => inputs.includes(line))).toEqual(inputs);
}, 120_000);
