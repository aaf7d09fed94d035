// The home page of the real program, on an empty store, as a first visitor sees it.
import assert from 'node:assert/strict';
import { browserTest, CHINESE } from '../lib/browser.mjs';
import { serve, site } from '../lib/program.mjs';

const fangxin = site(() => serve());

browserTest('home page', { site: fangxin, views: CHINESE }, async ({ page, url, look }) => {
  const answer = await page.goto(url());
  assert.equal(answer.status(), 200);
  assert.match(await page.title(), /放心/);
  assert.ok(answer.headers()['content-security-policy'], 'every page carries a Content-Security-Policy');
  await look('home');
});
