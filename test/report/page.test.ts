/** The page of a report in a real browser: looked at and clicked through. */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { Scratch } from '../support/scratch.js';
import { HOSTILE, hostileModule, manyFunctions } from './modules.js';

const FUNCTIONS = 3000;
const SCREENSHOTS = 'build/report';
const WORDS = `#include <string.h>

/* Sums what a callback makes of the bytes of a word. */
int sum(const char *word, int (*value)(int)) {
  int total = 0;
  double extra = 0.0; /* its debug information has bytes that clang writes into comments as they are */
  char copy[32];
  strncpy(copy, word, sizeof copy);
  for (int i = 0; copy[i]; i++)
    total += value(copy[i]);
  if (total > 9) extra = total / 3.0;
  return total + (int)extra;
}
`;

const scratch = new Scratch();
let browser: Browser;
let page: Page;
const requests: string[] = [];
const errors: string[] = [];

function run(expected: number, program: string, ...args: readonly string[]): void {
  const { status, stderr } = scratch.run(resolve('bin', program), args);
  if (status !== expected) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  scratch.file('words.c', WORDS);
  run(0, 'tbx-cc', '-g', '-O1', '-ftbx-keep-ir=ir', '-c', 'words.c', '-o', 'words.o');
  scratch.file('ir/many.ll', manyFunctions(FUNCTIONS));
  scratch.file('ir/hostile.ll', hostileModule());
  run(1, 'tme-box', 'report', 'ir', '-o', 'report.html', '--title', 'a build');
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell' });
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => errors.push(message.text()));
  await page.goto(pathToFileURL(scratch.path('report.html')).href);
});
afterAll(async () => {
  await browser.close();
  scratch.remove();
  expect(errors).toEqual([]);
  expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
});

async function screenshot(name: string): Promise<void> {
  const path = join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path });
  expect(statSync(path).size).toBeGreaterThan(20_000);
}

/** The texts of the cells of the first row. */
function firstRow(): Promise<readonly string[]> {
  return page.locator('#rows .row').first().locator('> *').allTextContents();
}

test('the overview counts, and builds only the rows that are seen', async () => {
  expect(await page.textContent('#title')).toBe('a build');
  expect(await page.textContent('#figures')).toContain('3,002functions');
  expect(await page.textContent('#count')).toBe('3,002 of 3,002');
  expect(await page.locator('#rows .row').count()).toBeLessThan(60);
  await page.hover('#rows .row');
  await page.mouse.wheel(0, 40_000);
  await page.locator('#rows .row', { hasText: 'function_1430' }).waitFor();
  await screenshot('overview');
});

test('columns sort, both ways; files sum up their functions', async () => {
  await page.click('#head button:has-text("indirect")');
  expect((await firstRow())[0]).toBe('sum');
  await page.click('#head button:has-text("Name")');
  expect((await firstRow())[0]).toBe(HOSTILE);
  await page.click('#head button:has-text("Name")');
  expect((await firstRow())[0]).toBe('sum');
  await page.click('#grouping button:has-text("Files")');
  expect(await page.textContent('#count')).toBe('3 of 3');
  await page.click('#rows .row:has-text("words.c")');
  expect(await page.textContent('#count')).toBe('1 of 3,002');
});

test('a hostile name is text', async () => {
  await page.fill('#search', 'onerror=hacked');
  const cells = await firstRow();
  expect(cells[0]).toBe(HOSTILE);
  expect(cells.slice(9)).toEqual(['–', '–', '–']); // no code, no size
  await page.click('#rows .row');
  await page.locator('#function').waitFor();
  expect(await page.textContent('#name')).toBe(HOSTILE);
  await page.keyboard.press('Escape');
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.textContent('#problems')).toContain(`cannot spell the name '${HOSTILE}'`);
});

test('a function opens with its source beside its instrumented IR, linked line by line', async () => {
  await page.fill('#search', 'words.c');
  const cells = await firstRow();
  expect(cells.slice(0, 2)).toEqual(['sum', 'words.c:4']);
  expect(Number(cells[9])).toBeGreaterThan(20); // bytes of machine code
  await page.click('#rows .row');
  await page.locator('#right .line', { hasText: 'addrspace(256)' }).first().waitFor();
  expect(await page.textContent('#left .line')).toContain('Sums what a callback makes');
  await page.click('#left .line:has-text("total += value")');
  const pinned = await page.locator('#right .line.pinned').allTextContents();
  expect(pinned.join('\n')).toContain('@__tbx_icall_mask');
  await page.click('#sites .site:has-text("indirect call")');
  await screenshot('function');
  await page.click('#side button:has-text("IR before")');
  expect(await page.textContent('#left .line')).toContain('define');
});

test('why is said of each access and of each local object', async () => {
  await page.click('#fates button:has-text("confined")');
  const why = await page.locator('#sites .site').allTextContents();
  expect(why.join('\n')).toContain('its address is passed to a call');
  expect(await page.textContent('#objects')).toContain('moved');
  await page.goBack();
});

test('the plot opens what is clicked', async () => {
  await page.fill('#search', '');
  const box = await page.locator('#map').boundingBox();
  await page.mouse.click((box?.x ?? 0) + 40, (box?.y ?? 0) + 40);
  await page.locator('#function').waitFor();
  expect(await page.textContent('#name')).toMatch(/^function_\d+$/);
});

test('nothing in the page can reach out', () => {
  const text = readFileSync(scratch.path('report.html'), 'utf8');
  expect(text).toContain(`content="default-src 'none'; style-src 'sha256-`);
  expect(text).not.toMatch(/https?:\/\//);
});
