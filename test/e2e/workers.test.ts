import { startServer, type WorkerServer } from '../../bench/worker-server.js';
import { must } from '../../programs/process.js';
import { ROOT } from '../../programs/toolchain.js';
import { blocks } from '../cli/markdown.js';

/** examples/workers: an HTTP server that runs each tenant's code in a sandbox of its own. */
let server: WorkerServer | undefined;

beforeAll(async () => {
  await must({ program: 'make', arguments: ['-s', '-C', `${ROOT}/examples/workers`] });
}, 120_000);
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(path: string): Promise<Answer> {
  const response = await fetch(`${server?.url ?? ''}/${path}`);
  return { status: response.status, text: await response.text() };
}

/** How often a tenant says that it was asked. */
async function visits(tenant: number): Promise<number> {
  const { status, text } = await ask(`${tenant}/page`);
  expect(status).toBe(200);
  return Number(/"visits": (\d+)/.exec(text)?.[1]);
}

/** What differs from run to run. */
function plain(text: string): string {
  return text.replaceAll(/KeyID \d+|0x[0-9a-f]+|"sum": \d+/g, '…').trim();
}

test('pages are answered as docs/tutorial-workers.md shows', async () => {
  server = await startServer('sandbox', 50);
  const exchanges = blocks('docs/tutorial-workers.md', 'text').join('').split(/^\$ /m).slice(1);
  expect(exchanges.length).toBeGreaterThan(2);
  for (const exchange of exchanges) {
    const [, path = '', answer = ''] =
      /^curl http:\/\/127.0.0.1:PORT\/(\S+)\n(.*)$/s.exec(exchange) ?? [];
    expect(plain((await ask(path)).text)).toBe(plain(answer));
  }
});

test('thousands of tenants keep their data apart', async () => {
  server = await startServer('sandbox', 3000);
  expect(await visits(0)).toBe(1);
  expect(await visits(2999)).toBe(1);
  expect(await visits(0)).toBe(2);
  expect(await visits(1500)).toBe(1);
  expect((await ask('3000/page')).status).toBe(404);
});

test('a tenant that crashes or does not end harms itself alone', async () => {
  server = await startServer('sandbox', 50);
  expect(await visits(7)).toBe(1);
  expect(await visits(8)).toBe(1);
  const crash = await ask('7/crash');
  expect(crash.status).toBe(500);
  expect(crash.text).toMatch(/^sandbox KeyID \d+: write to unmapped offset 0x0 .*\(handle\+0x/);
  const loop = await ask('8/loop');
  expect(loop.status).toBe(500);
  expect(loop.text).toMatch(/time limit reached$/);
  expect(await visits(7)).toBe(1);
  expect(await visits(8)).toBe(1);
  expect(await visits(7)).toBe(2);
});

test.each([
  ['function', [1, 2, 3]],
  ['fresh', [1, 1, 1]],
  ['process', [1, 1, 2]],
])('the same code in the way "%s"', async (way, expected) => {
  server = await startServer(way, 20);
  expect([await visits(3), await visits(4), await visits(3)]).toEqual(expected);
});
