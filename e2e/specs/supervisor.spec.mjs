// A supervisor's morning in a browser: today's numbers, a list behind one of them, an order for a case chosen there, and its end.
import assert from 'node:assert/strict';
import { browserTest, VIEWS } from '../lib/browser.mjs';
import { complaint, fill, Journey } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());

browserTest('one morning of a supervisor', { site: town, views: VIEWS, timeout: 300_000 }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const { page } = given;
  const words = complaint();
  await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);

  // Today, the units, the list behind a number.
  await j.as('supervisor');
  await j.goto('/desk/supervision');
  await j.look('today');
  await j.press(page.locator('#by-unit td a[href*="what=all"]').first());
  await j.look('list');
  await j.goto(`/desk/supervision/cases?what=all&q=${encodeURIComponent(words.respondent_name)}`);
  await page.locator('tr', { hasText: words.respondent_name }).locator('input[name=case]').check();
  await j.press(page.locator('.pick button.act'));
  await j.look('order');
  const form = page.locator('main form[method="post"]').last();
  await fill(form, { order_grade: 'supervise', order_owner: 'handler', order_span: '24h', order_wanted: '请说明进展' });
  await j.press(form.locator('button.act'));
  await j.fine('order');
  await j.goto('/desk/orders');
  await j.look('orders');

  // The officer answers from my day; the supervisor accepts.
  await j.as('officer');
  await j.goto('/desk/today');
  await j.press(page.locator(`#orders a[href="${j.case}/answer-order"]`));
  await fill(page.locator('main form[method="post"]').last(), { order_answer: '已约定退款' });
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  await j.fine('answer');
  await j.as('supervisor');
  await j.goto(`${j.case}/settle-order`);
  assert.ok((await page.locator('main').innerText()).includes('已约定退款'));
  await fill(page.locator('main form[method="post"]').last(), { order_settled: 'yes' });
  await j.press(page.locator('main form[method="post"]').last().locator('button.act'));
  await j.fine('settle');
  await j.goto('/desk/orders?state=accepted');
  assert.ok((await page.locator('main').innerText()).includes(words.respondent_name));
  await j.goto('/desk/inspections');
  await j.look('inspections');
});
