// The harness itself: each guard notices what it is there for, on a server of twenty lines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserTest, CHINESE, fitsWidth, VIEWS } from '../lib/browser.mjs';
import { Program, Server, site } from '../lib/program.mjs';

const PAGES = `
  const page = (body, viewport = '<meta name="viewport" content="width=device-width">') => '<!doctype html><html lang="zh-CN"><head>' +
    '<meta charset="utf-8"><title>放心</title>' + viewport + '</head><body><main><h1>放心消费</h1>' + body + '</main></body></html>';
  const pages = {
    '/': page('<p>好</p>'),
    '/foreign': page('<img alt="" src="http://fangxin.invalid/x.png">'),
    '/socket': page('<script>new WebSocket("ws://fangxin.invalid/")</script>'),
    '/csp': page('<p style="color: red">好</p>'),
    '/broken': page('<link rel="stylesheet" href="/none.css">'),
    '/error': page('<script>console.error("坏了")</script>'),
    '/throw': page('<script>undefinedName()</script>'),
    '/unnamed': page('<input type="text">'),
    '/wide': page('<div class="plank" style="width: 3000px">宽</div>'),
    '/desktop': page('<p>好</p>', ''),
  };
  require('node:http').createServer((ask, answer) => {
    const body = pages[ask.url];
    const status = ask.url === '/fails' ? 500 : body ? 200 : 404;
    const policy = ask.url === '/csp' ? { 'content-security-policy': "default-src 'self'" } : {};
    answer.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...policy }).end(body ?? page('<p>没有</p>'));
  }).listen(Number(process.argv[1]), '127.0.0.1', function () { console.log('at http://127.0.0.1:' + this.address().port); });`;

const small = () => new Server((listen) => [process.execPath, ['-e', PAGES, listen.split(':')[1]]]).start();
const pages = site(small);

browserTest('a good page passes every check', { site: pages, views: VIEWS }, async ({ page, url, look, view }) => {
  assert.equal((await page.goto(url())).status(), 200);
  assert.equal(await page.evaluate(() => navigator.language), view.locale);
  await look('good');
});

browserTest('axe runs where a policy forbids scripts', { site: pages, views: CHINESE }, async ({ page, url, accessible, problems }) => {
  await page.goto(url('/csp'));
  await accessible();
  assert.match(problems.splice(0).join(), /Content Security Policy/);
});

browserTest('a page is looked at without scripts', { site: pages, views: CHINESE, context: { javaScriptEnabled: false } }, async ({ page, url, look }) => {
  await page.goto(url());
  await look('no-script');
  await page.goto(url('/error')); // its script would complain
});

for (const [path, complaint] of [
  ['/foreign', /foreign host: http:\/\/fangxin\.invalid\/x\.png/],
  ['/socket', /foreign host: ws:\/\/fangxin\.invalid/],
  ['/broken', /404 GET .*none\.css \(stylesheet\)/],
  ['/error', /console: 坏了/],
  ['/throw', /uncaught: .*undefinedName/],
  ['/fails', /500 GET .*fails/],
]) {
  browserTest(`${path} is noticed`, { site: pages, views: CHINESE }, async ({ page, url, problems }) => {
    await page.goto(url(path), { waitUntil: 'networkidle' });
    assert.match(problems.splice(0).join('\n'), complaint);
  });
}

browserTest('a page that answers 404 is no complaint', { site: pages, views: CHINESE }, async ({ page, url }) => {
  assert.equal((await page.goto(url('/nothing'))).status(), 404);
});

browserTest('an expected problem is none', { site: pages, views: CHINESE, expected: [/坏了/] }, async ({ page, url }) => {
  await page.goto(url('/error'));
});

browserTest('an unnamed field and a wide page are noticed', { site: pages, views: CHINESE }, async ({ page, url, accessible, view }) => {
  await page.goto(url('/unnamed'));
  await assert.rejects(accessible(), /critical label: [\s\S]*input/);
  await page.goto(url('/wide'));
  await assert.rejects(fitsWidth(page), /div\.plank/);
  await page.goto(url('/desktop'));
  if (view.width < 980) await assert.rejects(fitsWidth(page), /viewport/);
});

test('a killed server comes back on its address', async () => {
  const server = await small();
  const { url } = server;
  await server.kill9();
  assert.equal(server.program.exit.signal, 'SIGKILL');
  await assert.rejects(fetch(url));
  await server.restart();
  assert.equal(server.url, url);
  assert.equal((await fetch(url)).status, 200);
  await server.stop();
});

test('a program that ends without an address says what it printed', async () => {
  const program = new Program(process.execPath, ['-e', 'console.error("no licence to serve")']);
  await assert.rejects(program.printed(/http/), /ended without printing[\s\S]*no licence to serve/);
  const missing = new Program('/no/such/program', []);
  await assert.rejects(missing.printed(/http/), /ENOENT/);
});
