// One submission that is both: the person sees two cases together, the complaint's side never learns of the report.
import assert from 'node:assert/strict';
import { browserTest, VIEWS } from '../lib/browser.mjs';
import { complaint, Journey } from '../lib/journeys.mjs';
import { demo, site } from '../lib/program.mjs';

const town = site(() => demo());

browserTest('a complaint and a report at once', { site: town, views: VIEWS }, async (given) => {
  const j = new Journey({ ...given, site: town });
  const words = complaint({ ask: ['refund', 'report'] });
  const receipt = await j.file(words);
  await j.look('receipt-both');
  await j.track(receipt);
  assert.equal(await j.page.locator('article').count(), 2, 'two cases under one receipt');
  const numbers = await j.page.locator('article p .mono').allInnerTexts();
  assert.equal(new Set(numbers).size, 2, 'each with a number of its own');
  await j.look('tracked-both');

  const unit = await (await j.as('officer')).unit();
  await j.as('clerk');
  await j.goto(`/desk/queue?q=${encodeURIComponent(words.respondent_name)}`);
  const links = j.page.locator('tr', { hasText: words.respondent_name }).locator('a[data-item]');
  assert.equal(await links.count(), 2, 'the intake has two cases');
  const cases = await links.evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  let complaintCase;
  let reportCase;
  for (const path of cases) {
    await j.open((j.case = path));
    if ((await j.offered()).includes('refuse')) complaintCase = path;
    else reportCase = path;
  }
  j.case = complaintCase;
  await j.act('send', { to: { label: unit }, basis: 'internal' });
  await j.as('officer');
  await j.act('open');
  assert.ok(!(await j.page.content()).includes(reportCase.split('/').pop()), 'nothing on the page leads to the report');
  assert.equal(await j.goto(reportCase), 404, 'for the complaint\'s officer there is no report');
  await j.goto(`/desk/search?q=${encodeURIComponent(words.respondent_name)}`);
  assert.equal(await j.page.locator(`a[href="${reportCase}"]`).count(), 0, 'search does not find it either');
  const paper = await j.paper('complaint');
  assert.ok(!paper.includes(numbers[1]) || !paper.includes(numbers[0]), 'the paper of the complaint names one case');

  await j.track(receipt);
  assert.equal(await j.page.locator('article').count(), 2);
  await j.look('tracked-both-one-sent');
});
