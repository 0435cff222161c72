/** The examples for CI, as far as they go without a service. */
import { copyFileSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { blocks } from '../cli/markdown.js';
import { INTEGRATIONS, ScratchCopy } from './scratch-copy.js';

let copy: ScratchCopy;
beforeAll(() => {
  copy = new ScratchCopy();
});
afterAll(() => {
  copy.remove();
});

/** The words of the step of the workflow that compares, in a project beside which tme-box was checked out. */
function compareStep(): string {
  const workflow = readFileSync(join(INTEGRATIONS, 'github/tme-box.yml'), 'utf8');
  const step = /name: Compare with golden\/\n +run: (.*)\n/.exec(workflow)?.[1];
  if (step === undefined) throw new Error('the workflow has no such step');
  return step;
}

test('the first run makes golden/, the next ones compare, and what is lost fails', () => {
  symlinkSync(resolve('.'), join(copy.folder, 'make/tme-box'));
  const shell = ['sh', '-euc', compareStep()];
  expect(copy.run('make', shell)).toContain('golden/ is new: commit it');
  expect(readFileSync(join(copy.folder, 'make/report.html'), 'utf8')).toContain('"name":"main"');
  copy.run('make', ['make', 'clean']);
  expect(copy.run('make', shell)).toContain(
    '::notice title=tme-box diff::0 lost, 0 gained, 0 changed, 0 added, 0 removed\n',
  );
  const golden = join(copy.folder, 'make/golden');
  const [first = ''] = readdirSync(golden);
  copyFileSync(join(golden, first), join(golden, 'gone.tbx.ll'));
  copy.run('make', ['make', 'clean']);
  const { status, stdout } = copy.try('make', shell);
  expect(status).toBe(1);
  expect(stdout).toContain('gone.tbx.ll');
});

test('the lines for any other service', () => {
  copy.run('make', ['make', 'clean']);
  const lines = blocks('integrations/shell/README.md', 'sh')
    .join('')
    .replace('your-project', join(copy.folder, 'make'))
    .replace('/path/to/tme-box', resolve('.'));
  copy.run('make', ['rm', '-r', 'golden']);
  expect(copy.run('.', ['sh', '-euc', lines])).toContain('golden/ is new: commit it');
});

test('the workflow names nothing that is not there', () => {
  const workflow = readFileSync(join(INTEGRATIONS, 'github/tme-box.yml'), 'utf8');
  expect(workflow).toContain('run: make -C tme-box\n');
  expect(workflow).toContain('path: report.html');
  expect(readFileSync(join(INTEGRATIONS, 'shell/check.sh'), 'utf8')).toContain(
    'REPORT:-report.html',
  );
});
