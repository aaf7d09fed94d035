// A browser test: a fresh browser context per view (width and language), and a guard that fails the test
// on a request to a foreign host, an error in the console, a broken resource or a violated Content-Security-Policy.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { ROOT } from './program.mjs';

export const PHONE = 390;
export const DESK = 1440;
/** Both widths in both languages. */
export const VIEWS = ['zh-CN', 'en'].flatMap((locale) => [PHONE, DESK].map((width) => ({ width, locale })));
/** Each width in one language: English, the longest words, on the phone; Chinese, what most read, at the desk. */
export const DIAGONAL = VIEWS.filter((view) => (view.width === PHONE) === (view.locale === 'en'));
/** Both widths in Chinese only. */
export const CHINESE = VIEWS.filter((view) => view.locale === 'zh-CN');
/** Where pictures go, of what failed and, when FANGXIN_SHOTS is set, of all that is looked at: `e2e/shots/<spec>/<name>-<width>-<locale>.png`. */
export const SHOTS = join(ROOT, 'e2e/shots');

const HOST = '127.0.0.1';
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${HOST}`,
];
const SPEC = basename(process.argv[1] ?? 'spec').replace(/\.spec\.mjs$/, '');

let launched;
after(async () => (await launched)?.close());

function launch() {
  const candidates = [process.env.FANGXIN_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].filter(Boolean);
  const executablePath = candidates.find((path) => existsSync(path));
  assert.ok(executablePath, `no Chromium at ${candidates.join(', ')}: run bin/test, or set FANGXIN_CHROMIUM`);
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/**
 * One test per view. `body` gets `{ page, context, view, url, shot, accessible, look, problems }`: `url(path)` is an address of the
 * site, `shot(name)` takes a picture (when FANGXIN_SHOTS is set), `accessible()` asks axe, `look(name)` does both and checks the width, but
 * asks axe only once in a run for what it cannot tell apart; `problems` is what the guard has collected.
 * `options`: `site` (from `site()`; needed), `views`, `context` (more options for the browser context), and `expected`:
 * patterns of problems this test provokes on purpose; `timeout`: milliseconds, for a test that is a whole day.
 */
export function browserTest(name, options, body) {
  const { site, views = DIAGONAL, context: extra = {}, expected = [], timeout = 120_000 } = options;
  for (const view of views) {
    test(`${name} · ${view.width} ${view.locale}`, { timeout }, async () => {
      const browser = await (launched ??= launch());
      const context = await browser.newContext({
        viewport: { width: view.width, height: view.width === PHONE ? 844 : 900 },
        isMobile: view.width === PHONE,
        hasTouch: view.width === PHONE,
        locale: view.locale,
        timezoneId: 'Asia/Shanghai',
        ...extra,
      });
      context.setDefaultTimeout(15_000);
      const problems = guard(context, expected);
      const page = await context.newPage();
      const shot = async (label) => process.env.FANGXIN_SHOTS && picture(page, label, view);
      const look = async (label) => {
        await shot(label);
        await fitsWidth(page);
        if (extra.javaScriptEnabled !== false) await accessibleOnce(page, view); // axe needs timers, which go with the scripts
      };
      try {
        const url = (path = '/') => new URL(path, site.url).href;
        const axeClean = (options) => accessible(page, options);
        await body({ page, context, view, url, shot, look, problems, accessible: axeClean });
        await settled(context);
        assert.deepEqual(problems, [], `the browser complained:\n  ${problems.join('\n  ')}`);
      } catch (error) {
        const path = await picture(page, `failed-${name}`, view).catch(() => 'no picture');
        error.message += `\n  at ${page.url()} (${path})\n  browser: ${problems.join('; ') || 'no complaint'}`;
        error.message += site.server?.program.report() ?? '';
        throw error;
      } finally {
        await context.close();
      }
    });
  }
}

/** Collects what must not happen. A page's own 4xx answer is the test's business; a 5xx or a broken resource is not. */
function guard(context, expected) {
  const problems = [];
  const note = (text) => expected.some((pattern) => pattern.test(text)) || problems.push(text);
  const home = (address) => {
    const { protocol, hostname } = new URL(address);
    return ['data:', 'blob:', 'about:'].includes(protocol) || hostname === HOST;
  };
  const foreign = (address) => home(address) || note(`request to a foreign host: ${address}`);
  const told = (request) => `${request.method()} ${request.url()} (${request.resourceType()})`;

  context.on('request', (request) => foreign(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => foreign(socket.url())));
  context.on('response', (response) => {
    const [status, request] = [response.status(), response.request()];
    if (status >= (request.isNavigationRequest() ? 500 : 400)) note(`${status} ${told(request)}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') note(`${reason} ${told(request)}`); // aborted: a download, or the page was left
  });
  context.on('console', (message) => {
    const repeated = /^Failed to load resource/.test(message.text()); // 'response' and 'requestfailed' say which
    if (message.type() === 'error' && !repeated) note(`console: ${message.text()}`);
  });
  context.on('weberror', (event) => note(`uncaught: ${event.error().message}`));
  return problems;
}

