// Figures in a browser: a supervisor opens the rates, a number to its cases; a head contests a case that counts against the unit, the supervisor
// rules on it, and the score before and after stands on the page of all.
import assert from 'node:assert/strict';
import { browserTest, DIAGONAL } from '../lib/browser.mjs';
import { fill, Journey } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());

browserTest('a figure opens to its cases, one is contested and ruled on', { site: town, views: DIAGONAL, timeout: 300_000 }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = given;
  const main = () => page.locator('main').innerText();

  // The year; a number; exactly so many cases behind it.
  await j.as('supervisor');
  await j.goto('/desk/rates?period=year');
  await j.look('rates');
  const number = page.locator('#limits tbody td a').first();
  const n = Number(await number.innerText());
  assert.ok(n > 0, 'the demonstration has figures');
  await j.press(number);
  await j.look('cases');
  const listed = await page.locator('#cases tbody tr').count();
  assert.equal(listed, Math.min(n, 50));
  assert.ok((await main()).includes(String(n)), 'the list says how many there are');
  await j.goto('/desk/rates?period=day&on=2020-01-01');
  await j.look('no-figures');

  // A head contests a case of the last month.
  await j.as('lead');
  await j.goto('/desk/appraisal');
  await j.look('appraisal');
  await j.press(page.locator('#scores tbody a').first());
  await j.look('score');
  await j.press(page.locator('a[href^="/desk/appraisal/contest?"]').first());
  await j.look('contest');
  const reason = `要求超出法律规定（${page.viewportSize().width}）`;
  const form = page.locator('main form[method="post"]').last();
  await fill(form, { ground: 'unreasonable', reason });
  await j.press(form.locator('button.act'));
  await j.fine('contest');
  assert.ok((await main()).includes(reason));

  // The supervisor rules on it; both scores stay on the page.
  await j.as('supervisor');
  await j.goto('/desk/appraisal');
  await j.look('contested');
  await j.press(page.locator('tr', { hasText: reason }).locator('a[href^="/desk/appraisal/contest/"]'));
  await j.look('ruling');
  const ruling = page.locator('main form[method="post"]').last();
  await fill(ruling, { ruling: 'out', reason: '情况属实' });
  await j.press(ruling.locator('button.act'));
  await j.fine('ruling');
  assert.match(await page.locator('tr', { hasText: reason }).innerText(), /\d\.\d\d → \d+\.\d\d/);
  await j.look('ruled');
});
