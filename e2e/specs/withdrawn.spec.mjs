// Taking one's word back: a complaint ends, its mediation ends with form 8, a report is verified all the same.
import assert from 'node:assert/strict';
import { browserTest, VIEWS } from '../lib/browser.mjs';
import { complaint, fill, Journey, report } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());
const walk = (given) => new Journey({ ...given, site: town });

async function withdraw(j, receipt, lookAs) {
  await j.track(receipt);
  await j.press(j.page.locator('article a.btn').last());
  if (lookAs) await j.look(lookAs);
  const form = j.page.locator('main form[method="post"]');
  await fill(form, { reason: '店家已经把钱退给我了。' });
  await j.press(form.locator('button.danger'));
  await j.fine('withdraw');
  assert.ok(await j.page.locator('.flash, .next').first().isVisible());
}

browserTest('a complaint is withdrawn before it is accepted', { site: town, views: VIEWS }, async (given) => {
  const j = walk(given);
  const words = complaint();
  const receipt = await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  const { case: path } = j;
  await withdraw(j, receipt, 'withdraw-complaint');
  await j.track(receipt);
  assert.equal(await j.page.locator('.line > li.todo').count(), 0, 'nothing more is to come');
  await j.look('tracked-withdrawn');
  await j.as('officer');
  await j.open(path);
  assert.ok(!(await j.offered()).includes('accept'));
  await j.look('officer-withdrawn');
});

browserTest('withdrawing during mediation terminates it', { site: town, views: VIEWS.slice(1, 2) }, async (given) => {
  const j = walk(given);
  const words = complaint();
  const receipt = await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  await j.mediateQuietly();
  await withdraw(j, receipt);
  await j.as('officer');
  assert.match(await j.paper('termination', 'form-8-withdrawn'), /终止调解/);
  for (const party of ['submitter', 'respondent']) await j.tell('termination', party);
  await j.act('close', { outcome: 'withdrawn' });
  await j.track(receipt);
  await j.look('tracked-withdrawn-in-mediation');
});

browserTest('a withdrawn report is verified all the same', { site: town, views: VIEWS }, async (given) => {
  const j = walk(given);
  const words = report();
  const receipt = await j.fileQuietly(words);
  await j.handQuietly(words.respondent_name);
  await j.act('verify');
  await withdraw(j, receipt, 'withdraw-report');
  await j.as('officer');
  await j.open();
  assert.ok((await j.offered()).includes('propose'), 'verification goes on');
  await j.look('officer-report-withdrawn');
});