/** One round trip to every page, so that what it had to say has arrived. */
async function settled(context) {
  await Promise.all(context.pages().map((page) => page.evaluate(() => 0).catch(() => {})));
}

/** Takes a picture of the whole page and returns its path. */
async function picture(page, label, view) {
  const folder = join(SHOTS, SPEC);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${label.replace(/[^\p{L}\p{N}]+/gu, '-')}-${view.width}-${view.locale}.png`);
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  return path;
}

/** Fails with a readable list when axe finds anything, its best practices included. `except` names rules left out. */
export async function accessible(page, { except = [] } = {}) {
  await page.evaluate(axe.source);
  const rules = Object.fromEntries(except.map((rule) => [rule, { enabled: false }]));
  const run = (options) => globalThis.axe.run(document, options);
  const { violations } = await page.evaluate(run, { resultTypes: ['violations'], rules });
  const list = violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.map((node) => `    ${node.target.join(' ')}\n      ${node.html}\n      ${node.failureSummary.replaceAll('\n', '\n      ')}`);
    return `  ${impact} ${id}: ${help}\n${places.join('\n')}`;
  });
  assert.equal(list.length, 0, `${page.url()} is not accessible:\n${list.join('\n')}`);
}

const passed = new Set();

/** Asks axe unless it has passed, anywhere in this run, a page that is the same to it at this width and in this language. */
async function accessibleOnce(page, { width, locale }) {
  const seen = createHash('sha256').update(`${width} ${locale} ${await page.evaluate(outline)}`).digest('hex');
  // `run.mjs` names a directory that all its processes share.
  const mark = process.env.FANGXIN_PASSED && join(process.env.FANGXIN_PASSED, seen);
  if (passed.has(seen) || (mark && existsSync(mark))) return;
  await accessible(page);
  passed.add(seen);
  if (mark) await writeFile(mark, '');
}

/**
 * Runs in a page: what axe judges of it. The tree with its attributes, states and where words stand; not what the words are, nor the
 * numbers in addresses and ids; and of three or more rows alike only two.
 */
function outline() {
  const alike = (text) => text.replace(/[0-9a-z]*\d[0-9a-z]*/gi, '0');
  const attribute = ({ name, value }) => `${name}=${/^(value|content|nonce|datetime|d|viewBox)$/.test(name) ? value !== '' : alike(value)}`;
  const told = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim() && 't';
    if (node.nodeType !== Node.ELEMENT_NODE || /^(script|style)$/i.test(node.tagName)) return '';
    const state = [node.checked, node.selected, node.disabled, node.open, node.hidden, !!node.value].map(Number).join('');
    const within = [...node.childNodes].map(told).filter((one, at, all) => one && !(one === all[at - 1] && one === all[at - 2]));
    return `<${node.tagName} ${[...node.attributes].map(attribute).sort().join(' ')} ${state}>${within.join('')}</>`;
  };
  return told(document.documentElement);
}

/** Fails when the page is laid out for another width, or is wider than the window; names what sticks out. */
export async function fitsWidth(page) {
  const [width, wide] = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [clientWidth, []];
    const out = [...document.body.querySelectorAll('*')].filter((node) => node.getBoundingClientRect().right > clientWidth + 1);
    return [clientWidth, ['html', ...out.map((node) => `${node.tagName.toLowerCase()}.${node.className}`)].slice(0, 8)];
  });
  assert.equal(width, page.viewportSize().width, `${page.url()} lacks <meta name="viewport">`);
  assert.deepEqual(wide, [], `${page.url()} is wider than ${width} px: ${wide.join(', ')}`);
}
